/** Starts the program or command with the recorder preloaded, and turns its end into that of `pal`. */
import { accessSync, constants, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PalError } from '../../errors';
import { exitCodeLike, spawnCommand, spawnPeer, type PeerExit } from '../../launch/spawnPeer';
import type { RunConfig } from '../../peer/runConfig';

/** Exit codes of shells for a command that is not there, or cannot be run. */
const NOT_FOUND = 127;
const NOT_EXECUTABLE = 126;

/** Beside the bundle of `pal` (`__dirname` stays that of the file at run time). */
const registerFile = (): string => join(__dirname, 'register.js');

export interface Ended {
  readonly code: number;
  /** The signal that ended the program; `pal` ends by it too. */
  readonly signal: NodeJS.Signals | undefined;
}

/** PAL's code for a log that cannot be set up. */
const INITIALIZING_LOGS = 7;

/** @throws PalError exit 7 */
export function makeFolderFor(file: string): void {
  const folder = dirname(file);
  try {
    mkdirSync(folder, { recursive: true });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new PalError(
      'io',
      `Error initializing Source/Write-Ahead logs: cannot create ${folder} (${reason}); choose another place with --wal`,
      { cause, exitCode: INITIALIZING_LOGS, data: { path: folder } },
    );
  }
}

const ended = (exit: PeerExit): Ended => ({ code: exitCodeLike(exit), signal: exit.signal ?? undefined });

export async function launchPeer(config: RunConfig, program: string): Promise<Ended> {
  checkBuilt();
  return ended(await spawnPeer(config, program, { registerFile: registerFile() }));
}

export async function launchCommand(config: RunConfig, command: readonly [string, ...string[]]): Promise<Ended> {
  checkBuilt();
  try {
    return ended(await spawnCommand(config, command, { registerFile: registerFile() }));
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT') {
      throw new PalError('not-found', `pal exec: command not found: ${command[0]}`, { cause, exitCode: NOT_FOUND });
    }
    if (code === 'EACCES') {
      throw new PalError('permission', `pal exec: permission denied: ${command[0]}`, {
        cause,
        exitCode: NOT_EXECUTABLE,
      });
    }
    throw cause;
  }
}

function checkBuilt(): void {
  try {
    accessSync(registerFile(), constants.R_OK);
  } catch (cause) {
    throw new PalError('not-found', `The recorder is missing: ${registerFile()}; build it with 'npm run build'.`, {
      cause,
    });
  }
}
