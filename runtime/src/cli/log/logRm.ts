/** `pal log rm`: the directory's entry of a log and its files (command-line specification, 9.5). */
import { existsSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Directory, LogRecord } from '../../directory/directory';
import { openDirectory } from '../../directory/openDirectory';
import { PalError } from '../../errors';
import type { LogInfo } from '../../log/log';
import { openLog } from '../../log/openLog';
import type { CommandSpec } from '../commandSpec';
import type { CommandContext } from '../context';
import { directoryChoice } from '../directoryChoice';
import type { ParsedCommand } from '../parsedCommand';
import { commandHelp } from '../help';
import { styleFor } from '../terminal/style';
import { findLogs, fromRecord, isPresent, kafkaOption, resolvePath, type ResolvedLog } from './logResolver';

export const logRm: CommandSpec = {
  path: ['log', 'rm'],
  summary: 'Remove logs from the directory, with their files',
  synopsis: ['[OPTIONS] [LOG...]'],
  positionals: [{ label: 'LOG...', description: 'Paths (NAME.palrec, file:DIR), names or UUIDs', variadic: true }],
  options: [
    { flags: ['-s', '--starting-with'], description: 'Remove all logs whose names start with the arguments' },
    { flags: ['-a', '--all'], description: 'Remove all logs of the directory' },
    { flags: ['-f', '--force'], description: 'Do not ask; remove logs that a live peer is writing, too' },
    kafkaOption,
  ],
  examples: [
    { command: 'pal log rm app.palrec', explanation: 'one recording' },
    { command: 'pal log rm -f -s /srv/wal/test-', explanation: 'all whose path starts so' },
  ],
  exitCodes: [['N', 'number of logs that could not be removed']],
  run: async (parsed, context) => {
    if (parsed.args.length === 0 && !parsed.flag('all')) {
      context.stdout.write(commandHelp(logRm, styleFor(context.stdout.colors)));
      return 1;
    }
    const directory = openDirectory(directoryChoice(parsed, 1));
    try {
      const removal = new Removal(directory, parsed, context);
      if (parsed.flag('all')) await removal.everything();
      else for (const given of parsed.args) await removal.named(given);
      return removal.errors;
    } finally {
      await directory?.close();
    }
  },
};

class Removal {
  errors = 0;
  private readonly directory: Directory | undefined;
  private readonly parsed: ParsedCommand;
  private readonly context: CommandContext;

  constructor(directory: Directory | undefined, parsed: ParsedCommand, context: CommandContext) {
    this.directory = directory;
    this.parsed = parsed;
    this.context = context;
  }

  async everything(): Promise<void> {
    const records = (await this.directory?.listLogs()) ?? [];
    if (records.length === 0 || !(await this.agreed(`Remove all ${records.length} logs and their files?`))) return;
    for (const record of records) await this.remove(fromRecord(record), record);
  }

  async named(given: string): Promise<void> {
    if (this.parsed.flag('startingWith')) {
      const records = ((await this.directory?.listLogs()) ?? []).filter((record) => record.name.startsWith(given));
      if (records.length === 0) {
        this.missing(given);
        return;
      }
      if (!(await this.agreed(`Remove ${records.length} logs starting with '${given}' and their files?`))) return;
      for (const record of records) await this.remove(fromRecord(record), record);
      return;
    }
    const direct = resolvePath(given, this.context);
    if (direct !== undefined) {
      const record = ((await this.directory?.listLogs()) ?? []).find((log) => fromRecord(log).path === direct.path);
      if (record === undefined && !existsSync(direct.path)) this.missing(direct.path);
      else await this.remove(direct, record);
      return;
    }
    const records = await findLogs(given, this.parsed);
    if (records.length === 0) this.missing(given);
    if (records.length > 1 && !(await this.agreed(`Remove ${records.length} logs called '${given}'?`))) return;
    for (const record of records) await this.remove(fromRecord(record), record);
  }

  /** As in PAL, what is not there is a note and no error. */
  private missing(given: string): void {
    this.context.stderr.write(`Log '${given}' does not exist.\n`);
  }

  private async agreed(question: string): Promise<boolean> {
    if (this.parsed.flag('force')) return true;
    if (await this.context.confirm(question)) return true;
    this.context.stderr.write('Nothing removed. Use --force to remove without being asked.\n');
    this.errors += 1;
    return false;
  }

  private async remove(log: ResolvedLog, record: LogRecord | undefined): Promise<void> {
    const { stdout } = this.context;
    try {
      if (record?.kind === 'kafka') {
        this.note(`'${record.name}' is a Kafka topic; only its entry in the directory is removed.`);
      } else if (existsSync(log.path) && !(await this.removeFiles(log))) {
        this.errors += 1;
        return;
      }
      if (record !== undefined) await this.directory?.removeLog(record.uuid);
      stdout.write(`Removed ${log.path}\n`);
    } catch (error) {
      this.errors += 1;
      this.note(`Cannot remove log '${log.path}': ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  /** False, with a note, when the path holds no log or somebody writes it. */
  private async removeFiles(log: ResolvedLog): Promise<boolean> {
    const state = isPresent(log) ? await stateOf(log) : 'no log';
    if (state === 'no log') {
      this.note(`${log.path} is no log; nothing is removed.`);
      return false;
    }
    if (state === 'open' && !this.parsed.flag('force')) {
      this.note(`Cannot remove log '${log.path}': a live process is writing it. Use --force to remove anyway.`);
      return false;
    }
    if (log.kind === 'palrec') {
      rmSync(log.path);
      return true;
    }
    const own = readdirSync(log.path).filter((name) => QUEUE_FILE.test(name));
    for (const name of own) rmSync(join(log.path, name), { recursive: true });
    if (readdirSync(log.path).length === 0) rmdirSync(log.path);
    else this.note(`${log.path} holds other files too; they are kept.`);
    return true;
  }

  private note(text: string): void {
    this.context.stderr.write(`${text}\n`);
  }
}

/** What a queue directory holds; anything else in it belongs to the user. */
const QUEUE_FILE = /\.cq4t?(\.tmp)?$|^pal-recording\.json$/;

async function stateOf(log: ResolvedLog): Promise<LogInfo['state'] | 'no log'> {
  try {
    const reader = await openLog(log.name);
    try {
      return (await reader.info()).state;
    } finally {
      await reader.close();
    }
  } catch (error) {
    // A log too damaged to open is still one, and the user wants to be rid of it.
    return PalError.is(error, 'not-a-log') ? 'no log' : 'damaged';
  }
}
