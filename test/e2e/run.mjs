// npm run test:e2e: the extension in a real VS Code, as packed.
// usage: node test/e2e/run.mjs [--only host|ui] [--grep TEXT] [--pictures]
//
// Installs what it needs once (VS Code, Node 24, a browser), builds and packs the extension, bundles the tests, and runs them. Where something cannot be
// installed it says what, and leaves the tests out; with CI=true that is a failure. Ends with "N passed, N failed".
// Pictures go to .cache/e2e/shots, with --pictures to test/e2e/shots.
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { install, paths } from './install.mjs';

const root = path.resolve(import.meta.dirname, '../..');
const out = path.join(root, '.cache/e2e');
const vsix = path.join(out, 'pal.vsix');

const missing = install();
if (missing !== undefined) {
  const ci = process.env.CI === 'true';
  process.stderr.write(`The tests in a real VS Code are left out: ${missing}.\n`);
  process.stdout.write(ci ? '0 passed, 1 failed\n' : '0 passed, 0 failed, 1 skipped\n');
  process.exit(ci ? 1 : 0);
}

mkdirSync(out, { recursive: true });
if (process.env.NOBUILD === undefined)
  execFileSync(process.execPath, [path.join(root, 'test/tools/build.mjs')], { stdio: ['ignore', 'ignore', 'inherit'] });
execFileSync(process.execPath, [path.join(root, 'client/tools/packageVsix.mjs'), '--out', vsix], {
  stdio: ['ignore', 'ignore', 'inherit'],
});

// The suite that runs inside VS Code is CommonJS, the rest of the tests a module; both are TypeScript.
await bundle('host/suite.ts', 'suite.cjs', 'cjs');
await bundle('main.ts', 'main.mjs', 'esm');
Object.assign(process.env, {
  PAL_E2E_VSIX: vsix,
  PAL_E2E_SUITE: path.join(out, 'suite.cjs'),
  PAL_E2E_NODE: paths.node,
  PAL_E2E_SERVER: paths.server,
  PAL_E2E_CHROMIUM: paths.chromium,
});
await import(pathToFileURL(path.join(out, 'main.mjs')).href);

async function bundle(entry, file, format) {
  await build({
    entryPoints: [path.join(import.meta.dirname, entry)],
    outfile: path.join(out, file),
    bundle: true,
    platform: 'node',
    target: 'node20',
    format,
    external: ['vscode', 'mocha', 'playwright-core', 'zeromq'],
    banner:
      format === 'esm'
        ? { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" }
        : {},
    sourcemap: 'inline',
    logLevel: 'warning',
  });
}
