/**
 * Shared memory between one app thread and the host thread. One ring per app thread (main, each worker of the program).
 *
 * Layout of the SharedArrayBuffer: `CONTROL_WORDS` int32 control words, then `capacity` int32 data words (a power of two). Positions are
 * counts of words modulo 2^32; data index = position & (capacity - 1). Entries may wrap; a reader copies out what it needs.
 *
 * Invariants: only the app writes WRITE and data; only the host writes READ; a full ring blocks the app (`Atomics.wait` on
 * READ), nothing is dropped; data is stored before WRITE is (`Atomics.store`), so the host never sees half an entry.
 */
export const CONTROL_WORDS = 64;

export const Control = {
  /** Words published by the app. The host waits on it (`Atomics.wait`) when idle. */
  WRITE: 0,
  /** Words consumed by the host. The app waits on it when the ring is full. */
  READ: 16,
  /** 1 while the host sleeps on WRITE: only then does the app pay for a notify. */
  HOST_SLEEPS: 17,
  /** App asks: "everything up to WRITE must be in the log"; incremented per request … */
  DRAIN_REQUEST: 18,
  /** … and the host stores the request number here when that is done, then notifies. */
  DRAIN_DONE: 19,
  /** 0 running, 1 host failed (the app stops recording, the program goes on). */
  HOST_FAILED: 20,
  /** 1: the app thread has ended; the ring may be released when it is empty. */
  APP_ENDED: 21,
  /**
   * Data index (position & (capacity - 1)) of the app's next word, stored without a fence after each entry. The app publishes at
   * batches and whenever its outermost woven call ends; what is written between (top-level code of an idle program)
   * is published by nobody, so a host that has waited in vain compares this word with WRITE: when it read the same value
   * twice, at least 10 ms apart, all words before it are whole and may be read as if published. Never ahead of
   * WRITE by a lap.
   */
  APP_INDEX: 48,
  /** Words 49-63 belong to the app alone. */
  APP_MARK: 49,
  APP_DEPTH: 50,
  APP_ACCESSOR: 51,
} as const;

export const DEFAULT_CAPACITY_WORDS = 1 << 20; // 4 MiB: about 300,000 entries, 10 ms of the fastest program
