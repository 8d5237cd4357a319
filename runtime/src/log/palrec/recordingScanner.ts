/**
 * Finds the blocks of a recording: through the INDEX block of a clean file, else by hopping from header to header, and again from where
 * it stopped while the file grows.
 *
 * Invariants: a block is known only when it is whole, and the last block of a file without end mark only when its checksum is right;
 * damage between whole blocks is stepped over and remembered, so that what lies behind it can be read.
 */
import { PalError } from '../../errors';
import type { BlockIndex } from './blockIndex';
import { ByteReader } from './byteReader';
import {
  BLOCK_HEADER_SIZE,
  BLOCK_MAGIC,
  type BlockHeader,
  BlockType,
  DataField,
  EndField,
  fieldU64,
  IndexField,
  MessagesField,
  readBlockHeader,
  setFieldU64,
  SitesField,
} from './format';
import type { RecordingBytes } from './recordingBytes';

/** Bytes of the file that belong to no block. */
export interface Damage {
  readonly position: number;
  readonly end: number;
}

/** Headers hopped over before other work gets a turn. */
const HOPS_PER_TURN = 2000;
const SEARCH_CHUNK = 1 << 20;
/** Blocks below this size are hopped over within a chunk that is read at once. */
const SMALL_BLOCK = 8192;
const HOP_CHUNK = 64 * 1024;

export class RecordingScanner {
  /** Position after the last whole block. */
  end: number;
  /** The last block is the end mark: the file is complete. */
  clean = false;
  readonly damage: Damage[] = [];
  /** Bytes after `end` that are no whole block (yet). */
  tail = 0;
  private scannedSize = -1;
  /** Bytes of the file from `chunkAt` on. */
  private chunk: Buffer = Buffer.alloc(0);
  private chunkAt = 0;
  /** Payload length of the block before. */
  private previous = SMALL_BLOCK;
  private running: Promise<void> | undefined;

  /** @param start position of the first block. */
  constructor(
    private readonly bytes: RecordingBytes,
    private readonly index: BlockIndex,
    private readonly start: number,
  ) {
    this.end = start;
  }

  /** Whether the file has changed its size since it was looked at last. */
  grown(): boolean {
    return this.bytes.stat().size !== this.scannedSize;
  }

  /** Looks for blocks after those that are known. */
  async refresh(): Promise<void> {
    if (!this.grown()) return;
    this.running ??= this.scan().finally(() => (this.running = undefined));
    await this.running;
  }

  private async scan(): Promise<void> {
    const size = this.bytes.stat().size;
    if (size < this.end) throw this.shrunk(size);
    if (this.end === this.start && this.index.length === 0 && this.loadIndex(size)) {
      this.finish(size, size);
      this.clean = true;
      return;
    }
    let position = this.end;
    this.chunk = Buffer.alloc(0); // what it held may have been half written
    for (let hops = 1; position < size; hops++) {
      const header = this.header(position);
      const next = header === undefined ? -1 : this.take(header, position, size);
      if (next >= 0) {
        position = next;
        this.clean = header!.type === BlockType.END;
      } else {
        const found = await this.search(position + 1, size);
        if (found < 0) break;
        this.damage.push({ position, end: found });
        position = found;
      }
      if (hops % HOPS_PER_TURN === 0) await new Promise(setImmediate);
    }
    this.finish(position, size);
  }

  /** The header at `position`; small blocks are read many at a time. */
  private header(position: number): BlockHeader | undefined {
    let at = position - this.chunkAt;
    if (at < 0 || at + BLOCK_HEADER_SIZE > this.chunk.length) {
      this.chunk = this.bytes.read(position, this.previous < SMALL_BLOCK ? HOP_CHUNK : BLOCK_HEADER_SIZE);
      this.chunkAt = position;
      at = 0;
    }
    const header = readBlockHeader(this.chunk, at, position);
    this.previous = header?.length ?? 0;
    return header;
  }

  private finish(end: number, size: number): void {
    this.end = end;
    this.tail = size - end;
    if (this.tail > 0) this.clean = false;
    this.scannedSize = size;
  }

  /** Adds a block that is whole; returns the position after it, or -1. */
  private take(header: BlockHeader, position: number, size: number): number {
    const next = position + BLOCK_HEADER_SIZE + header.length;
    if (next > size) return -1;
    // Nothing whole follows: the machine may have stopped before the payload was on the disk.
    if (next + BLOCK_HEADER_SIZE > size && header.type !== BlockType.END && !this.sound(position, header.length))
      return -1;
    const { type, source, length, fields } = header;
    const micros = (fields[DataField.TIME + 1]! * 4294967296 + fields[DataField.TIME]!) / 1000;
    return this.index.add(type, source, position, length, fields, type === BlockType.DATA ? micros : 0) ? next : -1;
  }

  private sound(position: number, length: number): boolean {
    try {
      this.bytes.block(position, length);
      return true;
    } catch (error) {
      if (PalError.is(error, 'corrupt')) return false;
      throw error;
    }
  }

  /** Position of the next whole block from `from` on; -1 when there is none. */
  private async search(from: number, size: number): Promise<number> {
    const magic = Buffer.alloc(4);
    magic.writeUInt32LE(BLOCK_MAGIC);
    for (let at = from; at + BLOCK_HEADER_SIZE <= size; at += SEARCH_CHUNK) {
      const chunk = this.bytes.read(at, SEARCH_CHUNK + BLOCK_HEADER_SIZE - 1);
      for (let hit = chunk.indexOf(magic); hit >= 0 && hit < SEARCH_CHUNK; hit = chunk.indexOf(magic, hit + 1)) {
        const header = readBlockHeader(chunk, hit, at + hit);
        if (header !== undefined && at + hit + BLOCK_HEADER_SIZE + header.length <= size) return at + hit;
      }
      await new Promise(setImmediate);
    }
    return -1;
  }

  /** Fills the index from the INDEX block of a clean file; false when there is no sound one. */
  private loadIndex(size: number): boolean {
    const endPosition = size - BLOCK_HEADER_SIZE;
    if (endPosition < this.start) return false;
    const mark = this.bytes.header(endPosition);
    if (mark?.type !== BlockType.END) return false;
    const position = fieldU64(mark.fields, EndField.INDEX_POSITION);
    try {
      const length = endPosition - position - BLOCK_HEADER_SIZE;
      if (length < 0 || position < this.start) return false;
      const { header, payload } = this.bytes.block(position, length);
      if (header.type !== BlockType.INDEX) return false;
      const content = this.bytes.content(header, payload, header.fields[IndexField.CONTENT_LENGTH]!);
      return this.parseIndex(content, header.fields[IndexField.BLOCKS]!, position);
    } catch (error) {
      if (PalError.is(error, 'corrupt')) return false;
      throw error;
    }
  }

  private parseIndex(content: Buffer, blocks: number, indexPosition: number): boolean {
    const check = new ByteReader(content, 0, content.length);
    let position = this.start;
    for (let i = 0; i < blocks; i++) position += BLOCK_HEADER_SIZE + readRow(check).length;
    if (position !== indexPosition || check.at !== check.end) return false;
    const reader = new ByteReader(content, 0, content.length);
    position = this.start;
    let micros = 0;
    for (let i = 0; i < blocks; i++) {
      const row = readRow(reader);
      micros += row.micros;
      this.index.add(row.type, row.source, position, row.length, row.fields, row.type === BlockType.DATA ? micros : 0);
      position += BLOCK_HEADER_SIZE + row.length;
    }
    return true;
  }

  private shrunk(size: number): PalError {
    return new PalError(
      'corrupt',
      `${this.bytes.path} has become shorter while it was read: it was replaced; open it again`,
      {
        data: { path: this.bytes.path, position: size },
      },
    );
  }
}

/** One block in the INDEX payload (`docs/palrec.md` 8). `micros` is the difference to the DATA block before. */
function readRow(reader: ByteReader): {
  type: number;
  source: number;
  length: number;
  fields: Uint32Array;
  micros: number;
} {
  const type = reader.varint();
  const source = reader.varint();
  const length = reader.varint();
  const fields = new Uint32Array(8);
  let micros = 0;
  switch (type) {
    case BlockType.SITES:
      fields[SitesField.BASE] = reader.varint();
      fields[SitesField.COUNT] = reader.varint();
      break;
    case BlockType.DEFS:
      for (let i = 0; i < 8; i++) fields[i] = reader.varint();
      break;
    case BlockType.DATA:
      setFieldU64(fields, DataField.FIRST_OFFSET, reader.varint());
      fields[DataField.MESSAGES] = reader.varint();
      fields[DataField.ENTRIES] = reader.varint();
      micros = reader.signed();
      break;
    case BlockType.MESSAGES:
      setFieldU64(fields, MessagesField.FIRST_OFFSET, reader.varint());
      fields[MessagesField.MESSAGES] = reader.varint();
      break;
    default:
  }
  return { type, source, length, fields, micros };
}
