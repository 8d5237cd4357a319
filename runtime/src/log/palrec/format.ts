/**
 * The frame of a `.palrec` file: file header and block headers (`docs/palrec.md` 3 and 4). All integers little-endian.
 *
 * Invariants: a header that passes `readBlockHeader` was written by a writer at exactly that position (magic, own position and
 * checksum agree), so that a reader may hop from header to header and may search for the next one after damage.
 */
import { crc32 as nativeCrc32 } from 'node:zlib';
import type { ProcessIdentity } from '../../directory/processIdentity';
import { PalError } from '../../errors';
import type { RecordingHeader } from '../log';

/** First bytes of a file: like PNG's, they break under text conversion. */
export const FILE_MAGIC = Uint8Array.of(0x89, 0x50, 0x41, 0x4c, 0x52, 0x45, 0x43, 0x0a); // \x89 PALREC \n
export const FORMAT_VERSION = 1;
export const FILE_HEADER_SIZE = 20;
export const BLOCK_HEADER_SIZE = 64;
export const BLOCK_MAGIC = 0x4b4c4250; // "PBLK"
/** Larger payloads are refused: a reader must be able to hold a block. */
export const MAX_PAYLOAD = 0x3fffffff;
/** Longer header texts are no header. */
export const MAX_HEADER_TEXT = 16 * 1024 * 1024;

export const BlockType = {
  /** One module's site table. */
  SITES: 1,
  /** Strings, classes, logical threads, classes of objects. */
  DEFS: 2,
  /** Compact entries. */
  DATA: 3,
  /** Ready PAL messages (a copy of another kind of log). */
  MESSAGES: 4,
  /** All blocks before it. */
  INDEX: 5,
  /** The last block of a file that was closed in order. */
  END: 6,
} as const;
export type BlockType = (typeof BlockType)[keyof typeof BlockType];

export const BlockFlag = {
  /** The payload is raw deflate; the header gives the length of the content. */
  DEFLATED: 1,
} as const;

/** JSON of the file header. */
export interface FileHeader {
  /** What was recorded; null for a copy of a log that did not know. */
  readonly recording: RecordingHeader | null;
  /** Who writes (or wrote) the file; readers tell `open` from `interrupted` by it. */
  readonly writer: ProcessIdentity;
}

/** A block header as values. `fields` are the 8 words whose meaning depends on the type. */
export interface BlockHeader {
  readonly type: number;
  readonly flags: number;
  /** Ids of definitions belong to a source (0 = main thread's ring, others = the program's workers). */
  readonly source: number;
  /** Position of the header in the file. */
  readonly position: number;
  readonly length: number;
  readonly checksum: number;
  readonly fields: Uint32Array;
}

/** Words of `BlockHeader.fields`. Numbers of 64 bits take two, low first. */
export const DataField = { FIRST_OFFSET: 0, MESSAGES: 2, ENTRIES: 3, WORDS: 4, STATE_LENGTH: 5, TIME: 6 } as const;
export const MessagesField = { FIRST_OFFSET: 0, MESSAGES: 2, CONTENT_LENGTH: 3 } as const;
export const SitesField = { BASE: 0, COUNT: 1, CONTENT_LENGTH: 2 } as const;
/** Lowest and highest id per kind; lowest > highest: none. */
export const DefsField = { STRINGS: 0, CLASSES: 2, THREADS: 4, OBJECTS: 6 } as const;
export const IndexField = { BLOCKS: 0, CONTENT_LENGTH: 1 } as const;
export const EndField = { INDEX_POSITION: 0, MESSAGES: 2, ENTRIES: 4 } as const;

/** CRC-32 (the one of zlib, PNG and Ethernet), continued from `previous`. */
export const crc32: (bytes: Uint8Array, previous?: number) => number =
  typeof nativeCrc32 === 'function' ? nativeCrc32 : portableCrc32;

/** For Node versions whose zlib does not export it. */
export function portableCrc32(bytes: Uint8Array, previous = 0): number {
  let crc = ~previous;
  for (const byte of bytes) crc = CRC_TABLE[(crc ^ byte) & 0xff]! ^ (crc >>> 8);
  return ~crc >>> 0;
}

const CRC_TABLE = Int32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = (c & 1) === 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c;
});

export function encodeFileHeader(header: FileHeader): Uint8Array {
  const text = Buffer.from(JSON.stringify(header), 'utf8');
  const bytes = Buffer.alloc(FILE_HEADER_SIZE + text.length);
  bytes.set(FILE_MAGIC, 0);
  bytes.writeUInt16LE(FORMAT_VERSION, 8);
  bytes.writeUInt32LE(text.length, 12);
  bytes.writeUInt32LE(crc32(text), 16);
  bytes.set(text, FILE_HEADER_SIZE);
  return bytes;
}

/** Writes a block header; the payload may lie in two pieces. */
export function encodeBlockHeader(
  type: BlockType,
  flags: number,
  source: number,
  position: number,
  fields: Uint32Array,
  payload: Uint8Array,
  payloadRest: Uint8Array,
): Uint8Array {
  const bytes = new Uint8Array(BLOCK_HEADER_SIZE);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, BLOCK_MAGIC, true);
  view.setUint8(4, type);
  view.setUint8(5, flags);
  view.setUint16(6, source, true);
  view.setUint32(8, position, true);
  view.setUint32(12, Math.floor(position / 4294967296), true);
  view.setUint32(16, payload.length + payloadRest.length, true);
  view.setUint32(20, crc32(payloadRest, crc32(payload)), true);
  for (let i = 0; i < 8; i++) view.setUint32(24 + 4 * i, fields[i]!, true);
  view.setUint32(60, crc32(bytes.subarray(0, 60)), true);
  return bytes;
}

/** The header at `bytes[at]`, or undefined when there is none that was written for file position `position`. */
export function readBlockHeader(bytes: Uint8Array, at: number, position: number): BlockHeader | undefined {
  if (at + BLOCK_HEADER_SIZE > bytes.length) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, BLOCK_HEADER_SIZE);
  if (view.getUint32(0, true) !== BLOCK_MAGIC) return undefined;
  if (view.getUint32(60, true) !== crc32(bytes.subarray(at, at + 60))) return undefined;
  if (view.getUint32(8, true) + view.getUint32(12, true) * 4294967296 !== position) return undefined;
  const length = view.getUint32(16, true);
  if (length > MAX_PAYLOAD) return undefined;
  return {
    type: view.getUint8(4),
    flags: view.getUint8(5),
    source: view.getUint16(6, true),
    position,
    length,
    checksum: view.getUint32(20, true),
    fields: Uint32Array.from({ length: 8 }, (_, i) => view.getUint32(24 + 4 * i, true)),
  };
}

/** A 64-bit number of a block header. */
export function fieldU64(fields: Uint32Array, index: number): number {
  return fields[index]! + fields[index + 1]! * 4294967296;
}

export function setFieldU64(fields: Uint32Array, index: number, value: number): void {
  fields[index] = value;
  fields[index + 1] = Math.floor(value / 4294967296);
}

/**
 * Parses the start of a file.
 * @param bytes at least the first 20 bytes, and as much of the header text as there is.
 * @returns undefined when the text is longer than `bytes`: read `size` bytes and call again.
 * @throws PalError `not-a-log`, `unsupported` (a newer version), `corrupt`.
 */
export function parseFileHeader(
  path: string,
  bytes: Uint8Array,
): { header: FileHeader; size: number } | { size: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const known = Math.min(bytes.length, FILE_MAGIC.length);
  for (let i = 0; i < known; i++) {
    if (bytes[i] !== FILE_MAGIC[i]) {
      throw new PalError('not-a-log', `${path} is not a PAL recording: it does not start as one`, { data: { path } });
    }
  }
  if (bytes.length < FILE_HEADER_SIZE) {
    const what =
      bytes.length === 0 ? 'it is empty' : 'it ends inside its header; its writer was stopped while creating it';
    throw new PalError('not-a-log', `${path} is not a PAL recording: ${what}`, { data: { path } });
  }
  const version = view.getUint16(8, true);
  if (version > FORMAT_VERSION) {
    const why = `${path} has recording format ${version}, this PAL reads up to ${FORMAT_VERSION}: update PAL to open it`;
    throw new PalError('unsupported', why, { data: { path, version } });
  }
  const length = view.getUint32(12, true);
  const size = FILE_HEADER_SIZE + length;
  if (version === 0 || length > MAX_HEADER_TEXT) throw badHeader(path);
  if (bytes.length < size) return { size };
  const text = bytes.subarray(FILE_HEADER_SIZE, size);
  if (crc32(text) !== view.getUint32(16, true)) throw badHeader(path);
  try {
    return { header: JSON.parse(Buffer.from(text).toString('utf8')) as FileHeader, size };
  } catch (cause) {
    throw new PalError('corrupt', `${path}: the recording's header does not parse`, {
      cause,
      data: { path, position: 0 },
    });
  }
}

function badHeader(path: string): PalError {
  return new PalError(
    'corrupt',
    `${path}: the recording's header is damaged (checksum or length); the file cannot be opened`,
    {
      data: { path, position: 0 },
    },
  );
}
