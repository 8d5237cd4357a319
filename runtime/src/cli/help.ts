/**
 * Help texts in the layout of PAL's own: usage, one sentence, options by heading, examples. Made from the command
 * table; nothing is written by hand twice.
 */
import type { CommandSpec, OptionSpec } from './commandSpec';
import { directoryOption, helpOption } from './parser';
import type { Style } from './terminal/style';

const WIDTH = 90;
const MAX_LABEL = 27;

export interface CommandSummary {
  readonly path: readonly string[];
  readonly summary: string;
}

/** The complete help of one command. */
export function commandHelp(spec: CommandSpec, style: Style): string {
  const parts = [usageLines(spec), '', spec.summary, ''];
  if (spec.positionals.length > 0) {
    parts.push(style.bold('Arguments:'));
    const rows = spec.positionals.map((item): Row => [item.label, item.description]);
    parts.push(...table(rows, style), '');
  }
  for (const [group, options] of optionGroups(spec)) {
    parts.push(style.bold(`${group}:`));
    parts.push(...table(options.map(optionRow), style), '');
  }
  for (const note of spec.notes ?? []) parts.push(...wrap(note, WIDTH), '');
  if (spec.exitCodes !== undefined) {
    parts.push(style.bold('Exit codes:'));
    parts.push(...table([['0', 'done'], ...spec.exitCodes, ['2', 'the command line is not understood']], style), '');
  }
  parts.push(style.bold('Examples:'));
  for (const example of spec.examples) parts.push(`  ${style.dim(`# ${example.explanation}`)}`, `  ${example.command}`);
  return `${parts.join('\n')}\n`;
}

/** What follows the message of a usage error. */
export function usageLines(spec: CommandSpec): string {
  const name = ['pal', ...spec.path].join(' ');
  return spec.synopsis.map((line, at) => `${at === 0 ? 'Usage: ' : '       '}${name} ${line}`.trimEnd()).join('\n');
}

export function groupHelp(group: CommandSummary, members: readonly CommandSummary[], style: Style): string {
  const rows = members.map((member): Row => [member.path.at(-1) ?? '', member.summary]);
  const name = `pal ${group.path.join(' ')}`;
  return `${[
    `Usage: ${name} [OPTIONS] COMMAND`,
    '',
    group.summary,
    '',
    style.bold('Options:'),
    ...table([directoryOption, helpOption].map(optionRow), style),
    '',
    style.bold('Commands:'),
    ...table(rows, style, 12),
    '',
    `Run '${name} COMMAND --help' for more information.`,
  ].join('\n')}\n`;
}

export interface RootSection {
  readonly heading: string;
  readonly rows: readonly Row[];
}

export function rootHelp(sections: readonly RootSection[], style: Style): string {
  const parts = [
    'Usage: pal [OPTIONS] COMMAND',
    '',
    'The message-passing runtime for TypeScript and JavaScript',
    '',
    style.bold('Options:'),
    ...table(
      [
        optionRow(directoryOption),
        ['-h, --help', 'Show this help message and exit.'],
        ['-V, --version', 'Print version information and exit.'],
      ],
      style,
    ),
    '',
  ];
  for (const section of sections) parts.push(style.bold(`${section.heading}:`), ...table(section.rows, style, 12), '');
  parts.push("Run 'pal COMMAND --help' or 'pal COMMAND SUBCOMMAND --help' for more information.");
  return `${parts.join('\n')}\n`;
}

export type Row = readonly [label: string, description: string];

function optionGroups(spec: CommandSpec): readonly (readonly [string, readonly OptionSpec[]])[] {
  const groups = new Map<string, OptionSpec[]>([['Options', [directoryOption]]]);
  for (const option of spec.options) {
    if (option.hidden === true) continue;
    const name = option.group ?? 'Options';
    const group = groups.get(name) ?? [];
    group.push(option);
    groups.set(name, group);
  }
  groups.get('Options')?.push(helpOption);
  return [...groups];
}

function optionRow(option: OptionSpec): Row {
  const flags = option.flags.map((flag) =>
    option.negatable === true && flag.startsWith('--') ? flag.replace('--', '--[no-]') : flag,
  );
  const indent = flags[0]?.startsWith('--') === true ? '    ' : '';
  const value = option.value === undefined ? '' : ` ${option.value}`;
  const env = option.env === undefined ? '' : ` [env: ${option.env}]`;
  return [`${indent}${flags.join(', ')}${value}`, `${option.description}${env}`];
}

function table(rows: readonly Row[], style: Style, minimum = 0): string[] {
  const widest = Math.max(minimum, ...rows.map(([label]) => label.length));
  const width = Math.min(MAX_LABEL, widest);
  const column = 2 + width + 2;
  const lines: string[] = [];
  for (const [label, description] of rows) {
    const text = wrap(description, WIDTH - column);
    const first = label.length > width ? undefined : text.shift();
    lines.push(`  ${style.cyan(label)}${first === undefined ? '' : ' '.repeat(width - label.length + 2) + first}`);
    for (const line of text) lines.push(' '.repeat(column) + line);
  }
  return lines;
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return line === '' ? lines : [...lines, line];
}
