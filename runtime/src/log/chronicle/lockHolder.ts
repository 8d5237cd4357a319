/**
 * Whether the process whose number is in a queue's write lock still holds it.
 *
 * Invariant: a running holder is never called gone. A number says little after a restart of a container, where numbers repeat at once:
 * a process that began after the lock's file was last written cannot be the one that took the lock. Deliberately absent: holders on
 * other machines (a queue is a local directory).
 */
import { readFileSync } from 'node:fs';

/** Clocks of file times, boot time and process ticks differ by up to this much. */
const CLOCK_SLACK_MS = 1_500;
const OWN_CLOCK_SLACK_MS = 20;
/** Linux tells process times in hundredths of a second. */
const TICK_MS = 10;

/** @param tableWritten when the file that holds the lock was last written, milliseconds since the epoch. */
export function holdsLock(pid: number, tableWritten: number): boolean {
  if (pid === process.pid) return Date.now() - process.uptime() * 1000 <= tableWritten + OWN_CLOCK_SLACK_MS;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const stat = readProc(`/proc/${pid}/stat`);
  if (stat === undefined) return true; // not Linux: believe the number
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' '); // from field 3 on; the name before may hold anything
  if (fields[0] === 'Z' || fields[0] === 'X') return false; // ended, its parent has not looked yet
  const bootSeconds = /^btime (\d+)/m.exec(readProc('/proc/stat') ?? '')?.[1];
  const ticks = fields[19]; // field 22: start after boot
  if (bootSeconds === undefined || ticks === undefined) return true;
  return Number(bootSeconds) * 1000 + Number(ticks) * TICK_MS <= tableWritten + CLOCK_SLACK_MS;
}

function readProc(file: string): string | undefined {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return undefined;
  }
}
