// npm run kills -- [kills] [seed]: SIGKILL at random moments (test/kills/kills.ts). Builds the bundles if they are old.
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { buildSync } from 'esbuild';

const root = path.resolve(import.meta.dirname, '../..');
const built = spawnSync(process.execPath, [path.join(root, 'test/tools/build.mjs')], { cwd: root, stdio: 'inherit' });
if (built.status !== 0) process.exit(built.status ?? 1);
// Two folders below the root, as the source, so that its relative paths hold.
const outfile = path.join(root, '.cache', 'kills', 'kills.mjs');
mkdirSync(path.dirname(outfile), { recursive: true });
buildSync({
  entryPoints: [path.join(import.meta.dirname, 'kills.ts')],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'esm',
  packages: 'external',
  logLevel: 'error',
});
const run = spawnSync(process.execPath, [outfile, ...process.argv.slice(2)], { stdio: 'inherit' });
process.exitCode = run.status ?? 1;
