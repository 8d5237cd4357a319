// npm run fuzz:<name> [-- arguments]: bundles test/fuzz/<name>.ts and runs it.
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';

const root = path.resolve(import.meta.dirname, '..', '..');
const out = path.join(root, '.cache', 'fuzz');
mkdirSync(out, { recursive: true });
const [name = 'wire', ...args] = process.argv.slice(2);
const target = path.join(out, `${name}.mjs`);
await build({
  entryPoints: [path.join(import.meta.dirname, `${name}.ts`)],
  outfile: target,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  packages: 'external',
  define: { 'process.env.PAL_ROOT': JSON.stringify(root) },
  logLevel: 'error',
});
process.exitCode = spawnSync(process.execPath, [target, ...args], { cwd: root, stdio: 'inherit' }).status ?? 1;
