// npm run corpus: bundles test/corpus/main.ts and runs it on the bundles in runtime/dist.
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';

const root = path.resolve(import.meta.dirname, '..', '..');
const out = path.join(root, '.cache', 'corpus');
mkdirSync(out, { recursive: true });
const target = path.join(out, 'main.mjs');
await build({
  entryPoints: [path.join(import.meta.dirname, 'main.ts')],
  outfile: target,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  packages: 'external',
  logLevel: 'error',
});
process.exitCode =
  spawnSync(process.execPath, [target, ...process.argv.slice(2)], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, PAL_ROOT: root },
  }).status ?? 1;
