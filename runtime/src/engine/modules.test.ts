/** ECMAScript modules: evaluated by Node itself from `data:` addresses, bare and woven. */
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { Bench } from './testing';

const load = (code: string): Promise<Record<string, unknown>> =>
  import(/* @vite-ignore */ `data:text/javascript,${encodeURIComponent(code)}`) as Promise<Record<string, unknown>>;

const MODULES: Readonly<Record<string, string>> = {
  'exports of every form': `export default class { static n = 1; m() { return this.constructor.n } } export const a = 1, b = () => a; export function c() { return hoisted() } function hoisted() { return b() } export { a as d, hoisted as 'string name' }; export let e = c(); e += 1; export const f = class Named {}.name, g = (() => import.meta.url.slice(0, 5))()`,
  'anonymous default function': `export default function () { return 5 } export const later = 1`,
  'default expression': `export default (a => ({ a }))(3)`,
  'top-level await in every place': `const x = await 1; export const y = await (async () => { await null; return x + 1 })(); const { z } = await Promise.resolve({ z: 4 }); let caught; try { await Promise.reject(new Error('r')) } catch (e) { caught = e.message } finally { await null } export { z, caught }; export const list = []; for await (const v of [Promise.resolve(1), 2]) list.push(v); export const o = { p: await 5, q: [await 6] }; if (await true) o.r = await 7`,
  'imports used before and after': `import { basename as base } from 'node:path'; import * as path from 'node:path'; import fs, { existsSync } from 'node:fs'; export const r = [base('/a/b'), path.join('a', 'b'), existsSync('/nope'), typeof fs.readFileSync, path.sep]`,
  'a module is strict': `export const t = (function () { return this })(); export const u = typeof this; export const v = (() => { try { undefined_ = 1 } catch (e) { return e.message } })()`,
  'live bindings': `export let n = 0; export const up = () => { n++; return n }; up(); up()`,
  'dynamic import': `export const m = (await import('node:os')).EOL.length; export const bad = await import('data:text/javascript,throw new TypeError("in import")').catch((e) => e.message)`,
};

describe.each(Object.entries(MODULES))('%s', (_name, code) => {
  it('has the same exports bare and woven', async () => {
    const show = async (text: string): Promise<string> => {
      const module = await load(text);
      const called = Object.entries(module).map(([name, value]) => {
        const plain =
          typeof value === 'function' && !value.toString().startsWith('class') ? (value as () => unknown)() : value;
        return [name, inspect(plain), typeof value === 'function' ? [value.name, value.length] : undefined];
      });
      return inspect(called, { depth: 4 });
    };
    const bare = await show(code);
    const bench = new Bench();
    expect(await show(bench.weave(code, 'module'))).toBe(bare);
  });
});

it('goes on in the main thread after a top-level await', async () => {
  const bench = new Bench();
  await load(
    bench.weave(
      `function f() {} f(); await new Promise((r) => setTimeout(function tick() { f(); r() }, 1)); f()`,
      'module',
    ),
  );
  const calls = bench.operations().filter(({ site, kind }) => kind === 'CALL' && site.endsWith('.f'));
  expect(calls.map(({ thread }) => thread.replace('+', ''))).toEqual([
    'self-caller',
    'self-caller/timeout#1',
    'self-caller',
  ]);
});
