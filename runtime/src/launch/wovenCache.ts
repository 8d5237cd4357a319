/**
 * Woven files on disk, shared by all processes of a user: `$PAL_CACHE_DIR`, else the system's cache directory.
 *
 * Invariants: an entry is written whole or not at all (temporary file, then rename), so that any number of processes may read and write;
 * a damaged entry counts as absent; every failure of the file system means "not cached" and never reaches the program. The directory is kept
 * under a size by removing the entries that were not used for longest.
 */
import {
  closeSync,
  fstatSync,
  futimesSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { readdirSync, statSync, utimesSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { WovenFile } from './wovenFile';
import { decodeWovenFile } from './wovenFile';

/** Bytes that the cache may take on disk. */
const DEFAULT_LIMIT = 256 * 1024 * 1024;
/** A used entry is marked as used once a day: marking each time would cost more than reading it. */
const TOUCH_AFTER_MS = 24 * 3600 * 1000;
/** Looking at the size of the whole directory, at most once per this time for all processes. */
const PRUNE_EVERY_MS = 3600 * 1000;

/** Directory of the cache by the rules of the system. */
export function defaultCacheDirectory(env: NodeJS.ProcessEnv): string {
  const own = env['PAL_CACHE_DIR'];
  if (own !== undefined && own !== '') return path.resolve(own);
  if (process.platform === 'win32') {
    return path.join(env['LOCALAPPDATA'] ?? path.join(os.homedir(), 'AppData', 'Local'), 'pal', 'cache');
  }
  const xdg = env['XDG_CACHE_HOME'];
  return path.join(xdg !== undefined && path.isAbsolute(xdg) ? xdg : path.join(os.homedir(), '.cache'), 'pal');
}

export class WovenCache {
  readonly #directory: string;
  readonly #limit: number;
  #sequence = 0;
  #pruneConsidered = false;

  constructor(directory: string, limit: number = DEFAULT_LIMIT) {
    this.#directory = path.join(directory, 'woven');
    this.#limit = limit;
  }

  /** The entry of a key (hex text), or undefined. */
  get(key: string): WovenFile | undefined {
    let bytes: Buffer;
    try {
      const fd = openSync(this.#fileOf(key), 'r');
      try {
        const { size, mtimeMs } = fstatSync(fd);
        bytes = Buffer.from(new ArrayBuffer(size));
        if (readSync(fd, bytes, 0, size, 0) !== size) return undefined;
        const now = Date.now();
        if (now - mtimeMs > TOUCH_AFTER_MS) touch(fd, now);
      } finally {
        closeSync(fd);
      }
    } catch {
      return undefined;
    }
    return decodeWovenFile(bytes);
  }

  put(key: string, bytes: Buffer): void {
    const file = this.#fileOf(key);
    const temporary = `${file}.${process.pid}.${threadMark}.${++this.#sequence}.tmp`;
    try {
      try {
        writeFileSync(temporary, bytes, { flag: 'wx' });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
        mkdirSync(path.dirname(file), { recursive: true });
        writeFileSync(temporary, bytes, { flag: 'wx' });
      }
      renameSync(temporary, file);
    } catch {
      // Full disk, no permission, a read-only home: the program runs without a cache.
      try {
        rmSync(temporary, { force: true });
      } catch {
        // there was none
      }
      return;
    }
    if (!this.#pruneConsidered) {
      this.#pruneConsidered = true;
      this.#pruneWhenDue();
    }
  }

  /** Removes the least recently used entries until three quarters of the limit remain. */
  prune(): void {
    const entries: { file: string; size: number; used: number }[] = [];
    let total = 0;
    for (const folder of listed(this.#directory)) {
      for (const name of listed(path.join(this.#directory, folder))) {
        const file = path.join(this.#directory, folder, name);
        try {
          const { size, mtimeMs } = statSync(file);
          // Left behind by a process that was killed while it wrote.
          const stale = name.endsWith('.tmp') && Date.now() - mtimeMs > PRUNE_EVERY_MS;
          entries.push({ file, size, used: stale ? 0 : mtimeMs });
          total += size;
        } catch {
          // removed by another process
        }
      }
    }
    entries.sort((a, b) => a.used - b.used);
    const goal = total > this.#limit ? this.#limit * 0.75 : total;
    for (const { file, size, used } of entries) {
      if (total <= goal && used !== 0) break;
      try {
        rmSync(file, { force: true });
        total -= size;
      } catch {
        // in use (Windows) or removed by another process
      }
    }
  }

  #pruneWhenDue(): void {
    const marker = path.join(this.#directory, '.pruned');
    const now = Date.now();
    try {
      if (now - statSync(marker).mtimeMs < PRUNE_EVERY_MS) return;
      utimesSync(marker, now / 1000, now / 1000);
    } catch {
      try {
        writeFileSync(marker, '');
      } catch {
        return;
      }
    }
    this.prune();
  }

  #fileOf(key: string): string {
    return path.join(this.#directory, key.slice(0, 2), key.slice(2));
  }
}

/** Tells temporary files of the threads of one process apart. */
const threadMark = Math.floor(Math.random() * 0x7fffffff).toString(36);

function listed(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

function touch(fd: number, now: number): void {
  try {
    futimesSync(fd, now / 1000, now / 1000);
  } catch {
    // a cache of another user, or read-only: it is pruned by age of writing
  }
}
