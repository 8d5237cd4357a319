/**
 * The starting side of a peer (`pal run`, `pal exec`): runs the program in a Node process of its own with the recorder preloaded, passes signals on,
 * and ends as the program ended.
 *
 * Invariant: seen from outside, the starting process behaves like the program: same standard streams, same exit code or signal. A program too
 * busy to react to a signal, without a handler of its own, is ended after a second (`peer/signalWatch.ts`).
 */
import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunConfig } from '../peer/runConfig';
import { CONFIG_VARIABLE } from './configVariable';

export interface PeerExit {
  /** Exit code, or null when a signal ended the program. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface SpawnPeerOptions {
  /** The preload bundle (`runtime/dist/register.js`), absolute. */
  readonly registerFile: string;
  /** More flags for Node itself. */
  readonly nodeArgs?: readonly string[];
  /** Node to run the program with; default: the one that runs now. */
  readonly node?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** Signals that are passed on. The terminal sends SIGINT to both processes; the program still gets it once, see below. */
const FORWARDED: readonly NodeJS.Signals[] =
  process.platform === 'win32'
    ? ['SIGINT', 'SIGBREAK']
    : ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2', 'SIGCONT', 'SIGWINCH'];
/** Signals that end a program which does not handle them. */
const ENDING = new Set<NodeJS.Signals>(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR2', 'SIGBREAK']);
/** Signals that a terminal sends to every process of the foreground group, hence to the program too. */
const FROM_TERMINAL = new Set<NodeJS.Signals>(['SIGINT', 'SIGQUIT', 'SIGHUP', 'SIGWINCH']);

/** Runs `program` (a file, as Node takes it) with `config.args` as a peer; resolves when it has ended. */
export function spawnPeer(config: RunConfig, program: string, options: SpawnPeerOptions): Promise<PeerExit> {
  const args = [...(options.nodeArgs ?? []), '--require', options.registerFile, program, ...config.args];
  return supervise(config, options.env ?? process.env, (env) =>
    spawn(options.node ?? process.execPath, args, { stdio: streamsOf(config), env }),
  );
}

/** The three standard streams, and the descriptor for the ready line when that is another one. */
function streamsOf({ ready }: RunConfig): StdioOptions {
  if (typeof ready !== 'number' || ready <= 2) return 'inherit';
  const between = Array.from({ length: ready - 3 }, () => 'ignore' as const);
  return ['inherit', 'inherit', 'inherit', ...between, ready];
}

/** Runs any command; every Node process that it starts becomes a peer (`config.mode` is `exec`). */
export function spawnCommand(
  config: RunConfig,
  command: readonly [string, ...string[]],
  options: Pick<SpawnPeerOptions, 'registerFile' | 'env'>,
): Promise<PeerExit> {
  const base = options.env ?? process.env;
  const preload = `--require ${quoted(options.registerFile)}`;
  const nodeOptions = base['NODE_OPTIONS'];
  const [file, ...args] = command;
  return supervise(config, base, (env) =>
    spawn(file, args, {
      stdio: 'inherit',
      env: {
        ...env,
        NODE_OPTIONS: nodeOptions === undefined || nodeOptions === '' ? preload : `${nodeOptions} ${preload}`,
      },
      shell: process.platform === 'win32',
    }),
  );
}

/** Ends this process as the program ended; returns the exit code to use when a signal cannot be repeated. */
export function exitCodeLike(exit: PeerExit): number {
  return exit.signal === null ? (exit.code ?? 1) : 128 + constants.signals[exit.signal];
}

/** Ends this process by the signal that ended the program, so that a parent sees what it would have seen. */
export function dieBy(signal: NodeJS.Signals): void {
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
}

async function supervise(
  config: RunConfig,
  base: NodeJS.ProcessEnv,
  start: (env: NodeJS.ProcessEnv) => ChildProcess,
): Promise<PeerExit> {
  const folder = mkdtempSync(join(tmpdir(), 'pal-run-'));
  const signalNote = join(folder, 'signal');
  let passed: NodeJS.Signals | undefined;
  const handlers: (readonly [NodeJS.Signals, () => void])[] = [];
  try {
    const child = start({ ...base, [CONFIG_VARIABLE]: JSON.stringify({ ...config, signalNote }) });
    for (const signal of FORWARDED) {
      const handler = (): void => {
        if (ENDING.has(signal)) {
          passed = signal;
          writeFileSync(signalNote, `${constants.signals[signal]} ${child.pid}`);
        }
        // From a terminal the program has it already; it must not get it twice.
        if (!(FROM_TERMINAL.has(signal) && process.stdin.isTTY)) child.kill(signal);
      };
      process.on(signal, handler);
      handlers.push([signal, handler]);
    }
    const exit = await new Promise<PeerExit>((resolve, reject) => {
      child.on('error', reject);
      child.on('exit', (code, signal) => resolve({ code, signal }));
    });
    // A program that did not react was ended from inside.
    return exit.signal === 'SIGKILL' && passed !== undefined ? { code: null, signal: passed } : exit;
  } finally {
    for (const [signal, handler] of handlers) process.off(signal, handler);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A path for NODE_OPTIONS, which splits at blanks outside double quotes. */
const quoted = (path: string): string => (/[\s"\\]/.test(path) ? `"${path.replace(/["\\]/g, '\\$&')}"` : path);
