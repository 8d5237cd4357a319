/**
 * Which `pal` runs a program: the one that the user set, else the one that the program's own project has installed (its version was chosen with the
 * project), else the one that the extension brings.
 */
import { dirname, join } from 'node:path';
import type { CommandLine } from './commandLine';

export interface RuntimeQuery {
  /** Setting `pal.runtime.path`; empty = not set. */
  readonly configured: string;
  /** Setting `pal.runtime.node`. */
  readonly node: string;
  /** Folder where looking for an installed runtime starts, and where it ends. */
  readonly from: string;
  readonly upTo: string;
  /** `bin/pal.js` of the extension. */
  readonly bundled: string;
  readonly isFile: (path: string) => boolean;
}

export interface FoundRuntime {
  readonly origin: 'setting' | 'workspace' | 'bundled';
  readonly path: string;
  /** How to start it; the arguments of `pal` are appended. */
  readonly commandLine: CommandLine;
}

/** @returns undefined when the configured path is no file. */
export function locateRuntime(query: RuntimeQuery): FoundRuntime | undefined {
  if (query.configured !== '') {
    return query.isFile(query.configured) ? found('setting', query.configured, query.node) : undefined;
  }
  for (let folder = query.from; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', 'pal-runtime', 'bin', 'pal.js');
    if (query.isFile(candidate)) return found('workspace', candidate, query.node);
    if (folder === query.upTo || folder === dirname(folder)) break;
  }
  return found('bundled', query.bundled, query.node);
}

function found(origin: FoundRuntime['origin'], path: string, node: string): FoundRuntime {
  const isScript = /\.[cm]?js$/i.test(path);
  return { origin, path, commandLine: isScript ? { command: node, args: [path] } : { command: path, args: [] } };
}
