// node test/interop/chronicle.mjs: our queues against the real Chronicle Queue (Java 17+, Maven): both read, seek, follow and continue
// what the other wrote, and write the same bytes. Needs the network once, to fetch the library; says so and ends with 0 when it cannot run.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const VERSION = '5.27ea5';
const here = import.meta.dirname;
const root = path.resolve(here, '../..');
const cache = path.join(root, '.cache', 'interop', `chronicle-queue-${VERSION}`);
const folder = mkdtempSync(path.join(os.tmpdir(), 'pal-interop-'));

function leaveOut(why) {
  console.log(`Chronicle Queue interoperability LEFT OUT: ${why}`);
  rmSync(folder, { recursive: true, force: true });
  process.exit(0);
}

const windows = process.platform === 'win32';
const runs = (command, args, options = {}) =>
  spawnSync(command, args, { encoding: 'utf8', shell: windows && command === 'mvn', ...options });

const java = runs('javac', ['-version']);
if (java.status !== 0) leaveOut('no javac (install a JDK, 17 or later)');
const major = Number(/javac (\d+)/.exec(java.stdout + java.stderr)?.[1]);
if (!(major >= 17)) leaveOut(`javac ${major} is too old (17 or later is needed)`);

const lib = path.join(cache, 'lib');
if (!existsSync(path.join(lib, `chronicle-queue-${VERSION}.jar`))) {
  if (runs('mvn', ['-v']).status !== 0) leaveOut('no mvn (install Maven)');
  mkdirSync(cache, { recursive: true });
  writeFileSync(
    path.join(cache, 'pom.xml'),
    `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>pal</groupId><artifactId>interop</artifactId><version>1</version><dependencies><dependency>
<groupId>net.openhft</groupId><artifactId>chronicle-queue</artifactId><version>${VERSION}</version>
</dependency></dependencies></project>`,
  );
  console.log(`fetching net.openhft:chronicle-queue:${VERSION} …`);
  const fetched = runs('mvn', ['-q', '-B', 'dependency:copy-dependencies', '-DoutputDirectory=lib'], {
    cwd: cache,
    timeout: 300_000,
  });
  if (fetched.status !== 0) leaveOut(`Maven could not fetch the library:\n${fetched.stdout}${fetched.stderr}`);
}
const classPath = [path.join(lib, '*'), path.join(folder, 'classes')].join(path.delimiter);
const compiled = runs('javac', [
  '-cp',
  classPath,
  '-d',
  path.join(folder, 'classes'),
  path.join(here, 'ChronicleInterop.java'),
]);
assert.equal(compiled.status, 0, compiled.stderr);
const opens = ['java.lang', 'java.lang.reflect', 'java.io', 'java.util'].map(
  (p) => `--add-opens=java.base/${p}=ALL-UNNAMED`,
);
const exports = [
  'java.base/jdk.internal.ref',
  'java.base/sun.nio.ch',
  'jdk.unsupported/sun.misc',
  'jdk.compiler/com.sun.tools.javac.file',
].map((p) => `--add-exports=${p}=ALL-UNNAMED`);
const javaArgs = [
  ...opens,
  '--add-opens=jdk.compiler/com.sun.tools.javac=ALL-UNNAMED',
  ...exports,
  '-Dchronicle.analytics.disable=true',
  '-cp',
  classPath,
  'ChronicleInterop',
];

/** Lines that the Java side prints, without those of its logging. */
function javaSide(...args) {
  const run = runs('java', [...javaArgs, ...args.map(String)], { timeout: 120_000 });
  const lines = run.stdout.split(/\r?\n/).filter((line) => /^(last|read|seek) /.test(line));
  assert.equal(run.status, 0, `java ${args.join(' ')}\n${run.stdout}${run.stderr}`);
  return lines.map((line) => line.split(' '));
}

const bundle = path.join(folder, 'ours.mjs');
await build({
  stdin: {
    contents: `export { openChronicleReader } from './chronicleReader'; export { openChronicleWriter } from './chronicleWriter';`,
    resolveDir: path.join(root, 'runtime/src/log/chronicle'),
    loader: 'ts',
  },
  bundle: true,
  platform: 'node',
  format: 'esm',
  outfile: bundle,
  logLevel: 'error',
});
const { openChronicleReader, openChronicleWriter } = await import(pathToFileURL(bundle).href);

const body = (n, size) => Uint8Array.from({ length: size + (n % 7) }, (_, i) => n * 31 + i);
async function write(dir, settings, time, first, number, size) {
  const writer = await openChronicleWriter(dir, { settings, clock: typeof time === 'function' ? time : () => time });
  for (let n = first; n < first + number; n++) writer.append(1 + (n % 11), body(n, size));
  await writer.close();
  return writer.lastIndex;
}
async function read(dir) {
  const digest = createHash('sha256');
  let count = 0;
  let last = -1n;
  const reader = await openChronicleReader(dir);
  for (;;) {
    const entries = await reader.read(10_000);
    if (entries.length === 0) break;
    for (const entry of entries) {
      digest.update(Uint8Array.of(entry.messageType)).update(entry.bytes());
      last = entry.index;
      count += 1;
    }
  }
  await reader.close();
  return [String(count), String(last), digest.digest('hex')];
}
const javaRead = (dir) => javaSide('read', dir)[0].slice(1);

const TIME = 1_760_000_000_000;
const checks = {
  async 'the same bytes, with several index documents'() {
    for (const [cycle, spacing, count, block, number] of [
      ['TEN_MINUTELY', 1024, 2048, 134_217_728, 2_200_000],
      ['FAST_DAILY', 256, 4096, 67_108_864, 5_000],
      ['SIX_HOURLY', 4, 8, 65_536, 250],
    ]) {
      const ours = path.join(folder, `ours-${cycle}`);
      const theirs = path.join(folder, `theirs-${cycle}`);
      const size = number > 100_000 ? 1 : 60;
      await write(
        ours,
        { rollCycle: cycle, indexSpacing: spacing, indexCount: count, blockSize: block },
        TIME,
        0,
        number,
        size,
      );
      javaSide('write', theirs, cycle, spacing, count, block, TIME, 0, number, size);
      assert.deepEqual(readdirSync(ours).sort(), readdirSync(theirs).sort());
      const data = readdirSync(ours).find((name) => name.endsWith('.cq4'));
      assert.ok(
        readFileSync(path.join(ours, data)).equals(readFileSync(path.join(theirs, data))),
        `${cycle}: ${data} differs`,
      );
      assert.deepEqual(javaRead(ours), await read(theirs));
    }
  },

  async 'each continues what the other wrote, over rolls'() {
    const dir = path.join(folder, 'shared');
    const settings = { rollCycle: 'FIVE_MINUTELY', indexSpacing: 16, indexCount: 64, blockSize: 1_048_576 };
    let time = TIME;
    for (let turn = 0; turn < 6; turn++) {
      if (turn % 2 === 0) await write(dir, settings, time, turn * 500, 500, 80);
      else javaSide('write', dir, 'FIVE_MINUTELY', 16, 64, 1_048_576, time, turn * 500, 500, 80);
      assert.deepEqual(javaRead(dir), await read(dir));
      assert.equal((await read(dir))[0], String((turn + 1) * 500));
      if (turn % 3 !== 1) time += 300_000 * (1 + turn);
    }
  },

  async 'Java finds messages through our index'() {
    const dir = path.join(folder, 'ours-TEN_MINUTELY');
    const first = 2_933_333n << 32n;
    const numbers = [0, 1, 1023, 1024, 2_097_151, 2_097_152, 2_097_153, 2_199_999];
    const found = javaSide('seek', dir, ...numbers.map((n) => first + BigInt(n)));
    assert.deepEqual(
      found.map((line) => line.slice(1)),
      numbers.map((n) => ['true', String(1 + (n % 11))]),
    );
  },

  async 'Java follows our writer through twenty files'() {
    const dir = path.join(folder, 'live');
    await write(dir, { rollCycle: 'FIVE_MINUTELY' }, TIME, 0, 1, 50);
    const follower = spawn('java', [...javaArgs, 'follow', dir, '200000', '50'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let output = '';
    follower.stdout.on('data', (chunk) => (output += chunk));
    let n = 1;
    const writer = await openChronicleWriter(dir, { clock: () => TIME + Math.floor(n / 10_000) * 300_000 });
    while (n < 200_000) {
      writer.append(1 + (n % 11), body(n, 50));
      n += 1;
      if (n % 997 === 0) {
        writer.flushSync();
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
    await writer.close();
    await once(follower, 'close');
    const line = output.split(/\r?\n/).find((text) => text.startsWith('read '));
    assert.deepEqual(line?.split(' ').slice(1), await read(dir));
  },

  async 'Java takes over a queue whose writer was killed'() {
    const dir = path.join(folder, 'killed');
    const script = `import { openChronicleWriter } from ${JSON.stringify(pathToFileURL(bundle).href)};
const w = await openChronicleWriter(${JSON.stringify(dir)}, { clock: () => ${TIME} });
for (let n = 0; ; n++) { w.append(1 + (n % 11), Uint8Array.from({ length: 50 + (n % 7) }, (_, i) => n * 31 + i)); if (n === 50000) console.log('go'); if (n % 113 === 0) w.flushSync(); }`;
    const writer = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(writer.stdout, 'data');
    writer.kill('SIGKILL');
    await once(writer, 'close');
    const before = await read(dir);
    assert.deepEqual(javaRead(dir), before);
    assert.ok(Number(before[0]) >= 49_000);
    javaSide('write', dir, 'TEN_MINUTELY', 1024, 2048, 134_217_728, TIME, Number(before[0]), 10, 50);
    const after = await read(dir);
    assert.equal(after[0], String(Number(before[0]) + 10));
    assert.deepEqual(javaRead(dir), after);
  },
};

try {
  for (const [name, check] of Object.entries(checks)) {
    await check();
    console.log(`ok  ${name}`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
