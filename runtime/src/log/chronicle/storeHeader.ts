/**
 * Start of a Chronicle data file (`.cq4`; wire specification 8.7, 8.8): the header document, the `index2index` and the `index`
 * documents. Reading gives positions, because the values change in place; writing gives the bytes Java writes.
 *
 * Invariant: the index is an accelerator only; nothing here is needed to read messages. Deliberately absent: keeping the index
 * up to date (the writer) and using it to seek (the reader).
 */
import { PalError } from '../../errors';
import { HEADER_BYTES, META_BIT, nextPosition } from './documentFormat';
import { readWireFields, WireDocument } from './wireFields';

/** Longest header that is believed; Java's has under 256 bytes. */
export const MAX_STORE_HEADER = 4096;

export interface StoreHeader {
  /** Position of the first document after the header. */
  readonly end: number;
  readonly indexCount: number;
  readonly indexSpacing: number;
  /** Positions in the file of values of 8 bytes. */
  readonly writePositionAt: number;
  readonly positionAndSequenceAt: number;
  readonly index2IndexAt: number;
  readonly lastIndexAt: number;
}

/**
 * Reads the header from the first bytes of a file (header word included).
 * @throws PalError `not-a-log` for a file that begins with something else, `corrupt` for a damaged header.
 */
export function parseStoreHeader(document: Buffer, file: string): StoreHeader {
  const fields = readWireFields(document.subarray(HEADER_BYTES), HEADER_BYTES, file);
  const writePosition = fields.get('header.writePosition');
  const index2Index = fields.get('header.indexing.index2Index');
  const lastIndex = fields.get('header.indexing.lastIndex');
  const number = (name: string): number => Number(fields.get(name)?.value ?? 0n);
  const indexCount = number('header.indexing.indexCount');
  const indexSpacing = number('header.indexing.indexSpacing');
  const powerOfTwo = (n: number): boolean => n > 0 && Number.isInteger(Math.log2(n));
  if (writePosition === undefined || writePosition.capacity < 2 || index2Index === undefined || lastIndex === undefined)
    throw new PalError(
      'not-a-log',
      `${file} is no data file of a Chronicle queue: its header lacks fields; remove it`,
      {
        data: { path: file, offset: 0 },
      },
    );
  if (!powerOfTwo(indexCount) || !powerOfTwo(indexSpacing))
    throw new PalError(
      'corrupt',
      `${file} is damaged in its header: index count ${indexCount} and spacing ${indexSpacing} must be powers of two`,
      { data: { path: file, offset: 0 } },
    );
  return {
    end: nextPosition(0, document.length - HEADER_BYTES),
    indexCount,
    indexSpacing,
    writePositionAt: writePosition.at,
    positionAndSequenceAt: writePosition.at + 8,
    index2IndexAt: index2Index.at,
    lastIndexAt: lastIndex.at,
  };
}

export interface NewStore {
  /** Bytes from position 0 to the first message. The first header word is in place: write it last. */
  readonly bytes: Buffer;
  readonly header: StoreHeader;
  readonly index2Index: IndexArray;
  readonly firstIndex: IndexArray;
  /** Where the first message goes. */
  readonly end: number;
}

/** An array of longs in the file: `used` lies 8 bytes before the first element. */
export interface IndexArray {
  readonly documentAt: number;
  readonly elementsAt: number;
}

/** The start of a new data file, as Java lays it out for the same settings. */
export function encodeNewStore(indexCount: number, indexSpacing: number): NewStore {
  const draft = encodeHeader(indexCount, indexSpacing, 0);
  const index2 = encodeIndexDocument('index2index', draft.end, indexCount, []);
  const index = encodeIndexDocument('index', index2.end, indexCount, []);
  const header = encodeHeader(indexCount, indexSpacing, draft.end);
  const filled = encodeIndexDocument('index2index', draft.end, indexCount, [index2.end]);
  const bytes = Buffer.alloc(index.end);
  header.bytes.copy(bytes, 0);
  filled.bytes.copy(bytes, draft.end);
  index.bytes.copy(bytes, index2.end);
  return {
    bytes,
    header: parseStoreHeader(header.bytes, 'new file'),
    index2Index: { documentAt: draft.end, elementsAt: filled.elementsAt },
    firstIndex: { documentAt: index2.end, elementsAt: index.elementsAt },
    end: index.end,
  };
}

export interface EncodedDocument {
  /** Header word and payload. */
  readonly bytes: Buffer;
  readonly elementsAt: number;
  /** Position of the next document. */
  readonly end: number;
}

/** An `index2index` or `index` document at `position`, holding the given positions and then zeros. */
export function encodeIndexDocument(
  name: 'index2index' | 'index',
  position: number,
  indexCount: number,
  entries: readonly number[],
): EncodedDocument {
  const document = new WireDocument(position + HEADER_BYTES).event(name);
  const elementsAt = document.longs(indexCount, entries.length, entries.map(BigInt), 8);
  return { bytes: withHeader(document), elementsAt, end: nextPosition(position, document.length) };
}

function encodeHeader(indexCount: number, indexSpacing: number, index2Index: number): { bytes: Buffer; end: number } {
  const document = new WireDocument(HEADER_BYTES).event('header').open('SCQStore').field('writePosition');
  document.longs(2, 2, [0n, 0n], 16);
  document.field('indexing').open('SCQSIndexing');
  document.field('indexCount').integer(indexCount).field('indexSpacing').integer(indexSpacing).field('index2Index');
  document.bound(BigInt(index2Index));
  document.field('lastIndex');
  document.bound(0n);
  document.close().field('dataFormat').integer(1).close();
  const short = (64 - (document.at % 64)) % 64; // Java fills a cache line that has fewer than four bytes left
  if (short < 4) document.pad(short);
  return { bytes: withHeader(document), end: nextPosition(0, document.length) };
}

function withHeader(document: WireDocument): Buffer {
  const payload = document.toBuffer();
  const bytes = Buffer.alloc(HEADER_BYTES + payload.length);
  bytes.writeUInt32LE((META_BIT | payload.length) >>> 0, 0);
  payload.copy(bytes, HEADER_BYTES);
  return bytes;
}
