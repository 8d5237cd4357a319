import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { PalError } from '../errors';
import { decodeMessage, decodeStruct, encodeStruct } from './colfer';
import { jsonTree } from './json';
import { CAUSE_DEPTH_MAX, LIST_MAX, SIZE_MAX } from './limits';
import type { InterceptableMethod, Message, Obj, Throwable } from './messages';
import { fuzzWire, type FuzzSeed } from './wireFuzz.testUtil';

const bytes = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'));
const nameOf = (hex: string): unknown => (decodeStruct('Class', bytes(hex)).value as { name?: string }).name;

function failure(action: () => unknown): { code: string; kind: unknown; position: unknown } {
  try {
    action();
  } catch (error) {
    if (error instanceof PalError)
      return { code: error.code, kind: error.data['kind'], position: error.data['position'] };
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('bytes that are no message', () => {
  const seeds = (
    JSON.parse(
      readFileSync(new URL('../../../test/fixtures/wire/colfer.json', import.meta.url), 'utf8'),
    ) as (FuzzSeed & { name: string; mode?: string })[]
  ).filter(({ mode, hex }) => mode === undefined && hex.length < 4000);

  it('are refused with a position wherever a message is cut', () => {
    for (const { struct, hex } of seeds.filter(({ name }) => name.startsWith('full/'))) {
      const whole = bytes(hex);
      for (let end = 0; end < whole.length; end++) {
        const error = failure(() => decodeStruct(struct, whole.subarray(0, end)));
        expect(error).toEqual({ code: 'decode', kind: 'underflow', position: end });
      }
    }
  });

  it('never harm: 2,000 mutations', () => {
    const { decoded, refused } = fuzzWire(seeds, 20_261_124, 2_000);
    expect(decoded).toBeGreaterThan(100);
    expect(refused).toBeGreaterThan(1_000);
  });

  it('cannot ask for memory that they do not fill', () => {
    const before = process.memoryUsage().arrayBuffers;
    for (let i = 0; i < 2_000; i++) {
      failure(() => decodeStruct('Class', bytes('00ffffff07'))); // 16 MiB of text
      failure(() => decodeStruct('ControlMessage', bytes('00ffffff07'))); // 16 MiB of binary
      failure(() => decodeStruct('InterceptableMethod', bytes('01ffff03'))); // 65,535 texts
      failure(() => decodeStruct('ConstructorCall', bytes('02ffff03'))); // 65,535 values
    }
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 << 20);
  });

  it('with a negative length, or a list or text over the limit, break the limit', () => {
    expect(failure(() => decodeStruct('Class', bytes('00ffffffff0f')))).toMatchObject({ code: 'limit', position: 1 });
    expect(failure(() => decodeStruct('Class', bytes('0081808008')))).toMatchObject({ kind: 'limit' });
    expect(failure(() => decodeStruct('InterceptableMethod', bytes('01818004')))).toMatchObject({ kind: 'limit' });
    expect(failure(() => decodeStruct('InterceptableMethod', bytes('01ffffffff0f')))).toMatchObject({ kind: 'limit' });
  });

  it('may use the limits in full', () => {
    const text = 'x'.repeat(SIZE_MAX - 7);
    const encoded = encodeStruct('Class', { name: text });
    expect(encoded.length).toBeLessThanOrEqual(SIZE_MAX);
    expect((decodeStruct('Class', encoded).value as { name: string }).name).toBe(text);
    const parameterTypes = Array.from({ length: LIST_MAX }, () => '');
    const method = decodeStruct('InterceptableMethod', encodeStruct('InterceptableMethod', { parameterTypes })).value;
    expect((method as InterceptableMethod).parameterTypes).toHaveLength(LIST_MAX);
  });

  it.each<[string, string, object]>([
    ['a text', 'Class', { name: 'x'.repeat(SIZE_MAX + 1) }],
    ['a text of many bytes', 'Class', { name: '€'.repeat(SIZE_MAX / 2) }],
    ['a struct', 'Obj', { value: 'x'.repeat(SIZE_MAX - 10), clazz: { name: 'y'.repeat(100) } }],
    ['a list', 'InterceptableMethod', { parameterTypes: Array.from({ length: LIST_MAX + 1 }, () => '') }],
    ['a list of structs', 'ConstructorCall', { args: Array.from({ length: LIST_MAX + 1 }, (): Obj => ({})) }],
    ['a binary', 'ControlMessage', { fromPeer: new Uint8Array(SIZE_MAX + 1) }],
  ])('beyond the limits are not written either: %s', (_, struct, value) => {
    expect(failure(() => encodeStruct(struct, value))).toMatchObject({ code: 'limit', kind: 'limit' });
  });
});

describe('chains of causes', () => {
  const chain = (levels: number): Throwable => {
    let throwable: Throwable = { Type: 'T0' };
    for (let i = 1; i < levels; i++) throwable = { Type: `T${i}`, cause: throwable };
    return throwable;
  };
  const depthOf = (throwable: Throwable): number => {
    let depth = 0;
    for (let level: Throwable | undefined = throwable; level; level = level.cause) depth++;
    return depth;
  };

  it('go to and fro at any depth that Java could have written', () => {
    for (const levels of [1, 2, 50, CAUSE_DEPTH_MAX]) {
      const value = chain(levels);
      expect(depthOf(decodeStruct('Throwable', encodeStruct('Throwable', value)).value as Throwable)).toBe(levels);
    }
    const message: Message = {
      messageType: 10,
      execMessage: { raisedThrowable: { throwable: chain(CAUSE_DEPTH_MAX) } },
    };
    expect(JSON.stringify(jsonTree(message))).toContain('"type":"T0"');
  });

  it('that are endless are refused, not followed', () => {
    const deep = new Uint8Array(8_000_000).fill(3);
    expect(failure(() => decodeStruct('Throwable', deep))).toMatchObject({
      code: 'limit',
      position: CAUSE_DEPTH_MAX - 1,
    });
    const message = Buffer.concat([bytes('000a011103'), deep]);
    expect(failure(() => decodeMessage(message)).code).toBe('limit');
    const circle: Throwable = {};
    circle.cause = circle;
    expect(failure(() => encodeStruct('Throwable', circle))).toMatchObject({ code: 'limit' });
  });

  it('need every terminator', () => {
    const encoded = encodeStruct('Throwable', chain(3));
    expect(failure(() => decodeStruct('Throwable', encoded.subarray(0, -1)))).toMatchObject({ kind: 'underflow' });
    const broken = Uint8Array.from(encoded);
    broken[broken.length - 1] = 5;
    expect(failure(() => decodeStruct('Throwable', broken))).toMatchObject({ kind: 'mismatch' });
  });
});

describe('texts', () => {
  it.each([
    ['an encoded surrogate is one unit, as in Java', '0003eda0807f', '\ufffd'],
    ['two encoded surrogates are two', '0006eda0bdedb8807f', '\ufffd\ufffd'],
    ['a cut surrogate', '0003eda0417f', '\ufffdA'],
    ['a surrogate at the end', '0002eda07f', '\ufffd'],
    ['a cut sequence of four', '0003f09f987f', '\ufffd'],
    ['overlong forms', '0002c0af7f', '\ufffd\ufffd'],
    ['beyond Unicode', '0004f48080bf7f', '\u{10003f}'],
    ['far beyond Unicode', '0004f5808080' + '7f', '\ufffd\ufffd\ufffd\ufffd'],
    ['a real replacement character', '0003efbfbd7f', '\ufffd'],
    ['lone continuation bytes', '000380bf417f', '\ufffd\ufffdA'],
    ['a byte order mark is kept', '0003efbbbf7f', '\ufeff'],
  ])('that are malformed: %s', (_, hex, text) => {
    expect(nameOf(hex)).toBe(text);
  });

  it('with unpaired surrogates are written with question marks, wherever these stand', () => {
    const write = (name: string): string => Buffer.from(encodeStruct('Class', { name })).toString('hex');
    expect(write('\ud83d')).toBe('00013f7f');
    expect(write('a\ud83db')).toBe('0003613f627f');
    expect(write('\ude00\ud83d')).toBe('00023f3f7f');
    expect(write('\ud83d\ud83d\ude00')).toBe('00053ff09f98807f');
    const long = 'x'.repeat(200);
    expect(write(`${long}\ud83d${long}`)).toBe(write(`${long}?${long}`));
    expect(write(`${long}\ud83d\ude00`)).toBe(`00cc01${'78'.repeat(200)}f09f98807f`);
  });

  it('of every length survive', () => {
    for (const unit of ['x', 'é', '€', '\u{1f600}']) {
      for (const length of [1, 20, 31, 32, 42, 43, 48, 49, 63, 64, 127, 128, 129, 5_000, 16_383, 16_384, 70_000]) {
        const name = unit.repeat(length);
        expect((decodeStruct('Class', encodeStruct('Class', { name })).value as { name: string }).name).toBe(name);
      }
    }
  });

  it('that look alike to the cache of short texts are told apart', () => {
    expect(nameOf('0002c3a97f')).toBe('é');
    expect(nameOf('000141' + '7f')).toBe('A');
    expect(nameOf('0001e97f')).toBe('\ufffd');
  });
});
