/**
 * Where an expander stands, as plain values: what it needs, besides definitions, to start in the middle of a stream. A log stores
 * as much of it per block as the block's entries need.
 */

/** An open synchronous call. */
export interface FrameState {
  readonly site: number;
  /** Offset of its operation. */
  readonly offset: number;
  readonly entryPoint: boolean;
}

export interface ThreadState {
  readonly thread: number;
  /** PAL messages the thread has made so far. */
  readonly messages: number;
  /** Open calls, innermost first. May be cut at the outer end: stack traces show 64 at most, and completions need their own. */
  readonly frames: readonly FrameState[];
}

/** An operation whose completion comes by frame id (async function, returned promise). */
export interface PendingState extends FrameState {
  readonly frame: number;
}

/** Fields of `DEF_ERROR`. */
export interface ErrorState {
  readonly ref: number;
  readonly classId: number;
  /** String id, 0 = no message. */
  readonly message: number;
  /** Reference, 0 = no cause. */
  readonly cause: number;
}

export interface ExpanderState {
  /** Offset of the next message. */
  readonly offset: number;
  /** Current logical thread. */
  readonly thread: number;
  /** The next operation is an entry point. */
  readonly entryPoint: boolean;
  /** Wall clock (`Kind.TIME`), two int32 words. */
  readonly timeLow: number;
  readonly timeHigh: number;
  readonly threads: readonly ThreadState[];
  readonly pending: readonly PendingState[];
  readonly errors: readonly ErrorState[];
}
