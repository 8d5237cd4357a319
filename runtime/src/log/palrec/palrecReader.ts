/**
 * Reads a `.palrec` recording as a log: PAL messages at any offset, also while it is written; and, for tools, the compact entries themselves.
 *
 * Invariants: opening reads the header and the index, nothing else; memory is bounded by the index (some 60 bytes per block), a few
 * decoded blocks and the definitions in use; a damaged block costs its own messages and no others, and is never silently left out.
 *
 * Deliberately absent: write access, repair.
 */
import path from 'node:path';
import type { Definitions } from '../../entry/definitions';
import type { SiteTable } from '../../entry/sites';
import { PalError } from '../../errors';
import type { LogEntry, LogInfo, LogReader, RecordingHeader } from '../log';
import { BlockExpander, type FoundTable } from './blockExpander';
import { BlockIndex, type ContentBlock } from './blockIndex';
import { damaged, type DataBlock, loadContent, type MessagesBlock } from './contentBlocks';
import { FileChanges } from './fileChanges';
import { BlockType, type FileHeader, parseFileHeader, SitesField } from './format';
import { PalrecEntry } from './palrecEntry';
import { RecordedDefinitions } from './recordedDefinitions';
import { RecordingBytes } from './recordingBytes';
import { RecordingScanner } from './recordingScanner';
import { isWriterAlive } from './writerIdentity';

export interface PalrecReaderOptions {
  /** Source file, line and class in every operation message. Default true: a recording always knows them. */
  readonly sourceContext?: boolean;
}

/** Compact entries of one block, for tools that need no messages. */
export interface CompactBlock {
  readonly firstOffset: number;
  readonly messages: number;
  /** Entries and the state before the first; undefined for a block of ready messages. */
  readonly data: DataBlock | undefined;
  readonly definitions: Definitions;
}

const CACHED_BLOCKS = 8;
const FIRST_READ = 4096;
/** A recording written on another machine counts as being written while it changes this often. */
const REMOTE_ALIVE_MS = 60_000;

/** @throws PalError `not-found`, `permission`, `not-a-log`, `unsupported` (newer format), `corrupt` (header). */
export async function openPalrecReader(file: string, options: PalrecReaderOptions = {}): Promise<PalrecReader> {
  const absolute = path.resolve(file);
  const bytes = RecordingBytes.open(absolute);
  try {
    const { header, size } = readFileHeader(bytes);
    const reader = new PalrecReader(bytes, header, size, options);
    await reader.refresh();
    return reader;
  } catch (error) {
    bytes.close();
    throw error;
  }
}

function readFileHeader(bytes: RecordingBytes): { header: FileHeader; size: number } {
  let start = bytes.read(0, FIRST_READ);
  for (;;) {
    const parsed = parseFileHeader(bytes.path, start);
    if ('header' in parsed) return parsed;
    const known = start.length;
    start = bytes.read(0, parsed.size);
    if (start.length < parsed.size || start.length <= known) {
      const why = `${bytes.path} is not a PAL recording: it ends inside its header; its writer was stopped while creating it`;
      throw new PalError('not-a-log', why, { data: { path: bytes.path } });
    }
  }
}

export class PalrecReader implements LogReader {
  readonly kind = 'palrec';
  readonly name: string;
  private readonly index = new BlockIndex();
  private readonly scanner: RecordingScanner;
  private readonly changes: FileChanges;
  private position = 0;
  private closed = false;
  /** Damage found while reading, by byte position. */
  private readonly issues = new Map<number, string>();
  private readonly cache = new Map<number, DataBlock | MessagesBlock>();
  private readonly expanders: (BlockExpander | undefined)[] = [];
  private readonly definitionsBySource: (RecordedDefinitions | undefined)[] = [];
  private readonly tables = new Map<number, FoundTable | undefined>();

  /** Use `openPalrecReader`. */
  constructor(
    private readonly bytes: RecordingBytes,
    private readonly fileHeader: FileHeader,
    start: number,
    private readonly options: PalrecReaderOptions,
  ) {
    this.name = bytes.path;
    this.scanner = new RecordingScanner(bytes, this.index, start);
    this.changes = new FileChanges(bytes.path);
  }

  /** What was recorded; undefined for a copy of a log that did not know. */
  get header(): RecordingHeader | undefined {
    return this.fileHeader.recording ?? undefined;
  }

  /** Logical offset after the last message known. */
  get end(): number {
    return this.index.nextOffset;
  }

  /** Position in the file after the last whole block known. */
  get wholeBytes(): number {
    return this.scanner.end;
  }

  /** Compact entries known; definitions not counted. */
  get entries(): number {
    return this.index.entries;
  }

  /** Takes in what was written since. `read`, `seek` beyond the end, and `info` do it by themselves. */
  async refresh(): Promise<void> {
    await this.scanner.refresh();
  }

  async info(): Promise<LogInfo> {
    this.check();
    // Asked in this order: a writer that closes in between is then seen as closed.
    const alive = this.scanner.clean ? false : this.writerAlive();
    await this.scanner.refresh();
    const stat = this.bytes.stat();
    const issue = this.damage() ?? (this.scanner.clean || alive ? undefined : this.interruption());
    const state =
      this.damage() !== undefined ? 'damaged' : this.scanner.clean ? 'clean' : alive ? 'open' : 'interrupted';
    const started = new Date(this.header?.startedAt ?? NaN);
    return {
      kind: 'palrec',
      name: this.name,
      path: this.bytes.path,
      size: stat.size,
      first: 0,
      last: this.index.nextOffset - 1,
      created: Number.isNaN(started.getTime()) ? stat.birthtime : started,
      state,
      issue,
      header: this.header,
    };
  }

  async seek(offset: number): Promise<void> {
    this.check();
    if (offset > this.index.nextOffset) await this.scanner.refresh();
    this.position = Math.max(0, Math.min(Math.trunc(offset), this.index.nextOffset));
  }

  /**
   * The next messages. `corrupt` errors carry, besides `data.offset`, the file position (`data.position`) and the offset at which reading
   * can go on (`data.next`): `seek` there to skip the damage.
   */
  async read(max: number): Promise<readonly LogEntry[]> {
    this.check();
    const entries: PalrecEntry[] = [];
    while (entries.length < max) {
      const place = this.nextPlace() ?? (await this.refreshedPlace());
      if (place === undefined) break;
      try {
        this.readBlock(place, max - entries.length, entries);
      } catch (error) {
        if (!PalError.is(error, 'corrupt')) throw error;
        this.note(error);
        if (entries.length > 0) break; // told at the next call
        throw error;
      }
      this.position = entries[entries.length - 1]!.offset + 1;
    }
    return entries.length > max ? this.giveBack(entries, max) : entries;
  }

  /**
   * The block that holds offset `offset`, or the first one after it; undefined at the end of what is written now.
   * @throws PalError `corrupt` as `read`.
   */
  async readCompact(offset: number): Promise<CompactBlock | undefined> {
    this.check();
    let number = this.index.find(offset);
    if (number === this.index.length) {
      await this.scanner.refresh();
      number = this.index.find(offset);
      if (number === this.index.length) return undefined;
    }
    const place = this.index.block(number);
    const block = this.load(place);
    return {
      firstOffset: place.firstOffset,
      messages: place.messages,
      data: block.type === BlockType.DATA ? block : undefined,
      definitions: this.definitions(place.source),
    };
  }

  /** Offset of the first message of the last block that begins at or before a time (milliseconds since the Unix epoch). */
  offsetNear(millis: number): number {
    return this.index.length === 0 ? 0 : this.index.block(this.index.findTime(millis * 1000)).firstOffset;
  }

  /** The table that holds a site. */
  siteTable(site: number): FoundTable | undefined {
    const place = this.index.findSite(site);
    if (place === undefined) return undefined;
    if (!this.tables.has(place.position))
      this.tables.set(place.position, this.loadTable(place.position, place.length, place.base));
    return this.tables.get(place.position);
  }

  /** Definitions of a source's ids (0 = main thread). */
  definitions(source: number): Definitions {
    return (this.definitionsBySource[source] ??= new RecordedDefinitions(this.bytes, this.index, source, (error) => {
      this.note(error);
    }));
  }

  async waitForMore(timeoutMs: number, signal?: AbortSignal): Promise<void> {
    this.check();
    this.changes.start();
    if (this.position < this.index.nextOffset || this.scanner.grown()) return;
    await this.changes.next(timeoutMs, signal, () => this.closed || this.scanner.grown());
  }

  close(): Promise<void> {
    if (!this.closed) {
      this.closed = true;
      this.changes.close();
      this.bytes.close();
      this.cache.clear();
    }
    return Promise.resolve();
  }

  private check(): void {
    if (this.closed) throw new PalError('internal', `${this.name} is closed`, { data: { path: this.name } });
  }

  private nextPlace(): ContentBlock | undefined {
    for (let number = this.index.find(this.position); number < this.index.length; number++) {
      const place = this.index.block(number);
      if (place.messages > 0) return place;
    }
    return undefined;
  }

  private async refreshedPlace(): Promise<ContentBlock | undefined> {
    await this.scanner.refresh();
    return this.nextPlace();
  }

  private readBlock(place: ContentBlock, max: number, entries: PalrecEntry[]): void {
    if (place.firstOffset > this.position) {
      throw damaged(this.name, this.position, place.firstOffset, this.gapPosition(place.position));
    }
    const block = this.load(place);
    if (block.type === BlockType.DATA) {
      this.expander(place.source).expand(block, this.position, max, entries);
      return;
    }
    const start = this.position - place.firstOffset;
    const end = Math.min(place.messages, start + max);
    for (let i = start; i < end; i++) {
      entries.push(
        new PalrecEntry(place.firstOffset + i, block.types[i]!, block.content, block.starts[i]!, block.ends[i]!),
      );
    }
  }

  /** Both messages of a field access come at once; the second waits for the next call. */
  private giveBack(entries: PalrecEntry[], max: number): PalrecEntry[] {
    this.position = entries[max]!.offset;
    entries.length = max;
    return entries;
  }

  private load(place: ContentBlock): DataBlock | MessagesBlock {
    const { cache } = this;
    let block = cache.get(place.number);
    if (block === undefined) {
      block = loadContent(this.bytes, place);
      if (cache.size >= CACHED_BLOCKS) cache.delete(cache.keys().next().value!);
    } else {
      cache.delete(place.number);
    }
    cache.set(place.number, block);
    return block;
  }

  private expander(source: number): BlockExpander {
    let expander = this.expanders[source];
    if (expander === undefined) {
      const uuid = this.header?.peerUuid;
      if (uuid === undefined) {
        const why = `${this.name} is damaged: it holds entries but its header does not say which peer recorded them`;
        throw new PalError('corrupt', why, { data: { path: this.name, offset: this.position, position: 0 } });
      }
      const context = this.options.sourceContext ?? true;
      expander = new BlockExpander(uuid, context, this.definitions(source), (site) => this.siteTable(site));
      this.expanders[source] = expander;
    }
    return expander;
  }

  private loadTable(position: number, length: number, base: number): FoundTable | undefined {
    try {
      const { header, payload } = this.bytes.block(position, length);
      const content = this.bytes.content(header, payload, header.fields[SitesField.CONTENT_LENGTH]!);
      return { base, table: JSON.parse(content.toString('utf8')) as SiteTable };
    } catch (cause) {
      if (!PalError.is(cause, 'corrupt') && !(cause instanceof SyntaxError)) throw cause;
      this.note(
        new PalError('corrupt', `${this.name}: the site table at byte ${position} is damaged`, {
          cause,
          data: { position },
        }),
      );
      return undefined;
    }
  }

  private writerAlive(): boolean {
    return isWriterAlive(this.fileHeader.writer) ?? Date.now() - this.bytes.stat().mtimeMs < REMOTE_ALIVE_MS;
  }

  private note(error: PalError): void {
    this.issues.set(Number(error.data['position'] ?? 0), error.message);
  }

  private gapPosition(before: number): number {
    return this.scanner.damage.findLast((damage) => damage.end <= before)?.position ?? before;
  }

  private damage(): string | undefined {
    for (const { position, end } of this.scanner.damage) {
      if (!this.issues.has(position)) this.issues.set(position, `bytes ${position} to ${end - 1} are damaged`);
    }
    const [first] = this.issues.values();
    if (first === undefined) return undefined;
    return this.issues.size === 1 ? first : `${first} (and ${this.issues.size - 1} more)`;
  }

  private interruption(): string {
    const last = this.index.nextOffset - 1;
    const whole = last < 0 ? 'nothing was recorded' : `everything up to offset ${last} is there`;
    const tail = this.scanner.tail > 0 ? `; the last ${this.scanner.tail} bytes are an unfinished block` : '';
    return `the recording was not closed, its writer (process ${this.fileHeader.writer.pid}) ended: ${whole}${tail}`;
  }
}
