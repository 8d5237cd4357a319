/**
 * Weaving speed against Babel doing the same to the same files (calls, exceptions, returns, simple field accesses, with source map) in the
 * same process, warm. CPU time of the thread where the system tells it, else wall clock.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { parse } from 'acorn';
import { weave } from '../runtime/src/weave/weaveModule';

const root = process.env['PAL_ROOT'] ?? process.cwd();
const PACKAGES = ['acorn', 'commander', 'yaml', 'eslint', 'webpack/lib', 'semver', 'ajv', 'espree'];
const PASSES = 3;

/* eslint-disable @typescript-eslint/no-explicit-any, @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-call,
   @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-return -- Babel brings no types */
type Babel = any;
type Node = any;
type Path = any;
const babel: Babel = createRequire(path.join(root, 'package.json'))('@babel/core');

const options = { calls: true, fieldReads: true, fieldWrites: true, builtins: true };

function* sources(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const name = path.join(folder, entry.name);
    if (entry.isDirectory()) {
      if (entry.name !== 'node_modules') yield* sources(name);
    } else if (/\.c?js$/.test(entry.name)) yield name;
  }
}

function parses(code: string): boolean {
  try {
    parse(code, { ecmaVersion: 'latest', sourceType: 'commonjs', allowHashBang: true });
    return true;
  } catch {
    return false;
  }
}

const texts: string[] = [];
for (const name of PACKAGES) {
  const folder = path.join(root, 'node_modules', name);
  if (!existsSync(folder)) continue;
  for (const file of sources(folder)) {
    const code = readFileSync(file, 'utf8');
    if (code.length < 200_000 && parses(code)) texts.push(code);
  }
}
const megabytes = texts.reduce((sum, text) => sum + text.length, 0) / 1e6;

/** The same job as Babel's users write it: entries, exceptions, returns, field reads and writes, and a source map. */
const wrap = ({ types: t, template }: Babel): object => {
  const enter = template.statement('if (__on) __call(1);');
  const guarded = template.statement('try { BODY } catch (__e) { throw __throw(1, __e); }', {
    placeholderPattern: /^BODY$/,
  });
  const read = template.expression('__on ? __get(1, O, R) : R2');
  const done = Symbol('done');
  const field = (node: Node): boolean => !node.computed && node.object.type !== 'Super' && !node[done];
  return {
    visitor: {
      Function: {
        exit(at: Path) {
          if (at.node[done] || at.node.type === 'ClassMethod') return;
          at.node[done] = true;
          at.ensureBlock();
          const { body } = at.node;
          body.body = [enter(), guarded({ BODY: body.body })];
        },
      },
      ReturnStatement(at: Path) {
        if (at.node.argument && !at.node[done]) {
          at.node[done] = true;
          at.node.argument = t.callExpression(t.identifier('__return'), [t.numericLiteral(1), at.node.argument]);
        }
      },
      MemberExpression(at: Path) {
        const { node, parent } = at;
        if (!field(node) || (node.object.type !== 'Identifier' && node.object.type !== 'ThisExpression')) return;
        if ((parent.type === 'CallExpression' && parent.callee === node) || parent.type === 'UpdateExpression') return;
        if ((parent.type === 'AssignmentExpression' && parent.left === node) || parent.operator === 'delete') return;
        if (parent.type.startsWith('For') || parent.type.endsWith('Pattern') || parent.type === 'RestElement') return;
        node[done] = true;
        const [first, second] = [t.cloneNode(node), t.cloneNode(node)];
        first[done] = second[done] = true;
        at.replaceWith(read({ O: t.cloneNode(node.object), R: first, R2: second }));
      },
      AssignmentExpression(at: Path) {
        const { node } = at;
        if (node[done] || node.left.type !== 'MemberExpression' || !field(node.left)) return;
        node[done] = true;
        node.right = t.callExpression(t.identifier('__put'), [t.numericLiteral(1), node.right]);
      },
    },
  };
};

const clock = (): number => {
  try {
    return Number(readFileSync('/proc/thread-self/schedstat', 'utf8').split(' ')[0]) / 1e9;
  } catch {
    return performance.now() / 1e3;
  }
};

const WAYS: readonly (readonly [name: string, run: (code: string) => void])[] = [
  [
    '@babel/core',
    (code) =>
      babel.transformSync(code, {
        plugins: [wrap],
        configFile: false,
        babelrc: false,
        sourceType: 'script',
        sourceMaps: true,
        compact: false,
        parserOpts: { allowReturnOutsideFunction: true },
      }),
  ],
  ['acorn, parse only', (code) => parse(code, { ecmaVersion: 'latest', sourceType: 'commonjs', allowHashBang: true })],
  ['weave', (code) => weave({ code, sourceType: 'commonjs', classPrefix: 'bench.module', options })],
];

const speeds = WAYS.map(([, run]) => {
  const times: number[] = [];
  for (let pass = 0; pass < PASSES; pass++) {
    const begin = clock();
    for (const text of texts) run(text);
    times.push(clock() - begin);
  }
  return megabytes / times.sort((a, b) => a - b)[times.length >> 1]!;
});
console.log(
  `${`${texts.length} files, ${megabytes.toFixed(1)} MB`.padEnd(40)}${'MB/s'.padStart(8)}${'x Babel'.padStart(9)}`,
);
WAYS.forEach(([name], i) =>
  console.log(
    `${name.padEnd(40)}${speeds[i]!.toFixed(1).padStart(8)}${(speeds[i]! / speeds[0]!).toFixed(1).padStart(9)}`,
  ),
);
