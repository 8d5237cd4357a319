/**
 * Writes the field forms of Colfer (wire specification 1.2) into a buffer that grows.
 *
 * The caller writes fields in ascending index order, leaves out zero values, and ends each struct with `end`. The writer is reused:
 * `reset` keeps the buffer. Bytes are valid until the next `reset`; `take` copies them out.
 */
import { PalError } from '../errors';
import { FLAG, LIST_MAX, SIZE_MAX, TERMINATOR } from './limits';
import { writeUtf8 } from './utf8';

const INITIAL_SIZE = 4096;
/** Largest scalar: header, 9 bytes. */
const SCALAR_ROOM = 10;
const VARINT_ROOM = 5;

/** A 64-bit integer through memory is quicker than through arithmetic on bigints. */
const whole = new BigUint64Array(1);
const halves = new Uint32Array(whole.buffer);
whole[0] = 1n;
const HIGH_HALF = halves[0] === 1 ? 1 : 0;

export class ColferWriter {
  buffer: Buffer = Buffer.allocUnsafeSlow(INITIAL_SIZE);
  position = 0;

  reset(): void {
    this.position = 0;
  }

  /** A copy of everything written since `reset`. Its memory may be part of Node's buffer pool. */
  take(): Uint8Array {
    const bytes = Buffer.allocUnsafe(this.position); // pooled: no allocation of its own for small messages
    this.buffer.copy(bytes, 0, 0, this.position);
    return bytes;
  }

  /** Makes room for `bytes` more. */
  reserve(bytes: number): void {
    const needed = this.position + bytes;
    if (needed <= this.buffer.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.buffer.length));
    this.buffer.copy(larger, 0, 0, this.position);
    this.buffer = larger;
  }

  header(index: number): void {
    this.reserve(1);
    this.buffer[this.position++] = index;
  }

  /** Terminator of the struct whose first byte is at `start`. */
  end(start: number): void {
    this.reserve(1);
    this.buffer[this.position++] = TERMINATOR;
    if (this.position - start > SIZE_MAX) throw tooLarge('a struct', this.position - start, SIZE_MAX);
  }

  flag(index: number): void {
    this.header(index);
  }

  uint8(index: number, value: number): void {
    this.reserve(2);
    this.buffer[this.position++] = index;
    this.buffer[this.position++] = value;
  }

  uint32(index: number, value: number): void {
    this.reserve(SCALAR_ROOM);
    if (value >>> 0 < 0x20_0000) {
      this.buffer[this.position++] = index;
      this.varint(value);
      return;
    }
    this.buffer[this.position++] = index | FLAG;
    this.fixed32(value);
  }

  int32(index: number, value: number): void {
    this.reserve(SCALAR_ROOM);
    this.buffer[this.position++] = value < 0 ? index | FLAG : index;
    this.varint(value < 0 ? -value : value);
  }

  uint64(index: number, value: bigint): void {
    this.reserve(SCALAR_ROOM);
    whole[0] = value;
    const high = halves[HIGH_HALF]!;
    const low = halves[1 - HIGH_HALF]!;
    if (high < 0x2_0000) {
      this.buffer[this.position++] = index;
      this.varint64(high, low);
      return;
    }
    this.buffer[this.position++] = index | FLAG;
    this.fixed32(high);
    this.fixed32(low);
  }

  int64(index: number, value: bigint): void {
    this.reserve(SCALAR_ROOM);
    const magnitude = BigInt.asUintN(64, value < 0n ? -value : value);
    this.buffer[this.position++] = value < 0n ? index | FLAG : index;
    this.varint64(Number(magnitude >> 32n), Number(magnitude & 0xffff_ffffn));
  }

  text(index: number, value: string): void {
    this.header(index);
    this.sized(value);
  }

  texts(index: number, values: readonly string[]): void {
    this.list(index, values.length);
    for (const value of values) this.sized(value);
  }

  binary(index: number, value: Uint8Array): void {
    const size = value.length;
    if (size === 0) return;
    if (size > SIZE_MAX) throw tooLarge('a binary', size, SIZE_MAX);
    this.reserve(1 + VARINT_ROOM + size);
    this.buffer[this.position++] = index;
    this.varint(size);
    this.buffer.set(value, this.position);
    this.position += size;
  }

  /** Header of a list of `count` elements; the elements follow. */
  list(index: number, count: number): void {
    if (count > LIST_MAX) throw tooLarge('a list', count, LIST_MAX);
    this.reserve(1 + VARINT_ROOM);
    this.buffer[this.position++] = index;
    this.varint(count);
  }

  /** Byte length, then UTF-8. The length is written last: one byte is enough for nearly every text. */
  private sized(value: string): void {
    if (value.length > SIZE_MAX) throw tooLarge('a text', value.length, SIZE_MAX);
    this.reserve(VARINT_ROOM + 3 * value.length);
    const at = this.position;
    const start = at + 1;
    const size = writeUtf8(this.buffer, start, value) - start;
    if (size < 0x80) {
      this.buffer[at] = size;
      this.position = start + size;
      return;
    }
    if (size > SIZE_MAX) throw tooLarge('a text', size, SIZE_MAX);
    const extra = size < 0x4000 ? 1 : size < 0x20_0000 ? 2 : 3;
    this.buffer.copyWithin(start + extra, start, start + size);
    this.varint(size);
    this.position = start + extra + size;
  }

  private varint(value: number): void {
    let rest = value >>> 0;
    while (rest >= 0x80) {
      this.buffer[this.position++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.buffer[this.position++] = rest;
  }

  /** At most nine bytes: the ninth holds the eight bits that remain. */
  private varint64(high: number, low: number): void {
    let upper = high >>> 0;
    let lower = low >>> 0;
    for (let bytes = 0; bytes < 8 && (upper !== 0 || lower >= 0x80); bytes++) {
      this.buffer[this.position++] = (lower & 0x7f) | 0x80;
      lower = ((lower >>> 7) | (upper << 25)) >>> 0;
      upper >>>= 7;
    }
    this.buffer[this.position++] = lower;
  }

  private fixed32(value: number): void {
    this.buffer[this.position++] = value >>> 24;
    this.buffer[this.position++] = value >>> 16;
    this.buffer[this.position++] = value >>> 8;
    this.buffer[this.position++] = value;
  }
}

function tooLarge(what: string, size: number, limit: number): PalError {
  return new PalError('limit', `Cannot encode a message: ${what} of ${size} exceeds the format's ${limit}.`, {
    data: { kind: 'limit', size, limit },
  });
}
