/**
 * What recording costs a realistic program (bench/programs/orders.mjs), whole processes, interleaved, medians. Every figure is a ratio to the
 * bare program in the same run.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { openLog } from 'pal-runtime/log/openLog';
import { plainRunConfig } from '../test/plainRunConfig';

const root = process.env['PAL_ROOT'] ?? process.cwd();
const pal = path.join(root, 'runtime', 'bin', 'pal.js');
const program = path.join(root, 'bench', 'programs', 'orders.mjs');
const SECONDS = '1';
const REPEATS = 3;

interface Round {
  readonly median: number;
  readonly rounds: number;
  readonly check: number;
}
interface Row {
  readonly name: string;
  readonly target: string;
  readonly args: readonly string[] | undefined;
  /** Woven text runs with recording switched off. */
  readonly off?: boolean;
  readonly log?: (folder: string) => string;
}

const palrec = (folder: string): string => path.join(folder, 'orders.palrec');
const queue = (folder: string): string => `file:${path.join(folder, 'orders-wal')}`;
const ROWS: readonly Row[] = [
  { name: 'bare', target: '', args: undefined },
  { name: 'nothing enabled', target: '1.01', args: [] },
  { name: 'woven, off', target: '1.1', args: [], off: true },
  { name: 'calls, refs', target: '', args: ['--values', 'refs', '--no-field-reads', '--no-field-writes'], log: palrec },
  { name: 'calls and fields, refs', target: '6', args: ['--values', 'refs'], log: palrec },
  { name: 'calls and fields, values', target: '', args: [], log: palrec },
  { name: 'calls and fields, refs, durable', target: '', args: ['--values', 'refs', '--durable'], log: palrec },
  { name: 'calls and fields, refs, file:', target: '', args: ['--values', 'refs'], log: queue },
];

function sizeOf(log: string): number {
  const file = log.replace(/^file:/, '');
  if (!log.startsWith('file:')) return statSync(file).size;
  const used = execFileSync('du', ['-sk', file], { encoding: 'utf8' });
  return Number.parseInt(used, 10) * 1024;
}

async function once(row: Row): Promise<{ round: Round; bytes: number; entries: number }> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'pal-bench-'));
  try {
    const env: NodeJS.ProcessEnv = { ...process.env, PAL_DIRECTORY: 'none' };
    const log = row.log?.(folder);
    let args = row.args === undefined ? [] : [pal, 'run', ...(log === undefined ? [] : ['--wal', log]), ...row.args];
    if (row.off === true) {
      env['PAL_RUN_CONFIG'] = JSON.stringify(plainRunConfig({ wal: palrec(folder), directory: 'none', main: program }));
      args = [
        '--require',
        path.join(root, 'runtime/dist/register.js'),
        '--require',
        path.join(root, 'test/corpus/off.cjs'),
      ];
    }
    const text = execFileSync(process.execPath, [...args, program, SECONDS], {
      encoding: 'utf8',
      env,
      maxBuffer: 1 << 26,
    });
    const round = JSON.parse(text.trim().split('\n').at(-1) ?? '') as Round;
    if (log === undefined) return { round, bytes: 0, entries: 0 };
    const reader = await openLog(log);
    const { last } = await reader.info();
    await reader.close();
    return { round, bytes: sizeOf(log), entries: last + 1 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const results = new Map<string, { round: Round; bytes: number; entries: number }[]>(ROWS.map((row) => [row.name, []]));
for (let n = 0; n < REPEATS; n += 1) for (const row of ROWS) results.get(row.name)!.push(await once(row));

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!;
const bare = median(results.get('bare')!.map((result) => result.round.median));
console.log(
  `${'program orders.mjs'.padEnd(34)}${'us/round'.padStart(10)}${'x bare'.padStart(9)}${'target'.padStart(8)}${'entries'.padStart(12)}${'B/entry'.padStart(9)}`,
);
for (const row of ROWS) {
  const got = results.get(row.name)!;
  const time = median(got.map((result) => result.round.median));
  const entries = median(got.map((result) => result.entries));
  const bytes = median(got.map((result) => result.bytes));
  console.log(
    `${row.name.padEnd(34)}${time.toFixed(0).padStart(10)}${(time / bare).toFixed(2).padStart(9)}${row.target.padStart(8)}${String(entries || '').padStart(12)}${(entries > 0 ? (bytes / entries).toFixed(1) : '').padStart(9)}`,
  );
}
