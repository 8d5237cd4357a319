/**
 * Follows the stream on the writing side and restates its state for each block (`docs/palrec.md` 5.3), so that a block can be read
 * without the blocks before it.
 *
 * Invariant: memory is bounded by what is open in the program (stacks, unsettled async calls up to `MAX_ASYNC`) plus 4 bytes per logical
 * thread; a block's state is proportional to what the block touches, not to what exists.
 */
import { Tag } from '../../entry/words';
import type { ByteWriter } from './byteWriter';

/** Frames restated per thread beyond those that the block completes: what stack traces show. */
const OUTER_FRAMES = 64;
/** Unsettled async calls that are remembered; the oldest are forgotten (their completions then restate no call). */
const MAX_ASYNC = 1 << 20;
/** Errors that are remembered for throws in later blocks. */
const MAX_ERRORS = 4096;

/** Flags of `Kind.DEF_ERROR`. */
const HAS_MESSAGE = 1;
const HAS_CAUSE = 2;
/** Bit of a packed frame, above the site: the operation was an entry point. */
const ENTRY_POINT = 1 << 24;

class ThreadStack {
  frames = new Int32Array(16);
  offsets = new Float64Array(16);
  depth = 0;
  /** Number of the block that touched the thread last. */
  block = -1;
  /** State when that block began: depth and messages; `low` = lowest depth since. */
  startDepth = 0;
  startMessages = 0;
  low = 0;
  /** Frames below `startDepth` that the block completed, innermost first. */
  readonly poppedFrames: number[] = [];
  readonly poppedOffsets: number[] = [];

  constructor(readonly thread: number) {}

  push(frame: number, offset: number): void {
    const depth = this.depth;
    if (depth === this.frames.length) this.grow();
    this.frames[depth] = frame;
    this.offsets[depth] = offset;
    this.depth = depth + 1;
  }

  pop(): void {
    if (this.depth === 0) return;
    const depth = --this.depth;
    if (depth < this.low) {
      this.low = depth;
      this.poppedFrames.push(this.frames[depth]!);
      this.poppedOffsets.push(this.offsets[depth]!);
    }
  }

  private grow(): void {
    const frames = new Int32Array(this.frames.length * 2);
    const offsets = new Float64Array(this.offsets.length * 2);
    frames.set(this.frames);
    offsets.set(this.offsets);
    this.frames = frames;
    this.offsets = offsets;
  }
}

interface AsyncCall {
  readonly frame: number;
  readonly packed: number;
  readonly offset: number;
}

type ErrorWords = readonly [ref: number, classId: number, message: number, cause: number];

export class StreamTracker {
  timeLow = 0;
  timeHigh = 0;
  /** SNAPSHOT entries that belong to the next message. */
  readonly copies: Int32Array[] = [];
  /** Messages in the block before them. */
  private copiesAt = 0;
  private thread = 0;
  /** The next operation is an entry point. A field access clears it and needs nothing else here. */
  entryPoint = false;
  private current = new ThreadStack(0);
  /** Offset since which messages belong to `current`. */
  private since = 0;
  private readonly stacks = new Map<number, ThreadStack>([[0, this.current]]);
  private messages = new Uint32Array(64);
  private readonly asyncCalls = new Map<number, AsyncCall>();
  private readonly errors = new Map<number, ErrorWords>();

  private block = 0;
  private blockOffset = 0;
  private blockThread = 0;
  private blockEntryPoint = false;
  private readonly touched: ThreadStack[] = [];
  private readonly settled: AsyncCall[] = [];
  /** Errors defined in this block, and those it needs from before. */
  private readonly defined = new Set<number>();
  private readonly needed = new Map<number, ErrorWords>();

  /** Starts a block; `offset` is that of its first message. */
  beginBlock(offset: number): void {
    for (const stack of this.touched) {
      if (stack.depth === 0 && stack !== this.current) this.stacks.delete(stack.thread);
    }
    this.touched.length = 0;
    this.settled.length = 0;
    this.defined.clear();
    this.needed.clear();
    this.block++;
    this.since = offset;
    this.blockOffset = offset;
    this.blockThread = this.thread;
    this.blockEntryPoint = this.entryPoint;
    this.touch(this.current);
  }

  /**
   * Ends a block of `messages` messages; `offset` is that of the message after it. Blocks of other sources may follow before the
   * next `beginBlock`.
   */
  endBlock(offset: number, messages: number): void {
    this.count(offset);
    if (this.copiesAt !== messages) this.copies.length = 0;
    this.copiesAt = 0;
  }

  /** A copy of a value, after `messages` messages of the block. */
  snapshot(words: Int32Array, at: number, messages: number): void {
    if (this.copiesAt !== messages) this.copies.length = 0;
    this.copiesAt = messages;
    this.copies.push(words.slice(at, at + 3 + words[at + 2]!));
  }

  call(header: number, offset: number): void {
    let packed = header >>> 8;
    if (this.entryPoint) packed |= ENTRY_POINT;
    this.entryPoint = false;
    this.current.push(packed, offset);
  }

  complete(): void {
    this.current.pop();
  }

  asyncCall(header: number, frame: number, offset: number): void {
    let packed = header >>> 8;
    if (this.entryPoint) packed |= ENTRY_POINT;
    this.entryPoint = false;
    this.unsettled({ frame, packed, offset });
  }

  /** The innermost open call returned a promise: from now on it is an async call. */
  returnPending(header: number, frame: number): void {
    const stack = this.current;
    if (stack.depth === 0) return;
    stack.pop();
    const call = stack.frames[stack.depth]!;
    const site = header >>> 8 || call & 0xffffff;
    this.unsettled({ frame, packed: (call & ENTRY_POINT) | site, offset: stack.offsets[stack.depth]! });
  }

  private unsettled(call: AsyncCall): void {
    if (this.asyncCalls.size >= MAX_ASYNC) {
      const oldest = this.asyncCalls.keys().next();
      if (oldest.done !== true) this.asyncCalls.delete(oldest.value);
    }
    this.asyncCalls.set(call.frame, call);
  }

  asyncComplete(frame: number): void {
    const call = this.asyncCalls.get(frame);
    if (call === undefined) return;
    this.asyncCalls.delete(frame);
    if (call.offset < this.blockOffset) this.settled.push(call);
  }

  /** `value` is the thrown value's word. */
  throws(value: number): void {
    if ((value & 7) === Tag.REF) this.need(value >>> 3);
  }

  defineError(words: Int32Array, at: number): void {
    const ref = words[at + 1]!;
    this.errors.delete(ref);
    if (this.errors.size >= MAX_ERRORS) {
      const oldest = this.errors.keys().next();
      if (oldest.done !== true) this.errors.delete(oldest.value);
    }
    const flags = words[at]! >>> 5;
    this.errors.set(ref, [
      ref,
      words[at + 2]!,
      (flags & HAS_MESSAGE) !== 0 ? words[at + 3]! : 0,
      (flags & HAS_CAUSE) !== 0 ? words[at + 4]! : 0,
    ]);
    this.defined.add(ref);
  }

  switchTo(header: number, offset: number): void {
    this.entryPoint = ((header >>> 5) & 1) === 1;
    const thread = header >>> 8;
    if (thread === this.thread) return;
    this.count(offset);
    this.thread = thread;
    let stack = this.stacks.get(thread);
    if (stack === undefined) {
      stack = new ThreadStack(thread);
      this.stacks.set(thread, stack);
    }
    this.current = stack;
    if (stack.block !== this.block) this.touch(stack);
  }

  /** The log's time does not go back when a clock is set back (as in expansion). */
  time(words: Int32Array, at: number): void {
    const low = words[at + 1]!;
    const high = words[at + 2]!;
    if (high >>> 0 < this.timeHigh >>> 0 || (high === this.timeHigh && low >>> 0 < this.timeLow >>> 0)) return;
    this.timeLow = low;
    this.timeHigh = high;
  }

  /** Writes the state at the start of the current block: everything that its entries need. */
  writeState(out: ByteWriter): void {
    out.varint(this.blockThread * 2 + (this.blockEntryPoint ? 1 : 0));
    out.varint(this.touched.length);
    for (const stack of this.touched) this.writeThread(out, stack);
    out.varint(this.settled.length);
    for (const call of this.settled) {
      out.varint(call.frame >>> 0);
      this.writeFrame(out, call.packed, this.blockOffset - call.offset);
    }
    out.varint(this.needed.size);
    for (const error of this.needed.values()) for (const word of error) out.varint(word >>> 0);
  }

  private writeThread(out: ByteWriter, stack: ThreadStack): void {
    const popped = stack.poppedFrames.length;
    const listed = Math.min(stack.startDepth, popped + OUTER_FRAMES);
    out.varint(stack.thread);
    out.varint(stack.startMessages);
    out.varint(stack.startDepth);
    out.varint(listed);
    let inner = this.blockOffset;
    for (let i = 0; i < listed; i++) {
      const below = stack.startDepth - 1 - i;
      const frame = i < popped ? stack.poppedFrames[i]! : stack.frames[below]!;
      const offset = i < popped ? stack.poppedOffsets[i]! : stack.offsets[below]!;
      this.writeFrame(out, frame, inner - offset);
      inner = offset;
    }
  }

  private writeFrame(out: ByteWriter, packed: number, distance: number): void {
    out.varint((packed & 0xffffff) * 2 + (packed >>> 24));
    out.varint(distance);
  }

  /** An error and its causes, as far as they are remembered and not defined in the block itself. */
  private need(ref: number): void {
    for (let next = ref; next !== 0 && !this.defined.has(next) && !this.needed.has(next);) {
      const error = this.errors.get(next);
      if (error === undefined) return;
      this.needed.set(next, error);
      next = error[3];
    }
  }

  private touch(stack: ThreadStack): void {
    stack.block = this.block;
    stack.startDepth = stack.depth;
    stack.low = stack.depth;
    stack.startMessages = this.messages[stack.thread] ?? 0;
    stack.poppedFrames.length = 0;
    stack.poppedOffsets.length = 0;
    this.touched.push(stack);
  }

  /** Books the messages since the last switch on the current thread. */
  private count(offset: number): void {
    if (this.thread >= this.messages.length) {
      const larger = new Uint32Array(Math.max(this.messages.length * 2, this.thread + 1));
      larger.set(this.messages);
      this.messages = larger;
    }
    this.messages[this.thread]! += offset - this.since;
    this.since = offset;
  }
}
