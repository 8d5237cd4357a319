// npm run bench [-- name…]: bundles and runs bench/<name>.ts one after the other. Every figure is a ratio to a baseline of the same run.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';

const folder = import.meta.dirname;
const root = path.resolve(folder, '..');
const out = path.join(root, '.cache', 'bench');
mkdirSync(out, { recursive: true });
const names = process.argv.slice(2);
const node = process.env.PAL_BENCH_NODE ?? process.execPath;
process.stdout.write(
  `${os.cpus()[0]?.model ?? 'unknown processor'}, ${os.cpus().length} cores, ${process.platform}; node ${spawnSync(node, ['-v'], { encoding: 'utf8' }).stdout}`,
);
for (const file of readdirSync(folder)
  .filter((name) => name.endsWith('.ts'))
  .sort()) {
  const name = path.basename(file, '.ts');
  if (names.length > 0 && !names.includes(name)) continue;
  const target = path.join(out, `${name}.mjs`);
  await build({
    entryPoints: [path.join(folder, file)],
    outfile: target,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
    alias: { 'pal-runtime': path.join(root, 'runtime', 'src') },
    define: { 'process.env.PAL_ROOT': JSON.stringify(root) },
    logLevel: 'error',
  });
  process.stdout.write(`\n── ${name}\n`);
  const run = spawnSync(node, [target], { cwd: root, stdio: 'inherit' });
  if (run.status !== 0) process.exitCode = 1;
}
