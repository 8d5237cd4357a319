/**
 * One Chronicle data file, read through a window of 256 KiB: header, documents, index entries. The unit the queue reader and the
 * writer's recovery are made of.
 *
 * Invariant: a window is read in ascending order, so a document whose header was seen complete is complete (writers store headers
 * last). Deliberately absent: any knowledge of other files, and memory maps (Node has none).
 */
import { open, type FileHandle } from 'node:fs/promises';
import { PalError } from '../../errors';
import { EOF_HEADER, HEADER_BYTES, INCOMPLETE_BIT, LENGTH_MASK, META_BIT, nextPosition } from './documentFormat';
import { dataPath, queueError, queueExists } from './queueDirectory';
import { MAX_STORE_HEADER, parseStoreHeader, type StoreHeader } from './storeHeader';

export const WINDOW_BYTES = 256 * 1024;

/** Why walking stopped: nothing more yet, a document being written or abandoned, or the end marker. */
export type StopReason = 'end' | 'incomplete' | 'eof';

export interface WalkResult {
  readonly position: number;
  readonly sequence: number;
  readonly stop: StopReason | 'target';
}

export class StoreReader {
  readonly path: string;
  /** File bytes `[windowStart, windowStart + windowLength)`; replaced by every read. */
  window: Buffer = EMPTY;
  windowStart = 0;
  windowLength = 0;
  private buffer: Buffer = EMPTY;
  private headerFields: StoreHeader | undefined;

  private constructor(
    private readonly dir: string,
    readonly name: string,
    private readonly handle: FileHandle,
  ) {
    this.path = dataPath(dir, name);
  }

  /** @throws PalError when the file cannot be opened. */
  static async open(dir: string, name: string): Promise<StoreReader> {
    const path = dataPath(dir, name);
    try {
      return new StoreReader(dir, name, await open(path, 'r'));
    } catch (error) {
      throw queueError(error, dir, path, 'read');
    }
  }

  async close(): Promise<void> {
    await this.handle.close();
  }

  async size(): Promise<number> {
    return (await this.handle.stat()).size;
  }

  /** The header, or undefined while the file is being created. */
  async header(): Promise<StoreHeader | undefined> {
    if (this.headerFields !== undefined) return this.headerFields;
    const start = await this.bytes(0, MAX_STORE_HEADER);
    if (start.length < HEADER_BYTES) return undefined;
    const word = start.readUInt32LE(0);
    if (word === 0 || (word & INCOMPLETE_BIT) !== 0) return undefined;
    const length = HEADER_BYTES + (word & LENGTH_MASK);
    if ((word & META_BIT) === 0 || start.toString('latin1', 4, 12) !== '\xb9\x06header')
      throw new PalError('not-a-log', `${this.path} is no data file of a Chronicle queue; remove it`, {
        data: { path: this.path, offset: 0 },
      });
    if (length > start.length) throw this.corrupt(0, 'its header is cut');
    return (this.headerFields = parseStoreHeader(start.subarray(0, length), this.path));
  }

  /** Fresh bytes of the file in a buffer of their own; shorter at the end of the file. */
  async bytes(position: number, length: number): Promise<Buffer> {
    const buffer = Buffer.allocUnsafe(length);
    return buffer.subarray(0, await this.readInto(buffer, position));
  }

  /** Makes the window begin at `position`, with what the file holds now. */
  async fill(position: number): Promise<void> {
    if (this.buffer.length === 0) this.buffer = Buffer.allocUnsafeSlow(WINDOW_BYTES);
    this.windowLength = await this.readInto(this.buffer, position);
    this.windowStart = position;
    this.window = this.buffer;
  }

  async long(position: number): Promise<number> {
    const bytes = await this.bytes(position, 8);
    return bytes.length === 8 ? Number(bytes.readBigInt64LE(0)) : 0;
  }

  async headerWord(position: number): Promise<number> {
    const bytes = await this.bytes(position, HEADER_BYTES);
    return bytes.length === HEADER_BYTES ? bytes.readUInt32LE(0) : 0;
  }

  /**
   * Walks from the document at `position` whose message number would be `sequence`, until `target` messages are behind (the
   * result is where message `target` begins or would begin) or the documents end.
   * @param visit is told the number and position of every message walked over.
   * @throws PalError `corrupt` for a document that leaves the file.
   */
  async walk(
    position: number,
    sequence: number,
    target = Infinity,
    visit?: (sequence: number, position: number) => void,
  ): Promise<WalkResult> {
    let size = -1;
    for (;;) {
      if (sequence >= target) return { position, sequence, stop: 'target' };
      let at = position - this.windowStart;
      if (at < 0 || at + HEADER_BYTES > this.windowLength) {
        await this.fill(position);
        at = 0;
        if (this.windowLength < HEADER_BYTES) return { position, sequence, stop: 'end' };
      }
      let word = this.window.readUInt32LE(at);
      if (word === 0 || (word & INCOMPLETE_BIT) !== 0) {
        // The window may be older than the document.
        await this.fill(position);
        word = this.windowLength < HEADER_BYTES ? 0 : this.window.readUInt32LE(0);
        if (word === 0) return { position, sequence, stop: 'end' };
        if (word === EOF_HEADER) return { position, sequence, stop: 'eof' };
        if ((word & INCOMPLETE_BIT) !== 0) return { position, sequence, stop: 'incomplete' };
        at = 0;
      }
      const length = word & LENGTH_MASK;
      if (at + HEADER_BYTES + length > this.windowLength) {
        if (position + HEADER_BYTES + length > size) size = await this.size();
        if (position + HEADER_BYTES + length > size)
          throw this.corrupt(position, `a document of ${length} bytes that goes beyond the end of the file`);
      }
      if ((word & META_BIT) === 0) {
        visit?.(sequence, position);
        sequence += 1;
      }
      position = nextPosition(position, length);
    }
  }

  corrupt(position: number, what: string, offset?: number): PalError {
    const where = offset === undefined ? '' : ` (offset ${offset})`;
    return new PalError('corrupt', `${this.path} is damaged at byte ${position}${where}: ${what}`, {
      data: { path: this.path, position, offset },
    });
  }

  private async readInto(buffer: Buffer, position: number): Promise<number> {
    try {
      let done = 0;
      while (done < buffer.length) {
        const { bytesRead } = await this.handle.read(buffer, done, buffer.length - done, position + done);
        if (bytesRead === 0) break;
        done += bytesRead;
      }
      return done;
    } catch (error) {
      throw queueError(error, this.dir, this.path, 'read');
    }
  }
}

const EMPTY = Buffer.alloc(0);

/** The file, or undefined when it is gone although the queue is there. */
export async function openIfThere(dir: string, name: string): Promise<StoreReader | undefined> {
  try {
    return await StoreReader.open(dir, name);
  } catch (error) {
    if (PalError.is(error, 'not-found') && (await queueExists(dir))) return undefined;
    throw error;
  }
}
