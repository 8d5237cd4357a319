/** Recordings written by another process: followed, killed, out of room. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buildSync } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Expander } from '../../entry/expand';
import { openPalrecReader, type PalrecReader } from './palrecReader';
import { RandomStream, seededRandom } from './testing/randomWords';
import { PEER, siteTable } from './testing/recordings';

let dir = '';
let program = '';
beforeAll(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'pal-process-'));
  program = path.join(dir, 'writerProcess.cjs');
  const entry = path.join(import.meta.dirname, 'testing', 'writerProcess.ts');
  buildSync({
    entryPoints: [entry],
    outfile: program,
    bundle: true,
    platform: 'node',
    target: 'node20',
    logLevel: 'error',
  });
});
afterAll(() => {
  rmSync(dir, { recursive: true, force: true });
});

/** What the writer process records for a seed. */
function expectedMessages(seed: number, operations: number): string[] {
  const expander = new Expander({ peerUuid: PEER, sourceContext: true });
  expander.addSites(1, siteTable('orders', 25));
  const { words } = new RandomStream(seed, { fields: 0.4 }).grow(operations);
  const all: string[] = [];
  expander.feed(words, 0, words.length, {
    message: (type, _phase, bytes, start, end) => all.push(`${type} ${bytes.toString('hex', start, end)}`),
  });
  return all;
}

/** Of the recording that is killed again and again: long enough for a kill in the middle. */
const OPERATIONS = 6000;

interface Writer {
  readonly child: ChildProcess;
  /** Whole lines it has said. */
  lines(): string[];
  /** Resolves when it has said its first line. */
  readonly started: Promise<void>;
  /** Resolves when it has ended and all it said has arrived. */
  readonly ended: Promise<void>;
}

function write(
  file: string,
  seed: number,
  operations: number,
  pause: number | 'step',
  command: readonly string[] = [process.execPath],
): Writer {
  const [name, ...args] = command;
  const child = spawn(name!, [...args, program, file, String(seed), String(operations), String(pause)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.on('error', () => undefined); // it may have ended already
  let text = '';
  const started = new Promise<void>((resolve) => {
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes('\n')) resolve();
    });
    child.on('close', () => resolve());
  });
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  return {
    child,
    started,
    ended,
    lines: () =>
      text
        .slice(0, text.lastIndexOf('\n') + 1)
        .split('\n')
        .slice(0, -1),
  };
}

async function readOn(reader: PalrecReader, found: string[]): Promise<boolean> {
  const entries = await reader.read(1000);
  for (const entry of entries) found.push(`${entry.messageType} ${Buffer.from(entry.bytes()).toString('hex')}`);
  return entries.length > 0;
}

describe('a recording of another process', () => {
  it('is followed to its end', async () => {
    const file = path.join(dir, 'followed.palrec');
    const writer = write(file, 3, 20_000, 'step');
    await writer.started;
    const reader = await openPalrecReader(file);
    const found: string[] = [];
    for (;;) {
      if (await readOn(reader, found)) continue;
      if ((await reader.info()).state !== 'open') break;
      const more = reader.waitForMore(60_000);
      writer.child.stdin!.write('.');
      await more;
    }
    expect((await reader.info()).state).toBe('clean');
    while (await readOn(reader, found));
    await reader.close();
    await writer.ended;
    expect(found).toEqual(expectedMessages(3, 20_000));
  });

  it('opens after SIGKILL with everything that was handed to the system', async () => {
    const random = seededRandom(20);
    const expected = expectedMessages(6, OPERATIONS);
    for (let kill = 0; kill < 20; kill++) {
      const file = path.join(dir, `killed${kill}.palrec`);
      const pause = 3 * (kill % 2);
      const writer = write(file, 6, OPERATIONS, pause);
      await writer.started;
      await new Promise((resolve) => setTimeout(resolve, random() * (pause > 0 ? 60 : 8))); // the random moment is the point
      writer.child.kill('SIGKILL');
      await writer.ended;
      const acknowledged = Number(writer.lines().at(-1));
      const reader = await openPalrecReader(file);
      const info = await reader.info();
      const found: string[] = [];
      while (await readOn(reader, found));
      await reader.close();
      expect(info.last).toBe(found.length - 1);
      expect(found.length).toBeGreaterThanOrEqual(acknowledged);
      expect(found.every((message, i) => message === expected[i])).toBe(true);
      if (found.length < expected.length) {
        expect(info.state).toBe('interrupted');
        expect(info.issue).toMatch(/was not closed/);
      }
    }
  }, 60_000);

  it.skipIf(process.platform === 'win32')('stays whole when there is no more room', async () => {
    const file = path.join(dir, 'full.palrec');
    // Files of this process end at 100 KiB.
    const writer = write(file, 5, 50_000, 0, ['bash', '-c', 'ulimit -f 100; exec "$@"', 'bash', process.execPath]);
    await writer.ended;
    const lines = writer.lines();
    expect(lines.at(-1)).toBe('failed disk-full');
    const reader = await openPalrecReader(file);
    const found: string[] = [];
    while (await readOn(reader, found));
    const info = await reader.info();
    await reader.close();
    expect(info).toMatchObject({ state: 'interrupted', last: found.length - 1 });
    expect(info.issue).not.toMatch(/unfinished/);
    expect(found.length).toBeGreaterThanOrEqual(Number(lines.at(-2)));
    expect(found).toEqual(expectedMessages(5, 50_000).slice(0, found.length));
  });
});
