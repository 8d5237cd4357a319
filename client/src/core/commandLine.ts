/** Command lines: what `pal run` is called with, and how that is written so that a shell reads it back as it was. */
import { basename, join } from 'node:path';

export interface CommandLine {
  readonly command: string;
  readonly args: readonly string[];
}

const plainWord = /^[\w@%+=:,./-]+$/;
const plainWindowsWord = /^[\w@+=:,./\\-]+$/;

/** The command as text for the user's shell: POSIX, or on Windows what both PowerShell and cmd accept for ordinary paths. */
export function quoteCommandLine({ command, args }: CommandLine, platform: NodeJS.Platform): string {
  const quote = platform === 'win32' ? quoteWindows : quotePosix;
  const line = [command, ...args].map(quote).join(' ');
  // PowerShell takes a quoted first word for text unless it is called with `&`.
  return platform === 'win32' && line.startsWith('"') ? `& ${line}` : line;
}

function quotePosix(word: string): string {
  return plainWord.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

function quoteWindows(word: string): string {
  return plainWindowsWord.test(word) ? word : `"${word.replaceAll('"', '\\"')}"`;
}

/** `2026-11-24T13:05:09` as `20261124-130509`, local time: recordings sort by name as by age. */
export function timestamp(date: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}${two(date.getMonth() + 1)}${two(date.getDate())}`;
  return `${day}-${two(date.getHours())}${two(date.getMinutes())}${two(date.getSeconds())}`;
}

/** Where a new recording of `program` goes. */
export function recordingPath(folder: string, program: string, date: Date): string {
  const name = basename(program).replace(/\.[cm]?[jt]sx?$/i, '');
  return join(folder, `${name}-${timestamp(date)}.palrec`);
}

export interface RunRequest {
  readonly program: string;
  readonly args: readonly string[];
  /** Log to write; undefined records nothing. */
  readonly wal: string | undefined;
  /** Options of the user, put before ours so that ours cannot be taken for their values. */
  readonly options: readonly string[];
}

/** Arguments of the `pal` command. */
export function palRunArguments({ program, args, wal, options }: RunRequest): readonly string[] {
  return ['run', ...options, ...(wal === undefined ? [] : ['--wal', wal]), program, ...args];
}

/** Recordings of a command: one file per process, so the name holds a place for its id. */
export function recordingTemplate(folder: string, name: string, date: Date): string {
  return join(folder, `${name.replace(/[^\w.-]+/g, '-')}-${timestamp(date)}-{pid}.palrec`);
}

export interface ExecRequest {
  readonly command: readonly string[];
  readonly wal: string;
  readonly options: readonly string[];
}

/** Arguments of the `pal` command that records every Node process of another command. */
export function palExecArguments({ command, wal, options }: ExecRequest): readonly string[] {
  return ['exec', ...options, '--wal', wal, '--', ...command];
}
