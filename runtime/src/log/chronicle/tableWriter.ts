/**
 * `metadata.cq4t` as the one writer of a queue uses it: creates it, holds the write lock in it, keeps the listing up to date.
 *
 * Invariant: values are changed by single writes of 8 bytes at their place; a new key becomes visible when its header is written.
 * Deliberately absent: the append lock and the replication keys, which only Chronicle's replication uses.
 */
import { closeSync, openSync, readSync, renameSync, unlinkSync, writeFileSync, writeSync } from 'node:fs';
import { PalError } from '../../errors';
import { HEADER_BYTES, LENGTH_MASK, nextPosition } from './documentFormat';
import { metadataPath, queueError } from './queueDirectory';
import { rollCycleOfFileName, type RollCycle } from './rollCycles';
import {
  encodeTableStore,
  parseTableStore,
  TABLE_STORE_BYTES,
  TableKey,
  UNLOCKED,
  type TableStore,
  type TableStoreOptions,
} from './tableStore';
import { WireDocument } from './wireFields';
import { guarded, releaseLock, takeLock } from './writeLock';

export class TableWriter {
  private constructor(
    private readonly dir: string,
    private readonly fd: number,
    readonly rollCycle: RollCycle,
    readonly epoch: number,
    /** Where values lie, by lower-cased key. */
    private readonly places: Map<string, number>,
  ) {}

  /**
   * Opens or creates the table and takes the write lock. A queue that exists keeps its roll cycle.
   * @throws PalError `locked`, `permission`, `disk-full`, `unsupported` (a roll cycle nobody here knows).
   */
  static open(dir: string, files: readonly string[], wanted: RollCycle, options: TableStoreOptions): TableWriter {
    const path = metadataPath(dir);
    return guarded(dir, () => {
      let fd = -1;
      try {
        let table = existing(dir, path);
        if (table === undefined) {
          const first = files[0];
          createTable(path, (first === undefined ? undefined : rollCycleOfFileName(first)) ?? wanted, options);
          table = existing(dir, path);
        }
        if (table?.rollCycle === undefined)
          throw new PalError(
            'unsupported',
            `Chronicle log at path: ${dir} rolls by '${table?.format ?? ''}', which this version cannot write; write to another log`,
            { data: { path: dir } },
          );
        fd = openSync(path, 'r+');
        const places = new Map([...table.values].map(([key, { at }]) => [key, at]));
        const writer = new TableWriter(dir, fd, table.rollCycle, table.epoch, places);
        writer.ensure(TableKey.writeLock, UNLOCKED);
        takeLock(dir, fd, writer.placeOf(TableKey.writeLock));
        return writer;
      } catch (error) {
        if (fd >= 0) closeSync(fd);
        throw queueError(error, dir, path, 'write');
      }
    });
  }

  get(key: string): bigint | undefined {
    const at = this.places.get(key.toLowerCase());
    if (at === undefined) return undefined;
    const word = Buffer.alloc(8);
    readSync(this.fd, word, 0, 8, at);
    return word.readBigInt64LE(0);
  }

  /** Stores a value, adding the key if need be. */
  set(key: string, value: bigint): void {
    if (!this.places.has(key.toLowerCase())) {
      this.ensure(key, value);
      return;
    }
    const word = Buffer.alloc(8);
    word.writeBigInt64LE(value);
    writeSync(this.fd, word, 0, 8, this.placeOf(key));
  }

  /** After a queue was opened: the listing as the directory shows it. */
  refreshed(lowest: number | undefined, highest: number | undefined): void {
    if (lowest !== undefined && highest !== undefined) {
      this.set(TableKey.lowestCycle, BigInt(lowest));
      this.set(TableKey.highestCycle, BigInt(highest));
    }
    this.set(TableKey.modCount, (this.get(TableKey.modCount) ?? 0n) + 1n);
  }

  /** After a data file was created. Java counts its creation and the roll to it. */
  created(cycle: number): void {
    const number = BigInt(cycle);
    const lowest = this.get(TableKey.lowestCycle);
    const highest = this.get(TableKey.highestCycle);
    if (lowest === undefined || number < lowest) this.set(TableKey.lowestCycle, number);
    if (highest === undefined || number > highest) this.set(TableKey.highestCycle, number);
    this.set(TableKey.modCount, (this.get(TableKey.modCount) ?? 0n) + 2n);
  }

  /** Gives the lock back and closes the file. */
  close(): void {
    try {
      releaseLock(this.fd, this.placeOf(TableKey.writeLock));
    } finally {
      closeSync(this.fd);
    }
  }

  private placeOf(key: string): number {
    return this.places.get(key.toLowerCase())!;
  }

  /** Adds the key with that value unless the table has it. */
  private ensure(key: string, value: bigint): void {
    if (this.places.has(key.toLowerCase())) return;
    const position = endOfTable(this.fd);
    const document = new WireDocument(position + HEADER_BYTES).event(key);
    this.places.set(key.toLowerCase(), document.bound(value));
    if (nextPosition(position, document.length) + HEADER_BYTES > TABLE_STORE_BYTES)
      throw new PalError('corrupt', `${metadataPath(this.dir)} is full; restore or remove it`, {
        data: { path: metadataPath(this.dir), position },
      });
    const payload = document.toBuffer();
    writeSync(this.fd, payload, 0, payload.length, position + HEADER_BYTES);
    const header = Buffer.alloc(HEADER_BYTES);
    header.writeUInt32LE(payload.length);
    writeSync(this.fd, header, 0, HEADER_BYTES, position);
  }
}

function existing(dir: string, path: string): TableStore | undefined {
  let fd: number;
  try {
    fd = openSync(path, 'r+');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw queueError(error, dir, path, 'write');
  }
  try {
    const content = Buffer.alloc(TABLE_STORE_BYTES);
    return parseTableStore(content.subarray(0, readSync(fd, content, 0, content.length, 0)), path);
  } finally {
    closeSync(fd);
  }
}

function createTable(path: string, cycle: RollCycle, options: TableStoreOptions): void {
  const draft = `${path}.${process.pid}.tmp`;
  try {
    writeFileSync(draft, encodeTableStore(cycle, options));
    renameSync(draft, path);
  } catch (error) {
    try {
      unlinkSync(draft);
    } catch {
      // it was not created
    }
    throw error;
  }
}

function endOfTable(fd: number): number {
  const word = Buffer.alloc(HEADER_BYTES);
  for (let position = 0; ;) {
    if (readSync(fd, word, 0, HEADER_BYTES, position) < HEADER_BYTES) return position;
    const header = word.readUInt32LE(0);
    if (header === 0) return position;
    position = nextPosition(position, header & LENGTH_MASK);
  }
}
