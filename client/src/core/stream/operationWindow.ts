/** The part of a recording around one message, as text: what "open at this operation" shows. */
import { TreeDepth } from 'pal-runtime/log/treeDepth';
import type { LogEntry, LogReader } from 'pal-runtime/log/log';
import { operationLine } from './operationLine';
import type { MessagePlace } from './streamPanel';

/** Messages before and after the one that is asked for. */
const before = 200;
const after = 2_000;
const batch = 2_048;
/** A message on the stream may be in the log a moment later. */
const waitMillis = 500;
const waits = 6;

export interface OperationWindow {
  /** Whole lines. */
  readonly text: string;
  /** Line of the message, from 0. */
  readonly line: number;
  /** Offsets of the first and last line. */
  readonly first: number;
  readonly last: number;
}

/** Undefined when the log does not hold the message. */
export async function operationWindow(
  reader: LogReader,
  place: MessagePlace,
  base: string,
  signal?: AbortSignal,
): Promise<OperationWindow | undefined> {
  const offset = 'offset' in place ? place.offset : await offsetOf(reader, place.id, signal);
  if (offset === undefined || !(await holds(reader, offset, signal))) return undefined;
  const first = Math.max(0, offset - before);
  await reader.seek(first);
  const tree = new TreeDepth();
  const lines: string[] = [];
  let lastThread: string | undefined;
  while (lines.length < before + after && signal?.aborted !== true) {
    const entries = await reader.read(Math.min(batch, before + after - lines.length));
    for (const entry of entries) {
      const message = entry.message();
      tree.next(message);
      const thread = message.execMessage?.threadName ?? '';
      const named = tree.interleaved && thread !== lastThread ? thread : undefined;
      lastThread = thread;
      lines.push(operationLine(message, { offset: entry.offset, depth: tree.lineDepth, thread: named, base }));
    }
    if (entries.length === 0) break;
  }
  const text = lines.map((line) => `${line}\n`).join('');
  return { text, line: offset - first, first, last: first + lines.length - 1 };
}

async function holds(reader: LogReader, offset: number, signal: AbortSignal | undefined): Promise<boolean> {
  for (let attempt = 0; ; attempt++) {
    const { last, state } = await reader.info();
    if (offset <= last) return true;
    if (state !== 'open' || attempt === waits || signal?.aborted === true) return false;
    await reader.seek(last + 1);
    await reader.waitForMore(waitMillis, signal);
  }
}

/** Looks through the whole log: peers that do not number their messages leave no other way. */
async function offsetOf(reader: LogReader, id: string, signal: AbortSignal | undefined): Promise<number | undefined> {
  await reader.seek(0);
  while (signal?.aborted !== true) {
    const entries = await reader.read(batch);
    const found = entries.find((entry) => idOf(entry) === id);
    if (found !== undefined) return found.offset;
    if (entries.length === 0) return undefined;
  }
  return undefined;
}

const idOf = (entry: LogEntry): string | undefined => entry.message().execMessage?.messageId;
