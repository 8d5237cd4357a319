/** Start of a program of 200 modules, ESM and CommonJS, cold and warm cache, against bare Node in the same run (whole processes, medians). */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const root = process.env['PAL_ROOT'] ?? process.cwd();
const pal = path.join(root, 'runtime', 'bin', 'pal.js');
const MODULES = 200;
const REPEATS = 7;
const folder = mkdtempSync(path.join(os.tmpdir(), 'pal-modules-'));

function methods(n: number): string {
  return Array.from(
    { length: 12 },
    (_, m) =>
      `  method${m}(a, b) {\n    this.last = a + b + ${m};\n    return this.last > ${n} ? this.last : this.method${(m + 1) % 12 === 0 ? 1 : (m + 1) % 12}.length;\n  }`,
  ).join('\n');
}

function generate(kind: 'esm' | 'cjs'): string {
  const home = path.join(folder, kind);
  mkdirSync(home, { recursive: true });
  writeFileSync(
    path.join(home, 'package.json'),
    JSON.stringify({ name: `many-${kind}`, type: kind === 'esm' ? 'module' : 'commonjs' }),
  );
  for (let n = 0; n < MODULES; n += 1) {
    const body = `class C${n} {\n  constructor() {\n    this.last = 0;\n  }\n${methods(n)}\n}\n`;
    writeFileSync(
      path.join(home, `m${n}.js`),
      kind === 'esm' ? `${body}export { C${n} };\n` : `${body}exports.C${n} = C${n};\n`,
    );
  }
  const names = Array.from({ length: MODULES }, (_, n) => n);
  const imports = names
    .map((n) => (kind === 'esm' ? `import { C${n} } from './m${n}.js';` : `const { C${n} } = require('./m${n}.js');`))
    .join('\n');
  const main = path.join(home, 'main.js');
  writeFileSync(
    main,
    `${imports}\nlet sum = 0;\n${names.map((n) => `sum += new C${n}().method0(1, 2);`).join('\n')}\nconsole.log(sum);\n`,
  );
  return main;
}

function time(args: readonly string[], cache: string): number {
  const begin = process.hrtime.bigint();
  const run = spawnSync(process.execPath, args, {
    encoding: 'utf8',
    env: { ...process.env, PAL_CACHE_DIR: cache, PAL_DIRECTORY: 'none' },
  });
  if (run.status !== 0) throw new Error(`${args.join(' ')}: ${run.stderr}`);
  return Number(process.hrtime.bigint() - begin) / 1e6;
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!;
try {
  console.log(`${MODULES} modules, ms a process`.padEnd(34) + 'ms'.padStart(8) + 'x bare'.padStart(9));
  for (const kind of ['esm', 'cjs'] as const) {
    const main = generate(kind);
    const warmCache = path.join(folder, `warm-${kind}`);
    const rows = { bare: [] as number[], cold: [] as number[], warm: [] as number[] };
    const recorded = (n: number, label: string): string[] => [
      pal,
      'run',
      '--wal',
      path.join(folder, `${kind}-${label}-${n}.palrec`),
      main,
    ];
    time(recorded(REPEATS, 'prime'), warmCache);
    for (let n = 0; n < REPEATS; n += 1) {
      rows.bare.push(time([main], warmCache));
      rows.cold.push(time(recorded(n, 'cold'), path.join(folder, `cold-${kind}-${n}`)));
      rows.warm.push(time(recorded(n, 'warm'), warmCache));
    }
    const bare = median(rows.bare);
    for (const [name, values] of Object.entries(rows)) {
      const ms = median(values);
      console.log(
        `${`${kind}, ${name === 'bare' ? 'bare' : `recorded, ${name} cache`}`.padEnd(34)}${ms.toFixed(0).padStart(8)}${(ms / bare).toFixed(2).padStart(9)}`,
      );
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
