// npm run package: packs the extension for one platform.
// usage: node client/tools/packageVsix.mjs [--target linux-x64] [--out FILE]
//
// The runtime in the VSIX runs programs in their own Node, so it brings the native modules that its bundles ask for, for one platform (default: this one).
// They are copied to runtime/dist/node_modules, where Node finds them from the bundles, and removed again after packing. Most of the weight is @swc/core, which compiles what
// oxc-transform leaves: ES module syntax in CommonJS packages, and standard decorators.
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { parseArgs } from 'node:util';

const root = path.resolve(import.meta.dirname, '../..');
const require = createRequire(import.meta.url);
const modules = path.join(root, 'node_modules');
const staged = path.join(root, 'runtime/dist/node_modules');

/** What a download may weigh; over it the build fails. */
const budgetBytes = 16 * 1024 * 1024;

const { values } = parseArgs({ options: { target: { type: 'string' }, out: { type: 'string' } } });
const target = values.target ?? hostTarget();
const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
const out = path.resolve(values.out ?? path.join(root, '.cache/vsix', `pal-${manifest.version}-${target}.vsix`));

for (const file of ['client/dist/extension.js', 'server/dist/server.js', ...runtimeFiles()]) {
  if (!existsSync(path.join(root, file))) fail(`${file} is missing: run npm run build first`);
}
mkdirSync(path.dirname(out), { recursive: true });
try {
  for (const name of neededModules()) stage(name);
  const { createVSIX } = require('@vscode/vsce');
  await createVSIX({
    cwd: root,
    packagePath: out,
    target,
    dependencies: false,
    allowMissingRepository: true,
    rewriteRelativeLinks: false,
    skipLicense: false,
  });
} finally {
  rmSync(staged, { recursive: true, force: true });
}
const size = statSync(out).size;
process.stdout.write(`${path.relative(root, out)}: ${(size / 1024 / 1024).toFixed(2)} MiB\n`);
if (size > budgetBytes) fail(`the package is larger than its budget of ${budgetBytes / 1024 / 1024} MiB`);

function runtimeFiles() {
  return ['pal.js', 'register.js', 'host.js', 'weaver.js', 'hooks.mjs'].map((name) => `runtime/dist/${name}`);
}

/** Native modules that the bundles of the runtime really ask for. */
function neededModules() {
  const text = readdirSync(path.join(root, 'runtime/dist'))
    .filter((name) => /\.m?js$/.test(name))
    .map((name) => readFileSync(path.join(root, 'runtime/dist', name), 'utf8'))
    .join('\n');
  return ['oxc-transform', '@swc/core', 'zeromq'].filter(
    (name) => text.includes(`"${name}"`) || text.includes(`'${name}'`),
  );
}

function stage(name) {
  if (name === '@swc/core') {
    copy('@swc/core', topLevelScripts('@swc/core'));
    copy('@swc/counter', topLevelScripts('@swc/counter'));
    copyBinding(`@swc/core-${nativePlatform()}`);
    return;
  }
  if (name === 'oxc-transform') {
    copy('oxc-transform', ['package.json', 'index.js', 'LICENSE']);
    copyBinding(`@oxc-transform/binding-${nativePlatform()}`);
    return;
  }
  // One binary serves every Node from 20 on (Node-API); the list of binaries is cut down to it.
  copy('zeromq', [
    'package.json',
    'LICENSE',
    ...readdirSync(path.join(modules, 'zeromq/lib'))
      .filter((file) => file.endsWith('.js'))
      .map((file) => `lib/${file}`),
  ]);
  copy('cmake-ts', ['package.json', 'build/loader.js', 'LICENSE.md']);
  const build = path.join(modules, 'zeromq/build');
  const [os, arch] = target.replace('alpine', 'linux').split('-');
  const libc = target.startsWith('alpine') ? 'musl' : 'glibc';
  const all = JSON.parse(readFileSync(path.join(build, 'manifest.json'), 'utf8'));
  const fitting = Object.entries(all)
    .map(([key, file]) => ({ key, file, config: JSON.parse(key) }))
    .filter(({ config }) => config.os === os && config.arch === arch && (os !== 'linux' || config.libc === libc));
  const current = fitting.filter(({ config }) => config.abi > 108);
  // The binaries were built on different systems: the one that asks for the oldest C library runs on most.
  const [chosen] = current.sort(
    (a, b) => glibcOf(path.join(build, a.file)) - glibcOf(path.join(build, b.file)) || a.config.abi - b.config.abi,
  );
  if (chosen === undefined) fail(`zeromq has no binary for ${target}`);
  copy('zeromq/build', [chosen.file]);
  writeFileSync(path.join(staged, 'zeromq/build/manifest.json'), JSON.stringify({ [chosen.key]: chosen.file }));
}

function copyBinding(name) {
  if (!existsSync(path.join(modules, name))) {
    fail(`${name} is not installed: package for ${target} on that platform, or npm install --no-save --force ${name}`);
  }
  copy(name, readdirSync(path.join(modules, name)));
}

function topLevelScripts(name) {
  return readdirSync(path.join(modules, name)).filter((file) => /\.js$|^package\.json$|^LICENSE/.test(file));
}

function copy(name, files) {
  for (const file of files) {
    const from = path.join(modules, name, file);
    if (!existsSync(from)) continue;
    cpSync(from, path.join(staged, name, file), { recursive: true });
  }
}

/** Minor version of the newest glibc 2 symbol that a binary asks for; 0 when it asks for none. */
function glibcOf(file) {
  const symbols = readFileSync(file.replaceAll('\\', '/'))
    .toString('latin1')
    .matchAll(/GLIBC_2\.(\d+)/g);
  return Math.max(0, ...Array.from(symbols, ([, minor]) => Number(minor)));
}

function nativePlatform() {
  if (target.startsWith('win32')) return `${target}-msvc`;
  if (target.startsWith('alpine')) return `${target.replace('alpine', 'linux')}-musl`;
  return target.startsWith('linux') ? `${target}-gnu` : target;
}

function hostTarget() {
  const musl = process.platform === 'linux' && process.report.getReport().header.glibcVersionRuntime === undefined;
  return `${musl ? 'alpine' : process.platform}-${process.arch}`;
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
