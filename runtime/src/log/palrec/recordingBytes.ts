/**
 * Reads ranges and blocks of a recording. Synchronous positioned reads: a block is some 20 KB of a local file, mostly in the page cache,
 * where a round trip through the thread pool would cost ten times the read.
 *
 * Invariants: never reads beyond the file; a payload is handed out only when its checksum is right; content is never larger than its
 * header says, and that never larger than the payload can hold.
 */
import { closeSync, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import { inflateRawSync } from 'node:zlib';
import { PalError } from '../../errors';
import { BLOCK_HEADER_SIZE, BlockFlag, type BlockHeader, crc32, MAX_PAYLOAD, readBlockHeader } from './format';
import { fileError } from './recordingFile';

/** Deflate makes at most about 1032 bytes of one. */
const MAX_INFLATION = 1040;

export class RecordingBytes {
  private constructor(
    readonly path: string,
    private readonly fd: number,
  ) {}

  /** @throws PalError `not-found`, `permission`, `io`. */
  static open(path: string): RecordingBytes {
    let fd: number;
    try {
      fd = openSync(path, 'r');
    } catch (error) {
      throw fileError('open', path, error);
    }
    const bytes = new RecordingBytes(path, fd);
    if (!bytes.stat().isFile()) {
      bytes.close();
      throw new PalError('not-a-log', `${path} is not a PAL recording: it is not a file`, { data: { path } });
    }
    return bytes;
  }

  stat(): Stats {
    try {
      return fstatSync(this.fd);
    } catch (error) {
      throw fileError('read', this.path, error);
    }
  }

  /** Up to `length` bytes at `position`; fewer at the end of the file. */
  read(position: number, length: number): Buffer {
    const buffer = Buffer.allocUnsafe(length);
    let done = 0;
    try {
      while (done < length) {
        const count = readSync(this.fd, buffer, done, length - done, position + done);
        if (count === 0) break;
        done += count;
      }
    } catch (error) {
      throw fileError('read', this.path, error);
    }
    return done === length ? buffer : buffer.subarray(0, done);
  }

  header(position: number): BlockHeader | undefined {
    return readBlockHeader(this.read(position, BLOCK_HEADER_SIZE), 0, position);
  }

  /** Header and payload of the block at `position` (one read), checksums verified. */
  block(position: number, length: number): { header: BlockHeader; payload: Buffer } {
    const bytes = this.read(position, BLOCK_HEADER_SIZE + length);
    const header = readBlockHeader(bytes, 0, position);
    const payload = bytes.subarray(BLOCK_HEADER_SIZE);
    if (header?.length !== length || payload.length !== length || crc32(payload) !== header.checksum) {
      throw new PalError('corrupt', `${this.path}: the block at byte ${position} is damaged (its checksum is wrong)`, {
        data: { path: this.path, position },
      });
    }
    return { header, payload };
  }

  /** Content of a block that may be deflated. */
  content(header: BlockHeader, payload: Buffer, contentLength: number): Buffer {
    if ((header.flags & BlockFlag.DEFLATED) === 0) return payload;
    try {
      if (contentLength > MAX_PAYLOAD || contentLength > payload.length * MAX_INFLATION) throw new Error('too large');
      const content = inflateRawSync(payload, { maxOutputLength: Math.max(contentLength, 1) });
      if (content.length === contentLength) return content;
    } catch {
      // The same answer as for a wrong length.
    }
    throw new PalError('corrupt', `${this.path}: the block at byte ${header.position} does not unpack`, {
      data: { path: this.path, position: header.position },
    });
  }

  close(): void {
    closeSync(this.fd);
  }
}
