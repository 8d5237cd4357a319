/**
 * Differential runs of small programs: each prints what a program can observe of itself and runs bare, woven but not recording, and recording. What it
 * writes to stdout and stderr and how it ends must be the same to the byte.
 *
 * TypeScript programs have no bare run on every Node: their output is compared with `<program>.expected`, which is written by
 * `npm run corpus -- --accept` and read by a person.
 */
import { plainRunConfig } from '../plainRunConfig';
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { NodeBinary } from '../nodes';

export type Mode = 'bare' | 'woven' | 'recording';

export interface CorpusOptions {
  readonly root: string;
  readonly nodes: readonly NodeBinary[];
  /** Parts of names of the programs to run; empty: all. */
  readonly only?: readonly string[];
  /** Writes the expected output of TypeScript programs instead of comparing it. */
  readonly accept?: boolean;
  readonly modes?: readonly Mode[];
  readonly onDone?: (result: CorpusResult) => void;
}

export interface CorpusResult {
  readonly program: string;
  readonly node: number;
  readonly mode: Mode;
  /** Undefined: the same as bare. */
  readonly difference: string | undefined;
  /** Reason of a difference that cannot be helped. */
  readonly known: string | undefined;
}

interface Outcome {
  readonly stdout: string;
  readonly stderr: string;
  readonly end: string;
}

/** A program that takes longer than this hangs. */
const TIMEOUT_MS = 60_000;

/** What a program's head comment asks for: `// nodes: 22 24`, `// args: a b`, `// node-args: --flag`, `// known-difference: reason`. */
interface Directives {
  readonly nodes: readonly number[] | undefined;
  readonly args: readonly string[];
  readonly nodeArgs: readonly string[];
  /** Why this program's output is not as bare: it runs, its difference is shown and does not count. */
  readonly known: string | undefined;
}

export function corpusPrograms(root: string): string[] {
  const folder = path.join(root, 'test', 'corpus', 'programs');
  const found: string[] = [];
  const visit = (directory: string): void => {
    for (const name of readdirSync(directory).sort()) {
      const file = path.join(directory, name);
      if (statSync(file).isDirectory()) {
        if (name !== 'lib' && name !== 'node_modules') visit(file);
      } else if (/\.(?:[cm]?js|[cm]?ts|tsx|jsx)$/.test(name)) found.push(path.relative(folder, file).replaceAll('\\', '/'));
    }
  };
  visit(folder);
  return found;
}

/** Runs the corpus; as many programs at a time as there are processors. */
export async function runCorpus(options: CorpusOptions): Promise<CorpusResult[]> {
  const programs = corpusPrograms(options.root).filter(
    (name) => (options.only ?? []).length === 0 || options.only!.some((part) => name.includes(part)),
  );
  const results: CorpusResult[] = [];
  const jobs = programs.flatMap((program) => options.nodes.map((node) => ({ program, node })));
  const work = mkdtempSync(path.join(os.tmpdir(), 'pal-corpus-'));
  try {
    const lanes = Array.from({ length: Math.max(1, os.availableParallelism()) }, async () => {
      for (let job = jobs.shift(); job !== undefined; job = jobs.shift()) {
        for (const result of await runProgram(options, work, job.program, job.node)) {
          results.push(result);
          options.onDone?.(result);
        }
      }
    });
    await Promise.all(lanes);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return results;
}

async function runProgram(options: CorpusOptions, work: string, program: string, node: NodeBinary): Promise<CorpusResult[]> {
  const folder = path.join(options.root, 'test', 'corpus', 'programs');
  const file = path.join(folder, program);
  const directives = directivesOf(readFileSync(file, 'utf8'));
  if (directives.nodes !== undefined && !directives.nodes.includes(node.major)) return [];
  const typescript = /ts$|tsx$|jsx$/.test(program);
  const run = (mode: Mode): Promise<Outcome> => runOnce(options.root, work, file, node, mode, directives);
  const expectedFile = `${file}.expected`;
  let expected: Outcome;
  if (!typescript) expected = await run('bare');
  else if (options.accept === true) {
    expected = await run('woven');
    writeFileSync(expectedFile, render(portable(expected, folder)));
  } else expected = await run('woven');
  const results: CorpusResult[] = [];
  for (const mode of options.modes ?? (['woven', 'recording'] as const)) {
    const actual = await run(mode);
    const difference = typescript
      ? compareText(existsSync(expectedFile) ? readFileSync(expectedFile, 'utf8') : '', render(portable(actual, folder)))
      : compareText(render(expected), render(actual));
    results.push({ program, node: node.major, mode, difference, known: directives.known });
  }
  return results;
}

function directivesOf(text: string): Directives {
  const words = (name: string): string[] | undefined =>
    new RegExp(`^// ${name}: (.*)$`, 'm').exec(text)?.[1]?.trim().split(/\s+/);
  return {
    nodes: words('nodes')?.map(Number),
    args: words('args') ?? [],
    nodeArgs: words('node-args') ?? [],
    known: words('known-difference')?.join(' '),
  };
}

async function runOnce(
  root: string,
  work: string,
  file: string,
  node: NodeBinary,
  mode: Mode,
  directives: Directives,
): Promise<Outcome> {
  const register = path.join(root, 'runtime', 'dist', 'register.js');
  const preload =
    mode === 'bare' ? [] : ['--require', register, ...(mode === 'woven' ? ['--require', path.join(root, 'test', 'corpus', 'off.cjs')] : [])];
  const home = mkdtempSync(path.join(work, 'run-'));
  const env: NodeJS.ProcessEnv = { ...process.env, NO_COLOR: '1', TZ: 'UTC', PAL_HOME: home };
  for (const name of ['NODE_OPTIONS', 'FORCE_COLOR', 'VITEST', 'NODE_ENV', 'PAL_CACHE_DIR']) delete env[name];
  const cache = path.join(work, 'cache');
  mkdirSync(cache, { recursive: true });
  if (mode !== 'bare') {
    env['PAL_CACHE_DIR'] = cache;
    env['PAL_RUN_CONFIG'] = JSON.stringify(plainRunConfig({ wal: path.join(home, 'log.palrec'), directory: 'none', sourceContext: true, walIncomingCli: false, main: file, args: directives.args }));
  }
  const child = spawn(node.path, [...directives.nodeArgs, ...preload, file, ...directives.args], {
    cwd: path.dirname(file),
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: TIMEOUT_MS,
    killSignal: 'SIGKILL',
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const end = await new Promise<string>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(signal === null ? `exit code ${code}` : `signal ${signal}`));
  });
  rmSync(home, { recursive: true, force: true, maxRetries: 3 });
  return { stdout, stderr: stderr.replace(/\(node:\d+\)/g, '(node:PID)'), end };
}

function render(outcome: Outcome): string {
  return `${outcome.stdout}\n--- stderr\n${outcome.stderr}\n--- ${outcome.end}\n`;
}

/** Without what differs between checkouts and Node versions: directory, version, frames of Node itself. */
function portable(outcome: Outcome, folder: string): Outcome {
  const clean = (text: string): string =>
    text
      .replaceAll(`file://${folder}`, '<url>')
      .replaceAll(folder, '<dir>')
      .replace(/^ +at (?:.* \()?(?:node:.*|async node:.*|process\.processTicks.*)\n/gm, '')
      .replace(/^ +at (?:async )?(?:ModuleJob|ModuleLoader|Module|Object|Function)\.[\w. [\]]* \(node:.*\)\n?/gm, '')
      .replace(/Node\.js v[\d.]+/g, 'Node.js vX');
  return { stdout: clean(outcome.stdout), stderr: clean(outcome.stderr), end: outcome.end };
}

/** The first lines that differ, or undefined. */
function compareText(expected: string, actual: string): string | undefined {
  if (expected === actual) return undefined;
  const a = expected.split('\n');
  const b = actual.split('\n');
  const lines: string[] = [];
  for (let i = 0; i < Math.max(a.length, b.length) && lines.length < 12; i++) {
    if (a[i] !== b[i]) lines.push(`line ${i + 1}`, `  - ${a[i] ?? '<end>'}`, `  + ${b[i] ?? '<end>'}`);
  }
  return lines.join('\n');
}
