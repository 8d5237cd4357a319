/** Opens the directory for a command that needs one, and closes it afterwards. */
import type { Directory } from '../directory/directory';
import { openDirectory } from '../directory/openDirectory';
import { PalError } from '../errors';
import { directoryChoice } from './directoryChoice';
import type { ParsedCommand } from './parsedCommand';

/** @throws PalError exit 1 when there is none or it cannot be reached */
export async function withDirectory<Result>(
  parsed: ParsedCommand,
  command: string,
  use: (directory: Directory) => Promise<Result>,
): Promise<Result> {
  const directory = openDirectory(directoryChoice(parsed, 1));
  if (directory === undefined) {
    throw new PalError(
      'directory-unreachable',
      `Error: ${command} requires a PAL directory.\nLeave out '-d none', or unset PAL_DIRECTORY.`,
    );
  }
  try {
    return await use(directory);
  } finally {
    await directory.close();
  }
}
