/**
 * Blocks on their way into a recording: headers, checksums, the index that goes to the end of the file.
 *
 * Invariant: blocks added together are written together, in order, and never in part (see `RecordingFile.append`).
 */
import { deflateRawSync } from 'node:zlib';
import { BlockIndexEncoder } from './blockIndexEncoder';
import { ByteWriter } from './byteWriter';
import { BlockFlag, BlockType, encodeBlockHeader, EndField, IndexField, setFieldU64 } from './format';
import type { RecordingFile } from './recordingFile';

/** Smaller contents are stored as they are. */
const MIN_DEFLATE = 4096;
const OUTPUT_BYTES = 128 * 1024;
const NO_BYTES = new Uint8Array(0);

export class BlockOutput {
  /** Fields of the next block: cleared by `clearFields`, filled by the caller, used by `add`. */
  readonly fields = new Uint32Array(8);
  private readonly index = new BlockIndexEncoder();
  private readonly out = new ByteWriter(OUTPUT_BYTES);

  constructor(readonly file: RecordingFile) {}

  clearFields(): Uint32Array {
    return this.fields.fill(0);
  }

  /** Adds a block with `fields`; its payload may lie in two pieces. */
  add(type: BlockType, source: number, flags: number, payload: Uint8Array, rest: Uint8Array = NO_BYTES): void {
    const position = this.file.size + this.out.length;
    this.index.add(type, source, payload.length + rest.length, this.fields);
    this.out.append(encodeBlockHeader(type, flags, source, position, this.fields, payload, rest));
    this.out.append(payload);
    this.out.append(rest);
  }

  /** As `add`, deflated when that pays. The length of `content` belongs in a field of the block. */
  addDeflated(type: BlockType, content: Uint8Array): void {
    if (content.length < MIN_DEFLATE) this.add(type, 0, 0, content);
    else this.add(type, 0, BlockFlag.DEFLATED, deflateRawSync(content, { level: 1 }));
  }

  /** Adds a block as it stands in another recording at the same position. */
  addCopy(type: number, source: number, fields: Uint32Array, block: Uint8Array, headerSize: number): void {
    this.index.add(type, source, block.length - headerSize, fields);
    this.out.append(block);
  }

  /** Adds index and end mark. */
  addEnd(messages: number, entries: number): void {
    const position = this.file.size + this.out.length;
    const content = this.index.view();
    this.clearFields();
    this.fields[IndexField.BLOCKS] = this.index.blocks;
    this.fields[IndexField.CONTENT_LENGTH] = content.length;
    this.addDeflated(BlockType.INDEX, content.slice());
    this.clearFields();
    setFieldU64(this.fields, EndField.INDEX_POSITION, position);
    setFieldU64(this.fields, EndField.MESSAGES, messages);
    setFieldU64(this.fields, EndField.ENTRIES, entries);
    this.add(BlockType.END, 0, 0, NO_BYTES);
  }

  /** Puts what was added into the file. */
  write(): void {
    this.file.append(this.out.bytes, this.out.length);
    this.out.reset();
  }
}
