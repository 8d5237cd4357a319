import { describe, expect, it } from 'vitest';
import { PalError } from '../errors';
import { header, RandomStream, seededRandom } from '../log/palrec/testing/randomWords';
import { WordEncoder } from './wordCodec';
import { decodeWords } from './wordDecoder';
import { Const, Kind, Tag } from './words';

const isDefinition = (kind: number): boolean => kind >= Kind.DEF_STRING && kind <= Kind.DEF_OBJECT;

/** Length in words of a definition entry. */
function definitionLength(words: Int32Array, at: number): number {
  switch (words[at]! & 31) {
    case Kind.DEF_STRING: {
      const length = words[at + 2]!;
      return 3 + Math.ceil((length & 0x7fffffff) / (length < 0 ? 4 : 2));
    }
    case Kind.DEF_THREAD:
      return 5;
    default:
      return 3;
  }
}

/** Codes a stream, definitions left out, and decodes it again. */
function roundTrip(words: Int32Array, low = 0, high = 0): { coded: number[]; decoded: number[]; bytes: number } {
  const encoder = new WordEncoder(128);
  encoder.reset(low, high);
  const coded: number[] = [];
  for (let at = 0; at < words.length;) {
    if (isDefinition(words[at]! & 31)) {
      at += definitionLength(words, at);
      continue;
    }
    const next = encoder.put(words, at);
    coded.push(...words.subarray(at, next));
    at = next;
  }
  const decoded = decodeWords(encoder.bytes, 0, encoder.length, encoder.entries, encoder.words, low, high);
  return { coded, decoded: [...decoded.words], bytes: encoder.length };
}

describe('the coding of words', () => {
  it.each(Array.from({ length: 40 }, (_, seed) => seed))('gives back a random stream, seed %i', (seed) => {
    const { words } = new RandomStream(seed, { sites: seed % 3 === 0 ? 9000 : 30 }).grow(600);
    const { coded, decoded } = roundTrip(words);
    expect(decoded).toEqual(coded);
  });

  it('gives back more than 255 right guesses in a row', () => {
    for (const count of [254, 255, 256, 257, 509, 510, 511, 512, 513, 2000]) {
      const words = Int32Array.from(
        { length: count * 3 },
        (_, i) => [header(Kind.GET, 5), (1 << 3) | Tag.REF, 8][i % 3]!,
      );
      const { coded, decoded, bytes } = roundTrip(words);
      expect(decoded).toEqual(coded);
      expect(bytes).toBeLessThan(2.1 * count + 20);
    }
  });

  it.each([
    ['small integers at the limits', [-(2 ** 28) << 3, (2 ** 28 - 1) << 3, -8, 47 << 3, 48 << 3, 0]],
    [
      'references and strings at the limits',
      [(0x1fffffff << 3) | Tag.REF, (1 << 3) | Tag.REF, (0x1fffffff << 3) | Tag.STRING, Tag.STRING],
    ],
    ['constants', Object.values(Const).map((constant) => (constant << 3) | Tag.CONST)],
    ['symbols and big integers', [(9 << 3) | Tag.SYMBOL, (0x1fffffff << 3) | Tag.BIGINT, (9 << 3) | Tag.SYMBOL]],
  ])('gives back %s', (_, values) => {
    const words = Int32Array.from(values.flatMap((value) => [header(Kind.RETURN, 0xffffff), value | 0]));
    const { coded, decoded } = roundTrip(words);
    expect(decoded).toEqual(coded);
  });

  it.each([
    0,
    -0,
    0.01,
    -19.99,
    19.99,
    1e-310,
    NaN,
    Infinity,
    2 ** 53,
    1_760_000_000_123,
    5_000_000.25,
    1 / 3,
    10737418.24,
    -10737418.23,
  ])('gives back the double %d bit by bit', (value) => {
    const bits = new Int32Array(new Float64Array([value]).buffer);
    const words = Int32Array.from([header(Kind.RETURN, 1), Tag.DOUBLE, bits[0]!, bits[1]!]);
    expect(roundTrip(words).decoded).toEqual([...words]);
  });

  it('gives back heads of doubles and integers that carry a payload', () => {
    const odd = (3 << 3) | Tag.DOUBLE;
    const odder = (3 << 3) | Tag.INT32;
    const words = Int32Array.from([odd, 4, 5, odd, 4, 5, odder, 1, odder, 1].flatMap((word) => word));
    const stream = Int32Array.from([
      ...[header(Kind.CALL, 3, 3), ...words],
      ...[header(Kind.SNAPSHOT, 0), 7, 3, Tag.DOUBLE, Tag.INT32, Tag.DOUBLE],
      ...[header(Kind.RETURN, 3), Tag.INT32, -1],
    ]);
    expect(roundTrip(stream).decoded).toEqual([...stream]);
  });

  it('keeps the wall clock exact over its whole range and backwards', () => {
    const times: [number, number][] = [
      [0, 0],
      [-1, 0x7fffffff],
      [0, 1],
      [-1, 0],
      [1, -1],
      [5, 409_782_000],
      [4, 409_782_000],
    ];
    const stream = Int32Array.from(times.flatMap(([low, high]) => [header(Kind.TIME, 0), low, high]));
    expect(roundTrip(stream, 77, 409_782_000).decoded).toEqual([...stream]);
  });

  it('refuses what has no place in a block', () => {
    const encoder = new WordEncoder(64);
    encoder.reset(0, 0);
    for (const kind of [Kind.PAD, Kind.DEF_STRING, Kind.DEF_CLASS, Kind.DEF_THREAD, Kind.DEF_OBJECT, 31]) {
      expect(() => encoder.put(Int32Array.of(header(kind, 1), 1, 1, 1, 1), 0)).toThrow(PalError);
    }
  });

  it('never reads wrong bytes as something else than an error or words', () => {
    const random = seededRandom(99);
    const encoder = new WordEncoder(64);
    encoder.reset(0, 0);
    const { words } = new RandomStream(4).grow(300);
    for (let at = 0; at < words.length;) {
      at = isDefinition(words[at]! & 31) ? at + definitionLength(words, at) : encoder.put(words, at);
    }
    let failed = 0;
    for (let i = 0; i < 3000; i++) {
      const bytes = encoder.bytes.slice(0, encoder.length);
      const flips = 1 + Math.floor(random() * 3);
      for (let k = 0; k < flips; k++) bytes[Math.floor(random() * bytes.length)]! ^= 1 << Math.floor(random() * 8);
      try {
        expect(decodeWords(bytes, 0, bytes.length, encoder.entries, encoder.words, 0, 0).words.length).toBe(
          encoder.words,
        );
      } catch (error) {
        if (!PalError.is(error, 'corrupt')) throw error;
        failed++;
      }
    }
    expect(failed).toBeGreaterThan(1000);
  });

  it('does not believe counts that the bytes cannot hold', () => {
    expect(() => decodeWords(new Uint8Array(16), 0, 16, 1, 0x7fffffff, 0, 0)).toThrow(/cannot be in 16 bytes/);
    expect(() => decodeWords(new Uint8Array(0), 0, 0, 1, 1, 0, 0)).toThrow(PalError);
  });
});
