/**
 * Which files are what: source languages by extension, own code against dependencies, module format as Node decides it for
 * the file that a compiler would emit.
 */
import path from 'node:path';
import { packageScopeOf } from './packageScope';

export const TYPESCRIPT_EXTENSIONS = ['.ts', '.tsx', '.mts', '.cts', '.jsx'] as const;

/** True for files that must be compiled before V8 can read them. */
export function needsTransform(filename: string): boolean {
  return /\.(?:[cm]?ts|tsx|jsx)$/.test(filename) && !/\.d\.[cm]?ts$/.test(filename);
}

export type ModuleFormat = 'module' | 'commonjs';

/** Format by extension and package.json alone; undefined: the text decides (no `type` field). */
export function declaredFormat(filename: string): ModuleFormat | undefined {
  const extension = path.extname(filename);
  if (extension === '.mjs' || extension === '.mts') return 'module';
  if (extension === '.cjs' || extension === '.cts') return 'commonjs';
  return packageScopeOf(filename)?.type;
}

/** Name of the npm package that a file under node_modules belongs to; undefined for own code. */
export function dependencyName(filename: string): string | undefined {
  const normalized = filename.replaceAll('\\', '/');
  const at = normalized.lastIndexOf('/node_modules/');
  if (at < 0) return undefined;
  const rest = normalized.slice(at + '/node_modules/'.length).split('/');
  return rest[0]!.startsWith('@') ? `${rest[0]!}/${rest[1] ?? ''}` : rest[0];
}

/** Tells which files are woven. Paths are real paths, so that linked workspaces count as own code. */
export class OwnCode {
  readonly #patterns: readonly RegExp[];
  readonly #excluded: readonly string[];

  /**
   * @param packages names of dependencies that are woven too; `*` stands for any part of a name
   * @param excluded directories that are never woven (PAL's own code)
   */
  constructor(packages: readonly string[], excluded: readonly string[]) {
    this.#patterns = packages.map(
      (name) =>
        new RegExp(
          `^${name
            .split('*')
            .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
            .join('.*')}$`,
        ),
    );
    this.#excluded = excluded.map((directory) => (directory.endsWith(path.sep) ? directory : directory + path.sep));
  }

  includes(filename: string): boolean {
    if (!path.isAbsolute(filename)) return false;
    const dependency = dependencyName(filename);
    if (dependency !== undefined && !this.#patterns.some((pattern) => pattern.test(dependency))) return false;
    return !this.#excluded.some((directory) => filename.startsWith(directory));
  }
}
