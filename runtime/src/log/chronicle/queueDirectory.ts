/**
 * The directory of a Chronicle queue on disk: which files belong to it, and what the system's refusals mean to the user.
 *
 * Invariant: file names sort as their cycles do. Deliberately absent: any look into the files.
 */
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { PalError } from '../../errors';

export const METADATA_FILE = 'metadata.cq4t';
export const DATA_SUFFIX = '.cq4';

/** A queue exists where a directory holds at least one file named `*.cq4*` (Java's test). */
export async function queueExists(dir: string): Promise<boolean> {
  try {
    return (await readdir(dir)).some((name) => name.includes(DATA_SUFFIX));
  } catch {
    return false;
  }
}

/**
 * Names of the data files without `.cq4`, oldest first. Empty when the queue has a metadata file only.
 * @throws PalError `not-found` (Java's text), `permission`, `not-a-log` or `io`.
 */
export async function listDataFiles(dir: string): Promise<readonly string[]> {
  let names: string[];
  try {
    names = await readdir(dir);
  } catch (error) {
    throw queueError(error, dir, dir, 'read');
  }
  if (!names.some((name) => name.includes(DATA_SUFFIX))) throw missingQueue(dir);
  return names
    .filter((name) => name.endsWith(DATA_SUFFIX))
    .map((name) => name.slice(0, -DATA_SUFFIX.length))
    .sort();
}

export const dataPath = (dir: string, name: string): string => path.join(dir, name + DATA_SUFFIX);
export const metadataPath = (dir: string): string => path.join(dir, METADATA_FILE);

/** Modification time in milliseconds, or undefined when the file is gone. */
export async function modifiedAt(file: string): Promise<number | undefined> {
  try {
    return (await stat(file)).mtimeMs;
  } catch {
    return undefined;
  }
}

const missingQueue = (dir: string): PalError =>
  new PalError('not-found', `Chronicle log does not exist at path: ${dir}`, { data: { path: dir } });

/** Turns a failed system call on a file of the queue `dir` into what the user can do about it. */
export function queueError(error: unknown, dir: string, file: string, action: 'read' | 'write'): PalError {
  if (error instanceof PalError) return error;
  const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
  const options = { cause: error, data: { path: file, errno: code } };
  switch (code) {
    case 'ENOENT':
      return action === 'read'
        ? missingQueue(dir)
        : new PalError(
            'io',
            `Chronicle log at ${dir} was removed while it was written; stop the program and start a new log`,
            options,
          );
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new PalError(
        'permission',
        `Permission denied: cannot ${action} Chronicle log at path: ${dir} (${file}); check the owner and mode of the directory and its files`,
        options,
      );
    case 'ENOTDIR':
    case 'EEXIST':
      return new PalError(
        'not-a-log',
        `${dir} is a file, not the directory of a Chronicle log; name a directory`,
        options,
      );
    case 'ENOSPC':
    case 'EDQUOT':
      return new PalError(
        'disk-full',
        `No space left to write Chronicle log at path: ${dir}; free space or move the log to another disk. Everything written before is readable`,
        options,
      );
    case 'EMFILE':
    case 'ENFILE':
      return new PalError('io', `Too many open files while opening ${file}; raise the limit (ulimit -n)`, options);
    default:
      return new PalError('io', `Cannot ${action} ${file}: ${(error as Error).message}`, options);
  }
}
