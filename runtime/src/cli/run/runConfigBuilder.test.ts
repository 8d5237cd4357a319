import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PalError } from '../../errors';
import { parseCommand } from '../parser';
import { testContext } from '../testSupport.testUtil';
import { UsageError } from '../usageError';
import { planRun, type RunPlan } from './runConfigBuilder';
import { runCommand } from './runCommand';

const NOON = new Date(2026, 10, 24, 12, 3, 4);
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pal-run-'));
  mkdirSync(join(folder, 'service'));
  mkdirSync(join(folder, 'emptyQueue'));
  mkdirSync(join(folder, 'queue'));
  const files = {
    'app.ts': '',
    'legacy.js': '',
    'service/package.json': '{"main":"start.js"}',
    'service/start.js': '',
    'queue/20261124-10.cq4': '',
    'app.jar': '',
    'good.properties': 'wal.chronicle.roll_cycle = HOURLY\nwal.queue.max=1048576\n',
    'bad.properties': 'wal.queue.max=1000\n',
    'scope.yaml': 'defaultAction: SKIP\nrules:\n  - class: shop.**\n    action: RECORD\n',
    'broken.yaml': 'rules: [',
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function plan(line: string, env: Record<string, string> = {}): RunPlan {
  const words = line.split(' ').filter((word) => word !== '');
  const context = testContext({ cwd: folder, env });
  return planRun(parseCommand(runCommand, words, env), context, NOON);
}

/** `exit code: message` of a command line that must fail. */
function failure(line: string, env: Record<string, string> = {}): string {
  try {
    plan(line, env);
  } catch (error) {
    const hint = error instanceof UsageError && error.hint !== undefined ? `\n${error.hint}` : '';
    const code = error instanceof UsageError ? 2 : error instanceof PalError ? error.exitCode : 'unexpected';
    return `${code}: ${(error as Error).message}${hint}`;
  }
  return 'accepted';
}

const K = 'PAL_KAFKA_SERVERS';
const noServers = '6: No kafka servers given, required for Source/Write-Ahead logs';
const validating = '2: Error validating application properties';
const initializing = '7: Error initializing Source/Write-Ahead logs';

describe('exit codes of pal run, in the order of the checks', () => {
  it.each<[line: string, expected: string, env?: Record<string, string>]>([
    // 5.3 1: Kafka names without servers
    ['-w orders app.ts', noServers],
    ['-w auto app.ts', noServers],
    ['-l orders app.ts', noServers],
    ['-s orders app.ts', noServers],
    ['app.ts', noServers, { PAL_WAL: 'orders' }],
    ['-w orders -O 5 --scope-default maybe -cp x shop.Main', noServers],
    // 5.3 3, 4: replay
    ['--replay-wal file:q -w file:x app.ts', `${validating}\nERROR: --replay-wal is mutually exclusive with --wal`],
    ['--replay-wal file:q app.ts', `${validating}\nERROR: --replay-wal is mutually`, { PAL_WAL: 'file:zz' }],
    ['--replay-wal topic app.ts', `${validating}\nERROR: --replay-wal names a Kafka topic`],
    // 5.3 5: servers that nothing needs
    ['-w file:q1 -k localhost:9092 app.ts', `${validating}\nERROR: --kafka-servers (-k) given but all configured`],
    ['-w file:q1 app.ts', `${validating}\nERROR: --kafka-servers (-k) given but all`, { [K]: 'localhost:9092' }],
    ['-w x.palrec -k localhost:9092 app.ts', `${validating}\nERROR: --kafka-servers (-k) given but all configured`],
    ['--replay-wal file:q app.ts', `${validating}\nERROR: --kafka-servers (-k) given but --replay-wal`, { [K]: 'h:1' }],
    // 5.3 6: base directory that nothing needs
    ['-w orders -k h:1 --chronicle-base-dir /srv app.ts', `${validating}\nERROR: --chronicle-base-dir`],
    ['-w orders -k h:1 app.ts', `${validating}\nERROR: --chronicle-base-dir`, { PAL_CHRONICLE_BASE_DIR: '/srv' }],
    // 5.3 8: offset without a log
    ['-O 5 app.ts', '5: Offset given but no log to read from'],
    ['-s auto -O 5 -k h:1 app.ts', '5: Offset given but no log to read from'],
    // properties
    ['--properties nofile.properties app.ts', '1: Error loading application properties\nExternal properties file `'],
    ['--properties bad.properties app.ts', `${validating}\nProperty wal.queue.max of `],
    // ports
    ['-r abc app.ts', '12: Invalid ZMQ-RPC port'],
    ['-j abc app.ts', '13: Invalid JSON-RPC port'],
    ['-p abc app.ts', '1: Invalid PUB port'],
    ['-p 70000 app.ts', '1: Invalid PUB port'],
    // features of later versions are refused, from wherever they come
    ['-r auto app.ts', '2: --zmq-rpc: RPC is not part of this version.'],
    ['app.ts', '2: PAL_JSON_RPC: RPC is not part of this version.', { PAL_JSON_RPC: 'auto' }],
    ['--rpc-policy p.yaml app.ts', '2: --rpc-policy: RPC is not part of this version.'],
    ['--interceptable app.ts', '2: --interceptable: Interception is not part of this version.'],
    ['--replay-wal file:q app.ts', '2: --replay-wal: Replay is not part of this version.'],
    // names
    ['-n a/b app.ts', "2: Invalid value for option '--name': 'a/b' must not contain '/'"],
    // scope
    ['--scope-policy nofile.yaml app.ts', '1: Cannot read the recording scope'],
    ['--scope-policy broken.yaml app.ts', '1: Recording scope'],
    ['--scope-default maybe app.ts', '1: --scope-default must be record or skip'],
    // directory
    ['-d 127.0.0.1:1 app.ts', '14: PAL directory unreachable'],
    ['app.ts', "14: PAL directory unreachable: 'h:2379' (from PAL_DIRECTORY)", { PAL_DIRECTORY: 'h:2379' }],
    // logs that cannot be set up
    ['-k 127.0.0.1:1 -w orders app.ts', `${initializing}\n'orders' is a Kafka topic`],
    ['-s file:nosuchqueue app.ts', `${initializing}\nChronicle source log does not exist: `],
    ['-s file:emptyQueue app.ts', `${initializing}\nChronicle source log does not exist: `],
    ['-s file:queue app.ts', `${initializing}\n--source-log: running a peer from a log is not part`],
    // Java programs
    ['-jar nofile.jar', '9: JAR not found or missing MANIFEST: nofile.jar\n-jar: Java programs need'],
    ['-jar app.jar', '9: -jar: Java programs need the pal command of PAL 1.0'],
    [
      '-cp lib shop.Main',
      '1: Error: Could not find or load main class shop.Main\n-cp: Java programs need the pal command of PAL 1.0',
    ],
    // the program
    ['nosuch.ts', '1: Error: Could not find or load main module nosuch.ts'],
    ['', "2: Missing required parameter: 'app.ts'"],
    // the command line itself
    ['--uuid zz app.ts', "2: Invalid value for option '--uuid': 'zz' is not a UUID"],
    ['app.ts', '1: Invalid value of the environment variable PAL_PEER_UUID', { PAL_PEER_UUID: 'zz' }],
    ['--no-in-flight-tracking app.ts', "2: Unknown option: '--no-in-flight-tracking'"],
    ['app.ts --foo', "2: Unknown option: '--foo'"],
    ['--values all app.ts', "2: Invalid value for option '--values'"],
    ['--values deep:0 app.ts', "2: Invalid value for option '--values'"],
    ['--async-completions never app.ts', "2: Invalid value for option '--async-completions'"],
    ['--record -w x.palrec app.ts', '2: --record chooses the log itself'],
    ['--ready-fd 987 app.ts', "2: Invalid value for option '--ready-fd': 987 is no open file descriptor"],
  ])('%s → %s', (line, expected, env = {}) => {
    expect(failure(line, env).startsWith(expected), failure(line, env)).toBe(true);
  });
});

describe('the configuration of the peer', () => {
  it('has defaults for everything', () => {
    const { config, program, warnings, recording } = plan('app.ts a b');
    expect([program, warnings, recording]).toEqual(['app.ts', [], undefined]);
    expect(config).toMatchObject({
      mode: 'run',
      uuid: undefined,
      name: undefined,
      wal: undefined,
      durable: false,
      tcpPub: undefined,
      directory: 'local',
      values: { mode: 'deep', depth: 2, members: 32, bytes: 1024 },
      sourceContext: false,
      asyncCompletions: 'settle',
      asService: false,
      ready: 'none',
      rollCycle: 'TEN_MINUTELY',
      walIncomingCli: true,
      main: 'app.ts',
      args: ['a', 'b'],
    });
    expect(config.scope).toMatchObject({ rules: [], defaultAction: 'RECORD', fieldReads: true, builtins: true });
  });

  it('takes every option', () => {
    const { config } = plan(
      '-u 1-2-3-4-5 -n orders -w file:q --durable --tcp-pub 5555 --values deep:4 --async-completions call --ready-fd 2 ' +
        '--as-service --with-source-context --no-wal-incoming-cli --no-field-reads --no-builtins --scope shop.** ' +
        '--scope-exclude shop.log.** --scope-package express --properties good.properties app.ts -- --port 1',
    );
    expect(config).toMatchObject({
      uuid: '00000001-0002-0003-0004-000000000005',
      name: 'orders',
      wal: `file:${join(folder, 'q')}`,
      durable: true,
      tcpPub: 'tcp://localhost:5555',
      values: { mode: 'deep', depth: 4 },
      asyncCompletions: 'call',
      ready: 2,
      asService: true,
      sourceContext: true,
      walIncomingCli: false,
      rollCycle: 'HOURLY',
      args: ['--port', '1'],
      scope: {
        defaultAction: 'SKIP',
        packages: ['express'],
        fieldReads: false,
        fieldWrites: true,
        builtins: false,
        rules: [
          { class: 'shop.log.**', action: 'SKIP' },
          { class: 'shop.**', action: 'RECORD' },
        ],
      },
    });
  });

  it.each<[string, string | undefined, Record<string, string>?]>([
    ['-w logs/x.palrec app.ts', 'logs/x.palrec'],
    ['-w file:q --chronicle-base-dir base app.ts', 'file:base/q'],
    ['-l file:q app.ts', 'file:q'],
    ['app.ts', 'file:q', { PAL_WAL: 'file:q' }],
    ['--record app.ts', 'pal-recordings/app-20261124-120304.palrec'],
    ['--record app.ts', 'pal-recordings/app-20261124-120304.palrec', { PAL_WAL: 'file:q' }],
    ['-w x.palrec app.ts', 'x.palrec', { [K]: 'localhost:9092' }],
  ])('writes the log of %s to %s', (line, expected, env = {}) => {
    const path = expected === undefined ? undefined : join(folder, expected.replace(/^file:/, ''));
    expect(plan(line, env).config.wal?.replace(/^file:/, '')).toBe(path);
    expect(plan(line, env).config.wal?.startsWith('file:')).toBe(expected?.startsWith('file:'));
  });

  it.each<[string, string]>([
    ['app.ts', 'app.ts'],
    ['app', 'app.ts'],
    ['./legacy', './legacy.js'],
    ['service', join('service', 'start.js')],
  ])('finds the program %s', (given, expected) => {
    const { program, config } = plan(given);
    expect([program, config.main]).toEqual([expected, given]);
  });

  it.each<[string, string | undefined]>([
    ['--tcp-pub auto app.ts', 'tcp://localhost:0'],
    ['--tcp-pub AUTO app.ts', 'tcp://localhost:0'],
    ['-p 0.0.0.0:5555 app.ts', 'tcp://0.0.0.0:5555'],
    ['-p 5555 app.ts', 'tcp://localhost:5555'],
  ])('publishes with %s at %s', (line, expected) => {
    expect(plan(line).config.tcpPub).toBe(expected);
  });

  it('never records over another recording', () => {
    mkdirSync(join(folder, 'pal-recordings'));
    writeFileSync(join(folder, 'pal-recordings/app-20261124-120304.palrec'), '');
    expect(plan('--record app.ts').recording).toBe(join(folder, 'pal-recordings/app-20261124-120304-2.palrec'));
    rmSync(join(folder, 'pal-recordings'), { recursive: true });
  });

  it("warns in PAL's words", () => {
    expect(plan('-l file:q -w file:r app.ts').warnings).toEqual([
      'WARNING: with --log (LOG), --source-log (SOURCE_LOG) and --wal (WAL) options are ignored.',
    ]);
    const named = plan('-d none -n orders app.ts');
    expect(named.warnings).toEqual(['WARNING: --name only applicable if registering with a <pal_directory>.']);
    expect(named.config.name).toBeUndefined();
  });
});
