/**
 * What a writer does to the files of a queue it finds: ends the older ones that lack their marker (a writer died before it could
 * roll), and learns where the newest goes on.
 *
 * Invariant: only the place after a file's last whole document is ever written to. Deliberately absent: repairing what lies before
 * it; a file that contradicts the format is refused.
 */
import { open } from 'node:fs/promises';
import { PalError } from '../../errors';
import { EOF_MARKER, HEADER_BYTES } from './documentFormat';
import { dataPath, queueError } from './queueDirectory';
import type { StoreHeader } from './storeHeader';
import { findEnd, indexArray, lastKnown } from './storePosition';
import { StoreReader } from './storeReader';
import type { StoreState } from './storeWriter';

/** Adds the end marker if the file lacks it; true when it did. */
export async function ensureEndMarker(dir: string, name: string): Promise<boolean> {
  const store = await StoreReader.open(dir, name);
  let position: number;
  try {
    const header = await store.header();
    if (header === undefined) return false; // never completed: readers skip it, and there is no place for a marker
    const end = await findEnd(store, header);
    if (end.stop === 'eof') return false;
    position = end.position;
  } finally {
    await store.close();
  }
  const path = dataPath(dir, name);
  try {
    const handle = await open(path, 'r+');
    try {
      await handle.write(EOF_MARKER, HEADER_BYTES, EOF_MARKER.length - HEADER_BYTES, position + HEADER_BYTES);
      await handle.write(EOF_MARKER, 0, HEADER_BYTES, position);
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw queueError(error, dir, path, 'write');
  }
  return true;
}

/** Where the file goes on; `closed` when it has its end marker, `new` when its creation was cut short. */
export async function recoverStore(dir: string, name: string): Promise<StoreState | 'closed' | 'new'> {
  const store = await StoreReader.open(dir, name);
  try {
    const header = await store.header();
    if (header === undefined) return 'new';
    const end = await findEnd(store, header);
    if (end.stop === 'eof') return 'closed';
    return await stateAt(store, header, end.position, end.sequence);
  } catch (error) {
    if (PalError.is(error, 'corrupt'))
      throw new PalError('corrupt', `${error.message}. Messages cannot be appended to it; write to another log`, {
        cause: error,
        data: error.data,
      });
    throw error;
  } finally {
    await store.close();
  }
}

async function stateAt(
  store: StoreReader,
  header: StoreHeader,
  position: number,
  sequence: number,
): Promise<StoreState> {
  const { indexCount, indexSpacing } = header;
  const index2Index = await indexArray(store, await store.long(header.index2IndexAt), indexCount, 'index2index');
  const indexNumber = Math.floor(Math.max(0, sequence - 1) / indexSpacing / indexCount);
  const index =
    index2Index === undefined
      ? undefined
      : await indexArray(store, await store.long(index2Index.elementsAt + 8 * indexNumber), indexCount, 'index');

  // Messages that became visible just before the last writer died are behind the header's last position and not indexed.
  const start = (await lastKnown(store, header)) ?? { position: header.end, sequence: 0 };
  const firstOfIndex = indexNumber * indexCount * indexSpacing;
  const unindexed: [number, number][] = [];
  let lastMessageAt = -1;
  await store.walk(start.position, start.sequence, sequence, (number, at) => {
    lastMessageAt = at;
    if (number % indexSpacing === 0 && number >= firstOfIndex) unindexed.push([number, at]);
  });
  return { header, position, sequence, lastMessageAt, index2Index, index, indexNumber, unindexed };
}
