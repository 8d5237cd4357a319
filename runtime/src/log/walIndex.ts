/**
 * Pairs operations with their completions and sums a log up, message by message (replay specification 3).
 *
 * Two ways of pairing. `strict` is PAL's: one stack over all threads, wrong as soon as threads interleave. `threads`, the default,
 * pairs a completion with the operation it names (`response_to`), else with the innermost open operation of its own thread that it
 * can complete by kind and member: threads and asynchronous calls do not disturb each other, and an operation that never completed
 * does not make its callers look unfinished.
 *
 * Invariant: memory grows with what is open, with threads and with issues, not with the log. Deliberately absent: spans and cursors
 * (replay builds them from the pairs).
 */
import { isCompletion, isOperation } from '../wire/codes';
import type { ExecHead } from './execHead';
import type { LogReader } from './log';
import { canComplete, walEntryOf, type WalEntry } from './walEntry';

export type Pairing = 'threads' | 'strict';

export interface WalIndexSummary {
  readonly entries: number;
  readonly operations: number;
  readonly completions: number;
  /** Entries with the entry-point flag: operations and completions. */
  readonly entryPoints: number;
  readonly pairs: number;
  /** Sorted. */
  readonly threads: readonly string[];
  /** Threads with an entry-point operation, sorted. */
  readonly inputThreads: readonly string[];
  /** What does not pair, in PAL's words: completions in log order, then operations, the last one first. */
  readonly issues: readonly string[];
}

interface OpenOperation {
  readonly index: bigint;
  readonly messageType: number;
  readonly member: string | undefined;
  readonly messageId: string;
  done: boolean;
}

export class WalIndexBuilder {
  private entries = 0;
  private operations = 0;
  private entryPoints = 0;
  private pairs = 0;
  private readonly threads = new Set<string>();
  private readonly inputThreads = new Set<string>();
  private readonly orphans: bigint[] = [];
  /** Open operations by thread; under the empty name when pairing is strict. */
  private readonly stacks = new Map<string, OpenOperation[]>();
  /** Operations that only a completion naming them can still complete: their callers have returned. */
  private readonly detached = new Set<OpenOperation>();
  /** Open operations by message id, innermost last; kept once a completion has named one. */
  private byId: Map<string, OpenOperation[]> | undefined;

  constructor(private readonly pairing: Pairing = 'threads') {}

  /** Takes the next entry of the log, found at `index`. Returns the index of the operation it completes, if it does. */
  add(entry: ExecHead, index: bigint): bigint | undefined {
    const operation = isOperation(entry.messageType);
    if (!operation && !isCompletion(entry.messageType)) return undefined;
    this.entries += 1;
    this.threads.add(entry.threadName);
    if (entry.entryPoint) this.entryPoints += 1;
    if (operation) {
      this.operations += 1;
      if (entry.entryPoint) this.inputThreads.add(entry.threadName);
      this.open(entry, index);
      return undefined;
    }
    const completed = this.pairing === 'strict' ? this.stackOf('').pop() : this.complete(entry);
    if (completed === undefined) {
      this.orphans.push(index);
      return undefined;
    }
    this.pairs += 1;
    return completed.index;
  }

  summary(): WalIndexSummary {
    const open = [...this.stacks.values()].flat().filter((operation) => !operation.done);
    const unmatched = [...open, ...this.detached].map((operation) => operation.index);
    unmatched.sort((a, b) => (a < b ? 1 : a > b ? -1 : 0));
    return {
      entries: this.entries,
      operations: this.operations,
      completions: this.entries - this.operations,
      entryPoints: this.entryPoints,
      pairs: this.pairs,
      threads: sortedAsJava(this.threads),
      inputThreads: sortedAsJava(this.inputThreads),
      issues: [
        ...this.orphans.map((index) => `Orphaned completion at offset ${String(index)}`),
        ...unmatched.map((index) => `Unmatched operation at offset ${String(index)}`),
      ],
    };
  }

  private open(entry: ExecHead, index: bigint): void {
    const { messageType, member, messageId } = entry;
    const operation: OpenOperation = { index, messageType, member, messageId, done: false };
    this.stackOf(this.pairing === 'strict' ? '' : entry.threadName).push(operation);
    if (this.byId !== undefined) remember(this.byId, operation);
  }

  private complete(entry: ExecHead): OpenOperation | undefined {
    if (entry.responseToId !== '') {
      const named = this.namedBy(entry.responseToId);
      if (named !== undefined) {
        this.finish(named);
        this.detached.delete(named); // else it leaves its stack when it comes to the top
        return named;
      }
    }
    const stack = this.stackOf(entry.threadName);
    dropDone(stack);
    for (let i = stack.length - 1; i >= 0; i--) {
      const operation = stack[i]!;
      if (operation.done || !canComplete(operation, entry.messageType, entry.member)) continue;
      // What was begun inside it and is still open can end only by name.
      for (const inner of stack.splice(i)) if (inner !== operation && !inner.done) this.detached.add(inner);
      this.finish(operation);
      return operation;
    }
    return undefined;
  }

  private namedBy(messageId: string): OpenOperation | undefined {
    if (this.byId === undefined) {
      this.byId = new Map();
      for (const stack of [[...this.detached], ...this.stacks.values()])
        for (const operation of stack) if (!operation.done) remember(this.byId, operation);
    }
    return this.byId.get(messageId)?.at(-1);
  }

  private finish(operation: OpenOperation): void {
    operation.done = true;
    if (this.byId === undefined) return;
    const same = this.byId.get(operation.messageId);
    if (same === undefined) return;
    if (same.length <= 1) this.byId.delete(operation.messageId);
    else same.splice(same.lastIndexOf(operation), 1);
  }

  private stackOf(threadName: string): OpenOperation[] {
    let stack = this.stacks.get(threadName);
    if (stack === undefined) this.stacks.set(threadName, (stack = []));
    return stack;
  }
}

/** Reads the whole log from its beginning. `onEntry` is told each entry before the summary is known. */
export async function indexLog(
  reader: LogReader,
  options: { readonly pairing?: Pairing; readonly onEntry?: (entry: WalEntry) => void } = {},
): Promise<WalIndexSummary> {
  const builder = new WalIndexBuilder(options.pairing);
  await reader.seek(0);
  for (;;) {
    const entries = await reader.read(BATCH);
    if (entries.length === 0) return builder.summary();
    for (const logEntry of entries) {
      if (options.onEntry === undefined && logEntry.execHead !== undefined) {
        const head = logEntry.execHead();
        if (head !== undefined) builder.add(head, logEntry.index);
        continue;
      }
      const entry = walEntryOf(logEntry.index, logEntry.message());
      if (entry === undefined) continue;
      options.onEntry?.(entry);
      builder.add(entry, entry.index);
    }
  }
}

const BATCH = 4096;

function remember(byId: Map<string, OpenOperation[]>, operation: OpenOperation): void {
  if (operation.messageId === '') return;
  const same = byId.get(operation.messageId);
  if (same === undefined) byId.set(operation.messageId, [operation]);
  else same.push(operation);
}

function dropDone(stack: OpenOperation[]): void {
  while (stack.length > 0 && stack.at(-1)!.done) stack.pop();
}

/** By UTF-16 units, as `String.compareTo` orders. */
const sortedAsJava = (names: ReadonlySet<string>): string[] => [...names].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
