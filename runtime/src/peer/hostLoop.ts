/**
 * The host thread's loop: takes entries from the rings, gives them to the sinks, answers drain requests, sleeps when there is nothing to do.
 *
 * Invariants: nothing that was published is lost while the log can be written: a slow log makes the app threads wait; a log that fails ends
 * recording with one line on stderr and never the program; a site table is known before an entry that uses it; with a
 * stream, the thread's event loop gets a turn after every round, so sockets are served too.
 * Idle, it wakes five times a second, to look after quiet tails and due syncs.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Control, CONTROL_WORDS } from '../engine/ringLayout';
import type { SiteTable } from '../entry/sites';
import type { EntrySink } from './entrySink';
import type { AppMessage } from './hostMessages';
import { PeerControl, PeerCounter, type PeerMemory } from './peerControl';
import { RingReader, TAIL_SETTLE_MS } from './ringReader';

/** Rounds between two turns of the event loop when nothing needs it. */
const ROUNDS_PER_TURN = 50;
/** Longest time, in milliseconds, that a busy program's entries wait for their block to fill before they are written. */
const FLUSH_INTERVAL = 50;
/** Naps, of so many milliseconds, before the sleep from which the app must wake the host: a wake-up costs the program more than a nap costs here. */
const NAPS = 25;
const NAP_MS = 2;
/** Longest sleep without a wake-up, in milliseconds. */
const IDLE_SLEEP = 200;
/** The same while workers of the program record: their wake-up goes to a ring that the host does not sleep on. */
const IDLE_SLEEP_WITH_WORKERS = 10;

export interface HostLoopParts {
  readonly memory: PeerMemory;
  /** Ring of the main thread, if anything is recorded. */
  readonly ring: SharedArrayBuffer | undefined;
  /** Messages that have arrived, without waiting; in order per sender. */
  readonly receive: () => AppMessage | undefined;
  readonly log: EntrySink | undefined;
  readonly stream: EntrySink | undefined;
  /** Called once when the log cannot be written any more. */
  readonly logFailed: (error: unknown) => void;
  /** Extra work of a round (signals, subscribers). */
  readonly everyRound: () => void | Promise<void>;
}

export class HostLoop {
  readonly #rings: RingReader[] = [];
  readonly #control: Int32Array;
  readonly #workerRings = new Map<number, SharedArrayBuffer>();
  #words: Int32Array;
  #log: EntrySink | undefined;
  #flushed = 0;
  #rounds = 0;
  #draining: RingReader | undefined;

  constructor(private readonly parts: HostLoopParts) {
    this.#control = parts.memory.control;
    this.#log = parts.log;
    if (parts.ring !== undefined) this.#rings.push(new RingReader(parts.ring, 0));
    this.#words = new Int32Array(this.#rings[0]?.capacity ?? 1);
  }

  /** Filled share of the ring that is being drained, 0-1: how far the program is ahead. */
  get pressure(): number {
    return this.#draining === undefined ? 0 : this.#draining.waiting / this.#draining.capacity;
  }

  /** Runs until the peer is to finish; then everything recorded until then has been given to the sinks. */
  async run(): Promise<void> {
    const main = this.#rings[0];
    for (;;) {
      Atomics.add(this.#control, PeerControl.HEARTBEAT, 1);
      const finish = Atomics.load(this.#control, PeerControl.FINISH) !== 0;
      const moved = await this.#round(finish);
      await this.parts.everyRound();
      // One round is all: the main thread waits, and a worker that goes on must not keep the process from ending.
      if (finish) return;
      if (moved) {
        this.#naps = 0;
        const now = performance.now();
        if (now - this.#flushed > FLUSH_INTERVAL) {
          this.#flushed = now;
          await this.#logWork((log) => log.flush());
        }
        await this.#turn();
        continue;
      }
      await this.#logWork((log) => log.idle());
      await this.parts.stream?.idle();
      await this.#turn();
      this.#sleep(main);
    }
  }

  /** Lets the event loop of this thread turn: always for sockets, else seldom, since a turn wakes other threads of the process. */
  async #turn(): Promise<void> {
    if (this.parts.stream !== undefined || ++this.#rounds % ROUNDS_PER_TURN === 0) await nextTurn();
  }

  /** A round over all rings; true when there was something. */
  async #round(finish: boolean): Promise<boolean> {
    let moved = false;
    this.#receive();
    for (let i = 0; i < this.#rings.length; i++) {
      const ring = this.#rings[i]!;
      const request = ring.drainRequested() ? Atomics.load(ring.control, Control.DRAIN_REQUEST) : undefined;
      if (this.#drain(ring, finish)) moved = true;
      if (request !== undefined) {
        await this.#logWork((log) => log.flush());
        ring.answerDrain(request);
        moved = true;
      }
      if (ring.source !== 0 && ring.ended && !ring.hasTail() && ring.waiting === 0) this.#rings.splice(i--, 1);
    }
    return moved;
  }

  #drain(ring: RingReader, finish: boolean): boolean {
    const end = finish || ring.ended ? ring.written() : ring.settledTail(performance.now());
    // Tables are sent before the entries that need them are published: having read the position, all of them are here.
    this.#receive();
    if (ring.capacity > this.#words.length) this.#words = new Int32Array(ring.capacity);
    const count = ring.take(end, this.#words);
    if (count === 0) return false;
    this.#draining = ring;
    this.#give(ring.source, count);
    return true;
  }

  #give(source: number, count: number): void {
    const { counters } = this.parts.memory;
    counters[PeerCounter.WORDS]! += count;
    const log = this.#log;
    if (log !== undefined) {
      try {
        log.append(this.#words, 0, count, source);
      } catch (error) {
        this.#failLog(error);
      }
    }
    this.parts.stream?.append(this.#words, 0, count, source);
  }

  /** Words that the host itself adds (the main call). */
  add(words: Int32Array, source: number): void {
    try {
      this.#log?.append(words, 0, words.length, source);
    } catch (error) {
      this.#failLog(error);
    }
    this.parts.stream?.append(words, 0, words.length, source);
  }

  addSites(base: number, table: SiteTable): void {
    try {
      this.#log?.addSites(base, table);
    } catch (error) {
      this.#failLog(error);
    }
    this.parts.stream?.addSites(base, table);
  }

  /** Writes the end of the log and closes it. */
  async close(): Promise<void> {
    await this.#logWork((log) => log.close());
    this.#log = undefined;
    await this.parts.stream?.close();
    for (const ring of this.#rings) ring.fail();
  }

  #receive(): void {
    for (let message = this.parts.receive(); message !== undefined; message = this.parts.receive()) {
      if (message.type === 'sites') this.addSites(message.base, message.table);
      else if (message.type === 'ring') {
        this.#rings.push(new RingReader(message.ring, message.source));
        this.#workerRings.set(message.threadId, message.ring);
      } else {
        const ring = this.#workerRings.get(message.threadId);
        if (ring !== undefined) Atomics.store(new Int32Array(ring, 0, CONTROL_WORDS), Control.APP_ENDED, 1);
        this.#workerRings.delete(message.threadId);
      }
    }
  }

  async #logWork(work: (log: EntrySink) => void | Promise<void>): Promise<void> {
    if (this.#log === undefined) return;
    try {
      await work(this.#log);
    } catch (error) {
      this.#failLog(error);
    }
  }

  #failLog(error: unknown): void {
    const log = this.#log;
    if (log === undefined) return;
    this.#log = undefined;
    try {
      log.abandon();
    } catch {
      // the log is given up anyway
    }
    this.parts.logFailed(error);
    if (this.parts.stream !== undefined) return;
    for (const ring of this.#rings) ring.fail();
  }

  #naps = 0;

  #sleep(main: RingReader | undefined): void {
    const timeout = this.#rings.length > 1 ? IDLE_SLEEP_WITH_WORKERS : IDLE_SLEEP;
    if (main === undefined) {
      Atomics.wait(this.#control, PeerControl.FINISH, 0, timeout);
      return;
    }
    const written = main.published();
    if (this.#naps < NAPS) {
      // A program at work publishes again within microseconds; waking a sleeper each time would cost it a system call per
      // batch (measured: twice the whole cost of recording). A nap needs no call, and a request for a drain ends it.
      this.#naps += 1;
      if (!main.drainRequested()) Atomics.wait(main.control, Control.WRITE, written, NAP_MS);
      return;
    }
    Atomics.store(main.control, Control.HOST_SLEEPS, 1);
    // Between the look and the sleep the app may have published, asked for a drain, or ended.
    const nothing =
      main.waiting === 0 && !main.drainRequested() && Atomics.load(this.#control, PeerControl.FINISH) === 0;
    if (nothing) Atomics.wait(main.control, Control.WRITE, written, main.hasTail() ? TAIL_SETTLE_MS : timeout);
    Atomics.store(main.control, Control.HOST_SLEEPS, 0);
  }
}
