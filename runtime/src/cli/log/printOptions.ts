/** Options that `log print` and `peer print` share. */
import type { OptionSpec } from '../commandSpec';
import type { ParsedCommand } from '../parsedCommand';
import { UsageError } from '../usageError';
import { TYPE_NAMES } from './entryFilter';
import { FORMAT_NAMES, type FormatName } from './entryFormats';

const output = 'Output';
const filters = 'Filters (all must hold)';

export const printOptions: readonly OptionSpec[] = [
  { flags: ['--compact'], group: output, description: 'One line per message (default)' },
  { flags: ['--tree'], group: output, description: 'One line per message, indented by nesting' },
  { flags: ['--json'], group: output, description: 'The message as JSON' },
  { flags: ['--full'], group: output, description: 'Position, headers and JSON' },
  {
    flags: ['--with-values'],
    group: output,
    description: 'Arguments, results and written values in the line (compact and tree)',
  },
  {
    flags: ['--with-location'],
    group: output,
    description: 'Source file and line after the message, where they are known (compact and tree)',
  },
  {
    flags: ['--types'],
    value: 'type[,type...]',
    greedy: true,
    split: true,
    group: filters,
    description: `Message types to show: ${TYPE_NAMES.join(', ')}. Put the log before this option`,
  },
  {
    flags: ['--formats'],
    value: 'format[,format...]',
    greedy: true,
    split: true,
    group: filters,
    description: 'Message formats to show: BINARY, JSON',
  },
  {
    flags: ['-fp', '--from-peer'],
    value: 'uuid',
    group: filters,
    description: 'Peer that wrote the message',
  },
  { flags: ['-ft', '--from-thread'], value: 'name', group: filters, description: 'Thread of the operation' },
  { flags: ['--id'], value: 'id', group: filters, description: 'Message id' },
  {
    flags: ['--filter'],
    value: 'key=value[,key=value...]',
    greedy: true,
    group: filters,
    description: 'Keys class, method and field; the value is a part of the name, letter case counts',
  },
  { flags: ['-v'], group: output, description: 'Say what is read, and from where' },
];

/** @throws UsageError when two forms are asked for */
export function formatOf(parsed: ParsedCommand): FormatName {
  const given = FORMAT_NAMES.filter((name) => parsed.flag(name));
  if (given.length > 1) {
    const names = given.map((name) => `--${name}`).join(', ');
    throw new UsageError(`Error: ${names} are mutually exclusive (specify only one)`);
  }
  return given[0] ?? 'compact';
}
