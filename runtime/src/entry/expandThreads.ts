/**
 * A logical thread while entries are expanded: its open calls, and the bytes every message of it begins with.
 */
import { ColferWriter } from '../wire/colferWriter';
import { MESSAGE_ID_LENGTH } from '../wire/messageId';
import type { FrameState } from './expanderState';

const INITIAL_DEPTH = 16;
/** Position of the message type in a prefix. */
export const TYPE_AT = 1;
/** High word from which a clock is written in eight bytes (2^49 nanoseconds: since the seventh day of 1970). */
const FIXED_CLOCK = 0x2_0000;
const writer = new ColferWriter();

export class ExpandThread {
  /** PAL messages made so far; `builderSeq` of the next is one more. */
  messages = 0;
  depth = 0;
  sites = new Int32Array(INITIAL_DEPTH);
  offsets = new Float64Array(INITIAL_DEPTH);
  entryPoints = new Uint8Array(INITIAL_DEPTH);

  /** Name as last looked up; empty = to be looked up. */
  name = '';
  /** Everything from the first byte to `dispatchSeq`, with a place for the message id at `idAt`. */
  prefix: Uint8Array = new Uint8Array(0);
  idAt = 0;
  /** Clock that the prefix holds, and where its eight bytes are; 0 = not in that form. */
  private timeLow = 0;
  private timeHigh = 0;
  private clockAt = 0;
  private nameInPrefix: string | undefined;

  constructor(readonly id: number) {}

  push(site: number, offset: number, entryPoint: boolean): void {
    if (this.depth === this.sites.length) this.grow();
    this.sites[this.depth] = site;
    this.offsets[this.depth] = offset;
    this.entryPoints[this.depth] = entryPoint ? 1 : 0;
    this.depth++;
  }

  /** Makes the prefix right for the name and the given clock. */
  prepare(peerUuid: Uint8Array, timeLow: number, timeHigh: number): void {
    const isNameKept = this.nameInPrefix === this.name;
    if (isNameKept && this.timeLow === timeLow && this.timeHigh === timeHigh) return;
    this.timeLow = timeLow;
    this.timeHigh = timeHigh;
    if (isNameKept && this.clockAt > 0 && timeHigh >>> 0 >= FIXED_CLOCK) {
      this.writeClock();
      return;
    }
    this.nameInPrefix = this.name;
    writer.reset();
    writer.uint8(0, 0);
    writer.header(1);
    writer.binary(0, peerUuid);
    writer.text(1, ' '.repeat(MESSAGE_ID_LENGTH));
    this.idAt = writer.position - MESSAGE_ID_LENGTH;
    if (this.name !== '') writer.text(2, this.name);
    this.clockAt = timeHigh >>> 0 >= FIXED_CLOCK ? writer.position + 1 : 0;
    const time = (BigInt(timeHigh >>> 0) << 32n) | BigInt(timeLow >>> 0);
    if (time !== 0n) writer.uint64(3, time);
    writer.uint32(4, 1);
    this.prefix = writer.take();
  }

  private writeClock(): void {
    for (let i = 0; i < 4; i++) {
      this.prefix[this.clockAt + i] = this.timeHigh >>> (24 - 8 * i);
      this.prefix[this.clockAt + 4 + i] = this.timeLow >>> (24 - 8 * i);
    }
  }

  /** Open calls as state, innermost first. */
  frames(): FrameState[] {
    const frames: FrameState[] = [];
    for (let i = this.depth - 1; i >= 0; i--) {
      frames.push({ site: this.sites[i]!, offset: this.offsets[i]!, entryPoint: this.entryPoints[i] === 1 });
    }
    return frames;
  }

  private grow(): void {
    const capacity = 2 * this.sites.length;
    const sites = new Int32Array(capacity);
    const offsets = new Float64Array(capacity);
    const entryPoints = new Uint8Array(capacity);
    sites.set(this.sites);
    offsets.set(this.offsets);
    entryPoints.set(this.entryPoints);
    this.sites = sites;
    this.offsets = offsets;
    this.entryPoints = entryPoints;
  }
}
