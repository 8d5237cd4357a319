/**
 * The host's end of one ring (`engine/ringLayout.ts`): copies out what the app thread published, then frees the room.
 *
 * Invariant: what `take` returns are whole entries in order, each exactly once; room is freed only after they were copied.
 */
import { Control, CONTROL_WORDS } from '../engine/ringLayout';

/** Milliseconds after which words that the app wrote and did not publish count as whole entries. */
export const TAIL_SETTLE_MS = 10;

export class RingReader {
  readonly control: Int32Array;
  readonly #data: Int32Array;
  readonly #mask: number;
  #tail = 0;
  #tailSince = 0;

  /** @param source number of the ring in logs (0 = main thread). */
  constructor(
    readonly buffer: SharedArrayBuffer,
    readonly source: number,
  ) {
    this.control = new Int32Array(buffer, 0, CONTROL_WORDS);
    this.#data = new Int32Array(buffer, CONTROL_WORDS * 4);
    this.#mask = this.#data.length - 1;
  }

  get capacity(): number {
    return this.#data.length;
  }

  /** Words published and not yet taken. */
  get waiting(): number {
    return Math.max(0, (Atomics.load(this.control, Control.WRITE) - Atomics.load(this.control, Control.READ)) | 0);
  }

  /** Published position: entries before it are whole, and the site tables that they need have been sent. */
  published(): number {
    return Atomics.load(this.control, Control.WRITE);
  }

  /**
   * End of what a quiet app thread wrote without publishing it, or the published position while the app is active.
   * @param now milliseconds of a monotonic clock
   */
  settledTail(now: number): number {
    const written = this.written();
    if (written !== this.#tail) {
      this.#tail = written;
      this.#tailSince = now;
      return this.published();
    }
    return now - this.#tailSince >= TAIL_SETTLE_MS ? written : this.published();
  }

  /** True when the app thread wrote words that have not been taken. */
  hasTail(): boolean {
    return ((this.written() - Atomics.load(this.control, Control.READ)) | 0) > 0;
  }

  /** End of everything written, published or not; whole entries only while the app thread waits or after it has ended. */
  written(): number {
    const write = Atomics.load(this.control, Control.WRITE);
    const position = (write - (write & this.#mask) + Atomics.load(this.control, Control.APP_INDEX)) | 0;
    return ((position - write) | 0) > 0 ? position : write;
  }

  /** Copies the words up to position `end` into `target`, frees their room and wakes an app thread that waits for it; returns their number. */
  take(end: number, target: Int32Array): number {
    const read = Atomics.load(this.control, Control.READ);
    const count = (end - read) | 0;
    if (count <= 0) return 0;
    const from = read & this.#mask;
    const first = Math.min(count, this.#data.length - from);
    target.set(this.#data.subarray(from, from + first), 0);
    if (first < count) target.set(this.#data.subarray(0, count - first), first);
    this.free(end);
    return count;
  }

  free(end: number): void {
    Atomics.store(this.control, Control.READ, end);
    Atomics.notify(this.control, Control.READ);
  }

  /** Tells the app thread to stop recording; whoever waits for room or for a drain goes on. */
  fail(): void {
    Atomics.store(this.control, Control.HOST_FAILED, 1);
    this.free(Atomics.load(this.control, Control.WRITE));
    this.answerDrain();
  }

  drainRequested(): boolean {
    return Atomics.load(this.control, Control.DRAIN_REQUEST) !== Atomics.load(this.control, Control.DRAIN_DONE);
  }

  /** Call only when everything that was published before the request is in the log. */
  answerDrain(request: number = Atomics.load(this.control, Control.DRAIN_REQUEST)): void {
    Atomics.store(this.control, Control.DRAIN_DONE, request);
    Atomics.notify(this.control, Control.DRAIN_DONE);
  }

  get ended(): boolean {
    return Atomics.load(this.control, Control.APP_ENDED) === 1;
  }
}
