/**
 * The command itself: start against bare Node, and what a log of a million messages costs, beside what PAL 1.0 for Java took for a
 * log of the same size on a two-core machine (so those ratios compare machines too). Whole processes, medians.
 */
import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { openChronicleWriter } from 'pal-runtime/log/chronicle/chronicleWriter';
import { openLog } from 'pal-runtime/log/openLog';
import { decodeMessage } from 'pal-runtime/wire/colfer';

const root = process.env['PAL_ROOT'] ?? process.cwd();
const pal = path.join(root, 'runtime', 'bin', 'pal.js');
const folder = mkdtempSync(path.join(os.tmpdir(), 'pal-cli-'));
const MESSAGES = 1_044_752;

/** Seconds of PAL 1.0 for a log of that many messages. */
const java = { index: 3.13, compact: 10.5, json: 16.5, stats: 2.0 };

interface Run {
  readonly seconds: number;
  /** Processor time: what the work costs however busy the machine is. */
  readonly cpuSeconds: number;
  /** Bytes written to stdout. */
  readonly bytes: number;
}

/** Loaded into a process to leave its processor time in a file. */
const probe = path.join(folder, 'probe.cjs');
const usage = path.join(folder, 'usage.json');
writeFileSync(
  probe,
  `process.on('exit', () => require('node:fs').writeFileSync(${JSON.stringify(usage)}, JSON.stringify(process.cpuUsage())));`,
);

function run(args: readonly string[], measured = false): Run {
  const out = path.join(folder, 'out');
  const file = openSync(out, 'w');
  const begin = process.hrtime.bigint();
  const child = spawnSync(process.execPath, args, {
    stdio: ['ignore', file, 'pipe'],
    encoding: 'utf8',
    env: {
      ...process.env,
      PAL_LOCAL_HOME: path.join(folder, 'home'),
      ...(measured ? { NODE_OPTIONS: `--require "${probe}"` } : {}),
    },
  });
  const seconds = Number(process.hrtime.bigint() - begin) / 1e9;
  closeSync(file);
  if (child.status !== 0) throw new Error(`${args.join(' ')}: ${child.stderr}`);
  const { user, system } = measured
    ? (JSON.parse(readFileSync(usage, 'utf8')) as NodeJS.CpuUsage)
    : { user: 0, system: 0 };
  return { seconds, cpuSeconds: (user + system) / 1e6, bytes: statSync(out).size };
}

function median(repeats: number, args: readonly string[], measured = false): Run {
  const runs = Array.from({ length: repeats }, () => run(args, measured)).sort((a, b) => a.seconds - b.seconds);
  return runs[repeats >> 1]!;
}

/** A Chronicle queue: the records of a real Java peer's log, over and over. */
async function generateQueue(): Promise<string> {
  const hex = readFileSync(path.join(root, 'test/fixtures/wire/print/wal-main.hex'), 'utf8').trimEnd().split('\n');
  const records = hex.map((text) => new Uint8Array(Buffer.from(text, 'hex')));
  const types = records.map((bytes) => decodeMessage(bytes).messageType ?? 0);
  const dir = path.join(folder, 'queue');
  const writer = await openChronicleWriter(dir, { syncOnClose: false });
  for (let written = 0; written < MESSAGES;) {
    for (let at = 0; at < records.length && written < MESSAGES; at += 1, written += 1)
      writer.append(types[at]!, records[at]!);
    await writer.flush();
  }
  await writer.close();
  return `file:${dir}`;
}

const number = (value: number, digits: number, width: number): string => value.toFixed(digits).padStart(width);

function starts(): void {
  console.log('start, ms a process'.padEnd(44) + 'ms'.padStart(8) + 'x bare'.padStart(9));
  const bare = median(15, ['-e', '0']).seconds;
  console.log('node -e 0'.padEnd(44) + number(bare * 1e3, 1, 8) + number(1, 2, 9));
  for (const words of [['--version'], ['peer', 'ls'], ['log', 'ls', '-l'], ['run', '--help']]) {
    const { seconds } = median(15, [pal, ...words]);
    console.log(`pal ${words.join(' ')}`.padEnd(44) + number(seconds * 1e3, 1, 8) + number(seconds / bare, 2, 9));
  }
}

/** A program of two classes, recorded: about 22 messages a round. */
function recordProgram(): string {
  const program = path.join(folder, 'program.ts');
  writeFileSync(
    program,
    `class Item {
  price: number;
  quantity: number;
  constructor(price: number, quantity: number) {
    this.price = price;
    this.quantity = quantity;
  }
  total(): number {
    return this.price * this.quantity;
  }
}
class Cart {
  items: Item[] = [];
  sum = 0;
  add(item: Item): void {
    this.items.push(item);
    this.sum += item.total();
    if (this.items.length > 10) this.items = [];
  }
}
const cart = new Cart();
for (let i = 0; i < 47_000; i++) cart.add(new Item(i % 7, i % 3));
`,
  );
  const recording = path.join(folder, 'program.palrec');
  run([pal, 'run', '--wal', recording, program]);
  return recording;
}

/** Java's seconds are scaled to the number of messages. */
async function logs(name: string, log: string): Promise<void> {
  const reader = await openLog(log);
  const { last, size } = await reader.info();
  await reader.close();
  const messages = last + 1;
  const scale = messages / MESSAGES;
  const heading = `${messages.toLocaleString('en')} messages, ${name}, ${(size / messages).toFixed(1)} bytes each`;
  console.log(`\n${heading}`);
  const titles = ['s', 'CPU s', 'M/s', 'MB out', 'Java s', 'x faster'];
  console.log(`${''.padEnd(44)}${titles.map((title) => title.padStart(9)).join('')}`);
  const rows: readonly (readonly [string[], number | undefined])[] = [
    [['log', 'index'], java.index],
    [['log', 'print'], java.compact],
    [['log', 'print', '--tree'], undefined],
    [['log', 'print', '--json'], java.json],
    [['log', 'stats'], java.stats],
  ];
  for (const [words, reference] of rows) {
    const { seconds, cpuSeconds, bytes } = median(3, [pal, ...words, log], true);
    const cells = [
      number(seconds, 2, 9),
      number(cpuSeconds, 2, 9),
      number(messages / seconds / 1e6, 2, 9),
      number(bytes / 1e6, 1, 9),
    ];
    if (reference !== undefined) {
      cells.push(number(reference * scale, 2, 9), number((reference * scale) / seconds, 1, 9));
    }
    console.log(`pal ${words.join(' ')}`.padEnd(44) + cells.join(''));
  }
}

try {
  starts();
  const queue = await generateQueue();
  await logs('Chronicle queue', queue);
  await logs('.palrec', recordProgram());
  const copy = path.join(folder, 'copy.palrec');
  const { seconds } = run([pal, 'log', 'copy', queue, copy]);
  console.log(`\npal log copy of the queue into a .palrec: ${(MESSAGES / seconds / 1e6).toFixed(2)} M messages/s`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
