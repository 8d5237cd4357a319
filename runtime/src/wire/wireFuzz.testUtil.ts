/**
 * Mutates well-formed structs and checks what must hold for any bytes: decoding ends with a value or a typed error that names a
 * position inside the input, and a decoded value encodes to bytes that decode to the same value.
 */
import { PalError } from '../errors';
import { decodeStruct, encodeStruct } from './colfer';
import { toVectorFields } from './vectorFields.testUtil';

export interface FuzzSeed {
  readonly struct: string;
  readonly hex: string;
}

export interface FuzzResult {
  decoded: number;
  refused: number;
}

/** Small, fast, repeatable; no cryptography. */
export function randomFrom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let x = Math.imul(state ^ (state >>> 15), 1 | state);
    x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x;
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** @throws Error that holds the offending bytes. */
export function fuzzWire(seeds: readonly FuzzSeed[], seed: number, rounds: number): FuzzResult {
  const random = randomFrom(seed);
  const below = (limit: number): number => Math.floor(random() * limit);
  const result: FuzzResult = { decoded: 0, refused: 0 };
  for (let round = 0; round < rounds; round++) {
    const { struct, hex } = seeds[below(seeds.length)]!;
    const bytes = mutate(Buffer.from(hex, 'hex'), below, Buffer.from(seeds[below(seeds.length)]!.hex, 'hex'));
    try {
      if (check(struct, bytes)) result.decoded++;
      else result.refused++;
    } catch (cause) {
      throw new Error(`seed ${seed}, round ${round}, ${struct}: ${bytes.toString('hex')}`, { cause });
    }
  }
  return result;
}

/** Whether the bytes decode. */
function check(struct: string, bytes: Uint8Array): boolean {
  let decoded: ReturnType<typeof decodeStruct>;
  try {
    decoded = decodeStruct(struct, bytes);
  } catch (error) {
    if (!(error instanceof PalError) || (error.code !== 'decode' && error.code !== 'limit')) throw error;
    const { position, kind } = error.data;
    if (typeof position !== 'number' || position < 0 || position > bytes.length) throw error;
    if (kind !== 'underflow' && kind !== 'mismatch' && kind !== 'limit') throw error;
    return false;
  }
  if (decoded.end < 1 || decoded.end > bytes.length) throw new Error(`end ${decoded.end}`);
  const again = decodeStruct(struct, encodeStruct(struct, decoded.value));
  const [first, second] = [toVectorFields(decoded.value), toVectorFields(again.value)];
  if (JSON.stringify(first) !== JSON.stringify(second)) throw new Error('encodes to another value');
  return true;
}

function mutate(original: Buffer, below: (limit: number) => number, other: Buffer): Buffer {
  let bytes: Buffer = Buffer.from(original);
  for (let times = 1 + below(4); times > 0; times--) {
    const at = below(bytes.length + 1);
    switch (below(7)) {
      case 0: // flip a bit
        if (at < bytes.length) bytes[at]! ^= 1 << below(8);
        break;
      case 1: // any byte
        if (at < bytes.length) bytes[at] = below(256);
        break;
      case 2: // cut
        bytes = bytes.subarray(0, at);
        break;
      case 3: // insert
        bytes = Buffer.concat([bytes.subarray(0, at), Buffer.from([below(256)]), bytes.subarray(at)]);
        break;
      case 4: // remove
        bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)]);
        break;
      case 5: // a length or count that is far too large
        bytes = Buffer.concat([bytes.subarray(0, at), Buffer.from('ffffffff07', 'hex'), bytes.subarray(at)]);
        break;
      default: // the end of another struct
        bytes = Buffer.concat([bytes.subarray(0, at), other.subarray(below(other.length + 1))]);
    }
  }
  return bytes;
}
