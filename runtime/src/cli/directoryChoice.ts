/** What `-d` means in this version: the local directory (default), none, or an etcd that has to wait. */
import { PalError } from '../errors';
import type { ParsedCommand } from './parsedCommand';

/** PAL's code for an unreachable directory at the start of a peer. */
export const UNREACHABLE_DIRECTORY = 14;

export type DirectoryChoice = 'local' | 'none';

/**
 * @param exitCode 14 for `run`, 1 for the other commands, as PAL does for a directory it cannot reach
 * @throws PalError `directory-unreachable` for etcd endpoints
 */
export function directoryChoice(parsed: ParsedCommand, exitCode: number): DirectoryChoice {
  const given = parsed.text('dir')?.trim() ?? 'local';
  if (given === 'local' || given === 'none') return given;
  const from = parsed.source('dir') === 'env' ? ' (from PAL_DIRECTORY)' : '';
  throw new PalError(
    'directory-unreachable',
    `PAL directory unreachable: '${given}'${from} names an etcd, and this version keeps its directory on this machine only. Use -d local, or -d none.`,
    { exitCode, data: { directory: given } },
  );
}
