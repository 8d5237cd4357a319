import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { PalError } from '../errors';
import type { Obj } from './messages';
import { fromObj, ObjectReference, toObj } from './obj';

class Account {
  balance = 1;
}

describe('values by value', () => {
  it.each<[unknown, string, string, unknown?]>([
    [42, '42', 'int'],
    [-(2 ** 31), '-2147483648', 'int'],
    [2 ** 31, '2.147483648E9', 'double'],
    [1.5, '1.5', 'double'],
    [-0, '-0.0', 'double'],
    [NaN, '"NaN"', 'double'],
    [9_007_199_254_740_993n, '9007199254740993', 'long'],
    [7n, '7', 'long', 7],
    [2n ** 70n, '1180591620717411303424', 'java.math.BigInteger'],
    ['he said "hi"\n\u0001', '"he said \\"hi\\"\\n\\u0001"', 'java.lang.String'],
    [true, 'true', 'boolean'],
    [[1, 2], '[1,2]', '[I'],
    [[1, 0.5], '[1.0,0.5]', '[D'],
    [[NaN, 1], '["NaN",1.0]', '[D'],
    [['a', 'b'], '["a","b"]', '[Ljava.lang.String;'],
    [[true, false], '[true,false]', '[Z'],
    [[1, 'b', null], '[1,"b",null]', 'java.util.ArrayList'],
    [[], '[]', 'java.util.ArrayList'],
    [new Set([1]), '[1]', 'java.util.ArrayList', [1]],
    [
      { k: 1, l: [1n], m: { n: undefined } },
      '{"k":1,"l":[1],"m":{"n":null}}',
      'java.util.HashMap',
      { k: 1, l: [1], m: { n: null } },
    ],
    [new Map([['k', 1.5]]), '{"k":1.5}', 'java.util.HashMap', { k: 1.5 }],
    [Buffer.from([0, 1, 2, 255]), '"AAEC/w=="', '[B'],
    [Int16Array.of(1, -1), '[1,-1]', '[S', [1, -1]],
    [Float64Array.of(1, Infinity), '[1.0,"Infinity"]', '[D', [1, Infinity]],
    [BigInt64Array.of(2n ** 62n), '[4611686018427387904]', '[J', [2n ** 62n]],
    [Array.from({ length: 1001 }, () => 1), `[${'1,'.repeat(1000)}1]`, 'java.util.ArrayList'],
  ])('%o', (value, text, name, back = value) => {
    const obj = toObj(value);
    expect(obj).toEqual({ value: text, clazz: { name } });
    expect(fromObj(obj)).toEqual(back);
  });

  it('null and undefined have no text', () => {
    expect(toObj(null)).toEqual({ clazz: { name: 'java.lang.Object' }, isNull: true });
    expect(fromObj(toObj(undefined))).toBeUndefined();
    expect(fromObj(toObj(null))).toBeNull();
    expect(fromObj({ isNull: true })).toBeNull();
  });
});

describe('references', () => {
  it('stand beside plain data and instead of everything else', () => {
    expect(toObj(5, 9)).toEqual({ value: '5', clazz: { name: 'int' }, ref: 9 });
    expect(toObj(new Account(), 9)).toEqual({ clazz: { name: 'js.Account' }, ref: 9 });
    expect(toObj(() => 1, 3)).toEqual({ clazz: { name: 'js.Function' }, ref: 3 });
    expect(toObj(new ObjectReference(4, 'a.B'))).toEqual({ clazz: { name: 'a.B' }, ref: 4 });
    expect(fromObj({ clazz: { name: 'a.B' }, ref: 4 })).toEqual(new ObjectReference(4, 'a.B'));
  });

  it.each([
    ['an instance', new Account()],
    ['a function', (): number => 1],
    ['a symbol', Symbol('s')],
    ['data with an instance in it', { a: [new Account()] }],
    ['a regular expression', /x/],
  ])('are needed for %s', (_, value) => {
    expect(() => toObj(value)).toThrow(PalError);
  });

  it('are needed for circles', () => {
    const circle: unknown[] = [];
    circle.push(circle, null);
    expect(() => toObj(circle)).toThrow(PalError);
  });
});

describe('texts from Java', () => {
  it.each<[string, string, unknown]>([
    ['1.0E10', 'double', 1e10],
    ['"-Infinity"', 'java.lang.Float', -Infinity],
    ['"x"', 'char', 'x'],
    ['"hi"', '[C', 'hi'],
    ['[1,2]', '[B', Buffer.from([1, 2])],
    ['["a",null]', '[Ljava.lang.String;', ['a', null]],
    [
      '{"id":1234567890123456789,"s":"1234567890123456789"}',
      'a.Pojo',
      { id: 1234567890123456789n, s: '1234567890123456789' },
    ],
    ['1234567890123456', 'long', 1234567890123456],
    ['1.50', 'java.math.BigDecimal', 1.5],
    ['7', 'java.math.BigInteger', 7n],
  ])('%s of %s', (value, name, expected) => {
    expect(fromObj({ value, clazz: { name } })).toEqual(expected);
  });

  it.each<Obj>([
    { value: '{', clazz: { name: 'java.util.HashMap' } },
    { value: '5', clazz: { name: '[D' } },
    { value: '5', clazz: { name: '[B' } },
  ])('that do not fit are refused: %j', (obj) => {
    expect(() => fromObj(obj)).toThrow(expect.objectContaining({ code: 'decode' }) as Error);
  });

  it('without content are refused', () => {
    expect(() => fromObj({ clazz: { name: 'a.B' } })).toThrow(
      expect.objectContaining({ code: 'unsupported' }) as Error,
    );
  });

  it('of every golden value can be read', () => {
    const file = new URL('../../../test/fixtures/wire/colfer.json', import.meta.url);
    const vectors = JSON.parse(readFileSync(file, 'utf8')) as { name: string; fields: Obj }[];
    const objs = vectors.filter(({ name }) => name.startsWith('obj/'));
    expect(objs.length).toBeGreaterThan(50);
    for (const { fields } of objs) expect(() => fromObj(fields)).not.toThrow();
  });
});
