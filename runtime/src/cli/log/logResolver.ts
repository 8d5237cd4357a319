/**
 * From what the user calls a log to the name that `openLog` opens: `file:` paths against the base directory, recordings
 * by path, everything else through the directory, by name or UUID (command-line specification, 4.1).
 */
import { existsSync, readdirSync, statSync, type Stats } from 'node:fs';
import { basename, isAbsolute, resolve } from 'node:path';
import type { LogRecord } from '../../directory/directory';
import { openDirectory } from '../../directory/openDirectory';
import { PalError } from '../../errors';
import type { CommandContext } from '../context';
import { directoryChoice } from '../directoryChoice';
import type { OptionSpec } from '../commandSpec';
import type { ParsedCommand } from '../parsedCommand';

export interface ResolvedLog {
  readonly kind: 'chronicle' | 'palrec';
  /** `file:/abs/dir` or `/abs/x.palrec`. */
  readonly name: string;
  readonly path: string;
}

/** Kafka is named so that scripts written for PAL 1.0 get a clear answer. */
export const kafkaOption: OptionSpec = {
  flags: ['-k', '--kafka-servers'],
  value: 'bootstrap_servers',
  env: 'PAL_KAFKA_SERVERS',
  hidden: true,
  description: '',
};

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** @throws PalError exit 1 when nothing can be opened under that name */
export async function resolveLog(given: string, parsed: ParsedCommand, context: CommandContext): Promise<ResolvedLog> {
  const direct = resolvePath(given, context);
  if (direct !== undefined) return mustExist(direct);
  const found = await findLogs(given, parsed);
  if (found.length > 1) {
    const names = found.map((record) => `${record.uuid} ${record.name}`).join('\n');
    throw new PalError('usage', `Several logs are called '${given}'; give the UUID or the path:\n${names}`);
  }
  const record = found[0];
  if (record !== undefined && record.kind !== 'kafka') return mustExist(fromRecord(record));
  if (record !== undefined || parsed.has('kafkaServers')) {
    throw new PalError('unsupported', `'${given}' is a Kafka topic, and Kafka logs are not part of this version.`);
  }
  throw new PalError(
    'not-found',
    `No Log found for identifier: ${given}\nGive a recording (NAME.palrec), a Chronicle queue (file:DIR), or a name that 'pal log ls' shows.`,
  );
}

/** Names that are paths; undefined for those that only the directory can know. Nothing is checked for existence. */
export function resolvePath(given: string, context: CommandContext): ResolvedLog | undefined {
  if (given.startsWith('file:')) {
    return chronicle(chroniclePath(given.slice('file:'.length), context));
  }
  const path = resolve(context.cwd, given);
  if (given.endsWith('.palrec')) return { kind: 'palrec', name: path, path };
  if (!existsSync(path)) return undefined;
  if (statSync(path).isDirectory()) return isQueue(path) ? chronicle(path) : undefined;
  return { kind: 'palrec', name: path, path };
}

const chronicle = (path: string): ResolvedLog => ({ kind: 'chronicle', name: `file:${path}`, path });

/** Relative: below the base directory if it is there, else below the working directory if it is there. */
function chroniclePath(path: string, { cwd, env }: CommandContext): string {
  const base = env['PAL_CHRONICLE_BASE_DIR']?.trim() ?? '';
  if (isAbsolute(path) || base === '') return resolve(cwd, path);
  const inBase = resolve(cwd, base, path);
  const inCwd = resolve(cwd, path);
  return !existsSync(inBase) && existsSync(inCwd) ? inCwd : inBase;
}

export function isQueue(path: string): boolean {
  try {
    return readdirSync(path).some((name) => name.includes('.cq4'));
  } catch (cause) {
    throw asPalError(cause, path);
  }
}

/** Checks here, so that every command says it in the same words. */
function mustExist(log: ResolvedLog): ResolvedLog {
  const { path, kind } = log;
  const stat = statOf(path);
  if (kind === 'chronicle') {
    if (stat === undefined || (stat.isDirectory() && !isQueue(path))) {
      throw new PalError('not-found', `Chronicle log does not exist at path: ${path}`, { data: { path } });
    }
    if (!stat.isDirectory()) {
      throw new PalError('not-a-log', `${path} is a file, not the directory of a Chronicle queue.`, { data: { path } });
    }
  } else if (stat === undefined) {
    throw new PalError('not-found', `Recording does not exist at path: ${path}`, { data: { path } });
  } else if (stat.isDirectory()) {
    throw new PalError('not-a-log', `${path} is a directory; a Chronicle queue is named file:${path}`, {
      data: { path },
    });
  }
  return log;
}

/** Undefined when there is nothing; a place that may not be looked at is an error of its own. */
function statOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw asPalError(cause, path);
  }
}

export function asPalError(cause: unknown, path: string): unknown {
  const code = (cause as NodeJS.ErrnoException).code;
  if (code !== 'EACCES' && code !== 'EPERM') return cause;
  return new PalError('permission', `Permission denied: ${path}`, { cause, data: { path } });
}

/** Records of the directory that answer to a name or UUID. */
export async function findLogs(given: string, parsed: ParsedCommand): Promise<readonly LogRecord[]> {
  const directory = openDirectory(directoryChoice(parsed, 1));
  if (directory === undefined) return [];
  try {
    const logs = await directory.listLogs();
    if (UUID.test(given)) return logs.filter((log) => log.uuid === given.toLowerCase());
    return logs.filter((log) => shortNames(log).includes(given));
  } finally {
    await directory.close();
  }
}

/** Full name, last path segment, and for recordings also without the extension. */
function shortNames(log: LogRecord): readonly string[] {
  const last = basename(log.name);
  return [log.name, last, ...(last.endsWith('.palrec') ? [last.slice(0, -'.palrec'.length)] : [])];
}

export function fromRecord(record: LogRecord): ResolvedLog {
  return record.kind === 'palrec'
    ? { kind: 'palrec', name: record.name, path: record.name }
    : chronicle(record.name.replace(/^file:/, ''));
}

/** The files of a log are there. */
export function isPresent(log: ResolvedLog): boolean {
  if (!existsSync(log.path)) return false;
  return (
    log.kind === 'palrec' ||
    (statSync(log.path).isDirectory() && readdirSync(log.path).some((name) => name.includes('.cq4')))
  );
}
