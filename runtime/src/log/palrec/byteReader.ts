/** Reads the number forms of the `.palrec` format; every read is checked against the end. */
import { PalError } from '../../errors';

export class ByteReader {
  at: number;

  constructor(
    readonly bytes: Uint8Array,
    readonly start: number,
    readonly end: number,
  ) {
    this.at = start;
    if (end > bytes.length || start > end) throw this.short();
  }

  byte(): number {
    if (this.at >= this.end) throw this.short();
    return this.bytes[this.at++]!;
  }

  varint(): number {
    let value = 0;
    let scale = 1;
    for (let i = 0; i < 8; i++) {
      const byte = this.byte();
      value += (byte & 127) * scale;
      if (byte < 128) {
        if (value > Number.MAX_SAFE_INTEGER) break;
        return value;
      }
      scale *= 128;
    }
    throw new PalError('corrupt', `a number of more than 53 bits at byte ${this.at}`, { data: { position: this.at } });
  }

  signed(): number {
    const zigzag = this.varint();
    return zigzag % 2 === 1 ? -(zigzag + 1) / 2 : zigzag / 2;
  }

  /** A count of things that take at least `size` bytes each: never more than the bytes left can hold. */
  count(size: number): number {
    const count = this.varint();
    if (count * size > this.end - this.at) throw this.short();
    return count;
  }

  /** The next `length` bytes as a view. */
  take(length: number): Uint8Array {
    if (length > this.end - this.at) throw this.short();
    const start = this.at;
    this.at += length;
    return this.bytes.subarray(start, this.at);
  }

  private short(): PalError {
    return new PalError('corrupt', `bytes end too early at ${this.at}`, { data: { position: this.at } });
  }
}
