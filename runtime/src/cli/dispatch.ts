/**
 * From the words of the command line to an exit code: finds the command, parses its options, runs it, and turns every
 * error into one line on stderr and PAL's exit code.
 */
import { Command, CommanderError } from 'commander';
import { PalError } from '../errors';
import packageJson from '../../package.json';
import { groups, laterCommands, runCommands, shortcuts, type CommandEntry, type GroupEntry } from './commandTable';
import type { CommandSpec } from './commandSpec';
import type { CommandContext } from './context';
import { commandHelp, groupHelp, rootHelp, usageLines, type Row } from './help';
import { parseCommand } from './parser';
import { styleFor } from './terminal/style';
import { UsageError } from './usageError';

/** @param words the command line without `node` and script */
export async function dispatch(words: readonly string[], context: CommandContext): Promise<number> {
  try {
    return await runWords(words, context);
  } catch (error) {
    return report(error, context);
  } finally {
    await context.stdout.flush();
    await context.stderr.flush();
  }
}

interface Target {
  readonly help: (colors: boolean) => string;
  readonly usage: string;
}

/** Carries what to print after the message. */
class UsageFailure extends Error {
  readonly error: UsageError;
  readonly usage: string;
  constructor(error: UsageError, usage: string) {
    super(error.message);
    this.error = error;
    this.usage = usage;
  }
}

async function runWords(words: readonly string[], context: CommandContext): Promise<number> {
  const root = parseRoot(words);
  if (root.version) return print(context, `${packageJson.version}\n`);
  const rest = root.rest;
  if (root.help || rest.length === 0) return print(context, rootTarget.help(context.stdout.colors));
  if (rest[0] === 'help') return help(rest.slice(1), context);

  const group = groups.find((candidate) => candidate.path[0] === rest[0]);
  if (group !== undefined) return runGroup(group, rest.slice(1), root.inherited, context);
  const entry = [...runCommands, ...shortcuts].find((candidate) => candidate.path[0] === rest[0]);
  if (entry === undefined) throw new UsageFailure(unmatched(rest[0] ?? '', rest[0] ?? ''), rootTarget.usage);
  return runEntry(entry, rest.slice(1), root.inherited, context);
}

interface RootWords {
  readonly rest: readonly string[];
  readonly help: boolean;
  readonly version: boolean;
  readonly inherited: ReadonlyMap<string, unknown>;
}

/** Options before the first command word; those of the command come later, with its own table. */
function parseRoot(words: readonly string[]): RootWords {
  const root = optionsOnly('pal');
  root.option('-V, --version');
  const options = parseLeading(root, words, rootTarget.usage);
  return {
    rest: root.args,
    help: options['help'] === true,
    version: options['version'] === true,
    inherited: inherited(options),
  };
}

function optionsOnly(name: string): Command {
  const silent = { writeOut: () => undefined, writeErr: () => undefined };
  return new Command(name)
    .exitOverride()
    .configureOutput(silent)
    .helpOption(false)
    .helpCommand(false)
    .allowExcessArguments(true)
    .passThroughOptions(true)
    .argument('[words...]')
    .option('-d, --dir <value>')
    .option('-h, --help');
}

function parseLeading(command: Command, words: readonly string[], usage: string): Record<string, unknown> {
  try {
    command.parse([...words], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    const quoted = /'([^']*)'/.exec(error.message)?.[1] ?? '';
    const text =
      error.code === 'commander.unknownOption'
        ? `Unknown option: '${quoted}'`
        : `Missing required parameter for option '${quoted.split(/[ ,]+/)[1] ?? quoted}'`;
    throw new UsageFailure(new UsageError(text), usage);
  }
  return command.opts<Record<string, unknown>>();
}

function inherited(options: Record<string, unknown>): ReadonlyMap<string, unknown> {
  return typeof options['dir'] === 'string' ? new Map([['dir', options['dir']]]) : new Map<string, unknown>();
}

async function runGroup(
  group: GroupEntry,
  words: readonly string[],
  before: ReadonlyMap<string, unknown>,
  context: CommandContext,
): Promise<number> {
  const command = optionsOnly(group.path.join(' '));
  const text = groupHelp(group, group.members, styleFor(context.stdout.colors));
  const usage = groupHelp(group, group.members, styleFor(context.stderr.colors));
  const options = parseLeading(command, words, usage);
  const rest = command.args;
  if (options['help'] === true || rest.length === 0) return print(context, text);
  if (rest[0] === 'help') return help([...group.path, ...rest.slice(1)], context);
  const entry = group.members.find((member) => member.path[1] === rest[0]);
  if (entry === undefined) {
    throw new UsageFailure(unmatched(rest[0] ?? '', [...group.path, rest[0] ?? ''].join(' ')), usage);
  }
  return runEntry(entry, rest.slice(1), new Map([...before, ...inherited(options)]), context);
}

async function runEntry(
  entry: CommandEntry,
  words: readonly string[],
  before: ReadonlyMap<string, unknown>,
  context: CommandContext,
): Promise<number> {
  const spec = await load(entry);
  try {
    const parsed = parseCommand(spec, words, context.env, before);
    if (parsed.flag('help')) return print(context, commandHelp(spec, styleFor(context.stdout.colors)));
    return await spec.run(parsed, context);
  } catch (error) {
    if (error instanceof UsageError) throw new UsageFailure(error, leafUsage(spec));
    throw error;
  }
}

/** An alias runs the same specification under its own name. */
async function load(entry: CommandEntry): Promise<CommandSpec> {
  const spec = await entry.load();
  return spec.path.join(' ') === entry.path.join(' ') ? spec : { ...spec, path: entry.path };
}

async function help(path: readonly string[], context: CommandContext): Promise<number> {
  const style = styleFor(context.stdout.colors);
  if (path.length === 0) return print(context, rootTarget.help(context.stdout.colors));
  const group = groups.find((candidate) => candidate.path[0] === path[0]);
  if (group !== undefined && path.length === 1) return print(context, groupHelp(group, group.members, style));
  const candidates = [...runCommands, ...shortcuts, ...groups.flatMap((candidate) => candidate.members)];
  const entry = candidates.find((candidate) => candidate.path.join(' ') === path.join(' '));
  if (entry === undefined) {
    throw new UsageFailure(unmatched(path.at(-1) ?? '', path.join(' ')), rootTarget.usage);
  }
  return print(context, commandHelp(await load(entry), style));
}

function unmatched(word: string, path: string): UsageError {
  return new UsageError(
    `Unmatched argument at index 0: '${word}'`,
    laterCommands.has(path)
      ? `'pal ${path}' of PAL 1.0 is not part of this version (${packageJson.version}).`
      : undefined,
  );
}

function leafUsage(spec: CommandSpec): string {
  return `${usageLines(spec)}\nRun 'pal ${spec.path.join(' ')} --help' for options and examples.\n`;
}

function print(context: CommandContext, text: string): number {
  context.stdout.write(text);
  return 0;
}

const rows = (entries: readonly { path: readonly string[]; summary: string }[]): Row[] =>
  entries.map((entry) => [entry.path.join(' '), entry.summary]);

const rootTarget: Target = {
  help: (colors) =>
    rootHelp(
      [
        { heading: 'Commands', rows: rows(runCommands) },
        { heading: 'Management Commands', rows: rows(groups) },
        { heading: 'Shortcuts', rows: rows(shortcuts) },
      ],
      styleFor(colors),
    ),
  get usage() {
    return this.help(false);
  },
};

function report(error: unknown, context: CommandContext): number {
  const { stderr } = context;
  const style = styleFor(stderr.colors);
  if (error instanceof UsageFailure) {
    stderr.write(`${style.red(error.message)}\n`);
    if (error.error.hint !== undefined) stderr.write(`${error.error.hint}\n`);
    stderr.write(error.usage);
    return 2;
  }
  if (PalError.is(error)) {
    stderr.write(`${style.red(error.message)}\n`);
    return error.exitCode;
  }
  // The system refused something that nobody expected it to: its own words are the clear line.
  if (error instanceof Error && 'syscall' in error && 'errno' in error) {
    stderr.write(`${style.red(error.message)}\n`);
    return 1;
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  stderr.write(`${style.red('pal failed unexpectedly; please report this:')}\n${text}\n`);
  return 1;
}
