/** One decoded DEFS block (`docs/palrec.md` 6). Texts become strings when they are asked for. */
import { ByteReader } from './byteReader';

export class DefinitionBlock {
  private readonly sections: { readonly count: number; readonly reader: ByteReader }[] = [];
  private readonly texts: Texts;
  private readonly objects: IdTable;

  /** @throws PalError `corrupt`. */
  constructor(payload: Uint8Array) {
    const reader = new ByteReader(payload, 0, payload.length);
    for (let i = 0; i < 4; i++) {
      const count = reader.varint();
      const length = reader.varint();
      const start = reader.at;
      reader.take(length);
      const section = new ByteReader(payload, start, start + length);
      if (count > length) section.take(count); // each definition takes a byte at least: this throws
      this.sections.push({ count, reader: section });
    }
    // Decoded here so that damage shows when the block is loaded, not in the middle of a look-up.
    this.texts = new Texts(this.sections[0]!.count, this.sections[0]!.reader);
    this.objects = readObjects(this.sections[3]!.count, this.sections[3]!.reader);
  }

  string(id: number): string | undefined {
    return this.texts.get(id);
  }

  classOf(ref: number): number | undefined {
    return this.objects.get(ref);
  }

  classes(): { id: number; flags: number; name: number }[] {
    const { count, reader } = this.sections[1]!;
    reader.at = reader.start;
    let last = 0;
    return Array.from({ length: count }, () => {
      last += reader.signed() + 1;
      return { id: last, flags: reader.varint(), name: reader.varint() };
    });
  }

  threads(): { id: number; parent: number; kind: number; n: number }[] {
    const { count, reader } = this.sections[2]!;
    reader.at = reader.start;
    let last = 0;
    return Array.from({ length: count }, () => {
      last += reader.signed() + 1;
      return { id: last, parent: reader.varint(), kind: reader.varint(), n: reader.varint() };
    });
  }
}

/** Numbers by id; ids that count up by one need no search. */
class IdTable {
  private readonly ids: Float64Array;
  private readonly values: Float64Array;
  private readonly first: number;
  private dense = true;
  private others: Map<number, number> | undefined;

  constructor(count: number, read: () => { id: number; value: number }) {
    this.ids = new Float64Array(count);
    this.values = new Float64Array(count);
    for (let i = 0; i < count; i++) {
      const { id, value } = read();
      this.ids[i] = id;
      this.values[i] = value;
      if (id !== this.ids[0]! + i) this.dense = false;
    }
    this.first = count > 0 ? this.ids[0]! : 1;
    if (!this.dense) this.others = new Map(Array.from(this.ids, (id, i) => [id, this.values[i]!]));
  }

  get(id: number): number | undefined {
    return this.others === undefined ? this.values[id - this.first] : this.others.get(id);
  }
}

function readObjects(count: number, reader: ByteReader): IdTable {
  let last = 0;
  return new IdTable(count, () => {
    const word = reader.varint();
    last += 1 + (word % 2 === 1 ? reader.signed() : 0);
    return { id: last, value: Math.floor(word / 2) };
  });
}

class Texts {
  private readonly table: IdTable;
  private readonly bytes: Uint8Array;
  /** Length in UTF-16 units · 4 + 2 if cut + 1 if wide. */
  private readonly lengths: number[] = [];
  private readonly starts: number[] = [];
  private readonly decoded: (string | undefined)[];

  constructor(count: number, reader: ByteReader) {
    let last = 0;
    this.bytes = reader.bytes;
    this.table = new IdTable(count, () => {
      last += reader.signed() + 1;
      const length = reader.varint();
      this.lengths.push(length);
      this.starts.push(reader.at);
      reader.take(sizeOf(length));
      return { id: last, value: this.lengths.length - 1 };
    });
    this.decoded = new Array<string | undefined>(count);
  }

  get(id: number): string | undefined {
    const i = this.table.get(id);
    return i === undefined ? undefined : (this.decoded[i] ??= this.decode(i));
  }

  private decode(i: number): string {
    const start = this.starts[i]!;
    const length = this.lengths[i]!;
    const view = Buffer.from(this.bytes.buffer, this.bytes.byteOffset + start, sizeOf(length));
    return view.toString(length % 2 === 1 ? 'utf16le' : 'latin1');
  }
}

/** Bytes of a text, from its length word. */
const sizeOf = (length: number): number => Math.floor(length / 4) * (1 + (length % 2));
