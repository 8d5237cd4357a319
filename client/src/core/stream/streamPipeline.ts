/**
 * From the frames of a PUB stream to the lines that a panel shows, and the exact account of all that is not shown. Runs in the receiving thread; knows no
 * socket, no clock and no editor.
 *
 * Invariants: every message counts once: shown, filtered, paused, skipped or malformed; where lines are missing a gap stands in their place, also at the end. A
 * message that cannot be shown costs a look at its head and is not decoded, so that a flood is counted cheaply. Memory is bounded by the budget.
 * After a loss the nesting starts anew: what was open may have ended unseen.
 */
import { ExecHeadReader } from 'pal-runtime/log/execHead';
import { TreeDepth } from 'pal-runtime/log/treeDepth';
import { pubMessageOf, type PubMessage } from 'pal-runtime/pub/subscriber';
import { isCompletion, isOperation } from 'pal-runtime/wire/codes';
import { decodeInternalHeader, decodeMessage } from 'pal-runtime/wire/colfer';
import type { Message } from 'pal-runtime/wire/messages';
import { readableSummary } from 'pal-runtime/wire/readable';
import { subjectOf } from 'pal-runtime/wire/subject';
import { PalError } from 'pal-runtime/errors';
import { LossCounter } from './lossCounter';
import { operationLine } from './operationLine';
import { typesOf, type StreamFilter } from './streamFilter';
import type { StreamCounters, StreamItem } from './streamMessages';

export interface StreamLimits {
  /** Lines that a panel is given in a second, over longer times: more can nobody read, and all of it has to be drawn. */
  readonly perSecond: number;
  /** Lines that may come at once after a quiet time: the start of a program is shown whole. */
  readonly burst: number;
}
export const streamLimits: StreamLimits = { perSecond: 1_000, burst: 3_000 };
/** Operations whose completions are awaited because the filter let them through. */
const awaitedMax = 50_000;
/** Where only gaps are left to tell, they are told this often. */
const gapMillis = 1_000;
/** After so many messages the nesting starts anew where it may: threads that never come back are forgotten. */
const treeSteps = 1_000_000;
/** Frames besides headers. */
const fixedFrames = 6;
const noBytes = Buffer.alloc(0);

export interface Batch {
  readonly items: readonly StreamItem[];
  readonly counters: StreamCounters;
  readonly error?: string;
}

export class StreamPipeline {
  readonly #counters = { received: 0, shown: 0, filtered: 0, paused: 0, skipped: 0, malformed: 0, lost: 0 };
  readonly #heads = new ExecHeadReader();
  readonly #loss = new LossCounter();
  readonly #awaited = new Set<string>();
  #tree = new TreeDepth();
  #steps = 0;
  #interleaved = false;
  #lastThread: string | undefined;
  #items: StreamItem[] = [];
  #lines = 0;
  #budget: number;
  #gap = { lost: 0, skipped: 0 };
  #gapTold = -Infinity;
  #refilled: number | undefined;
  #error: string | undefined;
  #peerHeader: Buffer = noBytes;
  #peerUuid = '';
  #filter!: StreamFilter;
  #types: ReadonlySet<number> | undefined;
  #className = noBytes;
  #member = noBytes;
  #text = '';
  paused = false;

  /** @param base source files below it are shown relative to it */
  constructor(
    filter: StreamFilter,
    private readonly base: string,
    private readonly limits = streamLimits,
  ) {
    this.#budget = limits.burst;
    this.filter = filter;
  }

  set filter(filter: StreamFilter) {
    this.#filter = filter;
    this.#types = typesOf(filter.kinds);
    this.#className = Buffer.from(filter.className, 'utf8');
    // A constructor's `new` is not in its bytes.
    this.#member = 'new'.includes(filter.member) ? noBytes : Buffer.from(filter.member, 'utf8');
    this.#text = filter.text.toLowerCase();
    this.#awaited.clear();
  }

  get counters(): StreamCounters {
    return { ...this.#counters };
  }

  get received(): number {
    return this.#counters.received;
  }

  /** Something waits for `take`. */
  get waiting(): boolean {
    return this.#items.length > 0 || this.#gap.lost > 0 || this.#gap.skipped > 0;
  }

  /** All frames of one message, as a subscriber gets them; kept by nobody after the call. */
  frames(frames: readonly Buffer[]): void {
    this.#counters.received++;
    const published = pubMessageOf(frames);
    try {
      if (PalError.is(published)) throw published;
      this.#message(published, frames);
    } catch (error) {
      this.#malformed(error);
    }
  }

  /** The connection broke: what was open may have ended unseen. */
  disconnected(): void {
    this.#restartTree();
  }

  /**
   * What there is to show since the last call. `now` in milliseconds refills the budget.
   * @param last nothing follows: gaps are told too
   */
  take(now: number, last = false): Batch {
    const elapsed = now - (this.#refilled ?? now);
    this.#refilled = now;
    if (last || (this.#items.length === 0 && now - this.#gapTold >= gapMillis)) this.#tellGap();
    if (this.#items.length > 0) this.#gapTold = now;
    const items = this.#items;
    this.#items = [];
    const { burst, perSecond } = this.limits;
    this.#budget = Math.min(burst, this.#budget - this.#lines + (elapsed * perSecond) / 1000);
    this.#lines = 0;
    const error = this.#error;
    this.#error = undefined;
    return { items, counters: this.counters, ...(error === undefined ? {} : { error }) };
  }

  #message(published: PubMessage, frames: readonly Buffer[]): void {
    const { type, messageId, responseToId } = published;
    const body = frames.at(-1)!;
    const head = this.#heads.read(body, 0, body.length);
    const thread = head?.threadName ?? '';
    const seq = head === undefined ? 0 : this.#heads.builderSeq;
    this.#lostBefore(this.#loss.next(this.#peer(frames), messageId, thread, seq));
    if (++this.#steps > treeSteps && this.#tree.lineDepth === 0) this.#restartTree();
    this.#tree.step(type, thread, messageId, responseToId, head?.entryPoint === true);
    this.#interleaved ||= this.#tree.interleaved;
    if (this.paused) {
      this.#counters.paused++;
      return;
    }
    const decoded = this.#passes(published, body, thread);
    if (decoded === false) {
      this.#counters.filtered++;
    } else if (this.#lines >= Math.floor(this.#budget)) {
      this.#counters.skipped++;
      this.#gap.skipped++;
    } else {
      this.#show(decoded === true ? decodeMessage(body) : decoded, thread, messageId);
    }
  }

  #lostBefore(lost: number): void {
    if (lost === 0) return;
    this.#counters.lost += lost;
    this.#gap.lost += lost;
    this.#restartTree();
  }

  /** False = kept out; the message where it had to be decoded to know; true = let through undecoded. */
  #passes({ type, messageId, responseToId }: PubMessage, body: Buffer, thread: string): boolean | Message {
    const filter = this.#filter;
    const ofSubject = filter.className !== '' || filter.member !== '';
    const kind = this.#types?.has(type) !== false;
    if (!ofSubject && this.#text === '') return kind && thread.includes(filter.thread);
    const completes = isCompletion(type) ? (responseToId ?? this.#tree.closedId) : undefined;
    if (completes !== undefined && this.#awaited.delete(completes)) return kind;
    if (!thread.includes(filter.thread) || (!isOperation(type) && (ofSubject || !kind))) return false;
    // Bytes say quickly what is certainly not there.
    if (!body.includes(this.#className) || !body.includes(this.#member)) return false;
    const message = decodeMessage(body);
    if (!this.#matches(message)) return false;
    if (isOperation(type)) this.#await(messageId);
    return kind && message;
  }

  #matches(message: Message): boolean {
    const { className, member } = this.#filter;
    if (className !== '' || member !== '') {
      const subject = message.execMessage === undefined ? undefined : subjectOf(message.execMessage);
      if (subject?.className?.includes(className) !== true) return false;
      if (member !== '' && subject.method?.includes(member) !== true) return false;
    }
    return this.#text === '' || readableSummary(message).toLowerCase().includes(this.#text);
  }

  /** Its completion will be let through too. */
  #await(id: string): void {
    this.#awaited.add(id);
    if (this.#awaited.size > awaitedMax) this.#awaited.delete(this.#awaited.values().next().value!);
  }

  #show(message: Message, thread: string, messageId: string): void {
    const { offset } = this.#loss;
    const changed = this.#interleaved && thread !== this.#lastThread;
    this.#lastThread = thread;
    const named = changed ? thread : undefined;
    const text = operationLine(message, { offset, depth: this.#tree.lineDepth, thread: named, base: this.base });
    this.#tellGap();
    this.#items.push(offset === undefined ? { text, id: messageId } : { text });
    this.#lines++;
    this.#counters.shown++;
  }

  #tellGap(): void {
    if (this.#gap.lost === 0 && this.#gap.skipped === 0) return;
    this.#items.push(this.#gap);
    this.#gap = { lost: 0, skipped: 0 };
  }

  #peer(frames: readonly Buffer[]): string {
    const header = frames.length > fixedFrames ? frames[3]! : noBytes;
    if (!this.#peerHeader.equals(header)) {
      this.#peerHeader = Buffer.from(header);
      this.#peerUuid = header.length === 0 ? '' : (decodeInternalHeader(header).value ?? '');
    }
    return this.#peerUuid;
  }

  #restartTree(): void {
    this.#tree = new TreeDepth();
    this.#steps = 0;
    this.#lastThread = undefined;
  }

  #malformed(error: unknown): void {
    this.#counters.malformed++;
    this.#error ??= error instanceof Error ? error.message : String(error);
  }
}
