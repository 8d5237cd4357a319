// Builds all bundles, unless they are newer than everything they are made from. `--force` builds in any case.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');
const sources = ['runtime/src', 'server/src', 'client/src', 'webpack.config.js', 'package-lock.json'];
const { default: configs } = await import(path.join(root, 'webpack.config.js'));
const outputs = configs.map((config) => {
  const { output } = typeof config === 'function' ? config({}, { mode: 'production' }) : config;
  return path.join(output.path, output.filename);
});

function newest(file) {
  const stat = statSync(file);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(0, ...readdirSync(file).map((name) => newest(path.join(file, name))));
}

const changed = Math.max(...sources.map((name) => newest(path.join(root, name))));
const built = outputs.every(existsSync) ? Math.min(...outputs.map((file) => statSync(file).mtimeMs)) : 0;
if (built < changed || process.argv.includes('--force')) {
  const webpack = path.join(root, 'node_modules', 'webpack-cli', 'bin', 'cli.js');
  const run = spawnSync(process.execPath, [webpack, '--mode', 'production'], { cwd: root, stdio: 'inherit' });
  process.exitCode = run.status ?? 1;
} else {
  process.stdout.write('bundles are up to date\n');
}
