/** Runs the built `pal` command as users do, each test with a PAL home of its own. */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

export const ROOT = path.resolve(import.meta.dirname, '../..');
export const PAL = path.join(ROOT, 'runtime/bin/pal.js');

export interface Finished {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export class Workspace {
  readonly path: string;
  private readonly children = new Set<ChildProcess>();

  constructor() {
    if (!existsSync(path.join(ROOT, 'runtime/dist/pal.js'))) throw new Error('Build first: npm run build');
    this.path = mkdtempSync(path.join(os.tmpdir(), 'pal-cli-'));
  }

  /** Starts `pal`; the caller reads its streams. */
  start(words: readonly string[], env: Readonly<Record<string, string>> = {}): ChildProcess {
    const child = spawn(process.execPath, [PAL, ...words], {
      cwd: this.path,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true, // a process group of its own: a failed test must not leave the program behind
      env: { ...cleanEnvironment(), PAL_LOCAL_HOME: path.join(this.path, 'home'), ...env },
    });
    this.children.add(child);
    child.once('close', () => this.children.delete(child));
    return child;
  }

  pal(words: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Finished> {
    return finished(this.start(words, env));
  }

  async remove(): Promise<void> {
    for (const child of this.children) {
      const ended = new Promise((resolve) => child.once('close', resolve));
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      await ended;
    }
    rmSync(this.path, { recursive: true, force: true });
  }
}

export function finished(child: ChildProcess): Promise<Finished> {
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
}

/** Resolves when a stream has shown a text; rejects when the process ends before. */
export function shows(child: ChildProcess, stream: 'stdout' | 'stderr', text: string): Promise<string> {
  let seen = '';
  return new Promise((resolve, reject) => {
    child[stream]?.setEncoding('utf8').on('data', (chunk: string) => {
      seen += chunk;
      if (seen.includes(text)) resolve(seen);
    });
    child.once('close', (code) =>
      reject(new Error(`ended with ${code ?? 'a signal'} before it showed ${text}: ${seen}`)),
    );
  });
}

/** Variables of the person who runs the tests must not change what they see. */
function cleanEnvironment(): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(PAL_|NODE_OPTIONS$|NO_COLOR$|FORCE_COLOR$|VITEST)/.test(name)),
  );
}
