/**
 * Reads the field forms of Colfer (wire specification 1.2).
 *
 * Bytes come from anywhere, so: every read is bounded by `end`; nothing is allocated from a count or length before the bytes that
 * fill it are seen to be there; every error is a `PalError` (`decode` or `limit`) with `data.position` and `data.kind`.
 * A reader is reused (`open`); it keeps the last input and a cache of short texts.
 */
import { PalError } from '../errors';
import { LIST_MAX, SIZE_MAX, TERMINATOR } from './limits';
import { readAscii, readUtf8 } from './utf8';

/** What is wrong with undecodable bytes (`data.kind`). */
export type DecodeFault = 'underflow' | 'mismatch' | 'limit';

/** Class, member and thread names repeat in nearly every message: short ASCII texts are looked up before they are built. */
const CACHED_TEXT_MAX = 48;
const CACHE_SLOTS = 4096;
const UUID_SIZE = 16;

/** A 64-bit integer through memory is quicker than through arithmetic on bigints. */
const whole = new BigUint64Array(1);
const halves = new Int32Array(whole.buffer);
whole[0] = 1n;
const HIGH_HALF = halves[0] === 1 ? 1 : 0;

export class ColferReader {
  position = 0;
  private buffer: Uint8Array = new Uint8Array(0);
  private end = 0;
  /** Wire form and value of the last UUID read: most messages of a log come from one peer. */
  private uuid: Uint8Array = new Uint8Array(UUID_SIZE);
  private readonly cache: string[] = new Array<string>(CACHE_SLOTS).fill('');

  /** Read `bytes` from `start`, up to but not including `end`. */
  open(bytes: Uint8Array, start: number, end: number): void {
    this.buffer = bytes;
    this.position = start;
    this.end = Math.min(end, bytes.length);
  }

  /** The next header byte (or terminator). */
  header(): number {
    if (this.position >= this.end) throw this.underflow();
    return this.buffer[this.position++]!;
  }

  /** Checks that `header` ends the struct that began at `start`. */
  close(header: number, start: number): void {
    if (header !== TERMINATOR)
      throw this.fault('mismatch', `unexpected header 0x${header.toString(16)}`, this.position - 1);
    if (this.position - start > SIZE_MAX) throw this.fault('limit', `a struct exceeds ${SIZE_MAX} bytes`, start);
  }

  uint8(): number {
    return this.header();
  }

  /** Varint of 32 bits; stops after the fifth byte. Unsigned. */
  uint32(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.header();
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80 || shift === 28) return value >>> 0;
    }
  }

  fixed32(): number {
    const at = this.position;
    if (this.end - at < 4) throw this.underflow();
    this.position = at + 4;
    return this.word(at) >>> 0;
  }

  int32(): number {
    return this.uint32() | 0;
  }

  negativeInt32(): number {
    return -this.uint32() | 0;
  }

  /** Varint of 64 bits; the ninth byte contributes eight bits. Unsigned. */
  uint64(): bigint {
    let value = 0n;
    for (let shift = 0; ; shift += 7) {
      const byte = this.header();
      if (byte < 0x80 || shift === 56) return value | (BigInt(byte) << BigInt(shift));
      value |= BigInt(byte & 0x7f) << BigInt(shift);
    }
  }

  fixed64(): bigint {
    const at = this.position;
    if (this.end - at < 8) throw this.underflow();
    this.position = at + 8;
    halves[HIGH_HALF] = this.word(at);
    halves[1 - HIGH_HALF] = this.word(at + 4);
    return whole[0]!;
  }

  int64(): bigint {
    return BigInt.asIntN(64, this.uint64());
  }

  negativeInt64(): bigint {
    return BigInt.asIntN(64, -this.uint64());
  }

  /** A text that is likely to come again. */
  text(): string {
    const size = this.size('a text');
    const start = this.position;
    const stop = start + size;
    if (stop > this.end) throw this.underflow();
    this.position = stop;
    if (size === 0) return '';
    const buffer = this.buffer;
    if (size > CACHED_TEXT_MAX) return readUtf8(buffer, start, stop);
    let hash = size;
    let bits = 0;
    for (let i = start; i < stop; i++) {
      const byte = buffer[i]!;
      hash = (Math.imul(hash, 31) + byte) | 0;
      bits |= byte;
    }
    if (bits >= 0x80) return readUtf8(buffer, start, stop);
    const slot = (hash ^ (hash >>> 15)) & (CACHE_SLOTS - 1);
    const cached = this.cache[slot]!;
    if (cached.length === size) {
      let i = 0;
      while (i < size && cached.charCodeAt(i) === buffer[start + i]) i++;
      if (i === size) return cached;
    }
    return (this.cache[slot] = readAscii(buffer, start, stop));
  }

  /** A text that is likely to be unique (message ids). */
  uniqueText(): string {
    const size = this.size('a text');
    const start = this.position;
    const stop = start + size;
    if (stop > this.end) throw this.underflow();
    this.position = stop;
    return size === 0 ? '' : readUtf8(this.buffer, start, stop);
  }

  texts(): string[] {
    const count = this.count();
    const values: string[] = [];
    for (let i = 0; i < count; i++) values.push(this.text());
    return values;
  }

  /** A copy, but for UUIDs: messages of one peer share its 16 bytes, which therefore must not be changed. */
  binary(): Uint8Array {
    const size = this.size('a binary');
    const start = this.position;
    if (start + size > this.end) throw this.underflow();
    this.position = start + size;
    if (size === UUID_SIZE) {
      let i = 0;
      while (i < UUID_SIZE && this.uuid[i] === this.buffer[start + i]) i++;
      if (i < UUID_SIZE) this.uuid = this.copy(start, size);
      return this.uuid;
    }
    return this.copy(start, size);
  }

  private copy(start: number, size: number): Uint8Array {
    const copy = new Uint8Array(size);
    if (size > 64) copy.set(this.buffer.subarray(start, start + size));
    else for (let i = 0; i < size; i++) copy[i] = this.buffer[start + i]!;
    return copy;
  }

  /** Element count of a list. Says nothing about the bytes that follow: grow the list element by element. */
  count(): number {
    const at = this.position;
    const count = this.uint32() | 0;
    if (count < 0 || count > LIST_MAX) throw this.fault('limit', `a list exceeds ${LIST_MAX} elements`, at);
    return count;
  }

  /** The error of a chain of causes that is too deep. */
  tooDeep(limit: number): PalError {
    return this.fault('limit', `more than ${limit} nested causes`, this.position - 1);
  }

  /** Four bytes, big-endian, as int32. */
  private word(at: number): number {
    const buffer = this.buffer;
    return (buffer[at]! << 24) | (buffer[at + 1]! << 16) | (buffer[at + 2]! << 8) | buffer[at + 3]!;
  }

  private size(what: string): number {
    const at = this.position;
    const size = this.uint32() | 0;
    if (size < 0 || size > SIZE_MAX) throw this.fault('limit', `${what} exceeds ${SIZE_MAX} bytes`, at);
    return size;
  }

  private underflow(): PalError {
    return this.fault('underflow', 'the input ends too early', this.end);
  }

  private fault(kind: DecodeFault, what: string, position: number): PalError {
    return new PalError(kind === 'limit' ? 'limit' : 'decode', `Cannot decode a message: ${what} (byte ${position}).`, {
      data: { position, kind },
    });
  }
}
