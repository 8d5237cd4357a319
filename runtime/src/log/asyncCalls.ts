/**
 * A look ahead over a finished recording: which calls completed asynchronously, and as which thread they went on.
 *
 * A call of an async function that suspends continues on a logical thread `<thread>/async#<n>`; n counts the suspensions of
 * that thread's calls. Its completion, written by the continuation, names the call. So after one pass over the log two
 * things are known that no message says: the call that a continuation belongs to, and which of two calls suspended first.
 * A call that suspended before another one began cannot be its caller, however the lines stand.
 *
 * Invariant: memory grows with the number of async calls and of open ones, not with the log.
 */
import { isOperation } from '../wire/codes';
import type { LogReader } from './log';
import { walEntryOf } from './walEntry';

const BATCH = 4_096;
const CONTINUATION = '/async#';

export class AsyncCalls {
  private readonly numbers = new Map<number, number>();
  private readonly offsets = new Map<string, number>();

  get size(): number {
    return this.numbers.size;
  }

  /** @param continuation thread on which the call at that offset completed */
  add(offset: number, continuation: string): void {
    this.numbers.set(offset, Number(continuation.slice(continuation.lastIndexOf('#') + 1)));
    this.offsets.set(continuation, offset);
  }

  /** How many calls of the same thread had suspended when this one did; undefined for calls that did not suspend. */
  suspensionOf(offset: number): number | undefined {
    return this.numbers.get(offset);
  }

  /** Offset of the call that a thread continues. */
  callOf(thread: string): number | undefined {
    return this.offsets.get(thread);
  }
}

/** Reads up to offset `end` and goes back to the beginning. */
export async function findAsyncCalls(
  reader: Pick<LogReader, 'read' | 'seek'>,
  end: number,
  onProgress: (done: number) => void,
): Promise<AsyncCalls> {
  const calls = new AsyncCalls();
  /** Open operations by thread. */
  const open = new Map<string, { readonly id: string; readonly offset: number }[]>();
  for (let done = 0; done < end;) {
    const batch = await reader.read(BATCH);
    if (batch.length === 0) break;
    for (const entry of batch) {
      const head = entry.execHead?.() ?? walEntryOf(entry.index, entry.message());
      if (head === undefined) continue;
      const { threadName } = head;
      if (isOperation(entry.messageType)) {
        const stack = open.get(threadName);
        const operation = { id: head.messageId, offset: entry.offset };
        if (stack === undefined) open.set(threadName, [operation]);
        else stack.push(operation);
        continue;
      }
      const at = head.responseToId === '' ? -1 : threadName.lastIndexOf(CONTINUATION);
      const caller = at < 0 ? threadName : threadName.slice(0, at);
      const stack = open.get(at < 0 ? threadName : caller);
      if (stack === undefined) continue;
      const found =
        head.responseToId === '' ? stack.length - 1 : stack.findLastIndex(({ id }) => id === head.responseToId);
      if (found >= 0) {
        const [operation] = stack.splice(found, 1);
        if (at >= 0) calls.add(operation!.offset, threadName);
      }
      if (stack.length === 0) open.delete(caller);
    }
    done = batch.at(-1)!.offset + 1;
    onProgress(done);
  }
  await reader.seek(0);
  return calls;
}
