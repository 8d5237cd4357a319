/**
 * Kills recorded programs with SIGKILL at random moments and looks at what is left: every log opens and holds the program's operations
 * in order without a gap up to its last whole entry; in durable mode it holds every operation that the program acknowledged.
 */
import { plainRunConfig } from '../plainRunConfig';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { openChronicleReader } from '../../runtime/src/log/chronicle/chronicleReader';
import type { LogReader } from '../../runtime/src/log/log';
import { openPalrecReader } from '../../runtime/src/log/palrec/palrecReader';

const root = resolve(import.meta.dirname, '../..');
const register = join(root, 'runtime/dist/register.js');
const program = join(root, 'test/kills/program.ts');
/** Longest life of a victim, in milliseconds: after its start (one in five), or after its first acknowledgement. */
const LONGEST_START = 300;
const LONGEST_LIFE = 400;

interface Case {
  readonly format: 'palrec' | 'chronicle';
  readonly durable: boolean;
}
const cases: readonly Case[] = [
  { format: 'palrec', durable: true },
  { format: 'chronicle', durable: true },
  { format: 'palrec', durable: false },
  { format: 'chronicle', durable: false },
];

/** Small fast generator (mulberry32); the seed is printed so that a failure can be repeated. */
function randomOf(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

interface Life {
  readonly from: 'start' | 'first acknowledgement';
  readonly milliseconds: number;
}

async function kill(
  folder: string,
  { format, durable }: Case,
  life: Life,
): Promise<{ wal: string; acknowledged: number }> {
  const path = join(folder, format === 'palrec' ? 'kill.palrec' : 'queue');
  const wal = format === 'palrec' ? path : `file:${path}`;
  const config = plainRunConfig({ wal, durable, main: program });
  const child = spawn(process.execPath, ['--require', register, program], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, PAL_RUN_CONFIG: JSON.stringify(config), PAL_LOCAL_HOME: join(folder, 'home') },
  });
  let output = '';
  const killLater = (): unknown => setTimeout(() => child.kill('SIGKILL'), life.milliseconds);
  if (life.from === 'start') killLater();
  else child.stdout.once('data', killLater);
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString('latin1')));
  await new Promise((done) => child.on('close', done));
  const lines = output.split('\n').slice(0, -1); // what stands behind the last line break was cut by the kill
  lines.forEach((line, i) => {
    if (Number(line) !== i + 1) throw new Error(`the program said '${line}' where ${i + 1} was due`);
  });
  return { wal, acknowledged: lines.length };
}

/** Numbers of `Ledger.enter` calls that are in the log with their completion. */
async function recorded(wal: string): Promise<{ completed: number; entries: number; state: string }> {
  const reader: LogReader = wal.startsWith('file:')
    ? await openChronicleReader(wal.slice('file:'.length))
    : await openPalrecReader(wal);
  try {
    let entries = 0;
    let called = 0;
    let completed = 0;
    for (;;) {
      const batch = await reader.read(2000);
      if (batch.length === 0) break;
      for (const entry of batch) {
        if (entry.offset !== entries) throw new Error(`offset ${entry.offset} follows ${entries - 1}`);
        entries++;
        const exec = entry.message().execMessage;
        const call = exec?.instanceMethodCall;
        if (call?.name === 'enter') {
          const number = Number(call.args?.[0]?.value);
          if (number !== called + 1) throw new Error(`call ${number} follows call ${called}`);
          called = number;
        }
        if (exec?.returnValue?.from?.method?.name === 'enter') {
          const number = Number(exec.returnValue.object?.value);
          if (number !== called) throw new Error(`completion ${number} follows call ${called}`);
          completed = number;
        }
      }
    }
    return { completed, entries, state: (await reader.info()).state };
  } finally {
    await reader.close();
  }
}

function logExists(wal: string): boolean {
  const path = wal.replace(/^file:/, '');
  if (!existsSync(path)) return false;
  return !statSync(path).isDirectory() || readdirSync(path).some((name) => name.endsWith('.cq4'));
}

async function main(): Promise<void> {
  const total = Number(process.argv[2] ?? 200);
  const seed = Number(process.argv[3] ?? Date.now() % 1e9);
  const random = randomOf(seed);
  const folder = mkdtempSync(join(tmpdir(), 'pal-kills-'));
  process.stdout.write(`${total} kills, seed ${seed}\n`);
  const failures: string[] = [];
  const tally = new Map<
    string,
    { kills: number; acknowledged: number; entries: number; late: number; empty: number }
  >();
  for (let i = 0; i < total; i++) {
    const kind = cases[i % cases.length]!;
    const name = `${kind.format}${kind.durable ? ', durable' : ''}`;
    const life: Life =
      random() < 0.2
        ? { from: 'start', milliseconds: Math.round(random() * LONGEST_START) }
        : { from: 'first acknowledgement', milliseconds: Math.round(random() * LONGEST_LIFE) };
    const home = join(folder, String(i));
    const count = tally.get(name) ?? { kills: 0, acknowledged: 0, entries: 0, late: 0, empty: 0 };
    tally.set(name, count);
    count.kills++;
    try {
      const { wal, acknowledged } = await kill(home, kind, life);
      count.acknowledged += acknowledged;
      if (!logExists(wal)) {
        count.empty++;
        if (acknowledged > 0) throw new Error(`no log, but ${acknowledged} operations were acknowledged`);
        continue;
      }
      const { completed, entries } = await recorded(wal);
      count.entries += entries;
      if (completed < acknowledged) {
        count.late += acknowledged - completed;
        if (kind.durable) throw new Error(`${acknowledged} operations acknowledged, ${completed} in the log`);
      }
      rmSync(home, { recursive: true, force: true });
    } catch (error) {
      failures.push(
        `kill ${i} (${name}, ${life.milliseconds} ms after ${life.from}): ${error instanceof Error ? error.message : String(error)}`,
      );
      process.stdout.write(`${failures.at(-1)!}\n  kept in ${home}\n`);
    }
  }
  for (const [name, count] of tally) {
    process.stdout.write(
      `${name}: ${count.kills} kills, ${count.empty} before there was a log, ${count.entries} entries read, ` +
        `${count.acknowledged} operations acknowledged, ${count.late} of them not in the log\n`,
    );
  }
  if (failures.length === 0) rmSync(folder, { recursive: true, force: true });
  process.stdout.write(`${total - failures.length} passed, ${failures.length} failed\n`);
  process.exitCode = failures.length === 0 ? 0 : 1;
}

await main();
