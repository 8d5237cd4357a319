/** Finds the file of `pal run app`: as given, else with an extension, else the entry of a directory. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { PalError } from '../../errors';

const EXTENSIONS = ['.ts', '.mts', '.cts', '.tsx', '.js', '.mjs', '.cjs', '.jsx'];

/**
 * @returns the path to hand to Node, spelled as given where that file exists
 * @throws PalError exit 1, in the words of the Java launcher
 */
export function findMainModule(given: string, cwd: string): string {
  const absolute = resolve(cwd, given);
  if (isFile(absolute)) return given;
  for (const extension of EXTENSIONS) if (isFile(absolute + extension)) return given + extension;
  if (isDirectory(absolute)) {
    const entry = directoryEntry(absolute);
    if (entry !== undefined) return join(given, entry);
  }
  throw new PalError('not-found', `Error: Could not find or load main module ${given}`, { data: { path: absolute } });
}

function directoryEntry(directory: string): string | undefined {
  const candidates = [packageMain(directory), ...EXTENSIONS.map((extension) => `index${extension}`)];
  return candidates.find((candidate) => candidate !== undefined && isFile(join(directory, candidate)));
}

function packageMain(directory: string): string | undefined {
  try {
    const parsed: unknown = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
    const main = typeof parsed === 'object' && parsed !== null && 'main' in parsed ? parsed.main : undefined;
    return typeof main === 'string' ? main : undefined;
  } catch {
    return undefined;
  }
}

const isFile = (path: string): boolean => existsSync(path) && statSync(path).isFile();
const isDirectory = (path: string): boolean => existsSync(path) && statSync(path).isDirectory();
