/**
 * Says whether the process that wrote a record still runs. A process id alone is reused by the system; together with the start time
 * of the process it is unique while the machine is up.
 *
 * Invariant: a running process is never called dead. Where the system tells no start time (outside Linux) a process id that is in
 * use again makes a dead process look alive until the next boot; where another machine (or container) wrote the record nothing can be
 * known, and the process counts as alive.
 */
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname, uptime } from 'node:os';

export interface ProcessIdentity {
  readonly pid: number;
  /** Start time in the system's own unit (Linux: ticks after boot); `''` where the system does not tell. */
  readonly start: string;
  /** Host name and process namespace. */
  readonly machine: string;
  /** Identity of this boot of the machine; `''` where the system does not tell. */
  readonly boot: string;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
}

/** Slack when the time of boot is computed from uptime, in milliseconds. */
const BOOT_SLACK = 5_000;

const readText = (path: string): string => {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
};

const namespaceOf = (): string => {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
};

/**
 * Field 22 of `/proc/PID/stat`; the fields are counted behind the command name, which may hold blanks and parentheses. Empty for a process
 * that has ended, even while its parent has not asked for the exit code yet (states Z and X).
 */
const startOf = (pid: number): string => {
  const stat = readText(`/proc/${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' || fields[0] === 'X' ? '' : (fields[19] ?? '');
};

let here: { readonly machine: string; readonly boot: string } | undefined;
const thisMachine = (): { readonly machine: string; readonly boot: string } =>
  (here ??= {
    machine: `${hostname()} ${namespaceOf()}`.trim(),
    boot: readText('/proc/sys/kernel/random/boot_id'),
  });

export function identityOf(pid: number): ProcessIdentity {
  return { pid, start: startOf(pid), ...thisMachine(), at: Date.now() };
}

export function isProcessAlive(identity: ProcessIdentity): boolean {
  const { machine, boot } = thisMachine();
  const sameHost = identity.machine.split(' ')[0] === machine.split(' ')[0];
  if (sameHost && identity.boot !== '' && boot !== '' && identity.boot !== boot) return false;
  if (identity.machine !== machine) return true;
  if (identity.at < Date.now() - uptime() * 1000 - BOOT_SLACK) return false;
  if (identity.start !== '') return startOf(identity.pid) === identity.start;
  try {
    process.kill(identity.pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
