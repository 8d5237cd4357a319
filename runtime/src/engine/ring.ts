/**
 * The app thread's end of the ring (ringLayout.ts): space, publishing, the wall clock. Invariants: only whole entries are published;
 * an entry never wraps (the end of a lap is padded); a full ring blocks the app until the host has read, nothing is dropped.
 * Deliberately absent: the layout of entries.
 */
import { Kind } from '../entry/words';
import { executionAsyncId, floor, load, min, notify, store, wait, wallClock } from './intrinsics';
import { CONTROL_WORDS, Control } from './ringLayout';

/** Upper bound of an entry that hooks write without asking: 16 words for a call with four doubles and a receiver. */
export const MAX_FIXED_ENTRY = 64;
/** Some 300 entries: a fraction of a millisecond of a busy program; an idle one publishes as it goes idle. */
const PUBLISH_WORDS = 1024;
/** A host that reads nothing for so long has failed; the program goes on without recording. */
const HOST_TIMEOUT_MS = 60_000;

const { APP_INDEX, APP_MARK, APP_ACCESSOR, WRITE, READ } = Control;

export class Ring {
  readonly control: Int32Array;
  readonly data: Int32Array;
  readonly capacity: number;
  /** Position of data[0] of the current lap. */
  private lap = 0;
  private published = 0;
  private failed = false;
  private stamped = false;
  /** Task in which the stack overflowed, or -1. */
  private distrusted = -1;

  constructor(
    buffer: SharedArrayBuffer,
    private readonly onFailure: () => void,
  ) {
    this.control = new Int32Array(buffer, 0, CONTROL_WORDS);
    this.data = new Int32Array(buffer, CONTROL_WORDS * 4);
    this.capacity = this.data.length;
    if ((this.capacity & (this.capacity - 1)) !== 0) throw new RangeError('ring capacity is no power of two');
    this.remark();
  }

  /** Index for an entry of at most MAX_FIXED_ENTRY words; slow path of every hook. */
  more(): number {
    return this.reserve(MAX_FIXED_ENTRY);
  }

  /** Index with `words` free words behind it. */
  reserve(words: number): number {
    const { control } = this;
    control[APP_ACCESSOR] = 0;
    if (control[APP_INDEX]! - this.published >= PUBLISH_WORDS) this.publish();
    if (!this.stamped) this.stampTime();
    let index = control[APP_INDEX]!;
    if (index + words > this.capacity) index = this.wrap(index);
    this.awaitSpace(words + MAX_FIXED_ENTRY);
    this.remark();
    if (this.distrusted >= 0) this.checkDepth();
    return index;
  }

  /** The count of open calls may be too high; no call outlives the task of the event loop that it belongs to. */
  distrustDepth(): void {
    this.distrusted = executionAsyncId();
    this.control[APP_MARK] = 0;
  }

  private checkDepth(): void {
    if (executionAsyncId() === this.distrusted) {
      this.control[APP_MARK] = 0; // look again at the next entry
      return;
    }
    this.distrusted = -1;
    this.control[Control.APP_DEPTH] = 0;
  }

  /** Words written since the start, modulo 2^32. */
  get position(): number {
    return (this.lap + this.control[APP_INDEX]!) | 0;
  }

  /** Makes everything written so far visible to the host. */
  publish(): void {
    const { control } = this;
    const index = control[APP_INDEX]!;
    if (index === this.published) return;
    this.published = index;
    this.stamped = false;
    store(control, WRITE, (this.lap + index) | 0);
    if (control[Control.HOST_SLEEPS] !== 0) this.wake();
    control[APP_MARK] = 0;
  }

  /** One system call per sleep, however often the app publishes before the host is up. */
  private wake(): void {
    store(this.control, Control.HOST_SLEEPS, 0);
    notify(this.control, WRITE);
  }

  private stampTime(): void {
    this.stamped = true;
    const { control, data } = this;
    let index = control[APP_INDEX]!;
    if (index + MAX_FIXED_ENTRY > this.capacity) index = this.wrap(index);
    this.awaitSpace(MAX_FIXED_ENTRY);
    // Exact to 256 ns: a double holds no more of 1.8e18.
    const nanoseconds = wallClock() * 1e6;
    const high = floor(nanoseconds / 0x1_0000_0000);
    data[index] = Kind.TIME;
    data[index + 1] = (nanoseconds - high * 0x1_0000_0000) | 0;
    data[index + 2] = high;
    control[APP_INDEX] = index + 3;
  }

  private wrap(index: number): number {
    const { data, control, capacity } = this;
    this.awaitSpace(capacity - index);
    for (let at = index; at < capacity; at++) data[at] = Kind.PAD;
    this.lap = (this.lap + capacity) | 0;
    this.published = 0;
    control[APP_INDEX] = 0;
    store(control, WRITE, this.lap);
    if (control[Control.HOST_SLEEPS] !== 0) this.wake();
    return 0;
  }

  private awaitSpace(words: number): void {
    const { control } = this;
    if (control[Control.HOST_FAILED] !== 0) this.fail();
    const position = this.lap + control[APP_INDEX]!;
    let read = load(control, READ);
    let waited = 0;
    while (this.capacity - ((position - read) | 0) < words && !this.failed) {
      // The host may only know half of what fills the ring.
      store(control, WRITE, position | 0);
      this.published = control[APP_INDEX]!;
      notify(control, WRITE);
      const before = read;
      wait(control, READ, read, 100);
      read = load(control, READ);
      waited = read === before ? waited + 100 : 0;
      if (control[Control.HOST_FAILED] !== 0 || waited > HOST_TIMEOUT_MS) this.fail();
    }
  }

  private fail(): void {
    if (this.failed) return;
    this.failed = true;
    this.onFailure();
  }

  private remark(): void {
    const { control } = this;
    const index = control[APP_INDEX]!;
    const free = this.failed ? this.capacity : this.capacity - ((this.lap + index - load(control, READ)) | 0);
    control[APP_MARK] = min(
      this.published + PUBLISH_WORDS,
      this.capacity - MAX_FIXED_ENTRY + 1,
      index + free - MAX_FIXED_ENTRY + 1,
    );
    if (control[APP_MARK] <= index) control[APP_MARK] = index + 1;
  }

  /**
   * Publishes and waits until the host says that everything is in the log. `false`: the host failed or did not answer
   * within `timeoutMs`.
   */
  drain(timeoutMs: number): boolean {
    const { control } = this;
    this.publish();
    const request = (load(control, Control.DRAIN_REQUEST) + 1) | 0;
    store(control, Control.DRAIN_REQUEST, request);
    notify(control, WRITE);
    for (let waited = 0; waited < timeoutMs; waited += 20) {
      const done = load(control, Control.DRAIN_DONE);
      if (((done - request) | 0) >= 0) return true;
      if (control[Control.HOST_FAILED] !== 0) return false;
      // The host may have gone to sleep between our store and its check.
      wait(control, Control.DRAIN_DONE, done, 20);
      notify(control, WRITE);
    }
    return false;
  }
}
