/**
 * Collects the INDEX payload while blocks are written (`docs/palrec.md` 8): about 12 bytes per block, so that closing a recording of any
 * length needs little memory. `blockIndex.ts` reads it.
 */
import { ByteWriter } from './byteWriter';
import { BlockType, DataField, DefsField, fieldU64, MessagesField, SitesField } from './format';

export class BlockIndexEncoder {
  private readonly out = new ByteWriter();
  blocks = 0;
  private micros = 0;

  add(type: number, source: number, length: number, fields: Uint32Array): void {
    const out = this.out;
    this.blocks++;
    out.varint(type);
    out.varint(source);
    out.varint(length);
    switch (type) {
      case BlockType.SITES:
        out.varint(fields[SitesField.BASE]!);
        out.varint(fields[SitesField.COUNT]!);
        break;
      case BlockType.DEFS:
        for (let i = DefsField.STRINGS; i < 8; i++) out.varint(fields[i]!);
        break;
      case BlockType.DATA:
        out.varint(fieldU64(fields, DataField.FIRST_OFFSET));
        out.varint(fields[DataField.MESSAGES]!);
        out.varint(fields[DataField.ENTRIES]!);
        this.time(fields[DataField.TIME]!, fields[DataField.TIME + 1]!);
        break;
      case BlockType.MESSAGES:
        out.varint(fieldU64(fields, MessagesField.FIRST_OFFSET));
        out.varint(fields[MessagesField.MESSAGES]!);
        break;
      default:
    }
  }

  view(): Uint8Array {
    return this.out.view();
  }

  /** Microseconds since the block before: enough to find a time, and small. */
  private time(low: number, high: number): void {
    const micros = Math.round(high * 4294967.296 + low / 1000);
    this.out.signed(micros - this.micros);
    this.micros = micros;
  }
}
