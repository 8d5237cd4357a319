// npm test: sets up what the tests need, runs all of them, and ends with one line "N passed, N failed".
// usage: node test/tools/testAll.mjs [--only name,name]     names: see STEPS
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');
const windows = process.platform === 'win32';
const started = Date.now();
const unitReport = path.join(root, '.cache', 'unit.json');

/** Each step ends in counts. `counts: 'exit'` is one check; `'line'` reads the last "N passed, N failed"; `'vitest'` the JSON report. */
const STEPS = [
  {
    name: 'nodes',
    title: 'Node versions that programs are run on',
    command: ['npm', 'run', '-s', 'nodes'],
    counts: 'none',
  },
  {
    name: 'build',
    title: 'bundles, with their size budgets',
    command: ['node', 'test/tools/build.mjs', '--force'],
    counts: 'exit',
    fatal: true,
  },
  { name: 'types', title: 'type check', command: ['npm', 'run', '-s', 'typecheck'], counts: 'exit' },
  { name: 'lint', title: 'lint', command: ['npm', 'run', '-s', 'lint'], counts: 'exit' },
  { name: 'format', title: 'format', command: ['npm', 'run', '-s', 'format:check'], counts: 'exit' },
  {
    name: 'unit',
    title: 'unit and integration tests',
    command: ['npx', 'vitest', 'run', '--reporter=dot', '--reporter=json', `--outputFile.json=${unitReport}`],
    counts: 'vitest',
  },
  {
    name: 'corpus',
    title: 'programs bare, woven and recorded, on each Node',
    command: ['npm', 'run', '-s', 'corpus'],
    counts: 'line',
  },
  {
    name: 'kills',
    title: 'recordings after SIGKILL (short form)',
    command: ['npm', 'run', '-s', 'kills', '--', '20'],
    counts: 'line',
  },
  {
    name: 'packages',
    title: 'suites of npm packages, bare and recorded (short form)',
    command: ['npm', 'run', '-s', 'packages', '--', '--short'],
    counts: 'line',
  },
  { name: 'e2e', title: 'the extension in a real VS Code', command: ['npm', 'run', '-s', 'test:e2e'], counts: 'line' },
];

function run(command, args) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, shell: windows, stdio: ['ignore', 'pipe', 'inherit'] });
    let tail = '';
    child.stdout.on('data', (chunk) => {
      process.stdout.write(chunk);
      tail = (tail + String(chunk)).slice(-20_000);
    });
    child.once('error', (error) => resolve({ code: 1, tail: String(error) }));
    child.once('close', (code) => resolve({ code: code ?? 1, tail }));
  });
}

function counted(step, { code, tail }) {
  if (step.counts === 'none') return { passed: 0, failed: 0 };
  if (step.counts === 'exit') return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
  let counts;
  if (step.counts === 'vitest' && existsSync(unitReport)) {
    const report = JSON.parse(readFileSync(unitReport, 'utf8'));
    const suites = report.numFailedTestSuites > 0 && report.numFailedTests === 0 ? report.numFailedTestSuites : 0;
    counts = { passed: report.numPassedTests, failed: report.numFailedTests + suites, skipped: report.numPendingTests };
  } else if (step.counts === 'line') {
    const line = [...tail.matchAll(/(\d+) passed, (\d+) failed(?:, (\d+) skipped)?/g)].at(-1);
    if (line !== undefined)
      counts = { passed: Number(line[1]), failed: Number(line[2]), skipped: Number(line[3] ?? 0) };
  }
  if (counts === undefined) return { passed: 0, failed: 1 };
  if (code !== 0 && counts.failed === 0) counts.failed = 1;
  return counts;
}

async function main() {
  const at = process.argv.indexOf('--only');
  const only = at > 0 ? process.argv[at + 1].split(',') : undefined;
  mkdirSync(path.join(root, '.cache'), { recursive: true });
  rmSync(unitReport, { force: true });
  if (!existsSync(path.join(root, 'node_modules', '.package-lock.json'))) {
    process.stdout.write('── installing dependencies (npm ci)\n');
    const { code } = await run('npm', ['ci', '--no-audit', '--no-fund']);
    if (code !== 0) process.exit(code);
  }
  const rows = [];
  for (const step of STEPS) {
    if (only !== undefined && !only.includes(step.name)) continue;
    process.stdout.write(`\n── ${step.title}\n`);
    const begun = Date.now();
    const result = await run(step.command[0], step.command.slice(1));
    const counts = counted(step, result);
    rows.push({ name: step.name, ...counts, seconds: (Date.now() - begun) / 1000 });
    if (step.fatal === true && counts.failed > 0) break;
  }
  process.stdout.write('\n');
  let passed = 0;
  let failed = 0;
  let skipped = 0;
  for (const row of rows) {
    passed += row.passed;
    failed += row.failed;
    skipped += row.skipped ?? 0;
    const mark = row.failed > 0 ? 'FAILED' : 'ok';
    const note = row.skipped ? ` (${row.skipped} left out)` : '';
    process.stdout.write(
      `${row.name.padEnd(10)} ${mark.padEnd(7)} ${row.passed} ok, ${row.failed} bad${note}, ${row.seconds.toFixed(1)} s\n`,
    );
  }
  process.stdout.write(`in ${((Date.now() - started) / 60_000).toFixed(1)} minutes\n`);
  if (skipped > 0 && process.env.CI !== undefined) failed += skipped;
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  process.exit(failed > 0 ? 1 : 0);
}

await main();
