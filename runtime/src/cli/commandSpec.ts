/**
 * What a command of `pal` is, as data: the parser, the help text and the documentation test all read the same table, so
 * they cannot drift apart.
 *
 * Deliberately absent: commander. A specification knows nothing of the library that parses it.
 */
import type { CommandContext } from './context';
import type { ParsedCommand } from './parsedCommand';

export interface OptionSpec {
  /** Every spelling, short ones first: `-w`, `--wal`; PAL has short ones of several letters (`-fp`). */
  readonly flags: readonly string[];
  /** What the value is called in the help (`name|file:/path`). Absent: a switch. */
  readonly value?: string;
  /** `--x` and `--no-x`. */
  readonly negatable?: boolean;
  /** Arity `0..*`: swallows all words up to the next option, as PAL's list options do. */
  readonly greedy?: boolean;
  /** May be given several times; the values are collected. */
  readonly repeatable?: boolean;
  /** Values are split at commas (implies collecting). */
  readonly split?: boolean;
  readonly description: string;
  /** Heading in the help; the first group has the heading "Options". */
  readonly group?: string;
  /** Environment variable that supplies the value when the option is not on the command line. */
  readonly env?: string;
  /** For the switches where PAL lets the variable win over the option. */
  readonly envBeatsFlag?: boolean;
  /** Known to the parser, not shown in the help. */
  readonly hidden?: boolean;
  /** Converts or refuses a value: throw `InvalidValue` with the reason. */
  readonly parse?: (raw: string) => unknown;
}

export interface PositionalSpec {
  readonly label: string;
  readonly description: string;
  /** Missing → `Missing required parameter`, exit 2. */
  readonly required?: boolean;
  readonly variadic?: boolean;
}

export interface Example {
  readonly command: string;
  readonly explanation: string;
}

export interface CommandSpec {
  /** Words after `pal`. */
  readonly path: readonly string[];
  readonly summary: string;
  /** Lines after `Usage: pal <path>`. */
  readonly synopsis: readonly string[];
  readonly positionals: readonly PositionalSpec[];
  readonly options: readonly OptionSpec[];
  /** PAL's commands take `--name x` only; four of them accept `--name=x` too. */
  readonly acceptEquals?: boolean;
  /** Options end at the first positional (`exec COMMAND --its-own-options`). */
  readonly stopAtPositional?: boolean;
  /** Paragraphs after the options. */
  readonly notes?: readonly string[];
  readonly examples: readonly Example[];
  /** Exit codes other than 0 and 2. */
  readonly exitCodes?: readonly (readonly [code: string, meaning: string])[];
  /** @returns the exit code */
  readonly run: (parsed: ParsedCommand, context: CommandContext) => Promise<number>;
}

/** The key of an option in a `ParsedCommand`: its long name in camel case, else its short name. */
export function optionKey(option: OptionSpec): string {
  const long = option.flags.find((flag) => flag.startsWith('--')) ?? option.flags[0] ?? '';
  return long.replace(/^-+/, '').replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** The spelling used in messages: the long one. */
export function optionName(option: OptionSpec): string {
  return option.flags.find((flag) => flag.startsWith('--')) ?? option.flags[0] ?? '';
}
