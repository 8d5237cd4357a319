/**
 * Writes a Chronicle queue (`file:DIR`): creates or continues it, appends messages, rolls to a new file when the clock enters
 * another cycle (wire specification 8.10). What it writes for a peer's settings is what a Java peer writes, byte for byte.
 *
 * Invariants: one writer per queue, by the queue's own lock; every older file ends with a marker; messages become visible in order
 * and whole. Calls are synchronous (the host thread lives on them), opening is not. Deliberately absent: fsync while running
 * (Java's `sync_every` -1; closing syncs), and going back to an older file when the clock does.
 */
import { mkdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { PalError } from '../../errors';
import type { LogWriter, RecordingHeader } from '../log';
import { listDataFiles, queueError, queueExists } from './queueDirectory';
import { RECORDING_FILE } from './queueInfo';
import { cycleAt, cycleOfName, nameOfCycle, rollCycleNamed } from './rollCycles';
import { ensureEndMarker, recoverStore } from './storeRecovery';
import { BATCH_BYTES, StoreWriter } from './storeWriter';
import { TableKey, type TableStoreOptions } from './tableStore';
import { TableWriter } from './tableWriter';

export interface QueueSettings {
  /** Name of a roll cycle; a queue that exists keeps its own. */
  readonly rollCycle: string;
  /** Messages per index entry and entries per index document; powers of two. */
  readonly indexSpacing: number;
  readonly indexCount: number;
  /** Files grow by this many bytes. */
  readonly blockSize: number;
}

const MEBIBYTE = 1024 * 1024;

/** What a Java peer uses for its WAL (1,000 messages per index entry, which Chronicle rounds up). */
export const PEER_SETTINGS: QueueSettings = {
  rollCycle: 'TEN_MINUTELY',
  indexSpacing: 1024,
  indexCount: 2048,
  blockSize: 128 * MEBIBYTE,
};

/** What PAL's tools use for a queue they create. */
export const TOOL_SETTINGS: QueueSettings = {
  rollCycle: 'FAST_DAILY',
  indexSpacing: 256,
  indexCount: 4096,
  blockSize: 64 * MEBIBYTE,
};

export interface ChronicleWriterOptions extends TableStoreOptions {
  /** Default: those of a peer. */
  readonly settings?: Partial<QueueSettings>;
  /** Stored beside the queue as `pal-recording.json`. */
  readonly recording?: RecordingHeader;
  /** Milliseconds since the epoch; decides the cycle. */
  readonly clock?: () => number;
  /** Default true: when `close` returns, everything is on disk. */
  readonly syncOnClose?: boolean;
}

/**
 * Opens the queue for appending, creating directory and queue if need be; the first data file is created by the first message.
 * @throws PalError `locked` (`data.pid`), `permission`, `disk-full`, `not-a-log`, `corrupt` (the newest file cannot be continued).
 */
export async function openChronicleWriter(dir: string, options: ChronicleWriterOptions = {}): Promise<ChronicleWriter> {
  const absolute = path.resolve(dir);
  const settings = { ...PEER_SETTINGS, ...options.settings };
  const wanted = rollCycleNamed(settings.rollCycle);
  try {
    await mkdir(absolute, { recursive: true });
  } catch (error) {
    throw queueError(error, absolute, absolute, 'write');
  }
  const found = (await queueExists(absolute)) ? await listDataFiles(absolute) : [];
  const table = TableWriter.open(absolute, found, wanted, options);
  try {
    // Again, now that nobody else can add files.
    const files = found.length === 0 ? [] : await listDataFiles(absolute);
    const writer = new ChronicleWriter(
      absolute,
      table,
      settings,
      options.clock ?? Date.now,
      options.syncOnClose ?? true,
    );
    await writer.takeOver(files);
    if (options.recording !== undefined) await writeRecordingHeader(absolute, options.recording);
    return writer;
  } catch (error) {
    table.close();
    throw error;
  }
}

export class ChronicleWriter implements LogWriter {
  readonly kind = 'chronicle';
  readonly name: string;
  private readonly run = Buffer.alloc(BATCH_BYTES);
  private store: StoreWriter | undefined;
  private cycle = -1;
  private cycleEnd = -Infinity;
  private closed = false;

  constructor(
    readonly dir: string,
    private readonly table: TableWriter,
    private readonly settings: QueueSettings,
    private readonly clock: () => number,
    private readonly syncOnClose: boolean,
  ) {
    this.name = `file:${dir}`;
  }

  /** Ends the older files, finds the end of the newest. Part of opening. */
  async takeOver(files: readonly string[]): Promise<void> {
    const { rollCycle, epoch } = this.table;
    const cycles = files.map((name) => cycleOfName(rollCycle, name, epoch));
    const stranger = files[cycles.indexOf(undefined)];
    if (stranger !== undefined)
      throw new PalError(
        'not-a-log',
        `${path.join(this.dir, stranger)}.cq4 does not fit the roll cycle ${rollCycle.name} of the queue; remove it if it does not belong there`,
        { data: { path: path.join(this.dir, `${stranger}.cq4`) } },
      );
    this.table.refreshed(cycles[0], cycles.at(-1));
    const newest = files.at(-1);
    if (newest === undefined) return;

    const ended = Number(this.table.get(TableKey.normalisedEofsTo) ?? -Infinity);
    for (const [i, name] of files.slice(0, -1).entries()) if (cycles[i]! > ended) await ensureEndMarker(this.dir, name);
    if (files.length > 1) this.table.set(TableKey.normalisedEofsTo, BigInt(cycles.at(-2)!));

    const state = await recoverStore(this.dir, newest);
    this.cycle = cycles.at(-1)!;
    if (state === 'closed') return; // goes on in a later file
    this.store =
      state === 'new'
        ? StoreWriter.create(this.dir, newest, this.settings, this.settings.blockSize, this.run)
        : StoreWriter.resume(this.dir, newest, state, this.settings.blockSize, this.run);
    this.cycleEnd = (this.cycle + 1) * rollCycle.lengthMillis + epoch;
    this.store.flush(); // what the last writer could not index any more
  }

  append(messageType: number, bytes: Uint8Array): void {
    const now = this.clock();
    if (now >= this.cycleEnd || this.store === undefined || this.store.full) this.roll(now);
    this.store!.append(messageType, bytes);
  }

  /** Index (`cycle << 32 | sequence`) of the message appended last, or -1 before the first one. */
  get lastIndex(): bigint {
    if (this.store === undefined || this.store.sequence === 0) return -1n;
    return (BigInt(this.cycle) << BigInt(this.table.rollCycle.shift)) + BigInt(this.store.sequence - 1);
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- failures become rejections
  async flush(): Promise<void> {
    this.flushSync();
  }

  /** Everything appended is in the file when this returns; readers see it. May be called again after it failed. */
  flushSync(): void {
    this.store?.flush();
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- failures become rejections
  async close(): Promise<void> {
    this.closeSync();
  }

  /** As `close`, on the spot: for a process that is about to end. The lock is given back even if writing fails. */
  closeSync(): void {
    if (this.closed) return;
    this.closed = true;
    try {
      this.store?.flush();
      if (this.syncOnClose) this.store?.sync();
      this.table.set(TableKey.lastIndexMSynced, this.lastIndex);
    } catch (error) {
      throw queueError(error, this.dir, this.dir, 'write');
    } finally {
      this.store?.close();
      this.cycleEnd = -Infinity; // the next append is told
      this.table.close();
    }
  }

  private roll(now: number): void {
    if (this.closed)
      throw new PalError('internal', `${this.name} is closed; open it again to append`, { data: { path: this.dir } });
    const { rollCycle, epoch } = this.table;
    const due = cycleAt(rollCycle, now, epoch);
    // Never back or the same: after a clock set back, in a full file or one that was ended, readers would not see the message.
    const next = Math.max(due, this.cycle + 1);
    const previous = this.store;
    previous?.writeEndMarker();
    this.store = undefined;
    previous?.close();
    const name = nameOfCycle(rollCycle, next, epoch);
    this.store = StoreWriter.create(this.dir, name, this.settings, this.settings.blockSize, this.run);
    this.cycle = next;
    this.cycleEnd = (next + 1) * rollCycle.lengthMillis + epoch;
    this.table.created(next);
  }
}

async function writeRecordingHeader(dir: string, recording: RecordingHeader): Promise<void> {
  const target = path.join(dir, RECORDING_FILE);
  const draft = `${target}.${process.pid}.tmp`;
  try {
    await writeFile(draft, `${JSON.stringify(recording, undefined, 2)}\n`);
    await rename(draft, target);
  } catch (error) {
    throw queueError(error, dir, target, 'write');
  }
}
