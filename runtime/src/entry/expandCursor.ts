/**
 * Where an expander stands in a stream: logical threads with their open calls, calls that complete later, clock, offset. Everything that
 * entries change without making a message is here, and passing over messages.
 */
import { PalError } from '../errors';
import { uuidToBytes } from '../wire/uuid';
import { Definitions, UNDEFINED_THREAD } from './definitions';
import type { ExpanderState, PendingState, ThreadState } from './expanderState';
import { ExpandThread } from './expandThreads';
import { PagedInts } from './pagedInts';
import { readDefinition } from './readDefinition';
import { entryEnd } from './wordLength';
import { Kind } from './words';

export const COUNT_IN_NEXT_WORD = 7;
/** Calls that may wait for their completion; of more the oldest are forgotten (theirs then name no operation). */
const PENDING_MAX = 1 << 20;
/** Threads that are kept at hand, at least. */
const THREADS_MAX = 1024;

export abstract class ExpandCursor {
  readonly definitions: Definitions;
  /** Entries that the app could not record (`LOST`). */
  lost = 0;

  protected nextOffset = 0;
  protected thread = new ExpandThread(0);
  protected entryPoint = false;
  protected readonly pending = new Map<number, PendingState>();
  /** The current thread's prefix does not hold the thread's name or the clock yet. */
  protected isPrefixStale = true;
  private readonly peerUuid: Uint8Array;
  private readonly threads = new Map<number, ExpandThread>([[0, this.thread]]);
  /** Messages by thread id, of threads that are not at hand. */
  private readonly counts = new PagedInts();
  private highestThread = 0;
  private threadsMax = THREADS_MAX;
  private timeLow = 0;
  private timeHigh = 0;

  protected constructor(peerUuid: string, definitions: Definitions = new Definitions()) {
    this.definitions = definitions;
    this.peerUuid = uuidToBytes(peerUuid);
  }

  /** Offset of the next message. May be set between entries, when messages of other sources share the numbering. */
  get offset(): number {
    return this.nextOffset;
  }

  set offset(offset: number) {
    this.nextOffset = offset;
  }

  /**
   * Passes over the whole entries in `words` from `start` to `end`: for a stream that leaves messages out. They have their offsets, they count in
   * their threads (so that `builderSeq` shows the gap), and what comes after them is the same as if they had been made.
   * @returns the position after the last whole entry.
   * @throws PalError `corrupt` (`data.word`) for a word that is no entry.
   */
  skip(words: Int32Array, start: number, end: number): number {
    let at = start;
    while (at < end) {
      const header = words[at]!;
      const kind = header & 31;
      const next = entryEnd(words, at, end);
      if (next === -1) return at;
      if (next === -2) throw unknownKind(kind, at);
      const messages = this.skipOne(words, at, header, kind);
      if (messages === 0 && kind !== Kind.SNAPSHOT) this.control(words, at, header, kind);
      this.nextOffset += messages;
      this.thread.messages += messages;
      at = next;
    }
    return at;
  }

  /** Number of messages of the entry, whose effect on open calls is taken over; 0 for an entry that makes none. */
  private skipOne(words: Int32Array, at: number, header: number, kind: number): number {
    const thread = this.thread;
    switch (kind) {
      case Kind.GET:
      case Kind.PUT:
        this.entryPoint = false;
        return 2;
      case Kind.CALL:
      case Kind.ACCESSOR_CALL:
        thread.push(header >>> 8, this.nextOffset, this.entryPoint);
        this.entryPoint = false;
        return 1;
      case Kind.ASYNC_CALL: {
        const frame = words[at + (((header >>> 5) & 7) === COUNT_IN_NEXT_WORD ? 2 : 1)]!;
        this.addPending(frame, header >>> 8, this.nextOffset, this.entryPoint);
        this.entryPoint = false;
        return 1;
      }
      case Kind.RETURN:
      case Kind.THROW:
        if (thread.depth > 0) thread.depth--;
        return 1;
      case Kind.ASYNC_RETURN:
      case Kind.ASYNC_THROW:
        this.pending.delete(words[at + 1]!);
        return 1;
      default:
        return 0;
    }
  }

  /** Takes in an entry that makes no message (but a snapshot). Returns the position after it. */
  protected control(words: Int32Array, at: number, header: number, kind: number): number {
    switch (kind) {
      case Kind.PAD:
        return at + 1;
      case Kind.SWITCH:
        this.switchTo(header >>> 8);
        this.entryPoint = ((header >>> 5) & 1) !== 0;
        return at + 1;
      case Kind.TIME:
        this.time(words[at + 1]!, words[at + 2]!);
        return at + 3;
      case Kind.RETURN_PENDING:
        this.returnPending(header >>> 8, words[at + 1]!);
        return at + 2;
      case Kind.LOST:
        this.lost += words[at + 1]! >>> 0;
        return at + 2;
      default:
        this.redefined(kind, words[at + 1]!);
        return readDefinition(words, at, this.definitions);
    }
  }

  /** A definition is about to be added or replaced. */
  protected abstract redefined(kind: number, id: number): void;

  protected addPending(frame: number, site: number, offset: number, entryPoint: boolean): void {
    if (this.pending.size >= PENDING_MAX) this.pending.delete(this.pending.keys().next().value!);
    this.pending.set(frame, { frame, site, offset, entryPoint });
  }

  private returnPending(siteNumber: number, frame: number): void {
    const thread = this.thread;
    if (thread.depth === 0) return;
    const top = --thread.depth;
    const site = siteNumber === 0 ? thread.sites[top]! : siteNumber;
    this.addPending(frame, site, thread.offsets[top]!, thread.entryPoints[top] === 1);
  }

  private switchTo(id: number): void {
    if (id === this.thread.id) return;
    this.counts.set(this.thread.id, this.thread.messages);
    this.thread = this.threadOf(id);
    this.isPrefixStale = true;
    if (this.threads.size > this.threadsMax) this.forgetIdleThreads();
  }

  /** Programs make a logical thread per timer and request. Of those with nothing open only the number of their messages is kept. */
  private forgetIdleThreads(): void {
    let open = 0;
    for (const thread of this.threads.values()) {
      if (thread.depth > 0 || thread === this.thread) open++;
      else this.threads.delete(thread.id);
    }
    this.threadsMax = Math.max(THREADS_MAX, 2 * open);
  }

  private threadOf(id: number): ExpandThread {
    let thread = this.threads.get(id);
    if (!thread) {
      if (id > this.highestThread) this.highestThread = id;
      thread = new ExpandThread(id);
      thread.messages = this.counts.get(id);
      this.threads.set(id, thread);
    }
    return thread;
  }

  /** A clock that was set back does not turn the log's time back. */
  private time(low: number, high: number): void {
    const isEarlier = high >>> 0 < this.timeHigh >>> 0 || (high === this.timeHigh && low >>> 0 < this.timeLow >>> 0);
    if (isEarlier) return;
    this.timeLow = low;
    this.timeHigh = high;
    this.isPrefixStale = true;
  }

  protected prepareThread(): void {
    const { thread } = this;
    if (thread.name === '' || thread.name.startsWith(UNDEFINED_THREAD)) {
      thread.name = this.definitions.threadName(thread.id);
    }
    thread.prepare(this.peerUuid, this.timeLow, this.timeHigh);
    this.isPrefixStale = false;
  }

  /** Everything needed to go on from here elsewhere, definitions apart. */
  state(): ExpanderState {
    this.counts.set(this.thread.id, this.thread.messages);
    return {
      offset: this.nextOffset,
      thread: this.thread.id,
      entryPoint: this.entryPoint,
      timeLow: this.timeLow,
      timeHigh: this.timeHigh,
      threads: this.threadStates(),
      pending: [...this.pending.values()],
      errors: this.definitions.knownErrors(),
    };
  }

  private threadStates(): ThreadState[] {
    const states: ThreadState[] = [];
    for (let thread = 0; thread <= this.highestThread; thread++) {
      const messages = this.counts.get(thread);
      if (messages > 0) states.push({ thread, messages, frames: this.threads.get(thread)?.frames() ?? [] });
    }
    return states;
  }

  /** Continues at `state`. Definitions and sites stay as they are; errors of the state are added to them. */
  restore(state: ExpanderState): void {
    this.nextOffset = state.offset;
    this.entryPoint = state.entryPoint;
    this.timeLow = state.timeLow;
    this.timeHigh = state.timeHigh;
    this.threads.clear();
    this.pending.clear();
    this.counts.clear();
    for (const { thread: id, messages, frames } of state.threads) {
      this.counts.set(id, messages);
      if (id > this.highestThread) this.highestThread = id;
      if (frames.length === 0) continue;
      const thread = this.threadOf(id);
      for (const frame of [...frames].reverse()) thread.push(frame.site, frame.offset, frame.entryPoint);
    }
    for (const call of state.pending) this.pending.set(call.frame, call);
    for (const error of state.errors) this.definitions.defineError(error);
    this.thread = this.threadOf(state.thread);
    this.isPrefixStale = true;
  }
}

export function unknownKind(kind: number, word: number): PalError {
  return new PalError('corrupt', `No entry of kind ${kind} exists (word ${word}).`, { data: { kind, word } });
}
