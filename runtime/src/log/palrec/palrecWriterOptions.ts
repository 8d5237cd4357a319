/** How a recording is written, and the defaults with their reasons. */
export interface PalrecWriterOptions {
  /** Replace an existing recording (never one that a live process writes). Default false. */
  readonly overwrite?: boolean;
  /** A block is cut at this many bytes of coded entries. Default 64 KiB; durable mode: 4-16 KiB. */
  readonly blockBytes?: number;
  /** A block is cut at this many compact entries. Default 4096. */
  readonly blockEntries?: number;
  /** Milliseconds between two fdatasync while writing; 0 = after every block, Infinity = only on `sync` and `close`. Default 100. */
  readonly syncIntervalMs?: number;
  /** Milliseconds that entries may wait for their block to fill while the writer is idle. Default 100; 0 = none. */
  readonly idleIntervalMs?: number;
}

export const DEFAULT_OPTIONS: Required<PalrecWriterOptions> = {
  overwrite: false,
  blockBytes: 64 * 1024,
  // Some 20 KB and 100 microseconds to decode: what reaching one message costs.
  blockEntries: 4096,
  syncIntervalMs: 100,
  // A program that does a little all the time makes ten blocks a second, not hundreds; who follows it sees entries this much later.
  idleIntervalMs: 100,
};
