import { describe, expect, it } from 'vitest';
import { randomFrom } from '../wire/wireFuzz.testUtil';
import { Definitions } from './definitions';
import { readDefinition } from './readDefinition';
import { SnapshotText } from './snapshotText';
import { type SnapshotValue, WordBuilder } from './wordBuilder';
import { entryEnd } from './wordLength';
import { Const, Kind, SnapTag, Tag } from './words';

/** Text of the last snapshot among the entries. */
function textOf(builder: WordBuilder): string {
  const words = builder.build();
  const definitions = new Definitions();
  let text = '';
  for (let at = 0; at < words.length;) {
    const next = entryEnd(words, at, words.length);
    if ((words[at]! & 31) === Kind.SNAPSHOT) text = new SnapshotText(definitions).text(words, at + 3, next);
    else readDefinition(words, at, definitions);
    at = next;
  }
  return text;
}

function copied(value: SnapshotValue, members?: number): string {
  const builder = new WordBuilder();
  return textOf(builder.snapshot(builder.object('js.Object', 0), value, members));
}

describe('a copy of plain data', () => {
  it.each<[SnapshotValue, string]>([
    [{}, '{}'],
    [{ sku: 'pen', qty: 3, price: 1.25 }, '{"sku":"pen","qty":3,"price":1.25}'],
    [[1, 'b', null, [true, -7]], '[1,"b",null,[true,-7]]'],
    [
      new Map<string | number, SnapshotValue>([
        ['a', 1],
        [2, []],
      ]),
      '{"a":1,"2":[]}',
    ],
    [new Set(['x', 'y']), '["x","y"]'],
    [new Date(1795508755013), '"2026-11-24T08:25:55.013Z"'],
    [new Date(NaN), '"Invalid Date"'],
    [/a"+/gi, '"/a\\"+/gi"'],
    [Uint8Array.of(1, 2, 3, 4, 255), '"Uint8Array(5) 01020304ff"'],
    [[undefined, NaN, -Infinity, -0, 5n], '["undefined","NaN","-Infinity",-0.0,5]'],
    [{ 'key "1"\n': 'é\u{1f600}' }, '{"key \\"1\\"\\n":"é\u{1f600}"}'],
    [2 ** 30, '1073741824'],
  ])('%o', (value, text) => {
    expect(copied(value)).toBe(text);
    expect(() => JSON.parse(text) as unknown).not.toThrow();
  });

  it('names what it could not copy', () => {
    const builder = new WordBuilder();
    const order = builder.object('shop.Order');
    const symbol = builder.symbol('s');
    builder.snapshot(builder.object('js.Array', 0), [order, symbol, builder.uncaptured]);
    expect(textOf(builder)).toBe('["shop.Order@1","Symbol(s)","?"]');
  });

  it('marks what was cut', () => {
    expect(copied([1, 2, 3, 4], 1)).toBe('[1,"…+3"]');
    expect(copied(new Set([1, 2]), 0)).toBe('["…+2"]');
    expect(
      copied(
        new Map([
          ['a', 1],
          ['b', 2],
        ]),
        1,
      ),
    ).toBe('{"a":1,"…":"+1"}');
    expect(copied({ a: 1, b: 2, c: 3 }, 2)).toBe('{"a":1,"b":2,"…":"…"}');
    expect(copied(Uint8Array.of(1, 2, 3), 2)).toBe('"Uint8Array(3) 0102…+1"');
  });

  it('knows cut texts, errors and opaque values', () => {
    const builder = new WordBuilder();
    const ref = builder.object('shop.Order').words[0]!;
    const [prefix, name, message] = [builder.string('begin'), builder.string('js.TypeError'), builder.string('bad')];
    const head = (tag: number): number => ((16 + tag) << 3) | Tag.CONST;
    const text = (id: number): number => (id << 3) | Tag.STRING;
    const payload = [
      ...[head(SnapTag.ARRAY), 4, 4],
      ...[head(SnapTag.CUT_STRING), 300, 5, text(prefix)],
      ...[head(SnapTag.ERROR), 1, 1, text(name), text(message)],
      ...[head(SnapTag.ERROR), 1, 1, text(name), text(builder.string(''))],
      ...[head(SnapTag.OPAQUE), 1, 1, ref],
    ];
    builder.raw(Kind.SNAPSHOT, 1, payload.length, ...payload);
    expect(textOf(builder)).toBe('["begin…+295","TypeError: bad","TypeError","shop.Order@1"]');
  });
});

describe('words that make no sense', () => {
  it('end in a text all the same, of bounded length', () => {
    const random = randomFrom(7);
    const definitions = new Definitions();
    const reader = new SnapshotText(definitions);
    for (let round = 0; round < 3_000; round++) {
      const words = Int32Array.from({ length: 1 + Math.floor(random() * 40) }, () =>
        random() < 0.6 ? ((16 + Math.floor(random() * 11)) << 3) | Tag.CONST : Math.floor(random() * 2 ** 32) | 0,
      );
      expect(reader.text(words, 0, words.length).length).toBeLessThan(100_000);
    }
  });

  it('do not nest for ever, nor count for ever', () => {
    const head = ((16 + SnapTag.ARRAY) << 3) | Tag.CONST;
    const deep = Int32Array.from({ length: 30_000 }, (_, i) => (i % 3 === 0 ? head : 1));
    const reader = new SnapshotText(new Definitions());
    expect(reader.text(deep, 0, deep.length).length).toBeLessThan(1_000);
    const long = Int32Array.of(head, 2 ** 31 - 1, 2 ** 31 - 1, (Const.NULL << 3) | Tag.CONST);
    expect(reader.text(long, 0, long.length)).toBe('[null,"…+2147483646"]');
    expect(reader.text(long, 0, 0)).toBe('"?"');
  });
});
