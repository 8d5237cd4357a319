/**
 * Real peers for integration tests: programs in temporary folders, run with the built preload on any Node, and what they left behind.
 *
 * Everything started here is ended and removed by `cleanUp`.
 */
import { plainRunConfig } from '../plainRunConfig';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { LocalDirectory } from 'pal-runtime/directory/localDirectory';
import type { LogInfo, LogReader } from 'pal-runtime/log/log';
import { openChronicleReader } from 'pal-runtime/log/chronicle/chronicleReader';
import { openPalrecReader } from 'pal-runtime/log/palrec/palrecReader';
import type { RunConfig } from 'pal-runtime/peer/runConfig';
import type { Message } from 'pal-runtime/wire/messages';
import { messageSummary } from 'pal-runtime/wire/summary';

const root = resolve(import.meta.dirname, '../..');
/** The `pal` command as a file for Node. */
export const palFile = join(root, 'runtime/dist/pal.js');
export const registerFile = join(root, 'runtime/dist/register.js');

/** The `pal` command, and the bundles that run inside a recorded process. */
const BUNDLES: Readonly<Record<string, string>> = {
  pal: 'pal.js',
  register: 'register.js',
  host: 'host.js',
  weaver: 'weaver.js',
  hooks: 'hooks.mjs',
};

/** Builds the bundles that a recorded process needs, unless they are newer than their sources; files that run side by side build once. */
export async function buildRuntime(): Promise<void> {
  const lock = join(root, '.cache', 'build.lock');
  mkdirSync(dirname(lock), { recursive: true });
  const deadline = Date.now() + 240_000;
  for (;;) {
    try {
      mkdirSync(lock);
      break;
    } catch {
      if (Date.now() > deadline) throw new Error(`another build does not end; remove ${lock}`);
      await wait(200);
    }
  }
  try {
    const built = Object.values(BUNDLES).map((file) => modified(join(root, 'runtime/dist', file)));
    if (Math.min(...built) > newest(join(root, 'runtime/src'))) return;
    const webpack = join(root, 'node_modules/webpack-cli/bin/cli.js');
    const names = Object.keys(BUNDLES).flatMap((name) => ['--config-name', name]);
    const run = spawnSync(process.execPath, [webpack, '--mode', 'production', ...names], {
      cwd: root,
      encoding: 'utf8',
    });
    if (run.status !== 0) throw new Error(`the bundles do not build:\n${run.stdout}${run.stderr}`);
  } finally {
    rmdirSync(lock);
  }
}

const modified = (file: string): number => (existsSync(file) ? statSync(file).mtimeMs : 0);

const newest = (folder: string): number =>
  Math.max(
    ...readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.name.includes('.test.'))
      .map((entry) => modified(join(entry.parentPath, entry.name))),
  );

/** A promise and what settles it (Node 20 has no `Promise.withResolvers`). */
export function deferred<T>(): { readonly promise: Promise<T>; readonly resolve: (value: T) => void } {
  let resolve!: (value: T) => void;
  const promise = new Promise<T>((settle) => (resolve = settle));
  return { promise, resolve };
}

export interface Outcome {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningPeer {
  readonly child: ChildProcess;
  /** Resolves when stdout holds the text; rejects when the program ends before. */
  said(text: string): Promise<void>;
  readonly ended: Promise<Outcome>;
}

export class PeerLab {
  readonly folder = mkdtempSync(join(tmpdir(), 'pal-peers-'));
  /** Home of the local directory; `freshHome` forgets all peers. */
  home = join(this.folder, 'home');
  #homes = 0;
  readonly #children = new Set<ChildProcess>();
  #programs = 0;

  /** Writes a program into a package of its own; returns its path. */
  program(file: string, source: string): string {
    const path = join(this.folder, `p${this.#programs++}`, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(join(dirname(path), 'package.json'), '{"name": "demo"}');
    writeFileSync(path, source);
    return path;
  }

  freshHome(): void {
    this.home = join(this.folder, `home${this.#homes++}`);
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  /** Starts a program as a peer. */
  start(program: string, change: Partial<RunConfig> = {}, node: string = process.execPath): RunningPeer {
    const config = plainRunConfig({ main: program, ...change });
    return this.spawn(node, ['--require', registerFile, program, ...config.args], {
      PAL_RUN_CONFIG: JSON.stringify(config),
    });
  }

  /** Starts any command with the lab's directory as its home. */
  spawn(command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): RunningPeer {
    const child = spawn(command, args, {
      cwd: this.folder,
      env: { ...process.env, PAL_LOCAL_HOME: this.home, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#children.add(child);
    let stdout = '';
    let stderr = '';
    const listeners = new Set<() => void>();
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
      for (const listener of listeners) listener();
    });
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    const ended = new Promise<Outcome>((done, failed) => {
      child.on('error', failed);
      child.on('close', (code, signal) => {
        this.#children.delete(child);
        done({ code, signal, stdout, stderr });
      });
    });
    const said = (text: string): Promise<void> =>
      new Promise((done, failed) => {
        const look = (): void => {
          if (!stdout.includes(text)) return;
          listeners.delete(look);
          done();
        };
        listeners.add(look);
        look();
        void ended.then(() => failed(new Error(`the program ended without saying '${text}': ${stdout}${stderr}`)));
      });
    return { child, said, ended };
  }

  run(program: string, change: Partial<RunConfig> = {}, node?: string): Promise<Outcome> {
    return this.start(program, change, node).ended;
  }

  directory(): LocalDirectory {
    return new LocalDirectory(this.home);
  }

  cleanUp(): void {
    for (const child of this.#children) child.kill('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export interface ReadLog {
  readonly info: LogInfo;
  readonly messages: readonly Message[];
  /** One line per message, with its thread: `self-caller: call Cart.add@2`. */
  readonly lines: readonly string[];
}

/** Reads a whole log; `name` as in `RunConfig.wal`. */
export async function readLog(name: string): Promise<ReadLog> {
  const reader: LogReader = name.startsWith('file:')
    ? await openChronicleReader(name.slice('file:'.length))
    : await openPalrecReader(name);
  try {
    const messages: Message[] = [];
    for (let batch = await reader.read(1000); batch.length > 0; batch = await reader.read(1000)) {
      for (const entry of batch) messages.push(entry.message());
    }
    const lines = messages.map((message) => `${message.execMessage?.threadName ?? ''}: ${messageSummary(message)}`);
    return { info: await reader.info(), messages, lines };
  } finally {
    await reader.close();
  }
}
