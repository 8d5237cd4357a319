/**
 * `pal run`: from the parsed command line to the `RunConfig` of the peer. All checks happen here, in PAL's order: logs,
 * properties, ports, scope, directory, log set-up, program. The first failure decides the exit code.
 */
import { existsSync, fstatSync, readdirSync, statSync } from 'node:fs';
import { basename, extname, join, resolve } from 'node:path';
import { PalError } from '../../errors';
import type { RunConfig } from '../../peer/runConfig';
import type { CommandContext } from '../context';
import { directoryChoice, UNREACHABLE_DIRECTORY } from '../directoryChoice';
import type { ParsedCommand } from '../parsedCommand';
import { UsageError } from '../usageError';
import { parseEndpoint } from './endpoint';
import { findMainModule } from './mainModule';
import { loadProperties } from './properties';
import { recordingPart } from './recordingConfig';
import { laterOptions } from './runOptions';
import { optionKey, optionName } from '../commandSpec';
import { backendOf, checkLogFlags, type CheckedLogs } from './runValidation';

/** PAL's exit codes for the start of a peer that are used here. */
const INITIALIZING_LOGS = 7;
const JAR_NOT_FOUND = 9;
const ZMQ_RPC_PORT = 12;
const JSON_RPC_PORT = 13;
const UNSUPPORTED = 2;

const DEFAULT_ROLL_CYCLE = 'TEN_MINUTELY';
const RECORDINGS = 'pal-recordings';

export interface RunPlan {
  readonly config: RunConfig;
  /** File to run, as given where that exists. */
  readonly program: string;
  readonly warnings: readonly string[];
  /** Path of the recording made by `--record`, to be named at the end. */
  readonly recording: string | undefined;
}

export function planRun(parsed: ParsedCommand, context: CommandContext, now: Date): RunPlan {
  const { cwd } = context;
  const logs = checkLogFlags({
    log: parsed.text('log'),
    sourceLog: parsed.text('sourceLog'),
    wal: parsed.text('wal'),
    replayWal: parsed.text('replayWal'),
    startOffset: parsed.number('startOffset'),
    kafkaServers: parsed.text('kafkaServers'),
    kafkaServersOnCommandLine: parsed.source('kafkaServers') === 'flag',
    chronicleBaseDir: parsed.text('chronicleBaseDir'),
  });
  if (parsed.flag('record') && logs.wal !== undefined && parsed.source('wal') !== 'env') {
    throw new UsageError('--record chooses the log itself; leave out --wal and --log, or --record.');
  }
  const propertiesPath = parsed.text('properties');
  const properties =
    propertiesPath === undefined ? new Map<string, string>() : loadProperties(resolve(cwd, propertiesPath));
  const tcpPub = publicationEndpoint(parsed);
  refuseLaterFeatures(parsed);
  const name = peerName(parsed.text('name'));
  const recordingOptions = recordingPart(parsed, cwd);
  const directory = directoryChoice(parsed, UNREACHABLE_DIRECTORY);
  refuseUnsupportedLogs(logs, parsed, cwd);
  refuseJava(parsed, cwd);
  const [given, ...args] = parsed.args;
  if (given === undefined) {
    throw new UsageError(
      "Missing required parameter: 'app.ts'",
      'A peer without a program serves RPC, which is not part of this version.',
    );
  }
  const program = findMainModule(given, cwd);

  const readyFd = openDescriptor(parsed.number('readyFd'));

  const warnings = [...logs.warnings];
  if (name !== undefined && directory === 'none') {
    warnings.push('WARNING: --name only applicable if registering with a <pal_directory>.');
  }
  const recording = parsed.flag('record') ? recordingPath(cwd, program, now) : undefined;
  const wal = recording ?? walPath(logs.wal, parsed.text('chronicleBaseDir'), cwd);
  return {
    program,
    warnings,
    recording,
    config: {
      version: 1,
      mode: 'run',
      uuid: parsed.text('uuid'),
      name: directory === 'none' ? undefined : name,
      wal,
      tcpPub,
      directory,
      ...recordingOptions,
      asService: parsed.flag('asService'),
      ready: readyFd ?? (parsed.flag('ready') ? 'stderr' : 'none'),
      rollCycle: properties.get('wal.chronicle.roll_cycle') ?? DEFAULT_ROLL_CYCLE,
      walIncomingCli: parsed.flag('walIncomingCli', true),
      main: given,
      args,
    },
  };
}

function publicationEndpoint(parsed: ParsedCommand): string | undefined {
  const zmq = parsed.text('zmqRpc');
  if (zmq !== undefined) parseEndpoint(zmq, 'Invalid ZMQ-RPC port', ZMQ_RPC_PORT);
  const json = parsed.text('jsonRpc');
  if (json !== undefined) parseEndpoint(json, 'Invalid JSON-RPC port', JSON_RPC_PORT);
  const pub = parsed.text('tcpPub');
  return pub === undefined ? undefined : parseEndpoint(pub, 'Invalid PUB port', 1);
}

/** Options whose feature is missing are refused, also when a variable sets them: silence would look like success. */
function refuseLaterFeatures(parsed: ParsedCommand): void {
  const refuse = (what: string, feature: string): never => {
    throw new PalError('unsupported', `${what}: ${feature} is not part of this version.`, { exitCode: UNSUPPORTED });
  };
  for (const key of ['zmqRpc', 'jsonRpc']) {
    const option = key === 'zmqRpc' ? '--zmq-rpc' : '--json-rpc';
    if (parsed.has(key))
      refuse(parsed.source(key) === 'env' ? `PAL_${key === 'zmqRpc' ? 'ZMQ' : 'JSON'}_RPC` : option, 'RPC');
  }
  for (const { option, feature } of laterOptions) {
    const key = optionKey(option);
    if (!parsed.has(key)) continue;
    const off = option.value === undefined && !parsed.flag(key);
    if (!off) refuse(parsed.source(key) === 'env' ? (option.env ?? '') : optionName(option), feature);
  }
}

function openDescriptor(descriptor: number | undefined): number | undefined {
  if (descriptor === undefined) return undefined;
  try {
    fstatSync(descriptor);
    return descriptor;
  } catch {
    throw new UsageError(
      `Invalid value for option '--ready-fd': ${descriptor} is no open file descriptor`,
      `For example: pal run --ready-fd 3 app.ts 3>ready.json`,
    );
  }
}

function peerName(name: string | undefined): string | undefined {
  if (name === undefined) return undefined;
  const bad = ['##', '&&', '/'].find((part) => name.includes(part));
  if (bad !== undefined) {
    throw new UsageError(`Invalid value for option '--name': '${name}' must not contain '${bad}'`);
  }
  return name;
}

function refuseUnsupportedLogs(logs: CheckedLogs, parsed: ParsedCommand, cwd: string): void {
  const fail = (detail: string, code: 'unsupported' | 'not-found' = 'unsupported'): never => {
    throw new PalError(code, `Error initializing Source/Write-Ahead logs\n${detail}`, { exitCode: INITIALIZING_LOGS });
  };
  const { sourceLog, wal } = logs;
  const topic = [sourceLog, wal].find((name) => name !== undefined && backendOf(name) === 'kafka');
  if (topic !== undefined) {
    fail(
      `'${topic}' is a Kafka topic, and Kafka logs are not part of this version. Record to a file: --wal NAME.palrec or --wal file:DIR.`,
    );
  }
  if (sourceLog !== undefined) {
    const path = walPath(sourceLog, parsed.text('chronicleBaseDir'), cwd)!.replace(/^file:/, '');
    if (
      !existsSync(path) ||
      (statSync(path).isDirectory() && !readdirSync(path).some((file) => file.includes('.cq4')))
    ) {
      fail(
        `Chronicle source log does not exist: ${path}\nEnsure the log was previously written to via --wal option.`,
        'not-found',
      );
    }
    fail('--source-log: running a peer from a log is not part of this version.');
  }
}

function refuseJava(parsed: ParsedCommand, cwd: string): void {
  const needsPal = 'Java programs need the pal command of PAL 1.0 for Java; this one runs JavaScript and TypeScript.';
  const jar = parsed.text('jar');
  if (jar !== undefined) {
    const reason = existsSync(resolve(cwd, jar)) ? '' : `JAR not found or missing MANIFEST: ${jar}\n`;
    throw new PalError('unsupported', `${reason}-jar: ${needsPal}`, { exitCode: JAR_NOT_FOUND });
  }
  if (parsed.has('classpath')) {
    const main = parsed.args[0] === undefined ? '' : `Error: Could not find or load main class ${parsed.args[0]}\n`;
    throw new PalError('unsupported', `${main}-cp: ${needsPal}`);
  }
}

/** `file:` names become absolute against the base directory, recordings against the working directory. */
function walPath(wal: string | undefined, baseDir: string | undefined, cwd: string): string | undefined {
  if (wal === undefined) return undefined;
  if (!wal.startsWith('file:')) return resolve(cwd, wal);
  return `file:${resolve(cwd, baseDir ?? '.', wal.slice('file:'.length))}`;
}

function recordingPath(cwd: string, program: string, now: Date): string {
  const name = `${basename(program, extname(program)) || 'program'}-${timeStamp(now)}`;
  for (let n = 1; ; n += 1) {
    const path = join(cwd, RECORDINGS, `${name}${n === 1 ? '' : `-${n}`}.palrec`);
    if (!existsSync(path)) return path;
  }
}

/** `20261124-115301`, local time, sorts by age. */
export function timeStamp(now: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const date = `${now.getFullYear()}${two(now.getMonth() + 1)}${two(now.getDate())}`;
  return `${date}-${two(now.getHours())}${two(now.getMinutes())}${two(now.getSeconds())}`;
}
