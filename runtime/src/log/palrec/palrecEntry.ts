/** One message of a recording as the reader hands it out. Stays valid as long as it is held; nothing is decoded before it is asked for. */
import { decodeMessage } from '../../wire/colfer';
import type { Message } from '../../wire/messages';
import { ExecHeadReader, type ExecHead } from '../execHead';
import type { LogEntry } from '../log';

const heads = new ExecHeadReader();

export class PalrecEntry implements LogEntry {
  readonly key = undefined;

  constructor(
    readonly offset: number,
    readonly messageType: number,
    private readonly buffer: Uint8Array,
    private readonly start: number,
    private readonly end: number,
  ) {}

  get index(): bigint {
    return BigInt(this.offset);
  }

  bytes(): Uint8Array {
    return Uint8Array.prototype.slice.call(this.buffer, this.start, this.end);
  }

  execHead(): ExecHead | undefined {
    return heads.read(this.buffer, this.start, this.end);
  }

  message(): Message {
    return decodeMessage(this.buffer, this.start, this.end);
  }
}
