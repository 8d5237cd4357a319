/**
 * Chronicle's binary wire, as far as metadata documents use it (wire specification 8.6): reads a document into a flat map of
 * dotted names, and writes one. Values that change in place ("bound") are known by position: the reader returns where a value
 * lies, the writer aligns it as Java does.
 *
 * Invariant: reading ends at the document's end whatever the bytes are. Deliberately absent: every wire code that no metadata
 * document of a queue holds (floats, dates, maps in text form).
 */
import { PalError } from '../../errors';

export interface WireField {
  readonly value: bigint | string | undefined;
  /** Position in the file of an 8-byte value, or of the first element of an array of longs. */
  readonly at: number;
  /** Elements of an array of longs. */
  readonly capacity: number;
}

/** Java nests three deep. */
const MAX_DEPTH = 8;

/**
 * Fields of the document whose payload is `payload` and begins at `position` in its file. Names are joined by dots below the event
 * name: `header.indexing.indexCount`.
 * @throws PalError `corrupt` for a code that no metadata document holds or for a field that leaves the payload.
 */
export function readWireFields(payload: Buffer, position: number, file: string): Map<string, WireField> {
  const fields = new Map<string, WireField>();
  let at = 0;

  const fail = (what: string): never => {
    throw new PalError('corrupt', `${file} is damaged at ${position + at}: ${what} in a metadata document`, {
      data: { path: file, offset: position + at },
    });
  };
  const need = (end: number, bytes: number): void => {
    if (at + bytes > end) fail('a value that goes beyond its block');
  };
  const u8 = (end: number): number => {
    need(end, 1);
    return payload[at++]!;
  };
  const text = (end: number, length: number): string => {
    need(end, length);
    at += length;
    return payload.toString('utf8', at - length, at);
  };
  const longText = (end: number): string => {
    let length = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = u8(end);
      length |= (byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    return text(end, length);
  };
  const skipPadding = (end: number): void => {
    while (at < end) {
      if (payload[at] === 0x8f) at += 1;
      else if (payload[at] === 0x8e) {
        need(end, 5);
        at += 5 + payload.readUInt32LE(at + 1);
      } else return;
    }
  };
  const plain = (value: bigint | string): WireField => ({ value, at: position + at, capacity: 0 });
  const integer = (end: number, bytes: number, read: (offset: number) => number | bigint): WireField => {
    need(end, bytes);
    const field = { value: BigInt(read(at)), at: position + at, capacity: 0 };
    at += bytes;
    return field;
  };
  const value = (end: number, name: string): void => {
    skipPadding(end);
    let code = u8(end);
    if (code === 0xb6) {
      longText(end); // the type's name, which the field's name implies
      skipPadding(end);
      code = u8(end);
    }
    if (code < 0x80) fields.set(name, plain(BigInt(code)));
    else if (code >= 0xe0) fields.set(name, plain(text(end, code - 0xe0)));
    else if (code === 0xb8) fields.set(name, plain(longText(end)));
    else if (code === 0x82) {
      need(end, 4);
      const length = payload.readUInt32LE(at);
      at += 4;
      need(end, length);
      if (name.split('.').length > MAX_DEPTH) fail('blocks nested too deep');
      block(at + length, `${name}.`);
    } else if (code === 0x8d) {
      need(end, 16);
      const capacity = Number(payload.readBigUInt64LE(at));
      at += 16;
      if (capacity > (end - at) / 8) fail('an array that goes beyond its block');
      fields.set(name, { value: undefined, at: position + at, capacity });
      at += capacity * 8;
    } else if (code === 0xa1)
      fields.set(
        name,
        integer(end, 1, (o) => payload.readUInt8(o)),
      );
    else if (code === 0xa2)
      fields.set(
        name,
        integer(end, 2, (o) => payload.readUInt16LE(o)),
      );
    else if (code === 0xa3)
      fields.set(
        name,
        integer(end, 4, (o) => payload.readUInt32LE(o)),
      );
    else if (code === 0xa4)
      fields.set(
        name,
        integer(end, 1, (o) => payload.readInt8(o)),
      );
    else if (code === 0xa5)
      fields.set(
        name,
        integer(end, 2, (o) => payload.readInt16LE(o)),
      );
    else if (code === 0xa6)
      fields.set(
        name,
        integer(end, 4, (o) => payload.readInt32LE(o)),
      );
    else if (code === 0xa7)
      fields.set(
        name,
        integer(end, 8, (o) => payload.readBigInt64LE(o)),
      );
    else fail(`unknown wire code 0x${code.toString(16)}`);
  };
  const block = (end: number, prefix: string): void => {
    for (;;) {
      skipPadding(end);
      if (at >= end) break;
      const code = u8(end);
      let name: string;
      if (code >= 0xc0 && code < 0xe0) name = text(end, code - 0xc0);
      else if (code === 0xb7 || code === 0xb9) name = longText(end);
      else return fail(`wire code 0x${code.toString(16)} where a name belongs`);
      value(end, prefix + name);
    }
    at = end;
  };

  block(payload.length, '');
  return fields;
}

/** Builds the payload of one metadata document that begins (after its header) at `position` of its file. */
export class WireDocument {
  private readonly bytes: number[] = [];
  private readonly blocks: number[] = [];

  constructor(private readonly position: number) {}

  /** Length of the payload so far. */
  get length(): number {
    return this.bytes.length;
  }

  /** Position in the file of the next byte. */
  get at(): number {
    return this.position + this.bytes.length;
  }

  event(name: string): this {
    this.bytes.push(0xb9, name.length, ...Buffer.from(name, 'latin1'));
    return this;
  }

  field(name: string): this {
    this.bytes.push(0xc0 + name.length, ...Buffer.from(name, 'latin1'));
    return this;
  }

  text(value: string): this {
    this.bytes.push(0xe0 + value.length, ...Buffer.from(value, 'latin1'));
    return this;
  }

  /** Opens a block of that type; `close` ends the innermost one. */
  open(type: string): this {
    this.bytes.push(0xb6, type.length, ...Buffer.from(type, 'latin1'), 0x82, 0, 0, 0, 0);
    this.blocks.push(this.bytes.length);
    return this;
  }

  typed(type: string, value: string): this {
    this.bytes.push(0xb6, type.length, ...Buffer.from(type, 'latin1'));
    return this.text(value);
  }

  close(): this {
    const start = this.blocks.pop()!;
    const length = Buffer.alloc(4);
    length.writeUInt32LE(this.bytes.length - start);
    this.bytes.splice(start - 4, 4, ...length);
    return this;
  }

  /** A number that never changes: the shortest form Java picks (8.6). */
  integer(value: number): this {
    if (value <= 0xff) this.bytes.push(0xa1, value);
    else if (value <= 0x7fff) this.bytes.push(0xa5, value & 0xff, value >> 8);
    else if (value <= 0xffff) this.bytes.push(0xa2, value & 0xff, value >> 8);
    else this.int32(value);
    return this;
  }

  int32(value: number): this {
    this.bytes.push(0xa6, value & 0xff, (value >> 8) & 0xff, (value >> 16) & 0xff, (value >> 24) & 0xff);
    return this;
  }

  /** A number that changes in place; returns where in the file it lies. */
  bound(value: bigint): number {
    this.padTo(8, 7);
    this.bytes.push(0xa7);
    const at = this.at;
    this.long(value);
    return at;
  }

  /** An array of longs, `values` and then zeros, whose capacity Java aligns to 8 or 16; returns where the first element lies. */
  longs(capacity: number, used: number, values: readonly bigint[], alignment: 8 | 16): number {
    this.padTo(alignment, alignment - 1);
    this.bytes.push(0x8d);
    this.long(BigInt(capacity)).long(BigInt(used));
    const at = this.at;
    for (const value of values) this.long(value);
    for (let i = values.length * 8; i < capacity * 8; i++) this.bytes.push(0);
    return at;
  }

  pad(count: number): this {
    if (count >= 5) {
      const length = Buffer.alloc(4);
      length.writeUInt32LE(count - 5);
      this.bytes.push(0x8e, ...length, ...new Uint8Array(count - 5));
    } else for (let i = 0; i < count; i++) this.bytes.push(0x8f);
    return this;
  }

  toBuffer(): Buffer {
    return Buffer.from(this.bytes);
  }

  private padTo(alignment: number, remainder: number): void {
    this.pad((((remainder - this.at) % alignment) + alignment) % alignment);
  }

  private long(value: bigint): this {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64LE(value);
    this.bytes.push(...bytes);
    return this;
  }
}
