/**
 * Opens logs by name: `file:DIR` is a Chronicle queue, `NAME.palrec` (or any other existing file) a recording.
 *
 * Paths follow PAL's rules (command-line specification 4.1): a relative queue lies below the base directory if it is there, else
 * below the working directory if it is there. Deliberately absent: names that only the directory knows; the caller looks those up.
 */
import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { PalError } from '../errors';
import type { LogReader, LogWriter, RecordingHeader } from './log';

export interface LogPlace {
  /** For relative queue paths (`PAL_CHRONICLE_BASE_DIR`). */
  readonly baseDir?: string | undefined;
  /** For relative paths; default: that of the process. */
  readonly cwd?: string | undefined;
}

export interface ResolvedLogName {
  readonly kind: 'chronicle' | 'palrec';
  /** Absolute, without `file:`. */
  readonly path: string;
}

const QUEUE_SCHEME = 'file:';
const RECORDING_SUFFIX = '.palrec';

/**
 * What a log name stands for; nothing is opened.
 * @throws PalError `not-found` for a name that is no path.
 */
export function resolveLogName(name: string, place: LogPlace = {}): ResolvedLogName {
  const cwd = path.resolve(place.cwd ?? '.');
  if (name.startsWith(QUEUE_SCHEME)) {
    const given = name.slice(QUEUE_SCHEME.length);
    if (given === '')
      throw new PalError('not-found', `'${name}' names no directory: give file:DIR`, { data: { name } });
    return { kind: 'chronicle', path: queuePath(given, place.baseDir, cwd) };
  }
  const absolute = path.resolve(cwd, name);
  if (name.endsWith(RECORDING_SUFFIX) || isFile(absolute)) return { kind: 'palrec', path: absolute };
  const hint = isQueue(absolute)
    ? `there is a queue at that path: give file:${name}`
    : 'give NAME.palrec for a recording or file:DIR for a Chronicle queue';
  throw new PalError('not-found', `no log '${name}': ${hint}`, { data: { name } });
}

/**
 * Opens a log for reading.
 * @throws PalError `not-found`, `permission`, `not-a-log`, `unsupported`, `corrupt`.
 */
export async function openLog(name: string, place: LogPlace = {}): Promise<LogReader> {
  const log = resolveLogName(name, place);
  if (log.kind === 'palrec') {
    const { openPalrecReader } = await import('./palrec/palrecReader');
    return openPalrecReader(log.path);
  }
  const { openChronicleReader } = await import('./chronicle/chronicleReader');
  return openChronicleReader(log.path);
}

export interface LogWriterPlace extends LogPlace {
  /** Stored with the log. */
  readonly header?: RecordingHeader | undefined;
  /** Replace an existing recording. A queue is always continued. */
  readonly overwrite?: boolean | undefined;
}

/**
 * Opens a log for ready messages.
 * @throws PalError `io` (a recording that exists), `locked`, `permission`, `disk-full`, `not-a-log`, `corrupt`.
 */
export async function openLogWriter(name: string, place: LogWriterPlace = {}): Promise<LogWriter> {
  const log = resolveLogName(name, place);
  if (log.kind === 'palrec') {
    const { PalrecMessageWriter } = await import('./palrec/palrecMessageWriter');
    return new PalrecMessageWriter(log.path, place.header ?? null, { overwrite: place.overwrite ?? false });
  }
  const { openChronicleWriter, TOOL_SETTINGS } = await import('./chronicle/chronicleWriter');
  return openChronicleWriter(log.path, {
    settings: TOOL_SETTINGS,
    ...(place.header === undefined ? {} : { recording: place.header }),
  });
}

function queuePath(given: string, baseDir: string | undefined, cwd: string): string {
  const inCwd = path.resolve(cwd, given);
  if (path.isAbsolute(given) || baseDir === undefined || baseDir === '') return inCwd;
  const inBase = path.resolve(cwd, baseDir, given);
  return !existsSync(inBase) && existsSync(inCwd) ? inCwd : inBase;
}

const isFile = (file: string): boolean => statSync(file, { throwIfNoEntry: false })?.isFile() ?? false;

function isQueue(dir: string): boolean {
  try {
    return readdirSync(dir).some((name) => name.includes('.cq4'));
  } catch {
    return false;
  }
}
