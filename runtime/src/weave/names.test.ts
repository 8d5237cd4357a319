import { describe, expect, it } from 'vitest';
import { SiteKind } from '../entry/sites';
import { renderingVariable, restoreRendering } from './names';
import type { WeaveInput } from './weave';
import { weave } from './weaveModule';

const KINDS = Object.fromEntries(Object.entries(SiteKind).map(([name, value]) => [value, name]));

function names(code: string, sourceType: WeaveInput['sourceType'] = 'module'): string[] {
  const options = { calls: true, fieldReads: true, fieldWrites: true, builtins: true };
  return weave({ code, sourceType, classPrefix: 'shop.order-item', options }).sites.map(
    ({ kind, className, member, line }) =>
      `${line} ${KINDS[kind]!} ${className === '' ? '' : `${className}.`}${member}`,
  );
}

describe('names of sites', () => {
  it('names functions by where they stand', () => {
    expect(
      names(`function outer() {
  function inner() { return () => {} }
  return [inner, function () {}, () => {}]
}
const named = () => {}
const api = { one() {}, two: () => {}, deep: { three() {} } }
export default () => {}`),
    ).toEqual([
      '1 FUNCTION shop.order-item.$module.outer',
      '2 FUNCTION shop.order-item.$module.outer$inner',
      '2 FUNCTION shop.order-item.$module.outer$inner$fn1',
      '3 FUNCTION shop.order-item.$module.outer$fn1',
      '3 FUNCTION shop.order-item.$module.outer$fn2',
      '5 FUNCTION shop.order-item.$module.named',
      '6 FUNCTION shop.order-item.$module.api$one',
      '6 FUNCTION shop.order-item.$module.api$two',
      '6 FUNCTION shop.order-item.$module.api$deep$three',
      '7 FUNCTION shop.order-item.$module.OrderItem',
    ]);
  });

  it('names members of classes, private, static, symbol and quoted ones', () => {
    expect(
      names(`class A {
  #x = 1
  static s() {}
  #p() { class Local { m() {} } }
  [Symbol.iterator]() {}
  [Symbol.for('a.b')]() {}
  'quoted name'() {}
  get g() { return 1 }
  static set t(v) {}
}
export default class { }`),
    ).toEqual([
      '1 CONSTRUCTOR shop.order-item.A.new',
      '2 FIELD_PUT #x',
      '3 STATIC_METHOD shop.order-item.A.s',
      '4 METHOD shop.order-item.A.#p',
      '4 CONSTRUCTOR shop.order-item.A$Local.new',
      '4 METHOD shop.order-item.A$Local.m',
      '5 METHOD shop.order-item.A.@@iterator',
      '6 METHOD shop.order-item.A.@@a_b',
      '7 METHOD shop.order-item.A.quoted name',
      '8 GETTER shop.order-item.A.g',
      '9 STATIC_SETTER shop.order-item.A.t',
      '11 CONSTRUCTOR shop.order-item.OrderItem.new',
    ]);
  });

  it('knows built-ins by import, require, compiled helpers and unshadowed globals', () => {
    expect(
      names(`import fs, { readFileSync as read } from 'node:fs'
import * as crypto from 'crypto'
fs.promises.readFile('a'); read('b'); crypto.randomUUID(); Date.now(); new Date(); new Date(5)
setTimeout(() => {}, 1); process.hrtime.bigint(); console.log(1)`).filter((name) => name.includes('BUILTIN')),
    ).toEqual([
      '3 BUILTIN_CALL node.fs.promises.readFile',
      '3 BUILTIN_CALL node.fs.readFileSync',
      '3 BUILTIN_CALL node.crypto.randomUUID',
      '3 BUILTIN_CALL js.Date.now',
      '3 BUILTIN_NEW js.Date.new',
      '4 BUILTIN_CALL node.timers.setTimeout',
      '4 BUILTIN_CALL js.process.hrtime.bigint',
      '4 BUILTIN_CALL js.console.log',
    ]);
    expect(
      names(
        `const fs_1 = __importDefault(require("fs")), { join } = require('path'); (0, fs_1.readFileSync)('x'); fs_1.default.statSync('y'); require('os').cpus(); join('a')`,
        'commonjs',
      ),
    ).toEqual([
      '1 BUILTIN_CALL node.fs.readFileSync',
      '1 BUILTIN_CALL node.fs.statSync',
      '1 BUILTIN_CALL node.os.cpus',
    ]);
  });

  it('takes a shadowed name for what it is', () => {
    expect(names(`function f(Date, fs) { return Date.now() + fs.readFileSync() }`)).toEqual([
      '1 FUNCTION shop.order-item.$module.f',
    ]);
  });

  it('leaves module objects and namespaces alone', () => {
    expect(
      names(`const a = require('a'); exports.x = a.b; module.exports.y = a.c.d; process.env.Z; Math.PI`, 'commonjs'),
    ).toEqual(['1 FIELD_GET d']);
  });

  it('weaves nothing that the scope leaves out', () => {
    const code = 'class A { m() { return this.x } } function f() {}';
    const woven = weave({
      code,
      sourceType: 'module',
      classPrefix: 'p',
      options: {
        calls: true,
        fieldReads: false,
        fieldWrites: false,
        builtins: false,
        inScope: (name) => name !== 'p.A',
      },
    });
    expect(woven.code).toContain('m() { return this.x }');
    expect(woven.sites.filter(({ member }) => member !== 'new').map(({ member }) => member)).toEqual(['f']);
  });
});

describe('what cannot be woven', () => {
  const woven = (code: string): unknown => names(code, 'commonjs');
  it('is refused by name: bad syntax, and nesting deeper than the stack', () => {
    expect(() => woven('let x = ;')).toThrow(expect.objectContaining({ code: 'weave' }));
    expect(() => woven(`x = ${'['.repeat(20_000)}${']'.repeat(20_000)}`)).toThrow(
      expect.objectContaining({ code: 'weave' }),
    );
  });
});

describe('rendering of sources', () => {
  it('survives the way through an identifier', () => {
    for (const text of ['a.b', 'this[#x].$y', 'f(...).b[0]', '$$.a$_b', 'größe.x']) {
      const name = renderingVariable(text)!;
      expect(name).toMatch(/^[\w$\u00a1-\uffff]+$/);
      expect(restoreRendering(`${name}.c is not a function`)).toBe(`${text}.c is not a function`);
    }
  });
});
