/**
 * The queue's own write lock (`chronicle.write.lock` in `metadata.cq4t`): free, or the process id of the one writer. Java takes it
 * around every message; a writer of this runtime keeps it as long as it is open.
 *
 * Invariant: at most one live process holds it. Node has no compare-and-swap on files, so the moment between looking and taking is
 * guarded by a file that only one process can create. Deliberately absent: waiting for a holder.
 */
import { closeSync, fstatSync, openSync, readSync, statSync, unlinkSync, writeSync } from 'node:fs';
import path from 'node:path';
import { PalError } from '../../errors';
import { queueError } from './queueDirectory';
import { holdsLock } from './lockHolder';
import { UNLOCKED } from './tableStore';

const GUARD_FILE = '.pal-lock-guard';
/** The guard is held for microseconds; one that is older was left by a process that died in between. */
const GUARD_STALE_MS = 1_000;
const GUARD_WAIT_MS = 2_000;
/**
 * Runs `work` while no other process runs it for this directory. Synchronous and short, hence the waiting on the spot.
 * @throws PalError `locked` when another process does not finish in time.
 */
export function guarded<T>(dir: string, work: () => T): T {
  const guard = path.join(dir, GUARD_FILE);
  const until = Date.now() + GUARD_WAIT_MS;
  for (;;) {
    try {
      closeSync(openSync(guard, 'wx'));
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw queueError(error, dir, dir, 'write');
      if (ageOf(guard) > GUARD_STALE_MS) removeQuietly(guard);
      else if (Date.now() > until)
        throw new PalError('locked', `Another process is opening Chronicle log at path: ${dir}; try again`, {
          data: { path: dir },
        });
      else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2);
    }
  }
  try {
    return work();
  } finally {
    removeQuietly(guard);
  }
}

/**
 * Takes the lock whose word lies at `at` of the open table file; to be called inside `guarded`.
 * @throws PalError `locked` with the holder's pid.
 */
export function takeLock(dir: string, fd: number, at: number): void {
  const word = Buffer.alloc(8);
  readSync(fd, word, 0, 8, at);
  const holder = word.readBigInt64LE(0);
  if (holder !== UNLOCKED) {
    const pid = Number(BigInt.asIntN(32, holder)); // Java may keep a thread id in the upper half
    if (holdsLock(pid, fstatSync(fd).mtimeMs))
      throw new PalError(
        'locked',
        `Chronicle log at path: ${dir} is being written by process ${pid}; end that process or choose another log`,
        { data: { path: dir, pid } },
      );
  }
  word.writeBigInt64LE(BigInt(process.pid), 0);
  writeSync(fd, word, 0, 8, at);
}

/** Gives the lock back if this process has it. */
export function releaseLock(fd: number, at: number): void {
  const word = Buffer.alloc(8);
  readSync(fd, word, 0, 8, at);
  if (word.readBigInt64LE(0) !== BigInt(process.pid)) return;
  word.writeBigInt64LE(UNLOCKED, 0);
  writeSync(fd, word, 0, 8, at);
}

function ageOf(file: string): number {
  try {
    return Date.now() - statSync(file).mtimeMs;
  } catch {
    return 0; // just removed
  }
}

function removeQuietly(file: string): void {
  try {
    unlinkSync(file);
  } catch {
    // someone else removed it
  }
}
