// Installs the Node.js versions that the tests run programs on, from npm, into .cache/nodes/<major>.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const VERSIONS = { 20: '20.20.2', 22: '22.23.3', 24: '24.21.0' };
const root = path.resolve(import.meta.dirname, '../..');
const platform = process.platform === 'win32' ? 'win' : process.platform;
const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
let failed = 0;
for (const [major, version] of Object.entries(VERSIONS)) {
  if (Number(process.versions.node.split('.')[0]) === Number(major)) continue;
  const folder = path.join(root, '.cache', 'nodes', major);
  const name = `node-${platform}-${process.arch}`;
  const binary = path.join(folder, 'node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (existsSync(binary)) continue;
  process.stdout.write(`installing Node ${version} for tests …\n`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'package.json'), '{"private":true}\n');
  const run = spawnSync(npm, ['install', '--no-audit', '--no-fund', '--silent', `${name}@${version}`], {
    cwd: folder,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (run.status !== 0 || !existsSync(binary)) {
    failed += 1;
    process.stderr.write(`Node ${version} could not be installed; tests leave Node ${major} out\n`);
  }
}
process.exitCode = failed;
