/**
 * Reads a Chronicle queue (`file:DIR`) as a log: all data files in order, message after message, also while a Java or a
 * TypeScript process writes it (wire specification 8.10).
 *
 * Invariants: offsets count messages over all files that exist, from 0; a file that was left without an end marker ends where its
 * documents end; whatever the bytes are, reading ends with entries, with the end, or with a `PalError`. Deliberately absent:
 * skipping damage (what lies behind it has no offset), deleting, and write access of any kind.
 */
import { watch } from 'node:fs';
import path from 'node:path';
import { PalError } from '../../errors';
import type { LogEntry, LogInfo, LogReader } from '../log';
import { ChronicleEntry } from './chronicleEntry';
import {
  BODY_PREFIX,
  EOF_HEADER,
  HEADER_BYTES,
  INCOMPLETE_BIT,
  LENGTH_MASK,
  MAX_MESSAGE_BYTES,
  META_BIT,
  nextPosition,
} from './documentFormat';
import { contentOfStore, queueInfo, type QueueContent } from './queueInfo';
import { listDataFiles } from './queueDirectory';
import { cycleOfName, customRollCycle, rollCycleOfFileName, type RollCycle } from './rollCycles';
import { findEnd, findSequence } from './storePosition';
import { openIfThere, type StoreReader } from './storeReader';
import { readTableStore, type TableStore } from './tableStore';

/** Shortest and longest pause between two looks at a file that nobody announces changes of (mapped writes are silent). */
const POLL_MS = 10;
const POLL_LIMIT_MS = 200;

/** What is known of one data file. */
interface QueueFile {
  readonly name: string;
  readonly cycle: number;
  /** What is in it; kept once it has its end marker. */
  content: QueueContent | undefined;
}

/** @throws PalError `not-found`, `permission`, `not-a-log`. */
export async function openChronicleReader(dir: string): Promise<ChronicleReader> {
  const reader = new ChronicleReader(path.resolve(dir));
  await reader.refresh();
  return reader;
}

export class ChronicleReader implements LogReader {
  readonly kind = 'chronicle';
  readonly name: string;
  private files: QueueFile[] = [];
  private rollCycle: RollCycle | undefined;
  private epoch = 0;
  private store: StoreReader | undefined;
  /** Place of the next document: file number, position in it, message number in it, and logical offset. */
  private current = 0;
  private position = 0;
  private sequence = 0;
  private offset = 0;
  private failure: PalError | undefined;

  constructor(readonly dir: string) {
    this.name = `file:${dir}`;
  }

  /** Looks for new data files. True when there are some. */
  async refresh(): Promise<boolean> {
    const names = await listDataFiles(this.dir);
    if (this.rollCycle === undefined) {
      const table = await readTableStore(this.dir).catch((error: unknown) => {
        if (PalError.is(error, 'corrupt')) return undefined; // the names say enough to read; `info` tells
        throw error;
      });
      this.rollCycle = rollCycleOf(table) ?? (names[0] === undefined ? undefined : rollCycleOfFileName(names[0]));
      this.epoch = table?.epoch ?? 0;
    }
    const last = this.files.at(-1)?.name;
    const added = last === undefined ? names : names.filter((name) => name > last);
    for (const name of added) this.files.push({ name, cycle: this.cycleOf(name), content: undefined });
    return added.length > 0;
  }

  /** As `LogReader.read`; a call returns what one window of one file holds, so often fewer than `max`. */
  async read(max: number): Promise<readonly LogEntry[]> {
    if (this.failure !== undefined) throw this.failure;
    const entries: LogEntry[] = [];
    while (max > 0) {
      const store = await this.openCurrent();
      if (store === undefined) return entries;
      try {
        await this.readWindow(store, entries, max);
      } catch (error) {
        // What was read before the damage is handed out first.
        if (entries.length === 0 || !PalError.is(error)) throw error;
        this.failure = error;
        return entries;
      }
      if (entries.length > 0) return entries;
      if (!(await this.advance(store))) return entries;
    }
    return entries;
  }

  async seek(offset: number): Promise<void> {
    await this.refresh();
    this.failure = undefined;
    let before = 0;
    for (let i = 0; ; i++) {
      const file = this.files[i];
      const last = i >= this.files.length - 1;
      const count = last ? Infinity : (await this.contentOf(file!)).count;
      if (last || offset < before + count) {
        await this.moveTo(i, Math.max(0, offset - before), before);
        return;
      }
      before += count;
    }
  }

  /**
   * Moves to the message with that Chronicle index (`cycle << 32 | sequence`), or to the first one after it.
   * @returns the logical offset moved to.
   */
  async seekIndex(index: bigint): Promise<number> {
    await this.refresh();
    this.failure = undefined;
    const shift = BigInt(this.shift);
    const cycle = Number(index >> shift);
    const sequence = Number(BigInt.asUintN(this.shift, index));
    let before = 0;
    for (const [i, file] of this.files.entries()) {
      if (
        file.cycle > cycle ||
        (file.cycle === cycle && (i === this.files.length - 1 || sequence < (await this.contentOf(file)).count))
      ) {
        await this.moveTo(i, file.cycle > cycle ? 0 : sequence, before);
        return this.offset;
      }
      if (i === this.files.length - 1) await this.moveTo(i, Infinity, before);
      else before += (await this.contentOf(file)).count;
    }
    return this.offset;
  }

  async info(): Promise<LogInfo> {
    await this.refresh();
    const contents: (QueueContent & { name: string; cycle: number })[] = [];
    for (const file of this.files)
      contents.push({ name: file.name, cycle: file.cycle, ...(await this.contentOf(file)) });
    return queueInfo(this.dir, contents, this.shift);
  }

  async waitForMore(timeoutMs: number, signal?: AbortSignal): Promise<void> {
    const until = Date.now() + timeoutMs;
    let wake = (): void => undefined;
    let announced = false;
    let watcher: { close(): void } | undefined;
    try {
      // Announces plain writes at once; writes through a mapping (Java's) come without a word and are polled for.
      watcher = watch(this.dir, { persistent: false }, () => {
        announced = true;
        wake();
      }).on('error', () => undefined);
    } catch {
      watcher = undefined; // no more watches to be had: polling does
    }
    const abort = (): void => wake();
    signal?.addEventListener('abort', abort);
    try {
      for (let pause = POLL_MS; ; pause = Math.min(pause * 2, POLL_LIMIT_MS)) {
        announced = false;
        if (signal?.aborted === true || (await this.hasMore())) return;
        const left = until - Date.now();
        if (left <= 0) return;
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, Math.min(pause, left));
          wake = (): void => {
            clearTimeout(timer);
            resolve();
          };
          if (announced || signal?.aborted === true) wake();
        });
      }
    } finally {
      signal?.removeEventListener('abort', abort);
      watcher?.close();
    }
  }

  async close(): Promise<void> {
    const store = this.store;
    this.store = undefined;
    await store?.close();
  }

  private get shift(): number {
    return this.rollCycle?.shift ?? 32;
  }

  private cycleOf(name: string): number {
    const cycle = this.rollCycle === undefined ? undefined : cycleOfName(this.rollCycle, name, this.epoch);
    if (cycle === undefined)
      throw new PalError(
        'not-a-log',
        `${path.join(this.dir, name)}.cq4 does not fit the roll cycle of the queue (${this.rollCycle?.format ?? 'unknown'}); remove it if it does not belong there`,
        { data: { path: path.join(this.dir, `${name}.cq4`) } },
      );
    return cycle;
  }

  /** The open file that holds the current place, its header read; undefined when there is nothing to read yet. */
  private async openCurrent(): Promise<StoreReader | undefined> {
    for (;;) {
      const file = this.files[this.current];
      if (file === undefined) {
        if (!(await this.refresh())) return undefined;
        continue;
      }
      if (this.store?.name !== file.name) {
        await this.close();
        const store = await openIfThere(this.dir, file.name);
        if (store === undefined) {
          this.enterNext(); // someone tidied up
          continue;
        }
        this.store = store;
      }
      const header = await this.store.header();
      if (header !== undefined) {
        if (this.position === 0) this.position = header.end;
        return this.store;
      }
      // Being created; or left so by a writer that died, if there is a newer file.
      if (this.current === this.files.length - 1 && !(await this.refresh())) return undefined;
      this.enterNext();
    }
  }

  /** Adds entries of one window; adds none at the end of what is written. */
  private async readWindow(store: StoreReader, entries: LogEntry[], max: number): Promise<void> {
    const { cycle } = this.files[this.current]!;
    const shift = this.shift;
    let filled = false;
    let size = -1;
    for (;;) {
      let at = this.position - store.windowStart;
      if (at < 0 || at + HEADER_BYTES > store.windowLength) {
        if (entries.length > 0) return; // they live in the window
        await store.fill(this.position);
        filled = true;
        at = 0;
        if (store.windowLength < HEADER_BYTES) return;
      }
      const { window, windowLength } = store;
      while (entries.length < max && at + HEADER_BYTES <= windowLength) {
        const word = window.readUInt32LE(at);
        if (word === 0 || (word & INCOMPLETE_BIT) !== 0) break;
        const length = word & LENGTH_MASK;
        const body = at + HEADER_BYTES;
        if (body + length > windowLength) break;
        if ((word & META_BIT) === 0) {
          if (length < BODY_PREFIX) throw this.notAMessage(store, length);
          const bytes = window.readInt32LE(body + 1);
          if (bytes < 0 || bytes > length - BODY_PREFIX) throw this.notAMessage(store, length);
          const start = body + BODY_PREFIX;
          entries.push(
            new ChronicleEntry(
              this.offset,
              cycle,
              this.sequence,
              shift,
              window[body]!,
              window,
              start,
              start + bytes,
              store.path,
            ),
          );
          this.offset += 1;
          this.sequence += 1;
        }
        const next = nextPosition(this.position, length);
        at += next - this.position;
        this.position = next;
      }
      if (entries.length >= max) return;
      if (at + HEADER_BYTES > windowLength) continue;
      const word = window.readUInt32LE(at);
      if (at > 0 || !filled) {
        // Either the end as the window knew it, or a document that the window cuts.
        if (entries.length > 0) return;
        await store.fill(this.position);
        filled = true;
        continue;
      }
      if (word === 0 || (word & INCOMPLETE_BIT) !== 0) return;
      // The window begins with a document that is larger than it.
      const length = word & LENGTH_MASK;
      if (size < 0) size = await store.size();
      if (this.position + HEADER_BYTES + length > size)
        throw store.corrupt(
          this.position,
          `a document of ${length} bytes that goes beyond the end of the file; what precedes it is whole`,
          this.offset,
        );
      if ((word & META_BIT) === 0) entries.push(await this.largeEntry(store, length, cycle, shift));
      this.position = nextPosition(this.position, length);
      if (entries.length > 0) return;
    }
  }

  /** A message larger than the window, in a buffer of its own. */
  private async largeEntry(store: StoreReader, length: number, cycle: number, shift: number): Promise<ChronicleEntry> {
    const head = await store.bytes(this.position + HEADER_BYTES, BODY_PREFIX);
    const bytes = head.readInt32LE(1);
    if (bytes < 0 || bytes > length - BODY_PREFIX || bytes > MAX_MESSAGE_BYTES) throw this.notAMessage(store, length);
    const body = await store.bytes(this.position + HEADER_BYTES + BODY_PREFIX, bytes);
    return new ChronicleEntry(this.offset++, cycle, this.sequence++, shift, head[0]!, body, 0, bytes, store.path);
  }

  private notAMessage(store: StoreReader, length: number): PalError {
    return store.corrupt(
      this.position,
      `a document of ${length} bytes that holds no PAL message; what precedes it is whole`,
      this.offset,
    );
  }

  /** At the end of a file's documents: goes on to the next file. False when there is nothing to go on to yet. */
  private async advance(store: StoreReader): Promise<boolean> {
    if (this.current === this.files.length - 1) {
      if (!(await this.refresh())) return false;
    }
    const word = await store.headerWord(this.position);
    // What was written before the newer file appeared is still to be read.
    if (word !== 0 && (word & INCOMPLETE_BIT) === 0) return true;
    // Without an end marker this may still be the file that is written (Java can create the next one ahead of time).
    if (word !== EOF_HEADER && !(await this.laterMessages())) return false;
    this.enterNext();
    return true;
  }

  private async laterMessages(): Promise<boolean> {
    for (const file of this.files.slice(this.current + 1)) if ((await this.contentOf(file)).count > 0) return true;
    return false;
  }

  private enterNext(): void {
    this.current += 1;
    this.position = 0;
    this.sequence = 0;
  }

  private async hasMore(): Promise<boolean> {
    const store = this.store;
    const older = this.current < this.files.length - 1;
    if (store !== undefined && this.position > 0) {
      const word = await store.headerWord(this.position);
      if (word !== 0 && (word & INCOMPLETE_BIT) === 0) return true;
      if (older) return word === EOF_HEADER || (await this.laterMessages());
    } else if (older) return true;
    else if (this.files.length > 0) return (await this.openCurrent()) !== undefined;
    return this.refresh();
  }

  private async moveTo(fileNumber: number, sequence: number, before: number): Promise<void> {
    this.current = fileNumber;
    this.position = 0;
    this.sequence = 0;
    this.offset = before;
    const store = await this.openCurrent();
    if (store === undefined || this.current !== fileNumber || sequence === 0) return;
    const header = (await store.header())!;
    const found = sequence === Infinity ? await findEnd(store, header) : await findSequence(store, header, sequence);
    this.position = found.position;
    this.sequence = found.sequence;
    this.offset = before + found.sequence;
  }

  private async contentOf(file: QueueFile): Promise<QueueContent> {
    if (file.content !== undefined) return file.content;
    const content = await contentOfStore(this.dir, file.name);
    if (content.ended) file.content = content;
    return content;
  }
}

function rollCycleOf(table: TableStore | undefined): RollCycle | undefined {
  if (table === undefined || table.format === '') return undefined;
  return table.rollCycle ?? customRollCycle(table.format, table.lengthMillis);
}
