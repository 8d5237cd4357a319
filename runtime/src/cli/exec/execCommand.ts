/** `pal exec`: any command, such as `npm test`; every Node process that it starts becomes a peer with a log of its own. */
import { basename, dirname, join, resolve } from 'node:path';
import { PalError } from '../../errors';
import type { RunConfig } from '../../peer/runConfig';
import type { CommandSpec } from '../commandSpec';
import type { CommandContext } from '../context';
import { directoryChoice, UNREACHABLE_DIRECTORY } from '../directoryChoice';
import { describeRecording, NOTHING_RECORDED } from '../log/recordingSummary';
import type { ParsedCommand } from '../parsedCommand';
import { launchCommand, makeFolderFor } from '../run/launchPeer';
import { recordingPart } from '../run/recordingConfig';
import { durableOption, scopeOptions, valueOptions } from '../run/recordingOptions';
import { timeStamp } from '../run/runConfigBuilder';
import { backendOf } from '../run/runValidation';
import { UsageError } from '../usageError';
import { findRecordings } from './recordings';

const RECORDINGS = 'pal-recordings';
/** Recordings named at the end, one line each; more are counted. */
const SHOWN = 12;

export const execCommand: CommandSpec = {
  path: ['exec'],
  summary: 'Run a command; every Node process it starts becomes a peer',
  synopsis: ['[OPTIONS] -- COMMAND [args...]'],
  positionals: [
    { label: 'COMMAND', description: 'Program to start, found as the shell finds it', required: true },
    { label: 'args...', description: 'Its arguments', variadic: true },
  ],
  stopAtPositional: true,
  options: [
    {
      flags: ['-w', '--wal'],
      value: 'template',
      group: 'Logs (WAL)',
      description:
        'Log of each process: NAME.palrec or file:DIR with {pid}, or {n} for 1, 2, 3 … in it (default: pal-recordings/<command>-<time>-{pid}.palrec)',
    },
    durableOption,
    {
      flags: ['-n', '--name'],
      value: 'name',
      description: 'Name of the peers; may hold {pid}. Without it only the first process has the name',
    },
    ...scopeOptions,
    ...valueOptions,
  ],
  notes: [
    'Works through NODE_OPTIONS, which Node processes inherit from each other. The exit code is that of the command. A summary of the recordings follows on stderr.',
  ],
  examples: [
    { command: 'pal exec -- npm test', explanation: 'record a test run, one recording per process' },
    {
      command: 'pal exec --scope "shop.**" -w out/{n}.palrec -- npx vitest run',
      explanation: 'own code only, numbered files',
    },
  ],
  exitCodes: [
    ['n', "the command's own exit code; 128 + signal number when a signal ended it"],
    ['127', 'the command was not found'],
  ],
  run: async (parsed, context) => {
    const [command, ...args] = parsed.args;
    if (command === undefined) throw new UsageError("Missing required parameter: 'COMMAND'");
    const config = planExec(parsed, context, command, new Date());
    const template = config.wal!;
    makeFolderFor(template.replace(/^file:/, ''));
    const before = new Set(findRecordings(template));
    const { code, signal } = await launchCommand(config, [command, ...args]);
    const written = findRecordings(template).filter((path) => !before.has(path));
    await summarize(written, template, context);
    if (signal !== undefined) context.endBy(signal);
    return code;
  },
};

function planExec(parsed: ParsedCommand, context: CommandContext, command: string, now: Date): RunConfig {
  const given = parsed.text('wal');
  return {
    version: 1,
    mode: 'exec',
    uuid: undefined,
    name: parsed.text('name'),
    wal: given === undefined ? defaultTemplate(command, context.cwd, now) : checkedTemplate(given, context.cwd),
    tcpPub: undefined,
    directory: directoryChoice(parsed, UNREACHABLE_DIRECTORY),
    ...recordingPart(parsed, context.cwd),
    asService: false,
    ready: 'none',
    rollCycle: 'TEN_MINUTELY',
    walIncomingCli: true,
    main: undefined,
    args: [],
  };
}

function defaultTemplate(command: string, cwd: string, now: Date): string {
  const name = basename(command).replace(/[{}]/g, '_');
  return join(cwd, RECORDINGS, `${name}-${timeStamp(now)}-{pid}.palrec`);
}

function checkedTemplate(given: string, cwd: string): string {
  const backend = backendOf(given);
  if (backend === 'kafka') {
    throw new PalError(
      'unsupported',
      `Error initializing Source/Write-Ahead logs\n'${given}' is a Kafka topic, and Kafka logs are not part of this version. Give NAME-{pid}.palrec or file:DIR-{pid}.`,
      { exitCode: 7 },
    );
  }
  if (!/\{(pid|n)\}/.test(given)) {
    throw new UsageError(
      `Invalid value for option '--wal': '${given}' has neither {pid} nor {n}`,
      'Every process needs a log of its own, for example out/{n}.palrec',
    );
  }
  return backend === 'palrec' ? resolve(cwd, given) : `file:${resolve(cwd, given.slice('file:'.length))}`;
}

async function summarize(paths: readonly string[], template: string, { stderr, cwd }: CommandContext): Promise<void> {
  if (paths.length === 0) {
    stderr.write('pal: nothing was recorded; the command started no Node process.\n');
    return;
  }
  const summaries = [];
  for (const path of paths) {
    summaries.push(await describeRecording(template.startsWith('file:') ? `file:${path}` : path, cwd));
  }
  // Package managers and shims are Node processes too; only those that ran code of the user are worth a line.
  const full = summaries.filter(({ messages }) => messages > 0);
  const empty = summaries.length - full.length;
  const rest = empty === 0 ? '' : ` (${empty} more ran no code of yours)`;
  stderr.write(`pal: ${full.length} ${full.length === 1 ? 'process' : 'processes'} recorded${rest}\n`);
  for (const { text } of full.slice(0, SHOWN)) stderr.write(`  ${text}\n`);
  if (full.length > SHOWN) stderr.write(`  … and ${full.length - SHOWN} more in ${dirname(paths[0]!)}\n`);
  if (full.length === 0) stderr.write(`${NOTHING_RECORDED}\n`);
}
