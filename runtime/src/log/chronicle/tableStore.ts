/**
 * `metadata.cq4t` of a Chronicle queue (wire specification 8.9): the roll cycle, and a table of 8-byte values that change in
 * place (listing, locks). Reading and creating; changing values is the writer's.
 *
 * Invariant: a file created here is complete before it gets its name. Deliberately absent: adding keys to a table that Java
 * made (unknown keys are skipped, missing ones read as undefined).
 */
import { open } from 'node:fs/promises';
import { HEADER_BYTES, INCOMPLETE_BIT, LENGTH_MASK, META_BIT, nextPosition } from './documentFormat';
import { metadataPath, queueError } from './queueDirectory';
import { rollCycleOfFormat, type RollCycle } from './rollCycles';
import { readWireFields, WireDocument } from './wireFields';

export const TABLE_STORE_BYTES = 131_072;

export const TableKey = {
  highestCycle: 'listing.highestCycle',
  lowestCycle: 'listing.lowestCycle',
  modCount: 'listing.modCount',
  writeLock: 'chronicle.write.lock',
  appendLock: 'chronicle.append.lock',
  lastIndexReplicated: 'chronicle.lastIndexReplicated',
  lastAcknowledgedIndexReplicated: 'chronicle.lastAcknowledgedIndexReplicated',
  lastIndexMSynced: 'chronicle.lastIndexMSynced',
  normalisedEofsTo: 'normalisedEOFsTo',
} as const;

/** Value of a lock that nobody holds. */
export const UNLOCKED = -0x8000_0000_0000_0000n;

export interface TableValue {
  readonly value: bigint;
  /** Position in the file. */
  readonly at: number;
}

export interface TableStore {
  /** undefined: a format that this version does not know. */
  readonly rollCycle: RollCycle | undefined;
  readonly format: string;
  readonly lengthMillis: number;
  readonly epoch: number;
  /** By lower-cased key: Java compares keys ignoring case. */
  readonly values: ReadonlyMap<string, TableValue>;
}

/** The table of the queue, or undefined when the file is missing, empty or still being created. */
export async function readTableStore(dir: string): Promise<TableStore | undefined> {
  const path = metadataPath(dir);
  let content: Buffer;
  try {
    const handle = await open(path, 'r');
    try {
      const buffer = Buffer.alloc(TABLE_STORE_BYTES);
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, 0);
      content = buffer.subarray(0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw queueError(error, dir, path, 'read');
  }
  return parseTableStore(content, path);
}

export function parseTableStore(content: Buffer, path: string): TableStore | undefined {
  const documents = [...documentsOf(content)];
  const first = documents[0];
  if (first === undefined || !first.meta) return undefined;
  const fields = readWireFields(first.payload, first.position, path);
  const text = (name: string): string => String(fields.get(name)?.value ?? '');
  const format = text('header.metadata.roll.format');
  const values = new Map<string, TableValue>();
  for (const document of documents.slice(1)) {
    if (document.meta) continue;
    for (const [key, field] of readWireFields(document.payload, document.position, path))
      if (typeof field.value === 'bigint') values.set(key.toLowerCase(), { value: field.value, at: field.at });
  }
  return {
    rollCycle: rollCycleOfFormat(format),
    format,
    lengthMillis: Number(text('header.metadata.roll.length')),
    epoch: Number(text('header.metadata.roll.epoch')) || 0,
    values,
  };
}

function* documentsOf(content: Buffer): Generator<{ meta: boolean; payload: Buffer; position: number }> {
  let position = 0;
  while (position + HEADER_BYTES <= content.length) {
    const header = content.readUInt32LE(position);
    const length = header & LENGTH_MASK;
    const start = position + HEADER_BYTES;
    if (header === 0 || (header & INCOMPLETE_BIT) !== 0 || start + length > content.length) return;
    yield { meta: (header & META_BIT) !== 0, payload: content.subarray(start, start + length), position: start };
    position = nextPosition(position, length);
  }
}

export interface TableStoreOptions {
  /** 5.26 and older wrote a field `deltaCheckpointInterval`; 5.27 does not. */
  readonly deltaCheckpointInterval?: number;
}

/** The content of a new `metadata.cq4t`: header, eight keys, zeros. */
export function encodeTableStore(cycle: RollCycle, options: TableStoreOptions = {}): Buffer {
  const file = Buffer.alloc(TABLE_STORE_BYTES);
  const header = new WireDocument(HEADER_BYTES);
  header.event('header').open('STStore').field('wireType').typed('WireType', 'BINARY_LIGHT');
  header.field('metadata').open('SCQMeta').field('roll').open('SCQSRoll');
  header.field('length').int32(cycle.lengthMillis).field('format').text(cycle.format).field('epoch').integer(0).close();
  if (options.deltaCheckpointInterval !== undefined)
    header.field('deltaCheckpointInterval').integer(options.deltaCheckpointInterval);
  header.field('sourceId').integer(0).close();
  header.pad((4 - (header.at % 4)) % 4).close();

  let position = 0;
  const put = (document: WireDocument, flags: number): void => {
    file.writeUInt32LE((flags | document.length) >>> 0, position);
    document.toBuffer().copy(file, position + HEADER_BYTES);
    position = nextPosition(position, document.length);
  };
  put(header, META_BIT);
  for (const [key, value] of INITIAL_VALUES) {
    const document = new WireDocument(position + HEADER_BYTES).event(key);
    document.bound(value);
    put(document, 0);
  }
  return file;
}

/** What Java stores before the first data file exists. */
const INITIAL_VALUES: readonly (readonly [string, bigint])[] = [
  [TableKey.highestCycle, -0x8000_0000n],
  [TableKey.lowestCycle, 0x7fff_ffffn],
  [TableKey.modCount, 0n],
  [TableKey.writeLock, UNLOCKED],
  [TableKey.appendLock, UNLOCKED],
  [TableKey.lastIndexReplicated, -1n],
  [TableKey.lastAcknowledgedIndexReplicated, -1n],
  [TableKey.lastIndexMSynced, -1n],
];
