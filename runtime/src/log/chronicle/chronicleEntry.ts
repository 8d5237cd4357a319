/**
 * One message of a Chronicle queue as the reader hands it out: a view of the reader's window.
 *
 * Invariant: nothing is copied or decoded before it is asked for. Valid until the reader's next call; `bytes()` and `message()`
 * give what the caller may keep.
 */
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
    return heads.read(this.buffer, this.start, this.end);
  }

  message(): Message {
    return decodeMessage(this.buffer, this.start, this.end);
  }
}
