/** Bundle files of the workspace as rows. What a bundle means is for the language server; a row shows what a glance at the text gives. */
import type { NodeModel } from './nodeModel';
import { commands } from '../contributions';
import type { Translate } from './translate';

export interface BundleFile {
  readonly uri: string;
  /** Relative to the workspace, with `/`. */
  readonly path: string;
  readonly name: string | undefined;
  readonly intercepts: number;
}

export interface ProblemCounts {
  readonly errors: number;
  readonly warnings: number;
}

/** Name and number of intercepts, read off the lines: good enough for a row, and it never fails. */
export function glanceAtBundle(text: string): Pick<BundleFile, 'name' | 'intercepts'> {
  const code = text.replace(/^\s*#.*$/gm, '');
  const name = /^bundle[ \t]*:[ \t]*(?:"([^"\n]*)"|'([^'\n]*)'|([^#\n]*))/m.exec(code);
  const found = (name?.[1] ?? name?.[2] ?? name?.[3])?.trim();
  return {
    name: found === '' ? undefined : found,
    intercepts: [...code.matchAll(/(?:^|[\s{,-])target[ \t]*:/g)].length,
  };
}

export function bundleNodes(
  files: readonly BundleFile[],
  problems: (uri: string) => ProblemCounts,
  t: Translate,
): readonly NodeModel[] {
  return [...files].sort((a, b) => a.path.localeCompare(b.path)).map((file) => bundleNode(file, problems(file.uri), t));
}

function bundleNode(file: BundleFile, { errors, warnings }: ProblemCounts, t: Translate): NodeModel {
  const slash = file.path.lastIndexOf('/');
  const label = file.name ?? file.path.slice(slash + 1);
  const size = file.intercepts === 1 ? t('1 intercept') : t('{count} intercepts', { count: file.intercepts });
  const health = [
    ...(errors > 0 ? [errors === 1 ? t('1 error') : t('{count} errors', { count: errors })] : []),
    ...(warnings > 0 ? [warnings === 1 ? t('1 warning') : t('{count} warnings', { count: warnings })] : []),
  ];
  const icon =
    errors > 0
      ? { id: 'error', color: 'list.errorForeground' }
      : warnings > 0
        ? { id: 'warning', color: 'list.warningForeground' }
        : { id: 'zap' };
  return {
    id: `bundle:${file.uri}`,
    label,
    description: [file.path, size, ...health].join(' · '),
    icon,
    contextValue: 'bundle',
    accessibilityLabel: t('Bundle {name}, {details}', {
      name: label,
      details: [size, ...health, file.path].join(', '),
    }),
    copyText: file.path,
    onClick: commands.openBundle,
  };
}
