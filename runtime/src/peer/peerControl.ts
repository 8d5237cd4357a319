/**
 * Shared memory of one peer beside its rings: state of the host thread, numbers that must be unique in the process, what the host has to
 * know about the program without asking it, and the counters of the peer.
 */

/** Int32 words. */
export const PeerControl = {
  /** Next free site number; a module takes a run of numbers with `Atomics.add`. First, so that the memory serves as the loader's `nextSite`. */
  NEXT_SITE: 0,
  /** `HostState`. The main thread waits on it at start and at the end. */
  HOST_STATE: 1,
  /** Next free source number of a ring: 0 is the main thread's ring, workers of the program get 1, 2, … */
  NEXT_SOURCE: 2,
  /** 1: the peer ends; everything that was recorded goes into the log, then the log is closed. */
  FINISH: 3,
  /** How the program ends, for the completion of its main call: exit code, or 256 + signal number. */
  OUTCOME: 4,
  /** Bit n: the program itself handles signal n (n < 32). */
  PROGRAM_SIGNALS: 5,
  /** Signals that the main thread has reacted to. */
  SIGNALS_SEEN: 6,
  /** Turns of the host's loop, so that a waiter can tell a busy host from a dead one. */
  HEARTBEAT: 7,
} as const;
export const PEER_CONTROL_WORDS = 16;

export const HostState = { STARTING: 0, READY: 1, FAILED: 2, CLOSED: 3 } as const;

/** Float64 counters, behind the control words. */
export const PeerCounter = {
  WORDS: 0,
  MESSAGES: 1,
  BYTES: 2,
  PUB_SENT: 3,
  PUB_DROPPED: 4,
  RING_WAITS: 5,
  SUBSCRIBERS: 6,
} as const;
export const PEER_COUNTERS = 16;

export interface PeerStats {
  /** 32-bit words of compact entries taken from the rings. */
  readonly words: number;
  /** PAL messages in the log. */
  readonly messages: number;
  /** Bytes written to the log. */
  readonly bytes: number;
  readonly pubSent: number;
  /** Messages that were left out of the stream because subscribers or the socket could not keep up. */
  readonly pubDropped: number;
  /** 1 while at least one subscriber is connected. */
  readonly subscribers: number;
}

export class PeerMemory {
  readonly control: Int32Array;
  readonly counters: Float64Array;

  constructor(readonly buffer: SharedArrayBuffer = new SharedArrayBuffer(PEER_CONTROL_WORDS * 4 + PEER_COUNTERS * 8)) {
    this.control = new Int32Array(buffer, 0, PEER_CONTROL_WORDS);
    this.counters = new Float64Array(buffer, PEER_CONTROL_WORDS * 4, PEER_COUNTERS);
  }

  stats(): PeerStats {
    const read = (counter: number): number => this.counters[counter]!;
    return {
      words: read(PeerCounter.WORDS),
      messages: read(PeerCounter.MESSAGES),
      bytes: read(PeerCounter.BYTES),
      pubSent: read(PeerCounter.PUB_SENT),
      pubDropped: read(PeerCounter.PUB_DROPPED),
      subscribers: read(PeerCounter.SUBSCRIBERS),
    };
  }
}
