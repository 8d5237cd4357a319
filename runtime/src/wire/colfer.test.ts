import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { PalError } from '../errors';
import { decodeStruct, encodeStruct, structNames } from './colfer';
import { fromVectorFields, toVectorFields, type VectorFields } from './vectorFields.testUtil';

interface Vector {
  readonly name: string;
  readonly struct: string;
  readonly fields?: VectorFields;
  readonly hex: string;
  readonly mode?: 'encode' | 'decode' | 'error';
  readonly consumed?: number;
  readonly error?: 'underflow' | 'mismatch' | 'limit';
}

const file = new URL('../../../test/fixtures/wire/colfer.json', import.meta.url);
const vectors = JSON.parse(readFileSync(file, 'utf8')) as readonly Vector[];
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'));

function thrownBy(action: () => unknown): PalError {
  try {
    action();
  } catch (error) {
    if (error instanceof PalError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('golden vectors', () => {
  it('cover every struct', () => {
    expect(new Set(vectors.map((vector) => vector.struct))).toEqual(new Set(structNames));
  });

  const encodable = vectors.filter(({ mode }) => mode === undefined || mode === 'encode');
  it.each(encodable.map((vector) => [vector.name, vector] as const))('%s encodes', (_, vector) => {
    expect(hex(encodeStruct(vector.struct, fromVectorFields(vector.struct, vector.fields!)))).toBe(vector.hex);
  });

  const decodable = vectors.filter(({ mode }) => mode === undefined || mode === 'decode');
  it.each(decodable.map((vector) => [vector.name, vector] as const))('%s decodes', (_, vector) => {
    const { value, end } = decodeStruct(vector.struct, bytes(vector.hex));
    expect(end).toBe(vector.consumed ?? vector.hex.length / 2);
    expect(toVectorFields(value)).toEqual(toVectorFields(fromVectorFields(vector.struct, vector.fields!)));
  });

  const failing = vectors.filter(({ mode }) => mode === 'error');
  it.each(failing.map((vector) => [vector.name, vector] as const))('%s fails', (_, vector) => {
    const input = bytes(vector.hex);
    const error = thrownBy(() => decodeStruct(vector.struct, input));
    expect(error.code).toBe(vector.error === 'limit' ? 'limit' : 'decode');
    expect(error.data['kind']).toBe(vector.error);
    expect(error.data['position']).toBeGreaterThanOrEqual(0);
    expect(error.data['position']).toBeLessThanOrEqual(input.length);
  });
});
