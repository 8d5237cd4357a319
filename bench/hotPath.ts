/**
 * The hot path alone: the realistic program bare, woven but off, and recording into a ring that a trivial thread empties (no log, no loader).
 * One process per cell, interleaved, medians; every figure is a ratio to bare in the same run.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { createEngine } from '../runtime/src/engine/createEngine';
import { CONTROL_WORDS, DEFAULT_CAPACITY_WORDS } from '../runtime/src/engine/ringLayout';
import { weave } from '../runtime/src/weave/weaveModule';

const root = process.env['PAL_ROOT'] ?? process.cwd();
const REPEATS = Number(process.env['PAL_BENCH_REPEATS'] ?? 3);
const programs = (process.env['PAL_BENCH_PROGRAMS'] ?? 'orders').split(',');
const DRAIN = `
const { workerData: buffer, parentPort } = require('node:worker_threads');
const control = new Int32Array(buffer, 0, ${CONTROL_WORDS});
for (let naps = 0; ; ) {
  const write = Atomics.load(control, 0);
  if (write === Atomics.load(control, 16)) {
    if (naps++ < 25) { Atomics.wait(control, 0, write, 2); continue; }
    Atomics.store(control, 17, 1); Atomics.wait(control, 0, write, 50); Atomics.store(control, 17, 0); continue;
  }
  naps = 0;
  Atomics.store(control, 16, write);
  Atomics.notify(control, 16);
}`;

type Values = 'refs' | 'shallow';
interface Mode {
  readonly name: string;
  readonly woven: boolean;
  readonly fields: boolean;
  readonly on: boolean;
  readonly values: Values;
}
const MODES: readonly Mode[] = [
  { name: 'bare', woven: false, fields: false, on: false, values: 'refs' },
  { name: 'woven, off', woven: true, fields: true, on: false, values: 'refs' },
  { name: 'calls, refs', woven: true, fields: false, on: true, values: 'refs' },
  { name: 'calls and fields, refs', woven: true, fields: true, on: true, values: 'refs' },
  { name: 'calls and fields, values', woven: true, fields: true, on: true, values: 'shallow' },
];

async function child(mode: Mode, program: string): Promise<void> {
  let code = readFileSync(path.join(root, 'bench', 'programs', `${program}.mjs`), 'utf8');
  const folder = mkdtempSync(path.join(os.tmpdir(), 'pal-hot-'));
  const control: { words: () => number; stop: () => void } = { words: () => 0, stop: () => undefined };
  if (mode.woven) {
    const ring = new SharedArrayBuffer((CONTROL_WORDS + DEFAULT_CAPACITY_WORDS) * 4);
    const worker = new Worker(DRAIN, { eval: true, workerData: ring });
    worker.unref();
    const engine = createEngine({
      ring,
      values: { mode: mode.values, depth: 2, members: 32, bytes: 1024 },
      asyncCompletions: 'settle',
      onTable: () => undefined,
    });
    const output = weave({
      code,
      sourceType: 'module',
      classPrefix: 'bench.orders',
      options: { calls: true, fieldReads: mode.fields, fieldWrites: mode.fields, builtins: false },
    });
    const base = engine.registerModule({
      url: '',
      source: '',
      moduleClass: 'bench.orders.$module',
      hash: '',
      sites: output.sites,
    });
    let text = '';
    let from = 0;
    output.literalOffsets.forEach((offset, i) => {
      text += output.code.slice(from, offset) + (base + output.literalSites[i]!).toString(16).padStart(6, '0');
      from = offset + 6;
    });
    code = text + output.code.slice(from);
    if (!mode.on) engine.stop();
    const view = new Int32Array(ring, 0, CONTROL_WORDS);
    control.words = () => Atomics.load(view, 0) >>> 0;
  }
  const file = path.join(folder, 'program.mjs');
  writeFileSync(file, code);
  process.argv[2] = '1';
  const before = threadTime();
  await import(file);
  const spent = threadTime() - before;
  if (process.env['PAL_KEEP'] === undefined) rmSync(folder, { recursive: true });
  console.log(JSON.stringify({ words: control.words(), spent }));
  process.exit(0);
}

/** CPU time of this thread in microseconds (Linux): a busy machine shows in the wall clock, hardly here. */
const threadTime = (): number => {
  try {
    return Number(readFileSync('/proc/thread-self/schedstat', 'utf8').split(' ')[0]) / 1000;
  } catch {
    return NaN;
  }
};

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!;

function parent(): void {
  for (const program of programs) {
    const results = MODES.map((): number[] => []);
    const busy = MODES.map((): number[] => []);
    for (let n = 0; n < REPEATS; n++) {
      MODES.forEach((mode, index) => {
        const flags = (process.env['PAL_BENCH_FLAGS'] ?? '').split(' ').filter((flag) => flag !== '');
        const run = spawnSync(process.execPath, [...flags, process.argv[1]!, 'child', String(index), program], {
          encoding: 'utf8',
        });
        if (run.status !== 0) throw new Error(`${mode.name}: ${run.stderr}`);
        const [json, own] = run.stdout.trim().split('\n');
        const { median: time, rounds } = JSON.parse(json!) as { median: number; rounds: number };
        const { spent } = JSON.parse(own!) as { spent: number };
        results[index]!.push(time);
        busy[index]!.push(spent / rounds);
      });
    }
    const bare = median(results[0]!);
    const bareBusy = median(busy[0]!);
    console.log(
      `${program.padEnd(30)}${'us/round'.padStart(10)}${'x bare'.padStart(9)}${'cpu us'.padStart(10)}${'x bare'.padStart(9)}`,
    );
    MODES.forEach((mode, index) => {
      const time = median(results[index]!);
      const cpu = median(busy[index]!);
      console.log(
        `${mode.name.padEnd(30)}${time.toFixed(1).padStart(10)}${(time / bare).toFixed(2).padStart(9)}${cpu.toFixed(1).padStart(10)}${(cpu / bareBusy).toFixed(2).padStart(9)}`,
      );
    });
  }
}

const [, , role, index, program] = process.argv;
if (role === 'child') await child(MODES[Number(index)]!, program!);
else parent();
