/**
 * Finding a message in one data file, and counting its messages, without walking the whole file: the header's last position and
 * the index arrays where they can be believed, walking from there.
 *
 * Invariant: the result is the same with a correct index and with none. A position from the header or the index is used only if a
 * whole PAL document begins there. Deliberately absent: binary search by position or time.
 */
import { BODY_PREFIX, HEADER_BYTES, INCOMPLETE_BIT, LENGTH_MASK, META_BIT } from './documentFormat';
import type { IndexArray, StoreHeader } from './storeHeader';
import type { StoreReader, WalkResult } from './storeReader';
import { readWireFields } from './wireFields';

/** Position and number of the next message after the last one, from the header's last position if that is sound. */
export async function findEnd(store: StoreReader, header: StoreHeader): Promise<WalkResult> {
  const last = await lastKnown(store, header);
  return store.walk(last?.position ?? header.end, last?.sequence ?? 0);
}

/** The message that the header calls the last, if there is one at that place. Later ones may follow it. */
export async function lastKnown(
  store: StoreReader,
  header: StoreHeader,
): Promise<{ readonly position: number; readonly sequence: number } | undefined> {
  const [position, packed] = await lastWritten(store, header);
  const sound =
    position >= header.end &&
    position % 4 === 0 &&
    packed >> 32n === BigInt.asIntN(32, BigInt(position)) &&
    (await holdsMessage(store, position));
  return sound ? { position, sequence: Number(packed & 0xffff_ffffn) } : undefined;
}

/** The header's `writePosition` and `positionAndSequence`. */
export async function lastWritten(store: StoreReader, header: StoreHeader): Promise<[number, bigint]> {
  const position = await store.long(header.writePositionAt);
  const packed = await store.bytes(header.positionAndSequenceAt, 8);
  return [position, packed.length === 8 ? packed.readBigInt64LE(0) : 0n];
}

/** Where message `sequence` begins, or where the documents end if there are fewer. */
export async function findSequence(store: StoreReader, header: StoreHeader, sequence: number): Promise<WalkResult> {
  const entry = await indexedBefore(store, header, sequence);
  return store.walk(entry.position, entry.sequence, sequence);
}

/** The nearest index entry at or before the message, else the first document. */
async function indexedBefore(
  store: StoreReader,
  header: StoreHeader,
  sequence: number,
): Promise<{ position: number; sequence: number }> {
  const start = { position: header.end, sequence: 0 };
  const { indexCount, indexSpacing } = header;
  const slot = Math.floor(sequence / indexSpacing);
  if (slot === 0) return start;
  const top = await indexArray(store, await store.long(header.index2IndexAt), indexCount, 'index2index');
  if (top === undefined) return start;
  // The newest entries may be missing after a crash: go back a little before giving up.
  for (let s = slot, tries = 0; s >= 0 && tries < 4; s--, tries++) {
    const document = await store.long(top.elementsAt + 8 * Math.floor(s / indexCount));
    const index = await indexArray(store, document, indexCount, 'index');
    if (index === undefined) continue;
    const position = await store.long(index.elementsAt + 8 * (s % indexCount));
    if (position >= header.end && position % 4 === 0 && (await holdsMessage(store, position)))
      return { position, sequence: s * indexSpacing };
  }
  return start;
}

/** The array of longs in the index document at `position`, or undefined if there is none. */
export async function indexArray(
  store: StoreReader,
  position: number,
  indexCount: number,
  name: 'index2index' | 'index',
): Promise<IndexArray | undefined> {
  if (!Number.isSafeInteger(position) || position <= 0 || position % 4 !== 0) return undefined;
  const head = await store.bytes(position, HEADER_BYTES + MAX_INDEX_HEAD);
  if (head.length < HEADER_BYTES + MAX_INDEX_HEAD) return undefined;
  const word = head.readUInt32LE(0);
  if ((word & META_BIT) === 0 || (word & INCOMPLETE_BIT) !== 0) return undefined;
  const length = word & LENGTH_MASK;
  if (length < indexCount * 8 || length > indexCount * 8 + MAX_INDEX_HEAD) return undefined;
  try {
    const document = await store.bytes(position + HEADER_BYTES, length);
    const field = readWireFields(document, position + HEADER_BYTES, store.path).get(name);
    return field === undefined || field.capacity !== indexCount
      ? undefined
      : { documentAt: position, elementsAt: field.at };
  } catch {
    return undefined; // an unreadable index is no index
  }
}

/** Event name, padding, code, capacity and `used`. */
const MAX_INDEX_HEAD = 48;

/** Whether a complete PAL message begins at the position: its two lengths must agree. */
async function holdsMessage(store: StoreReader, position: number): Promise<boolean> {
  const head = await store.bytes(position, HEADER_BYTES + BODY_PREFIX);
  if (head.length < HEADER_BYTES + BODY_PREFIX) return false;
  const word = head.readUInt32LE(0);
  return (
    word !== 0 &&
    (word & (META_BIT | INCOMPLETE_BIT)) === 0 &&
    (word & LENGTH_MASK) === BODY_PREFIX + head.readInt32LE(HEADER_BYTES + 1)
  );
}
