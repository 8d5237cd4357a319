/**
 * Handle on parser, weaver and compilers, which are a bundle of their own (`weaverBundle.ts`): a start from a warm cache
 * never loads it.
 */
import { statSync } from 'node:fs';
import { createRequire } from 'node:module';
import type * as weaverBundle from './weaverBundle';

export interface Weaver {
  /** Changes whenever its output may change; part of every cache key. */
  readonly version: string;
  load(): typeof weaverBundle;
}

/** The weaver in a bundle file; its version is the file's identity on disk, so that a new build never reads an old build's cache. */
export function bundledWeaver(file: string): Weaver {
  let version = 'absent';
  try {
    const { mtimeMs, size } = statSync(file);
    version = `${size}.${Math.floor(mtimeMs)}`;
  } catch {
    // loading it reports what is missing
  }
  let loaded: typeof weaverBundle | undefined;
  return {
    version,
    load: () => {
      if (loaded === undefined) {
        const load = createRequire(file);
        loaded = load(file) as typeof weaverBundle;
        // It is no module of the program, which can look into the cache.
        // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- a cache
        delete load.cache[file];
      }
      return loaded;
    },
  };
}
