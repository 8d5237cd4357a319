/**
 * The growing buffer that the expander writes one message at a time into. Unlike `ColferWriter` nothing is checked per field: the
 * expander reserves room once per message part, since its parts have known sizes.
 */
import { writeUtf8 } from '../wire/utf8';

const INITIAL_SIZE = 64 * 1024;
/** From here on the native copy is quicker than a loop. */
const NATIVE_COPY_FROM = 64;
const ZERO = 0x30;

export class ByteOutput {
  bytes: Buffer = Buffer.allocUnsafeSlow(INITIAL_SIZE);
  at = 0;

  /** Makes room for `count` more bytes. */
  reserve(count: number): void {
    if (this.at + count > this.bytes.length) this.grow(count);
  }

  private grow(count: number): void {
    const larger = Buffer.allocUnsafeSlow(2 * (this.bytes.length + count));
    this.bytes.copy(larger, 0, 0, this.at);
    this.bytes = larger;
  }

  byte(value: number): void {
    this.bytes[this.at++] = value;
  }

  /** Copies `source`; room must be there. */
  copy(source: Uint8Array): void {
    const length = source.length;
    const bytes = this.bytes;
    const at = this.at;
    if (length < NATIVE_COPY_FROM) for (let i = 0; i < length; i++) bytes[at + i] = source[i]!;
    else bytes.set(source, at);
    this.at = at + length;
  }

  varint(value: number): void {
    const bytes = this.bytes;
    let at = this.at;
    let rest = value;
    while (rest >= 0x80) {
      bytes[at++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    bytes[at++] = rest;
    this.at = at;
  }

  /** A Colfer uint32 field that is not zero. */
  uint32(index: number, value: number): void {
    if (value < 0x20_0000) {
      this.bytes[this.at++] = index;
      this.varint(value);
      return;
    }
    this.bytes[this.at++] = index | 0x80;
    this.bytes[this.at++] = value >>> 24;
    this.bytes[this.at++] = value >>> 16;
    this.bytes[this.at++] = value >>> 8;
    this.bytes[this.at++] = value;
  }

  /** Length byte and decimal digits of an int32. */
  decimal(value: number): void {
    const bytes = this.bytes;
    const start = this.at + 1;
    let at = start;
    let rest = value;
    if (rest < 0) {
      bytes[at++] = 0x2d;
      rest = -rest;
    }
    let end = at + 1;
    for (let limit = 10; rest >= limit; limit *= 10) end++;
    this.at = end;
    bytes[start - 1] = end - start;
    do {
      const tenth = Math.floor(rest / 10);
      bytes[--end] = ZERO + rest - tenth * 10;
      rest = tenth;
    } while (end > at);
  }

  /** Byte length and UTF-8 of a text of any length; reserves its own room. */
  text(text: string): void {
    this.reserve(3 * text.length + 5);
    const at = this.at;
    const size = writeUtf8(this.bytes, at + 1, text) - at - 1;
    if (size < 0x80) {
      this.bytes[at] = size;
      this.at = at + 1 + size;
      return;
    }
    const extra = size < 0x4000 ? 2 : size < 0x20_0000 ? 3 : size < 0x1000_0000 ? 4 : 5;
    this.bytes.copyWithin(at + extra, at + 1, at + 1 + size);
    this.varint(size);
    this.at = at + extra + size;
  }
}
