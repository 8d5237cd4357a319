/**
 * Parses the words after a command's path by PAL's rules (command-line specification, section 1) on top of commander.
 *
 * Commander does: options anywhere between the positionals, `--`, attached short values, negated switches, greedy lists,
 * suggestions for mistyped options. The adapters here add what it lacks: short options of several letters (`-fp`), the
 * blank as the only separator, PAL's wording, and `PAL_*` variables as defaults.
 */
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { PalError } from '../errors';
import { optionKey, optionName, type CommandSpec, type OptionSpec } from './commandSpec';
import { ParsedCommand, type ValueSource } from './parsedCommand';
import { InvalidValue, UsageError } from './usageError';

export type Environment = Readonly<Record<string, string | undefined>>;

/** `-d` and `-h` exist on every command. */
export const directoryOption: OptionSpec = {
  flags: ['-d', '--dir'],
  value: 'local|none',
  description: 'Directory of peers and logs (default: local)',
  env: 'PAL_DIRECTORY',
};
export const helpOption: OptionSpec = { flags: ['-h', '--help'], description: 'Show this help' };

/** All options of a command, with the inherited ones. */
export function allOptions(spec: CommandSpec): readonly OptionSpec[] {
  return [directoryOption, ...spec.options, helpOption];
}

/**
 * @param inherited value of `-d` given before the command's name
 * @throws UsageError for anything that is not understood
 */
export function parseCommand(
  spec: CommandSpec,
  words: readonly string[],
  env: Environment,
  inherited: ReadonlyMap<string, unknown> = new Map(),
): ParsedCommand {
  const options = allOptions(spec);
  const command = buildCommander(spec, options);
  try {
    command.parse(adaptWords(words, options, spec), { from: 'user' });
  } catch (error) {
    throw translate(error, options);
  }
  const values = new Map<string, unknown>(inherited);
  const sources = new Map<string, ValueSource>();
  for (const key of inherited.keys()) sources.set(key, 'flag');
  const given = command.opts<Record<string, unknown>>();
  for (const option of options) {
    const key = optionKey(option);
    // `--no-trim` is a switch of its own here; commander takes it for the negation of `trim`.
    const negation = option.value === undefined && optionName(option).startsWith('--no-');
    const attribute = negation ? optionKey({ ...option, flags: [optionName(option).replace('--no-', '--')] }) : key;
    if (command.getOptionValueSource(attribute) === 'cli') {
      const value = negation ? given[attribute] === false : given[attribute];
      values.set(key, option.greedy === true && value === true ? [] : value);
      sources.set(key, 'flag');
    }
    applyEnvironment(option, key, env, values, sources);
  }
  const parsed = new ParsedCommand(command.args, values, sources);
  if (!parsed.flag('help')) checkPositionals(spec, parsed.args);
  return parsed;
}

function buildCommander(spec: CommandSpec, options: readonly OptionSpec[]): Command {
  const command = new Command(spec.path.join(' '));
  const silent = { writeOut: () => undefined, writeErr: () => undefined };
  command.exitOverride().configureOutput(silent).helpOption(false).helpCommand(false).allowExcessArguments(true);
  command.argument('[words...]');
  if (spec.stopAtPositional === true) command.passThroughOptions(true);
  for (const option of options) addOption(command, option);
  return command;
}

function addOption(command: Command, spec: OptionSpec): void {
  const short = spec.flags.filter((flag) => /^-[^-]$/.test(flag));
  const long = spec.flags.filter((flag) => flag.startsWith('--'));
  const label = spec.value === undefined ? '' : spec.greedy === true ? ' [values...]' : ' <value>';
  const option = new Option([...short.slice(0, 1), ...long.slice(0, 1)].join(', ') + label);
  const collects = spec.greedy === true || spec.repeatable === true || spec.split === true;
  if (collects) {
    option.argParser((raw: string, previous: unknown) => [
      ...(Array.isArray(previous) ? (previous as unknown[]) : []),
      ...(spec.split === true ? splitList(raw) : [raw]).map((item) => convert(spec, item)),
    ]);
  } else if (spec.value !== undefined) {
    option.argParser((raw: string) => convert(spec, raw));
  }
  command.addOption(option);
  if (spec.negatable === true) command.addOption(new Option(optionName(spec).replace('--', '--no-')));
}

function splitList(raw: string): string[] {
  return raw.split(',').filter((item) => item !== '');
}

function convert(spec: OptionSpec, raw: string): unknown {
  if (spec.parse === undefined) return raw;
  try {
    return spec.parse(raw);
  } catch (error) {
    if (error instanceof InvalidValue) {
      throw new InvalidArgumentError(`Invalid value for option '${optionName(spec)}': ${error.message}`);
    }
    throw error;
  }
}

/** Rewrites what commander does not know, and refuses what PAL refuses, before commander sees the words. */
function adaptWords(words: readonly string[], options: readonly OptionSpec[], spec: CommandSpec): string[] {
  const byFlag = new Map<string, OptionSpec>();
  for (const option of options) {
    for (const flag of option.flags) byFlag.set(flag, option);
    if (option.negatable === true) byFlag.set(optionName(option).replace('--', '--no-'), option);
  }
  const adapted: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!;
    if (word === '--' || (spec.stopAtPositional === true && !word.startsWith('-'))) {
      adapted.push(...words.slice(at));
      break;
    }
    const [flag, attached] = splitEquals(word);
    const option = byFlag.get(attached === undefined ? word : flag);
    if (option === undefined) {
      adapted.push(word);
      continue;
    }
    if (attached !== undefined) {
      if (spec.acceptEquals !== true && option.value !== undefined) {
        throw new UsageError(
          `Unknown option: '${word}'`,
          `Write a blank between option and value: ${flag} ${attached}`,
        );
      }
      adapted.push(`${optionName(option)}=${attached}`);
      continue;
    }
    const isLongShort = /^-[^-]./.test(word);
    adapted.push(isLongShort ? optionName(option) : word);
    if (option.value !== undefined && option.greedy !== true && at + 1 < words.length) {
      const value = words[++at]!;
      if (byFlag.has(value) || value === '--') {
        throw new UsageError(`Expected parameter for option '${word}' but found '${value}'`);
      }
      adapted.push(value);
    }
  }
  return adapted;
}

function splitEquals(word: string): readonly [flag: string, attached: string | undefined] {
  const at = word.startsWith('-') ? word.indexOf('=') : -1;
  return at < 0 ? [word, undefined] : [word.slice(0, at), word.slice(at + 1)];
}

function translate(error: unknown, options: readonly OptionSpec[]): unknown {
  if (!(error instanceof CommanderError)) return error;
  const quoted = /'([^']*)'/.exec(error.message)?.[1] ?? '';
  switch (error.code) {
    case 'commander.unknownOption': {
      const suggestion = /\(Did you mean (.*)\?\)/.exec(error.message)?.[1];
      return new UsageError(
        `Unknown option: '${quoted}'`,
        suggestion === undefined ? undefined : `Did you mean ${suggestion}?`,
      );
    }
    case 'commander.optionMissingArgument': {
      const name = quoted.split(/[ ,]+/).find((part) => part.startsWith('--')) ?? quoted.split(' ')[0] ?? quoted;
      const label = options.find((option) => optionName(option) === name)?.value ?? 'value';
      return new UsageError(`Missing required parameter for option '${name}' (${label})`);
    }
    case 'commander.invalidArgument': {
      const at = error.message.indexOf('Invalid value for option');
      return new UsageError(at < 0 ? error.message : error.message.slice(at));
    }
    default:
      return new UsageError(error.message.replace(/^error: /, ''));
  }
}

function applyEnvironment(
  option: OptionSpec,
  key: string,
  env: Environment,
  values: Map<string, unknown>,
  sources: Map<string, ValueSource>,
): void {
  if (option.env === undefined || (values.has(key) && option.envBeatsFlag !== true)) return;
  const raw = env[option.env]?.trim();
  if (raw === undefined || raw === '') return;
  if (option.value === undefined) {
    values.set(key, raw.toLowerCase() === 'true');
  } else {
    try {
      const parse = option.parse ?? ((item: string): unknown => item);
      const collects = option.split === true || option.repeatable === true || option.greedy === true;
      values.set(key, collects ? splitList(raw).map(parse) : parse(raw));
    } catch (error) {
      if (!(error instanceof InvalidValue)) throw error;
      throw new PalError('usage', `Invalid value of the environment variable ${option.env}: ${error.message}`);
    }
  }
  sources.set(key, 'env');
}

function checkPositionals(spec: CommandSpec, args: readonly string[]): void {
  const missing = spec.positionals.slice(args.length).find((positional) => positional.required === true);
  if (missing !== undefined) throw new UsageError(`Missing required parameter: '${missing.label}'`);
  const open = spec.positionals.some((positional) => positional.variadic === true);
  if (!open && args.length > spec.positionals.length) {
    const at = spec.positionals.length;
    throw new UsageError(`Unmatched argument at index ${at}: '${args[at] ?? ''}'`);
  }
}
