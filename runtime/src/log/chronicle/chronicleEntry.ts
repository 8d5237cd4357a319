/**
 * One message of a Chronicle queue as the reader hands it out: a view of the reader's window.
 *
 * Invariant: nothing is copied or decoded before it is asked for. Valid until the reader's next call; `bytes()` and `message()`
 * give what the caller may keep.
 */
import { PalError } from '../../errors';
import { decodeMessage } from '../../wire/colfer';
import type { Message } from '../../wire/messages';
import { ExecHeadReader, type ExecHead } from '../execHead';
import type { LogEntry } from '../log';

const heads = new ExecHeadReader();

export class ChronicleEntry implements LogEntry {
  readonly key = undefined;

  constructor(
    readonly offset: number,
    private readonly cycle: number,
    private readonly sequence: number,
    private readonly shift: number,
    readonly messageType: number,
    /** Window that holds the Colfer bytes at `[start, end)`. */
    readonly buffer: Buffer,
    readonly start: number,
    readonly end: number,
    /** File it lies in, for errors. */
    private readonly path: string,
  ) {}

  get index(): bigint {
    return (BigInt(this.cycle) << BigInt(this.shift)) + BigInt(this.sequence);
  }

  bytes(): Uint8Array {
    const copy = new Uint8Array(this.end - this.start);
    copy.set(this.buffer.subarray(this.start, this.end));
    return copy;
  }

  execHead(): ExecHead | undefined {
    try {
      return heads.read(this.buffer, this.start, this.end);
    } catch (error) {
      throw this.undecodable(error);
    }
  }

  message(): Message {
    try {
      return decodeMessage(this.buffer, this.start, this.end);
    } catch (error) {
      throw this.undecodable(error);
    }
  }

  /** The codec's error with the place in the log; its position counts from the message's first byte. */
  private undecodable(error: unknown): unknown {
    if (!PalError.is(error)) return error;
    const position = Number(error.data['position'] ?? this.start) - this.start;
    return new PalError(
      error.code,
      `Message at offset ${this.offset} of ${this.path} does not decode (byte ${position} of it)`,
      {
        cause: error,
        data: { ...error.data, offset: this.offset, path: this.path, position },
      },
    );
  }
}
