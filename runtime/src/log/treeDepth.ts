/**
 * Indentation of `--tree`: how deep an operation and its completion stand.
 *
 * As long as the operations of a log nest like brackets, whatever their threads, the depth is the number of open
 * operations; that is what PAL prints. The first completion that belongs to another operation than the innermost open one
 * shows that threads interleave; from there on every thread is indented by its own open operations, and completions are
 * matched by `responseToId` where they carry one. PAL goes on with one counter there, which indents unrelated operations
 * under each other.
 *
 * With `AsyncCalls` (a finished recording of a JavaScript peer) threads are told apart from the beginning: what follows an
 * async call that has suspended stands beside it and not below it, and its continuation stands below it again.
 *
 * Invariant: one pass, memory in proportion to the open operations. Known limits: while a log is followed nobody knows
 * which calls will suspend, so what their caller does next stands below them; what an async function calls before its first
 * `await` is told apart from what its caller calls next only if one of them is async too.
 */
import { isCompletion, isOperation } from '../wire/codes';
import type { Message } from '../wire/messages';
import type { AsyncCalls } from './asyncCalls';

interface Frame {
  readonly id: string;
  readonly thread: string;
  readonly depth: number;
  readonly offset: number;
  /** Set when the call suspends sooner or later. */
  readonly suspension: number | undefined;
}

interface Thread {
  readonly open: Frame[];
  /** Frames below this index have seen a turn of the event loop: those that suspend have done so. */
  turned: number;
}

export class TreeDepth {
  /** Depth at which the line of the last message stands. */
  lineDepth = 0;
  /** Id of the operation that the last message completed. */
  closedId: string | undefined;
  /** Threads interleave: lines need their thread's name to be understood. */
  interleaved = false;

  private readonly calls: AsyncCalls | undefined;
  /** Open operations in order of appearance, while they nest like brackets. */
  private readonly brackets: Frame[] = [];
  private threads: Map<string, Thread> | undefined;
  private readonly byId = new Map<string, Frame>();
  private readonly suspended = new Map<number, Frame>();
  /** Threads that have continued as `<thread>/…`: only JavaScript peers name threads so. */
  private readonly parents = new Set<string>();
  /** Thread of the last message, for each thread of the system: within one, only the event loop changes it. */
  private readonly running = new Map<string, string>();

  constructor(calls?: AsyncCalls) {
    if (calls === undefined || calls.size === 0) return;
    this.calls = calls;
    this.threads = new Map();
  }

  /** What tells the reader whose line this is: the call that a thread continues, else the thread's name. */
  placeOf(thread: string): string {
    const call = this.calls?.callOf(thread);
    return call === undefined ? thread : `in [${call}]`;
  }

  /** Takes the next message; call it for every message of the log, in order, shown or not. */
  next(message: Message, offset = -1): void {
    const exec = message.execMessage;
    const thread = exec?.threadName ?? '';
    this.step(message.messageType ?? 0, thread, exec?.messageId, exec?.responseToId, exec?.entryPoint === true, offset);
  }

  /** As `next`, for who has not decoded the message. */
  step(
    type: number,
    thread: string,
    id: string | undefined,
    responseTo: string | undefined,
    entryPoint: boolean,
    offset = -1,
  ): void {
    this.closedId = undefined;
    if (this.calls !== undefined) this.noteTurn(thread);
    if (isOperation(type)) this.lineDepth = this.enter(thread, id ?? '', entryPoint, offset);
    else if (isCompletion(type)) this.lineDepth = this.leave(thread, responseTo ?? '');
    else this.lineDepth = this.threads === undefined ? this.brackets.length : this.depthOf(thread);
  }

  private noteTurn(thread: string): void {
    const agent = /^worker-\d+\//.exec(thread)?.[0] ?? '';
    const before = this.running.get(agent);
    if (before === thread) return;
    this.running.set(agent, thread);
    const left = before === undefined ? undefined : this.threads?.get(before);
    if (left !== undefined) left.turned = left.open.length;
  }

  private enter(thread: string, id: string, entryPoint: boolean, offset: number): number {
    if (this.threads === undefined) {
      const depth = this.brackets.length;
      this.brackets.push({ id, thread, depth, offset, suspension: undefined });
      return depth;
    }
    this.noteParent(thread);
    const suspension = this.calls?.suspensionOf(offset);
    const state = this.stateOf(thread);
    this.dropSuspended(state, suspension);
    // An entry point runs on an empty stack: what is still open on this thread waits for a promise.
    const fresh = entryPoint && this.parents.has(thread);
    if (fresh) state.open.length = 0;
    state.turned = Math.min(state.turned, state.open.length);
    const depth = fresh ? 0 : this.depthOf(thread);
    const frame: Frame = { id, thread, depth, offset, suspension };
    if (id !== '') this.byId.set(id, frame);
    if (suspension !== undefined) this.suspended.set(offset, frame);
    state.open.push(frame);
    if (depth !== this.brackets.length) this.interleaved = true;
    if (!this.interleaved) this.brackets.push(frame);
    return depth;
  }

  /** Calls that have suspended before this operation began are not its callers. */
  private dropSuspended(state: Thread, suspension: number | undefined): void {
    for (let top = state.open.at(-1); top?.suspension !== undefined; top = state.open.at(-1)) {
      const turned = state.open.length <= state.turned;
      if (!turned && (suspension === undefined || suspension < top.suspension)) return;
      state.open.pop();
      this.interleaved = true;
    }
  }

  private leave(thread: string, responseTo: string): number {
    if (this.threads === undefined) {
      const top = this.brackets.at(-1);
      if (top === undefined) return 0;
      if (this.completes(top, thread, responseTo)) {
        this.brackets.pop();
        this.closedId = top.id;
        return top.depth;
      }
      this.separateThreads();
    }
    return this.leaveThread(thread, responseTo);
  }

  private completes(top: Frame, thread: string, responseTo: string): boolean {
    if (responseTo !== '' && responseTo === top.id) return true;
    if (top.thread !== thread) return false;
    return responseTo === '' || !this.brackets.some((frame) => frame.id === responseTo);
  }

  private separateThreads(): void {
    this.interleaved = true;
    this.threads = new Map();
    for (const frame of this.brackets) {
      this.stateOf(frame.thread).open.push(frame);
      if (frame.id !== '') this.byId.set(frame.id, frame);
      this.noteParent(frame.thread);
    }
    this.brackets.length = 0;
  }

  private leaveThread(thread: string, responseTo: string): number {
    this.noteParent(thread);
    const named = responseTo === '' ? undefined : this.byId.get(responseTo);
    const frame = named ?? this.threads?.get(thread)?.open.at(-1);
    if (frame === undefined) return this.depthOf(thread);
    if (!this.interleaved && this.brackets.pop() !== frame) this.interleaved = true;
    this.byId.delete(frame.id);
    this.suspended.delete(frame.offset);
    this.closedId = frame.id;
    const state = this.threads?.get(frame.thread);
    const at = state?.open.lastIndexOf(frame) ?? -1;
    if (state !== undefined && at >= 0) {
      state.open.splice(at, 1);
      if (at < state.turned) state.turned -= 1;
      if (state.open.length === 0) this.threads?.delete(frame.thread);
    }
    return frame.depth;
  }

  /** Depth of the next operation of a thread. */
  private depthOf(thread: string): number {
    const top = this.threads?.get(thread)?.open.at(-1);
    if (top !== undefined) return top.depth + 1;
    const call = this.calls?.callOf(thread);
    const continued = call === undefined ? undefined : this.suspended.get(call);
    if (continued !== undefined) return continued.depth + 1;
    const slash = thread.lastIndexOf('/');
    return slash > 0 && thread.startsWith('/async#', slash) ? this.depthOf(thread.slice(0, slash)) : 0;
  }

  private stateOf(thread: string): Thread {
    const known = this.threads?.get(thread);
    if (known !== undefined) return known;
    const state: Thread = { open: [], turned: 0 };
    this.threads?.set(thread, state);
    return state;
  }

  private noteParent(thread: string): void {
    const slash = thread.lastIndexOf('/');
    if (slash > 0) this.parents.add(thread.slice(0, slash));
  }
}
