/** The option table of `pal run`: PAL's options that apply to a Node peer, ours, and those that say "not yet". */
import type { OptionSpec } from '../commandSpec';
import { InvalidValue } from '../usageError';
import { durableOption, scopeOptions, valueOptions } from './recordingOptions';

const UUID = /^[0-9a-f]{1,8}-[0-9a-f]{1,4}-[0-9a-f]{1,4}-[0-9a-f]{1,4}-[0-9a-f]{1,12}$/i;

/** Accepts what PAL accepts (groups may lack leading zeros) and returns the full lower-case form. */
export function parseUuid(raw: string): string {
  if (!UUID.test(raw)) throw new InvalidValue(`'${raw}' is not a UUID`);
  const widths = [8, 4, 4, 4, 12];
  return raw
    .toLowerCase()
    .split('-')
    .map((part, at) => part.padStart(widths[at]!, '0'))
    .join('-');
}

export function parseLong(raw: string): number {
  if (!/^[+-]?\d+$/.test(raw)) throw new InvalidValue(`'${raw}' is not a long`);
  return Number(raw);
}

export function parseInteger(raw: string): number {
  if (!/^[+-]?\d{1,10}$/.test(raw)) throw new InvalidValue(`'${raw}' is not an int`);
  return Number(raw);
}

const logs = 'Logs (WAL)';
const streams = 'Streams and RPC';
const configuration = 'Configuration';
const logName = 'file:DIR|NAME.palrec';

const core: readonly OptionSpec[] = [
  {
    flags: ['-u', '--uuid'],
    value: 'uuid',
    parse: parseUuid,
    env: 'PAL_PEER_UUID',
    description: 'UUID for this peer (default: random)',
  },
  {
    flags: ['-n', '--name'],
    value: 'name',
    env: 'PAL_PEER_NAME',
    description: 'Name for this peer, unique among the live peers of the directory',
  },
  { flags: ['--as-service'], description: 'Keep running after the program has nothing left to do' },
  {
    flags: ['--ready'],
    description: 'Write one JSON line to stderr when the peer is up, with its UUID and addresses',
  },
  {
    flags: ['--ready-fd'],
    value: 'number',
    parse: parseInteger,
    description: 'As --ready, to this open file descriptor',
  },
  { flags: ['-c', '--classpath', '-cp'], value: 'CLASSPATH', hidden: true, description: 'Java only' },
  { flags: ['-jar', '--jar'], value: 'jarFile', hidden: true, description: 'Java only' },
];

const logOptions: readonly OptionSpec[] = [
  {
    flags: ['-w', '--wal'],
    value: logName,
    group: logs,
    env: 'PAL_WAL',
    description:
      'Write-ahead log to record to: a Chronicle queue that Java PAL reads too (file:DIR), or a compact recording in one file (NAME.palrec)',
  },
  {
    flags: ['--record'],
    group: logs,
    description: 'Shorthand: record to pal-recordings/<program>-<time>.palrec and say where on stderr',
  },
  {
    flags: ['-l', '--log'],
    value: logName,
    group: logs,
    env: 'PAL_LOG',
    description: 'Shorthand: one log as source and WAL. In this version only the WAL side is active',
  },
  durableOption,
  {
    flags: ['--wal-incoming-cli'],
    negatable: true,
    group: logs,
    env: 'PAL_WAL_INCOMING_CLI',
    envBeatsFlag: true,
    description: 'Write the start of the program itself to the WAL (default: on)',
  },
  {
    flags: ['--chronicle-base-dir'],
    value: 'path',
    group: logs,
    env: 'PAL_CHRONICLE_BASE_DIR',
    description: 'Base directory for relative Chronicle paths (file:mylog). Default: current directory',
  },
  { flags: ['-s', '--source-log'], value: 'name', env: 'PAL_SOURCE_LOG', hidden: true, description: '' },
  { flags: ['-O', '--start-offset'], value: 'offset', parse: parseLong, hidden: true, description: '' },
  {
    flags: ['-k', '--kafka-servers'],
    value: 'bootstrap_servers',
    env: 'PAL_KAFKA_SERVERS',
    hidden: true,
    description: '',
  },
  { flags: ['--log-prefix'], value: 'prefix', hidden: true, description: '' },
];

const streamOptions: readonly OptionSpec[] = [
  {
    flags: ['-p', '--tcp-pub'],
    value: '[HOST:]PORT|auto',
    group: streams,
    env: 'PAL_TCP_PUB',
    description: 'Publish messages on a ZeroMQ socket (auto = a free port of localhost)',
  },
  { flags: ['-r', '--zmq-rpc'], value: '[HOST:]PORT|auto', env: 'PAL_ZMQ_RPC', hidden: true, description: '' },
  { flags: ['-j', '--json-rpc'], value: '[HOST:]PORT|auto', env: 'PAL_JSON_RPC', hidden: true, description: '' },
];

const configurationOptions: readonly OptionSpec[] = [
  {
    flags: ['--properties'],
    value: 'path',
    group: configuration,
    env: 'PAL_PROPERTIES',
    description: "Properties file in PAL's format, for example wal.chronicle.roll_cycle=HOURLY",
  },
  { flags: ['--kafka-timeout'], value: 'ms', parse: parseInteger, hidden: true, description: '' },
  { flags: ['--etcd-timeout'], value: 'ms', parse: parseInteger, hidden: true, description: '' },
];

/** Options of PAL 1.0 whose feature this version lacks; giving one is an error that names the feature. */
export interface LaterOption {
  readonly option: OptionSpec;
  readonly feature: string;
}

const later = (feature: string, flag: string, value?: string, env?: string): LaterOption => ({
  feature,
  option: {
    flags: [flag],
    hidden: true,
    description: '',
    ...(value === undefined ? {} : { value }),
    ...(env === undefined ? {} : { env }),
  },
});

export const laterOptions: readonly LaterOption[] = [
  later('RPC', '--wal-incoming-rpc', undefined, 'PAL_WAL_INCOMING_RPC'),
  later('RPC', '--wal-all-incoming-rpc', undefined, 'PAL_WAL_ALL_INCOMING_RPC'),
  later('RPC', '--rpc-threads', 'num_threads', 'PAL_RPC_THREADS'),
  later('RPC', '--rpc-policy', 'path', 'PAL_RPC_POLICY'),
  later('RPC', '--rpc-policy-preset', 'names', 'PAL_RPC_POLICY_PRESET'),
  later('RPC', '--rpc-default-action', 'action', 'PAL_RPC_DEFAULT_ACTION'),
  later('RPC', '--rpc-policy-watch-interval', 'ms', 'PAL_RPC_POLICY_WATCH_INTERVAL'),
  later('JavaFX', '--fx-thread', undefined, 'PAL_FX_THREAD'),
  later('Replay', '--replay-wal', 'name'),
  later('Replay', '--replay-divergence-policy', 'policy'),
  later('Replay', '--replay-threading', 'mode'),
  later('Replay', '--replay-delay', 'ms'),
  later('Replay', '--replay-policy', 'path'),
  later('Replay', '--replay-shield-io'),
  later('Replay', '--replay-shield-fx'),
  later('Replay', '--replay-re-execute', 'patterns'),
  later('Replay', '--replay-stub', 'patterns'),
  later('Replay', '--replay-stub-all-else'),
  later('Replay', '--replay-force-stub'),
  later('Replay', '--service-thread', 'pattern', 'PAL_SERVICE_THREAD'),
  later('Interception', '--interceptable', undefined, 'PAL_INTERCEPTABLE'),
  later('Interception', '--in-flight-tracking', 'boolean'),
  later('Interception', '--drain-timeout-ms', 'ms'),
  later('Interception', '--callback-timeout-ms', 'ms'),
  later('Interception', '--exception-policy', 'policy', 'PAL_EXCEPTION_POLICY'),
  later('Interception', '--checked-exception-policy', 'policy', 'PAL_CHECKED_EXCEPTION_POLICY'),
];

export const runOptions: readonly OptionSpec[] = [
  ...core,
  ...logOptions,
  ...scopeOptions,
  ...valueOptions,
  ...streamOptions,
  ...configurationOptions,
  ...laterOptions.map(({ option }) => option),
];
