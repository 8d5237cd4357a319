import { writeSync } from 'node:fs';
import { PalError } from '../errors';

/** One line on stderr, past the streams of the program, which belong to the program. */
export function tellUser(line: string): void {
  try {
    writeSync(2, `${line}\n`);
  } catch {
    // stderr is closed or full; there is nobody to tell
  }
}

export const messageOf = (error: unknown): string =>
  PalError.is(error) || error instanceof Error ? error.message : String(error);
