// Installs a real VS Code (server and browser workbench, from npm) under test/e2e/node_modules, once per lock file.
//
// The server needs Node 24 at run time (it comes from npm too), and one native module built: @vscode/spdlog, without which every
// output channel stays empty. The other native modules bring prebuilt binaries or are not needed by the tests.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const modules = path.join(here, 'node_modules');
const stamp = path.join(modules, '.pal-installed');
const vscode = path.join(modules, 'code-server/lib/vscode');
const nodeDir = path.join(modules, 'node/bin');

/** Where the parts are: `node` (24), `server` (root of VS Code), `chromium`. */
export const paths = {
  node: path.join(nodeDir, process.platform === 'win32' ? 'node.exe' : 'node'),
  server: vscode,
  get chromium() {
    const candidates = [
      process.env.CHROMIUM,
      '/usr/bin/chromium',
      '/usr/bin/chromium-browser',
      '/usr/bin/google-chrome',
      '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    ];
    return candidates.find((candidate) => candidate !== undefined && existsSync(candidate));
  },
};

/** Resolves to undefined when everything is there, else to what is missing, as a sentence for the user. */
export function install() {
  if (process.platform === 'win32') return 'the VS Code server of these tests does not run on Windows';
  const missing = installBrowser();
  if (missing !== undefined) return missing;
  const wanted = createHash('sha256')
    .update(readFileSync(path.join(here, 'package-lock.json')))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return undefined;
  try {
    step('VS Code from npm', 'npm', ['ci', ...quiet], here);
    step('Node 24 to run it on', 'npm', ['rebuild', 'node'], here);
    step("VS Code's modules", 'npm', ['install', '--omit=dev', ...quiet], vscode);
    step("VS Code's built-in extensions", 'npm', ['install', '--omit=dev', ...quiet], path.join(vscode, 'extensions'));
    step("VS Code's log writer (compiled)", 'npm', ['rebuild', '@vscode/spdlog'], vscode, {
      PATH: nodeDir + path.delimiter + process.env.PATH,
    });
  } catch (error) {
    return `VS Code could not be installed (${error.message.split('\n')[0]}); it needs the npm registry and a C++ compiler (Debian: apt-get install g++ make python3)`;
  }
  writeFileSync(stamp, wanted);
  return undefined;
}

const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];

function installBrowser() {
  if (paths.chromium !== undefined) return undefined;
  if (process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    try {
      step('Chromium from the distribution', 'apt-get', ['update', '-qq'], here);
      step(
        '  and its fonts',
        'apt-get',
        ['install', '-y', '-qq', '--no-install-recommends', 'chromium', 'fonts-dejavu-core'],
        here,
      );
    } catch {
      // said below
    }
    if (paths.chromium !== undefined) return undefined;
  }
  return 'no Chromium found: install it (Debian and Ubuntu: apt-get install chromium fonts-dejavu-core) or set CHROMIUM to its executable';
}

function step(what, command, args, cwd, env = {}) {
  process.stderr.write(`  installing ${what} …\n`);
  execFileSync(command, args, { cwd, stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, ...env } });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const missing = install();
  if (missing !== undefined) {
    process.stderr.write(missing + '\n');
    process.exitCode = 1;
  }
}
