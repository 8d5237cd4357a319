/** Options that `run` and `exec` share: what is recorded, how values are kept, where the stream goes. */
import type { ValuesConfig } from '../../peer/runConfig';
import type { OptionSpec } from '../commandSpec';
import { InvalidValue } from '../usageError';

export const DEFAULT_VALUES: ValuesConfig = { mode: 'deep', depth: 2, members: 32, bytes: 1024 };

/** `refs`, `shallow`, `deep`, `deep:N` with N = 1 … 16 levels. */
export function parseValues(raw: string): ValuesConfig {
  if (raw === 'refs') return { ...DEFAULT_VALUES, mode: 'refs', depth: 0 };
  if (raw === 'shallow') return { ...DEFAULT_VALUES, mode: 'shallow', depth: 1 };
  const match = /^deep(?::(\d{1,3}))?$/.exec(raw);
  if (match === null) throw new InvalidValue(`expected refs, shallow, deep or deep:N but was '${raw}'`);
  const depth = match[1] === undefined ? DEFAULT_VALUES.depth : Number(match[1]);
  if (depth < 1 || depth > 16) throw new InvalidValue(`deep:N takes 1 to 16 levels but N was ${depth}`);
  return { ...DEFAULT_VALUES, depth };
}

const checked = (check: (raw: string) => unknown) => (raw: string) => {
  check(raw);
  return raw;
};

export function oneOf(...allowed: readonly string[]): (raw: string) => string {
  return (raw) => {
    if (!allowed.includes(raw)) throw new InvalidValue(`expected one of [${allowed.join(', ')}] but was '${raw}'`);
    return raw;
  };
}

const scope = 'Recording Scope';
const values = 'Values';

export const scopeOptions: readonly OptionSpec[] = [
  {
    flags: ['--scope'],
    value: 'patterns[,patterns...]',
    split: true,
    repeatable: true,
    group: scope,
    description:
      'Ant-style class patterns for operations to record to WAL/PUB, for example shop.orders.** (repeatable, comma-separated)',
  },
  {
    flags: ['--scope-exclude'],
    value: 'patterns[,patterns...]',
    split: true,
    repeatable: true,
    group: scope,
    description: 'Ant-style class patterns for operations to exclude from recording (repeatable, comma-separated)',
  },
  {
    flags: ['--scope-io'],
    group: scope,
    description: 'Include common I/O boundary operations (HTTP, file I/O, time, random, processes) in the scope',
  },
  { flags: ['--scope-policy'], value: 'path', group: scope, description: 'Path to a YAML recording scope policy file' },
  {
    flags: ['--scope-default'],
    value: 'record|skip',
    group: scope,
    description: 'Scope action when no rule matches (inferred from the other flags if not given)',
  },
  {
    flags: ['--scope-package'],
    value: 'names[,names...]',
    split: true,
    repeatable: true,
    group: scope,
    description:
      'Packages of node_modules whose code is recorded too, by name or pattern; by default only your own code is',
  },
  {
    flags: ['--field-reads'],
    negatable: true,
    group: scope,
    description: 'Record reads of fields of your classes (default: on)',
  },
  {
    flags: ['--field-writes'],
    negatable: true,
    group: scope,
    description: 'Record writes of fields of your classes (default: on)',
  },
  {
    flags: ['--builtins'],
    negatable: true,
    group: scope,
    description: 'Record calls of built-ins such as Date.now and fs.readFileSync (default: on)',
  },
];

export const valueOptions: readonly OptionSpec[] = [
  {
    flags: ['--values'],
    value: 'refs|shallow|deep[:N]',
    group: values,
    parse: checked(parseValues),
    description:
      'What is kept of objects beside the reference: nothing, their own members, or N levels of plain data (default: deep:2; 32 members and 1 KB per value)',
  },
  {
    flags: ['--async-completions'],
    value: 'settle|call',
    group: values,
    parse: oneOf('settle', 'call'),
    description:
      'When a call of an async function completes in the log: with the value when its promise settles (default), or at once with the promise',
  },
  {
    flags: ['--with-source-context'],
    group: values,
    env: 'PAL_WITH_SOURCE_CONTEXT',
    description: 'Include source file and line in the messages (a .palrec has them always)',
  },
];

export const durableOption: OptionSpec = {
  flags: ['--durable'],
  group: 'Logs (WAL)',
  description: 'What the program has done is in the log even when the process is killed (SIGKILL); slower',
};
