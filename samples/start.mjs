// npm start: builds, runs samples/shop as a peer, sends it a few requests, prints what it did and where the recording lies.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';

const root = path.resolve(import.meta.dirname, '..');
const windows = process.platform === 'win32';
const pal = path.join(root, 'runtime', 'bin', 'pal.js');
const recordings = path.join(root, '.pal');
const recording = path.join(recordings, 'shop.palrec');
const TREE_LINES = 90;

const say = (text) => process.stdout.write(`\n── ${text}\n`);

function run(command, args, options = {}) {
  const done = spawnSync(command, args, { cwd: root, stdio: 'inherit', shell: windows, ...options });
  if (done.error !== undefined || done.status !== 0) {
    process.stderr.write(`${command} ${args.join(' ')} failed (${done.error?.message ?? `exit ${done.status}`})\n`);
    process.exit(done.status ?? 1);
  }
}

/** The first line of the service that names its address; rejects when the service ends before. */
function addressOf(service) {
  return new Promise((resolve, reject) => {
    const lines = createInterface({ input: service.stdout });
    lines.on('line', (line) => {
      process.stdout.write(`${line}\n`);
      const address = /http:\/\/\S+/.exec(line)?.[0];
      if (address !== undefined) resolve(address);
    });
    service.once('exit', (code) => reject(new Error(`the service ended with ${code} before it listened`)));
  });
}

if (!existsSync(path.join(root, 'node_modules', '.package-lock.json'))) {
  say('installing dependencies (npm ci)');
  run('npm', ['ci', '--no-audit', '--no-fund']);
}
say('building');
run(process.execPath, [path.join(root, 'test', 'tools', 'build.mjs')]);

say('running samples/shop as a PAL peer, recording to .pal/shop.palrec');
mkdirSync(recordings, { recursive: true });
rmSync(recording, { force: true });
const service = spawn(
  process.execPath,
  [pal, 'run', '--wal', recording, 'samples/shop/src/main.ts', '0', path.join(recordings, 'shop-journal.jsonl')],
  { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] },
);
const ended = new Promise((resolve) => service.once('exit', (code, signal) => resolve(signal ?? code)));
const address = await addressOf(service);

say('sending it a few requests');
run(process.execPath, ['samples/shop/drive.mjs', address]);
service.kill('SIGTERM');
const code = await ended;
if (code !== 0 && code !== 'SIGTERM' && code !== 143) {
  process.stderr.write(`the service ended with ${code}\n`);
  process.exit(1);
}

say('what it did (pal log print --tree --with-values .pal/shop.palrec)');
const tree = spawn(process.execPath, [pal, 'log', 'print', '--tree', '--with-values', recording], {
  cwd: root,
  stdio: ['ignore', 'pipe', 'inherit'],
});
let shown = 0;
let total = 0;
for await (const line of createInterface({ input: tree.stdout })) {
  total += 1;
  if (shown < TREE_LINES) {
    shown += 1;
    process.stdout.write(`${line}\n`);
  }
}
if (total > shown) process.stdout.write(`   … and ${total - shown} more lines\n`);
say('summary (pal log index .pal/shop.palrec)');
run(process.execPath, [pal, 'log', 'index', recording]);
process.stdout.write(`
The recording: ${path.relative(process.cwd(), recording)}
Next:  npx pal log print --tree --with-values .pal/shop.palrec | less
       npx pal log print --filter field=discountPercent .pal/shop.palrec     who changed the discount?
       npx pal run --wal my.palrec your-program.ts
`);
