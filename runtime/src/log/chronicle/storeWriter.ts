/**
 * Appends messages to one Chronicle data file (wire specification 8.10). Documents are collected and written in runs: everything but
 * the first document's header first, that header last, so a reader sees a run whole or not at all; then the index, then the header's
 * last position.
 *
 * Invariant: whatever moment the process dies at, the file reads to its last whole run, and the next writer goes on there. Failing
 * writes leave the run in memory, to be tried again. Deliberately absent: locking (one writer per queue holds the queue's lock).
 */
import { closeSync, fstatSync, fsyncSync, ftruncateSync, openSync, writeSync, constants } from 'node:fs';
import { BODY_PREFIX, CLEARED_AFTER, EOF_MARKER, HEADER_BYTES, nextPosition } from './documentFormat';
import { dataPath, queueError } from './queueDirectory';
import { encodeIndexDocument, encodeNewStore, type IndexArray, type StoreHeader } from './storeHeader';

/** Documents collected before they are written. */
export const BATCH_BYTES = 1024 * 1024;

/** How Java grows files: by blocks, with a quarter of a block (64 KiB at least) in reserve. */
export const fileSizeFor = (position: number, blockSize: number): number =>
  (Math.floor(position / blockSize) + 1) * blockSize + Math.max(65_536, blockSize / 4);

/** Where an existing file goes on. */
export interface StoreState {
  readonly header: StoreHeader;
  /** Where the next document goes, and its number if it is a message. */
  readonly position: number;
  readonly sequence: number;
  /** Header of the last message; -1 when there is none. */
  readonly lastMessageAt: number;
  readonly index2Index: IndexArray | undefined;
  /** The index document in use, and which one it is. */
  readonly index: IndexArray | undefined;
  readonly indexNumber: number;
  /** Messages that lack their index entry: number and position. */
  readonly unindexed: readonly (readonly [sequence: number, position: number])[];
}

export class StoreWriter {
  private readonly fd: number;
  private readonly header: StoreHeader;
  private readonly index2Index: IndexArray | undefined;
  private index: IndexArray | undefined;
  private indexNumber: number;
  private size: number;
  private readonly limit: number;
  /** The run: `used` bytes for the file position `runAt`. */
  private readonly run: Buffer;
  private used = 0;
  private runAt: number;
  private next: number;
  private lastMessageAt: number;
  /** Not yet in the file: index entries, new index documents, last position. */
  private entries: { array: IndexArray; slot: number; position: number; sequence: number }[] = [];
  private indexDocuments: { number: number; documentAt: number }[] = [];
  private positionDue = false;

  private constructor(
    private readonly dir: string,
    readonly name: string,
    fd: number,
    state: StoreState,
    private readonly blockSize: number,
    run: Buffer,
  ) {
    this.fd = fd;
    this.run = run;
    this.header = state.header;
    this.index2Index = state.index2Index;
    this.index = state.index;
    this.indexNumber = state.indexNumber;
    this.runAt = state.position;
    this.next = state.sequence;
    this.lastMessageAt = state.lastMessageAt;
    this.size = fstatSync(fd).size;
    this.limit = Math.min(0x1_0000_0000, state.header.indexCount ** 2 * state.header.indexSpacing);
    for (const [sequence, position] of state.unindexed) this.addEntry(sequence, position);
    this.positionDue = state.unindexed.length > 0;
  }

  /** A new file (or one whose creation was cut short), complete when this returns. `run` is the memory to collect documents in. */
  static create(
    dir: string,
    name: string,
    indexing: { readonly indexCount: number; readonly indexSpacing: number },
    blockSize: number,
    run: Buffer,
  ): StoreWriter {
    const path = dataPath(dir, name);
    const start = encodeNewStore(indexing.indexCount, indexing.indexSpacing);
    let fd = -1;
    try {
      fd = openSync(path, constants.O_RDWR | constants.O_CREAT, 0o666);
      const size = fileSizeFor(start.end, blockSize);
      if (fstatSync(fd).size < size) ftruncateSync(fd, size);
      writeAll(fd, start.bytes, HEADER_BYTES, start.bytes.length, HEADER_BYTES);
      writeAll(fd, start.bytes, 0, HEADER_BYTES, 0);
      const state: StoreState = {
        header: start.header,
        position: start.end,
        sequence: 0,
        lastMessageAt: -1,
        index2Index: start.index2Index,
        index: start.firstIndex,
        indexNumber: 0,
        unindexed: [],
      };
      return new StoreWriter(dir, name, fd, state, blockSize, run);
    } catch (error) {
      if (fd >= 0) closeSync(fd);
      throw queueError(error, dir, path, 'write');
    }
  }

  /** A file that exists, to go on at `state`. */
  static resume(dir: string, name: string, state: StoreState, blockSize: number, run: Buffer): StoreWriter {
    const path = dataPath(dir, name);
    try {
      return new StoreWriter(dir, name, openSync(path, 'r+'), state, blockSize, run);
    } catch (error) {
      throw queueError(error, dir, path, 'write');
    }
  }

  /** Number of the next message. */
  get sequence(): number {
    return this.next;
  }

  /** Whether the next message would have a number that the index (32 bits, count² · spacing) cannot hold. */
  get full(): boolean {
    return this.next >= this.limit;
  }

  append(messageType: number, bytes: Uint8Array): void {
    const length = BODY_PREFIX + bytes.length;
    const end = nextPosition(this.used, length);
    if (end > this.run.length - CLEARED_AFTER) {
      this.flush();
      if (nextPosition(0, length) > this.run.length - CLEARED_AFTER) {
        this.appendLarge(messageType, bytes, length);
        return;
      }
      this.append(messageType, bytes);
      return;
    }
    const { run, used } = this;
    run.writeInt32LE(length, used);
    run[used + 4] = messageType;
    run.writeInt32LE(bytes.length, used + 5);
    run.set(bytes, used + 9);
    run.fill(0, used + HEADER_BYTES + length, end);
    this.used = end;
    this.appended(this.runAt + used);
  }

  /** Puts everything appended into the file. May be called again after it failed. */
  flush(): void {
    try {
      if (this.used > 0) this.writeRun();
      if (this.positionDue) this.writePositions();
    } catch (error) {
      throw queueError(error, this.dir, dataPath(this.dir, this.name), 'write');
    }
  }

  /** Ends the file for good: a newer one follows. */
  writeEndMarker(): void {
    this.flush();
    try {
      writeAll(this.fd, EOF_MARKER, HEADER_BYTES, EOF_MARKER.length, this.runAt + HEADER_BYTES);
      writeAll(this.fd, EOF_MARKER, 0, HEADER_BYTES, this.runAt);
    } catch (error) {
      throw queueError(error, this.dir, dataPath(this.dir, this.name), 'write');
    }
  }

  sync(): void {
    fsyncSync(this.fd);
  }

  close(): void {
    closeSync(this.fd);
  }

  private appended(position: number): void {
    const sequence = this.next++;
    this.lastMessageAt = position;
    if (sequence % this.header.indexSpacing === 0) this.addIndex(sequence, position);
    this.positionDue = true;
  }

  private addIndex(sequence: number, position: number): void {
    const { indexCount, indexSpacing } = this.header;
    const number = Math.floor(sequence / indexSpacing / indexCount);
    if (this.index2Index === undefined) return;
    if (this.index === undefined || this.indexNumber !== number) {
      // Java puts the new index document right after the message that needs it.
      let document = encodeIndexDocument('index', this.runAt + this.used, indexCount, []);
      if (this.used + document.bytes.length + CLEARED_AFTER > this.run.length) {
        this.flush();
        document = encodeIndexDocument('index', this.runAt, indexCount, []);
      }
      const documentAt = this.runAt + this.used;
      document.bytes.copy(this.run, this.used);
      this.run.fill(0, this.used + document.bytes.length, document.end - this.runAt);
      this.used = document.end - this.runAt;
      this.index = { documentAt, elementsAt: document.elementsAt };
      this.indexNumber = number;
      this.indexDocuments.push({ number, documentAt });
    }
    this.addEntry(sequence, position);
  }

  private addEntry(sequence: number, position: number): void {
    const slot = (sequence / this.header.indexSpacing) % this.header.indexCount;
    if (this.index !== undefined) this.entries.push({ array: this.index, slot, position, sequence });
  }

  private writeRun(): void {
    const { run, runAt, used } = this;
    this.grow(this.lastMessageAt, runAt + used + CLEARED_AFTER);
    run.fill(0, used, used + CLEARED_AFTER);
    writeAll(this.fd, run, HEADER_BYTES, used + CLEARED_AFTER, runAt + HEADER_BYTES);
    writeAll(this.fd, run, 0, HEADER_BYTES, runAt);
    this.runAt += used;
    this.used = 0;
  }

  private writePositions(): void {
    const { fd, header } = this;
    for (const { number, documentAt } of this.indexDocuments) {
      writeLong(fd, documentAt, this.index2Index!.elementsAt + 8 * number);
      writeLong(fd, number + 1, this.index2Index!.elementsAt - 8);
    }
    this.indexDocuments = [];
    for (const { array, slot, position } of this.entries) {
      writeLong(fd, position, array.elementsAt + 8 * slot);
      writeLong(fd, slot + 1, array.elementsAt - 8);
    }
    const lastEntry = this.entries.at(-1);
    if (lastEntry !== undefined) writeLong(fd, lastEntry.sequence + header.indexSpacing, header.lastIndexAt);
    this.entries = [];
    const words = Buffer.alloc(16);
    words.writeBigInt64LE(BigInt(this.lastMessageAt), 0);
    words.writeUInt32LE((this.next - 1) >>> 0, 8);
    words.writeUInt32LE(this.lastMessageAt % 0x1_0000_0000, 12);
    writeAll(fd, words, 0, 16, header.writePositionAt);
    this.positionDue = false;
  }

  /** A message larger than a run: written on its own, header last like any run. */
  private appendLarge(messageType: number, bytes: Uint8Array, length: number): void {
    const end = nextPosition(this.runAt, length);
    const head = Buffer.alloc(HEADER_BYTES + BODY_PREFIX);
    head.writeInt32LE(length, 0);
    head[4] = messageType;
    head.writeInt32LE(bytes.length, 5);
    try {
      this.grow(this.runAt, end + CLEARED_AFTER);
      const bodyEnd = this.runAt + HEADER_BYTES + length;
      writeAll(this.fd, new Uint8Array(end - bodyEnd + CLEARED_AFTER), 0, end - bodyEnd + CLEARED_AFTER, bodyEnd);
      writeAll(this.fd, bytes, 0, bytes.length, this.runAt + head.length);
      writeAll(this.fd, head, HEADER_BYTES, head.length, this.runAt + HEADER_BYTES);
      writeAll(this.fd, head, 0, HEADER_BYTES, this.runAt);
    } catch (error) {
      throw queueError(error, this.dir, dataPath(this.dir, this.name), 'write');
    }
    const position = this.runAt;
    this.runAt = end;
    this.appended(position);
    this.flush();
  }

  /** Makes room for a message at `position` and for everything before `end`. */
  private grow(position: number, end: number): void {
    const size = Math.max(fileSizeFor(position, this.blockSize), end);
    if (size <= this.size) return;
    ftruncateSync(this.fd, size);
    this.size = size;
  }
}

/** `length` bytes from `start` of the buffer, however many calls it takes. */
function writeAll(fd: number, bytes: Uint8Array, start: number, end: number, position: number): void {
  while (start < end) {
    const written = writeSync(fd, bytes, start, end - start, position);
    start += written;
    position += written;
  }
}

function writeLong(fd: number, value: number, position: number): void {
  const word = Buffer.alloc(8);
  word.writeBigInt64LE(BigInt(value));
  writeAll(fd, word, 0, 8, position);
}
