/**
 * Writes a `.palrec` recording (`docs/palrec.md`). Fed with whole compact entries as they come from a ring, or with ready PAL messages.
 *
 * Invariants: synchronous (no timers, no promises), so that the host thread can call it between waits and the app thread in durable mode;
 * only whole blocks are in the file, definitions before the entries that use them; after an error the file stays readable up to the
 * last whole block and every later call throws that error again. One writer per file; not safe for two threads.
 *
 * Deliberately absent: rings, sockets, expansion to PAL messages.
 */
import { deflateRawSync } from 'node:zlib';
import { identityOf } from '../../directory/processIdentity';
import type { SiteTable } from '../../entry/sites';
import { WordEncoder } from '../../entry/wordCodec';
import { Kind } from '../../entry/words';
import { PalError } from '../../errors';
import type { RecordingHeader } from '../log';
import { BlockOutput } from './blockOutput';
import { ByteWriter } from './byteWriter';
import { DefinitionEncoder } from './definitionEncoder';
import { BlockFlag, BlockType, DataField, encodeFileHeader, MessagesField, setFieldU64, SitesField } from './format';
import { RecordingFile } from './recordingFile';
import { StreamTracker } from './streamTracker';
import { DEFAULT_OPTIONS, type PalrecWriterOptions } from './palrecWriterOptions';

/** Buffers start with this and grow. */
const INITIAL_BYTES = 64 * 1024;
/** Definitions go out on their own when they make a block as large as this. */
const MAX_DEFINITION_BYTES = 64 * 1024;
/** Content of a MESSAGES block: larger than entries, since it is compressed. */
const MESSAGE_BLOCK_BYTES = 256 * 1024;

export class PalrecWriter {
  private readonly options: Required<PalrecWriterOptions>;
  private readonly encoder: WordEncoder;
  private readonly definitions = new DefinitionEncoder();
  private readonly trackers: (StreamTracker | undefined)[] = [];
  private tracker: StreamTracker;
  private source = 0;
  /** Messages of the block that is being collected. */
  private blockMessages = 0;
  private blockOffset = 0;
  private blockTimeLow = 0;
  private blockTimeHigh = 0;
  private readonly ready = new ByteWriter(INITIAL_BYTES);
  /** Entries at the start of the block that the block before holds too. */
  private repeated = 0;
  private readonly output: BlockOutput;
  private readonly scratch = new ByteWriter(INITIAL_BYTES);
  private totalEntries = 0;
  private lastSync: number;
  /** When `idle` first met what is collected now; 0 = not yet. */
  private waitingSince = 0;
  private unsynced = false;
  private failure: PalError | undefined;
  private closed = false;

  private constructor(
    private readonly file: RecordingFile,
    options: PalrecWriterOptions,
  ) {
    this.options = { ...DEFAULT_OPTIONS, ...options };
    this.encoder = new WordEncoder(this.options.blockBytes + 4096);
    this.output = new BlockOutput(file);
    this.tracker = this.trackerOf(0);
    this.lastSync = performance.now();
    this.startBlock();
  }

  /**
   * Creates the file and writes its header; missing directories are made.
   * @param header what is recorded; null for a copy of a log that does not know.
   * @throws PalError `io` (the file exists), `locked`, `permission`, `disk-full`.
   */
  static create(path: string, header: RecordingHeader | null, options: PalrecWriterOptions = {}): PalrecWriter {
    const head = encodeFileHeader({ recording: header, writer: identityOf(process.pid) });
    const file = RecordingFile.create(path, options.overwrite ?? DEFAULT_OPTIONS.overwrite, head);
    try {
      return new PalrecWriter(file, options);
    } catch (error) {
      file.discard();
      throw error;
    }
  }

  get path(): string {
    return this.file.path;
  }

  /** Logical offset of the next message. */
  get offset(): number {
    return this.blockOffset + this.blockMessages;
  }

  /** Bytes in the file; what is collected for the next block is not among them. */
  get size(): number {
    return this.file.size;
  }

  /** Compact entries so far (definitions not counted). */
  get entries(): number {
    return this.totalEntries + this.encoder.entries - this.repeated;
  }

  /**
   * Adds whole entries `words[start, end)`; they are coded before return, the words may be reused.
   * @param source whose ids they use: 0 = the main thread's ring, other numbers (below 65536) = the program's workers.
   */
  append(words: Int32Array, start: number, end: number, source = 0): void {
    this.check();
    if (source !== this.source) this.changeSource(source);
    if (this.ready.length > 0) this.cut();
    const encoder = this.encoder;
    const tracker = this.tracker;
    const { blockBytes, blockEntries } = this.options;
    let at = start;
    while (at < end) {
      const header = words[at]!;
      switch (header & 31) {
        case Kind.GET:
        case Kind.PUT:
          tracker.entryPoint = false;
          at = encoder.put(words, at);
          this.blockMessages += 2;
          break;
        case Kind.CALL:
        case Kind.ACCESSOR_CALL:
          tracker.call(header, this.blockOffset + this.blockMessages++);
          at = encoder.put(words, at);
          break;
        case Kind.RETURN:
          tracker.complete();
          at = encoder.put(words, at);
          this.blockMessages++;
          break;
        default:
          at = this.appendOther(words, at, header);
          continue;
      }
      if (encoder.length >= blockBytes || encoder.entries >= blockEntries) this.cut();
    }
    if (at !== end) {
      throw new PalError('internal', `an entry ends at word ${at}, beyond the ${end} words given`, {
        data: { at, end },
      });
    }
  }

  private appendOther(words: Int32Array, at: number, header: number): number {
    const tracker = this.tracker;
    let completes = false;
    switch (header & 31) {
      case Kind.PAD:
        return at + 1;
      case Kind.THROW:
        tracker.complete();
        tracker.throws(words[at + 1]!);
        completes = true;
        break;
      case Kind.ASYNC_CALL: {
        const frame = at + (((header >>> 5) & 7) === 7 ? 2 : 1);
        tracker.asyncCall(header, words[frame]!, this.offset);
        completes = true;
        break;
      }
      case Kind.ASYNC_THROW:
        tracker.throws(words[at + 2]!);
        tracker.asyncComplete(words[at + 1]!);
        completes = true;
        break;
      case Kind.ASYNC_RETURN:
        tracker.asyncComplete(words[at + 1]!);
        completes = true;
        break;
      case Kind.RETURN_PENDING:
        tracker.returnPending(header, words[at + 1]!);
        break;
      case Kind.SNAPSHOT:
        tracker.snapshot(words, at, this.blockMessages);
        break;
      case Kind.SWITCH:
        tracker.switchTo(header, this.offset);
        break;
      case Kind.TIME:
        tracker.time(words, at);
        break;
      case Kind.DEF_ERROR:
        tracker.defineError(words, at);
        break;
      case Kind.DEF_STRING:
        return this.defined(this.definitions.string(words, at));
      case Kind.DEF_CLASS:
        return this.defined(this.definitions.class(words, at));
      case Kind.DEF_THREAD:
        return this.defined(this.definitions.thread(words, at));
      case Kind.DEF_OBJECT:
        return this.defined(this.definitions.object(words, at));
      default: // LOST: no state; unknown kinds: the encoder refuses
    }
    const next = this.encoder.put(words, at);
    if (completes) {
      this.blockMessages++;
      // A block ends after a message, never between an entry and what prepares it (error, copy, clock).
      if (this.encoder.length >= this.options.blockBytes || this.encoder.entries >= this.options.blockEntries)
        this.cut();
    }
    return next;
  }

  private defined(next: number): number {
    if (this.definitions.length >= MAX_DEFINITION_BYTES) this.writeDefinitions();
    return next;
  }

  /** Adds a module's site table, for sites `base` up to `base + table.sites.length - 1`. Before the entries that use them. */
  addSites(base: number, table: SiteTable): void {
    this.check();
    const content = Buffer.from(JSON.stringify(table), 'utf8');
    const fields = this.output.clearFields();
    fields[SitesField.BASE] = base;
    fields[SitesField.COUNT] = table.sites.length;
    fields[SitesField.CONTENT_LENGTH] = content.length;
    this.output.addDeflated(BlockType.SITES, content);
    this.write();
  }

  /** Adds a ready message (Colfer bytes of a `Message`); the bytes are copied. */
  appendMessage(messageType: number, bytes: Uint8Array): void {
    this.check();
    if (this.encoder.entries > 0) this.cut();
    this.ready.byte(messageType);
    this.ready.varint(bytes.length);
    this.ready.append(bytes);
    this.blockMessages++;
    if (this.ready.length >= MESSAGE_BLOCK_BYTES) this.cut();
  }

  /** Everything added is in the file when this returns: it survives the end of this process, not yet that of the machine. */
  flush(): void {
    this.check();
    this.cut();
  }

  /** `flush`, and everything is on the device. */
  sync(): void {
    this.flush();
    if (this.unsynced) this.syncNow();
  }

  /**
   * For idle moments, to be called again within a fraction of a second: writes entries that have waited for `idleIntervalMs`, syncs when that is
   * due. Cheap when there is nothing to do.
   */
  idle(): void {
    this.check();
    if (this.isEmpty()) this.waitingSince = 0;
    else if (this.waitingSince === 0 && this.options.idleIntervalMs > 0) this.waitingSince = performance.now();
    else if (performance.now() - this.waitingSince >= this.options.idleIntervalMs) this.cut();
    this.syncWhenDue();
  }

  /** Writes the rest, the index and the end mark, and closes. The recording is then `clean`. Idempotent. */
  close(): void {
    if (this.closed) return;
    if (this.failure !== undefined) {
      this.closed = true;
      this.file.close();
      return;
    }
    this.cut();
    try {
      this.output.addEnd(this.blockOffset, this.totalEntries);
      this.output.write();
      this.file.sync();
    } catch (error) {
      throw this.fail(error);
    } finally {
      this.closed = true;
      this.file.close();
    }
  }

  /** Closes the file as it is, without end mark (after a failure elsewhere; the recording opens as `interrupted`). */
  abandon(): void {
    if (this.closed) return;
    this.closed = true;
    this.file.close();
  }

  private check(): void {
    if (this.failure !== undefined) throw this.failure;
    if (this.closed) throw new PalError('internal', `${this.path} is closed`, { data: { path: this.path } });
  }

  private changeSource(source: number): void {
    this.cut();
    this.source = source;
    this.tracker = this.trackerOf(source);
    this.startBlock();
  }

  private trackerOf(source: number): StreamTracker {
    return (this.trackers[source] ??= new StreamTracker());
  }

  /** Nothing is collected that is not in the file. */
  private isEmpty(): boolean {
    return this.encoder.entries <= this.repeated && this.definitions.length === 0 && this.ready.length === 0;
  }

  private startBlock(): void {
    this.waitingSince = 0;
    this.blockOffset += this.blockMessages;
    this.blockMessages = 0;
    this.ready.reset();
    this.blockTimeLow = this.tracker.timeLow;
    this.blockTimeHigh = this.tracker.timeHigh;
    this.encoder.reset(this.blockTimeLow, this.blockTimeHigh);
    this.tracker.beginBlock(this.blockOffset);
    // A flush came between a copy of a value and its message: the block of the message must hold the copy.
    for (const copy of this.tracker.copies) this.encoder.put(copy, 0);
    this.repeated = this.tracker.copies.length;
  }

  /** Writes what is collected: definitions, then entries or messages. */
  private cut(): void {
    if (this.isEmpty()) return;
    const entries = this.encoder.entries > this.repeated;
    this.collectDefinitions();
    if (entries) this.collectEntries();
    else if (this.ready.length > 0) this.collectMessages();
    this.write();
    this.startBlock();
    this.syncWhenDue();
  }

  private writeDefinitions(): void {
    this.collectDefinitions();
    this.write();
  }

  private collectDefinitions(): void {
    if (this.definitions.length === 0) return;
    const fields = this.output.clearFields();
    this.scratch.reset();
    this.definitions.finish(this.scratch, fields);
    this.definitions.reset();
    this.output.add(BlockType.DEFS, this.source, 0, this.scratch.view());
  }

  private collectEntries(): void {
    this.tracker.endBlock(this.offset, this.blockMessages);
    this.scratch.reset();
    this.tracker.writeState(this.scratch);
    const fields = this.output.clearFields();
    setFieldU64(fields, DataField.FIRST_OFFSET, this.blockOffset);
    fields[DataField.MESSAGES] = this.blockMessages;
    fields[DataField.ENTRIES] = this.encoder.entries;
    fields[DataField.WORDS] = this.encoder.words;
    fields[DataField.STATE_LENGTH] = this.scratch.length;
    fields[DataField.TIME] = this.blockTimeLow;
    fields[DataField.TIME + 1] = this.blockTimeHigh;
    this.totalEntries += this.encoder.entries;
    const entries = this.encoder.bytes.subarray(0, this.encoder.length);
    this.output.add(BlockType.DATA, this.source, 0, entries, this.scratch.view());
  }

  private collectMessages(): void {
    const fields = this.output.clearFields();
    setFieldU64(fields, MessagesField.FIRST_OFFSET, this.blockOffset);
    fields[MessagesField.MESSAGES] = this.blockMessages;
    fields[MessagesField.CONTENT_LENGTH] = this.ready.length;
    const payload = deflateRawSync(this.ready.view(), { level: 1 });
    this.output.add(BlockType.MESSAGES, 0, BlockFlag.DEFLATED, payload);
  }

  private write(): void {
    try {
      this.output.write();
    } catch (error) {
      throw this.fail(error);
    }
    this.unsynced = true;
  }

  private syncWhenDue(): void {
    if (this.unsynced && performance.now() - this.lastSync >= this.options.syncIntervalMs) this.syncNow();
  }

  private syncNow(): void {
    try {
      this.file.sync();
    } catch (error) {
      throw this.fail(error);
    }
    this.unsynced = false;
    this.lastSync = performance.now();
  }

  private fail(error: unknown): PalError {
    this.failure = error instanceof PalError ? error : new PalError('internal', String(error), { cause: error });
    return this.failure;
  }
}
