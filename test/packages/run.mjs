// Runs the test suites of well-known npm packages bare and recorded, and prints the counts side by side.
// usage: node test/packages/run.mjs [--short] [--node MAJOR[,MAJOR]] [--keep] [name…]
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { SUITES } from './suites.mjs';

const root = path.resolve(import.meta.dirname, '../..');
const home = path.join(root, '.cache', 'packages');
const pal = path.join(root, 'runtime', 'bin', 'pal.js');
const LIMIT_MS = 15 * 60_000;

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: { short: { type: 'boolean' }, node: { type: 'string' }, keep: { type: 'boolean' } },
});

function nodePath(major) {
  const given = process.env[`PAL_NODE${major}`];
  if (given !== undefined && existsSync(given)) return given;
  if (process.versions.node.startsWith(`${major}.`)) return process.execPath;
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  const binary = path.join(
    home,
    '..',
    'nodes',
    major,
    'node_modules',
    `node-${platform}-${process.arch}`,
    'bin',
    'node',
  );
  return existsSync(binary) ? binary : undefined;
}

/** Unpacks the published package outside any node_modules (so that it counts as own code) and installs what its tests need. */
function setUp(suite) {
  const folder = path.join(home, `${suite.name}-${suite.version}`);
  const work = path.join(folder, 'package');
  const stamp = path.join(folder, 'ready.json');
  const wanted = JSON.stringify(suite.dev);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return work;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const quiet = { cwd: folder, encoding: 'utf8', shell: process.platform === 'win32' };
  const packed = spawnSync('npm', ['pack', `${suite.name}@${suite.version}`, '--silent'], quiet);
  if (packed.status !== 0) throw new Error(`${suite.name}: npm pack failed: ${packed.stderr}`);
  const untar = spawnSync('tar', ['xzf', packed.stdout.trim()], quiet);
  if (untar.status !== 0) throw new Error(`${suite.name}: cannot unpack: ${untar.stderr}`);
  const manifest = JSON.parse(readFileSync(path.join(work, 'package.json'), 'utf8'));
  const dev = Object.fromEntries(
    suite.dev.map((entry) => entry.split('@')).map(([name, range]) => [name, range ?? manifest.devDependencies[name]]),
  );
  writeFileSync(
    path.join(work, 'package.json'),
    `${JSON.stringify({ ...manifest, scripts: {}, devDependencies: {}, dependencies: { ...manifest.dependencies, ...dev } }, null, 2)}\n`,
  );
  const install = spawnSync(
    'npm',
    ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--legacy-peer-deps', '--silent'],
    { ...quiet, cwd: work },
  );
  if (install.status !== 0) throw new Error(`${suite.name}: npm install failed: ${install.stdout}${install.stderr}`);
  writeFileSync(stamp, wanted);
  return work;
}

function execute(command, args, options) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '';
    let err = '';
    const timer = setTimeout(() => child.kill('SIGKILL'), LIMIT_MS);
    child.stdout.on('data', (chunk) => (out += chunk));
    child.stderr.on('data', (chunk) => (err += chunk));
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      resolve({ code: code ?? signal, out, err });
    });
  });
}

/** Counts of a TAP report: the closing `# pass` and `# fail`. */
function counts({ out, code }) {
  const last = (name) => Number([...out.matchAll(new RegExp(`^# ${name}\\s+(\\d+)`, 'gm'))].at(-1)?.[1] ?? 0);
  return { tests: last('tests'), pass: last('pass'), fail: last('fail'), code };
}

async function runSuite(suite, work, node, recordings) {
  const [, ...args] = flags.short === true && suite.short !== undefined ? suite.short : suite.command;
  const env = {
    ...process.env,
    NODE_ENV: '',
    FORCE_COLOR: '0',
    PATH: `${path.dirname(node)}${path.delimiter}${process.env.PATH}`,
  };
  delete env.NODE_ENV;
  if (recordings === undefined) return execute(node, args, { cwd: work, env });
  const exec = [pal, 'exec', '--wal', path.join(recordings, '{pid}-{n}.palrec'), '--', node, ...args];
  return execute(process.execPath, exec, { cwd: work, env });
}

function failures({ out }) {
  return new Set([...out.matchAll(/^\s*not ok \d+ -? ?(.*)$/gm)].map((match) => match[1]));
}

let passed = 0;
let failed = 0;
const majors = (flags.node ?? (flags.short === true ? '22' : '20,22,24')).split(',');
process.stdout.write(`package (kind)                       node   bare pass/fail   recorded pass/fail   recordings\n`);
for (const suite of SUITES) {
  if (positionals.length > 0 && !positionals.includes(suite.name)) continue;
  const work = setUp(suite);
  for (const major of majors) {
    const node = nodePath(major);
    if (node === undefined) {
      process.stdout.write(`${suite.name}: Node ${major} is not installed (npm run nodes), left out\n`);
      failed += process.env.CI === undefined ? 0 : 1;
      continue;
    }
    const recordings = path.join(os.tmpdir(), `pal-packages-${process.pid}-${suite.name}-${major}`);
    mkdirSync(recordings, { recursive: true });
    const bareRun = await runSuite(suite, work, node);
    const recordedRun = await runSuite(suite, work, node, recordings);
    const bare = counts(bareRun);
    const recorded = counts(recordedRun);
    const files = readdirSync(recordings);
    const bytes = files.reduce((sum, name) => sum + statSync(path.join(recordings, name)).size, 0);
    const same =
      bare.tests > 0 &&
      bare.pass === recorded.pass &&
      bare.fail === recorded.fail &&
      bare.code === recorded.code &&
      bytes > 0;
    if (same) passed += 1;
    else failed += 1;
    process.stdout.write(
      `${`${suite.name} ${suite.version} (${suite.kind})`.padEnd(37)}${major.padEnd(7)}${`${bare.pass}/${bare.fail}`.padEnd(17)}${`${recorded.pass}/${recorded.fail}`.padEnd(21)}` +
        `${files.length} files, ${(bytes / 1e6).toFixed(1)} MB${same ? '' : '   DIFFERENT'}\n`,
    );
    if (!same) {
      const known = failures(bareRun);
      for (const name of failures(recordedRun))
        if (!known.has(name)) process.stdout.write(`    fails only recorded: ${name}\n`);
      process.stdout.write(
        recordedRun.err
          .split('\n')
          .slice(-20)
          .map((line) => `    ${line}\n`)
          .join(''),
      );
    }
    if (flags.keep === true) process.stdout.write(`    kept in ${recordings}\n`);
    else rmSync(recordings, { recursive: true, force: true });
  }
}
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exit(failed > 0 ? 1 : 0);
