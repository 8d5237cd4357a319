/**
 * Start and idle cost of a peer against bare Node, whole processes: a hello program, and a program that waits. Kinds of run take turns, so
 * that the machine's moods meet all of them alike; medians.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const root = process.env['PAL_ROOT'] ?? process.cwd();
const pal = path.join(root, 'runtime', 'bin', 'pal.js');
const folder = mkdtempSync(path.join(os.tmpdir(), 'pal-start-'));
const env = { ...process.env, PAL_LOCAL_HOME: path.join(folder, 'home') };
const REPEATS = 11;
const IDLE_SECONDS = 10;
/** V8 tidies up for a while after a start; that is no idling. */
const SETTLE_SECONDS = 20;

const hello = path.join(folder, 'hello.js');
writeFileSync(
  hello,
  "class Greeter { greet(name) { return 'hello ' + name; } }\nconsole.log(new Greeter().greet('world'));\n",
);
const typed = path.join(folder, 'hello.ts');
writeFileSync(
  typed,
  "class Greeter { greet(name: string): string { return 'hello ' + name; } }\nconsole.log(new Greeter().greet('world'));\n",
);
const idle = path.join(folder, 'idle.js');
writeFileSync(idle, "console.log('up');\nsetInterval(() => {}, 60_000);\n");

let logs = 0;
/** Arguments of Node for each kind of run. */
const kinds: readonly (readonly [name: string, args: (program: string) => string[]])[] = [
  ['bare node', (program) => [program]],
  ['pal run', (program) => [pal, 'run', program]],
  ['pal run -d none', (program) => [pal, 'run', '-d', 'none', program]],
  ['pal run --wal x.palrec', (program) => [pal, 'run', '-w', path.join(folder, `l${logs++}.palrec`), program]],
  ['pal run --wal file:', (program) => [pal, 'run', '-w', `file:${path.join(folder, `l${logs++}`)}`, program]],
  ['pal run --tcp-pub auto', (program) => [pal, 'run', '-p', 'auto', program]],
];

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

function seconds(args: readonly string[]): number {
  const begin = process.hrtime.bigint();
  const run = spawnSync(process.execPath, args, { env, encoding: 'utf8' });
  const taken = Number(process.hrtime.bigint() - begin) / 1e9;
  if (run.stdout !== 'hello world\n') throw new Error(`${args.join(' ')}: ${run.stdout}${run.stderr}`);
  return taken;
}

function starts(title: string, program: string, bare: string): void {
  const taken = new Map<string, number[]>();
  for (let i = 0; i <= REPEATS; i++) {
    for (const [name, args] of kinds) {
      const time = seconds(args(name === 'bare node' ? bare : program));
      if (i > 0) taken.set(name, [...(taken.get(name) ?? []), time]); // the first round fills caches
    }
  }
  const baseline = median(taken.get('bare node') ?? []);
  console.log(`\n${title.padEnd(32)}${'ms'.padStart(8)}${'x bare'.padStart(8)}`);
  for (const [name, times] of taken) {
    const time = median(times);
    console.log(`${name.padEnd(32)}${(time * 1000).toFixed(0).padStart(8)}${(time / baseline).toFixed(2).padStart(8)}`);
  }
}

/** CPU seconds of all threads and resident megabytes of a process; Linux only. */
function usage(pid: number): { readonly cpu: number; readonly memory: number } {
  const threads = readdirSync(`/proc/${pid}/task`);
  const nanoseconds = threads.map((thread) =>
    Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]),
  );
  const resident = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return { cpu: nanoseconds.reduce((sum, n) => sum + n, 0) / 1e9, memory: Number(resident) / 1024 };
}

function childOf(pid: number): number | undefined {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return children === '' ? undefined : Number(children.split(' ')[0]);
}

async function idling(): Promise<void> {
  if (process.platform !== 'linux') {
    console.log('\nidle cost: measured on Linux only');
    return;
  }
  const running = kinds
    .filter(([name]) => name !== 'pal run -d none')
    .map(([name, args]) => {
      const child = spawn(process.execPath, args(idle), { env, stdio: ['ignore', 'pipe', 'inherit'] });
      return { name, child };
    });
  try {
    await Promise.all(running.map(({ child }) => once(child.stdout, 'data')));
    await new Promise((done) => setTimeout(done, SETTLE_SECONDS * 1000));
    const peers = running.map(({ name, child }) => ({
      name,
      pid: name === 'bare node' ? child.pid! : (childOf(child.pid!) ?? child.pid!),
    }));
    const before = peers.map(({ pid }) => usage(pid).cpu);
    await new Promise((done) => setTimeout(done, IDLE_SECONDS * 1000));
    console.log(`\n${'idle program'.padEnd(32)}${'% core'.padStart(8)}${'MB'.padStart(8)}${'x bare'.padStart(8)}`);
    const baseline = usage(peers[0]!.pid).memory;
    peers.forEach(({ name, pid }, i) => {
      const { cpu, memory } = usage(pid);
      const share = ((cpu - before[i]!) / IDLE_SECONDS) * 100;
      console.log(
        `${name.padEnd(32)}${share.toFixed(2).padStart(8)}${memory.toFixed(0).padStart(8)}${(memory / baseline).toFixed(2).padStart(8)}`,
      );
    });
  } finally {
    for (const { child } of running) child.kill('SIGTERM');
    for (const { child } of running)
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }
}

try {
  starts('hello.js', hello, hello);
  starts('hello.ts (bare: hello.js)', typed, hello);
  await idling();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
