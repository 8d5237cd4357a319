'use strict';
// One configuration per bundle. Every bundle has a size budget that fails the build (bytes, minified).
const path = require('node:path');

const root = __dirname;
const KB = 1024;

/** Modules that stay outside the bundles: native, resolved from node_modules at run time. */
const nativeModules = ['oxc-transform', '@swc/core', 'zeromq'];

function bundle({
  name,
  entry,
  output,
  budget,
  chunkBudget = budget,
  target = 'node20',
  externals = nativeModules,
  module: esm = false,
}) {
  const base = path.basename(output).replace(/\.[cm]?js$/, '');
  return (_env, argv) => ({
    name,
    target,
    mode: argv.mode ?? 'production',
    devtool: argv.mode === 'development' ? 'source-map' : false,
    entry: path.join(root, entry),
    output: {
      path: path.join(root, path.dirname(output)),
      // Chunks of an earlier build have other numbers: only this bundle's own files go.
      clean: { keep: (asset) => !asset.startsWith(`${base}.`) },
      filename: path.basename(output),
      chunkFilename: `${base}.[name].js`,
      library: { type: esm ? 'module' : 'commonjs2' },
      ...(esm ? { module: true, chunkFormat: 'module' } : {}),
    },
    ...(esm ? { experiments: { outputModule: true } } : {}),
    resolve: { extensions: ['.ts', '.js', '.json'] },
    module: {
      // `createRequire(file)(file)` loads files that are no part of the bundle: leave it to Node.
      parser: { javascript: { createRequire: false } },
      rules: [{ test: /\.ts$/, loader: 'esbuild-loader', options: { target: 'node20', format: undefined } }],
    },
    externals: externals.map((request) => ({ [request]: `${esm ? 'node-commonjs' : 'commonjs'} ${request}` })),
    externalsPresets: { node: true },
    node: { __dirname: false, __filename: false },
    optimization: { splitChunks: false, minimize: argv.mode !== 'development', nodeEnv: false },
    performance: { hints: 'error', maxAssetSize: chunkBudget, maxEntrypointSize: budget },
    stats: 'errors-warnings',
  });
}

module.exports = [
  bundle({ name: 'pal', entry: 'runtime/src/cli/main.ts', output: 'runtime/dist/pal.js', budget: 600 * KB }),
  bundle({
    name: 'register',
    entry: 'runtime/src/launch/register.ts',
    output: 'runtime/dist/register.js',
    budget: 400 * KB,
  }),
  bundle({ name: 'host', entry: 'runtime/src/peer/host.ts', output: 'runtime/dist/host.js', budget: 400 * KB }),
  bundle({
    name: 'weaver',
    entry: 'runtime/src/launch/weaverBundle.ts',
    output: 'runtime/dist/weaver.js',
    budget: 400 * KB,
  }),
  bundle({
    name: 'hooks',
    entry: 'runtime/src/launch/hooksThread.ts',
    output: 'runtime/dist/hooks.mjs',
    budget: 400 * KB,
    module: true,
  }),
  bundle({
    name: 'extension',
    entry: 'client/src/extension.ts',
    output: 'client/dist/extension.js',
    budget: 250 * KB,
    chunkBudget: 450 * KB, // the language client, loaded when the first bundle is open
    clean: { keep: /^streamWorker/ },
    externals: [...nativeModules, 'vscode'],
  }),
  bundle({
    name: 'streamWorker',
    entry: 'client/src/core/stream/streamWorker.ts',
    output: 'client/dist/streamWorker.js',
    budget: 100 * KB,
  }),
  bundle({
    name: 'server',
    entry: 'server/src/main.ts',
    output: 'server/dist/server.js',
    budget: 500 * KB,
  }),
];
module.exports.bundle = bundle;
