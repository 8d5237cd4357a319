/**
 * Walks a log in batches: to the end it had at the start, or on and on when it is followed. Between batches the output
 * is flushed, so that a followed log shows what there is and memory stays flat.
 */
import type { LogEntry, LogReader } from '../../log/log';
import type { Output } from '../terminal/output';
import type { Progress } from '../terminal/progress';

/** Entries per read: enough to make the cost of a read vanish, little enough for a smooth stream. */
const BATCH = 2_048;
/** Longest time without a look at the log, should the system fail to tell of a change. */
const WAIT_MS = 1_000;

export interface WalkOptions {
  readonly output: Output;
  /** Offset behind the last entry to visit; Infinity to follow. */
  readonly end: number;
  readonly progress?: Progress;
  readonly signal?: AbortSignal;
}

/** @param visit returns false to stop */
export async function walkLog(
  reader: LogReader,
  { output, end, progress, signal }: WalkOptions,
  visit: (entry: LogEntry) => boolean,
): Promise<void> {
  while (signal?.aborted !== true) {
    const batch = await reader.read(BATCH);
    for (const entry of batch) {
      if (entry.offset >= end || !visit(entry)) return;
      if (output.full) await output.flush();
    }
    const last = batch.at(-1);
    if (last !== undefined) {
      progress?.update(last.offset + 1);
      if (last.offset + 1 >= end) return;
      continue;
    }
    if (end !== Infinity) return;
    await output.flush();
    await reader.waitForMore(WAIT_MS, signal);
  }
}
