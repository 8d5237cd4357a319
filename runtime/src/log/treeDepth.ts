/**
 * Indentation of `--tree`: how deep an operation and its completion stand.
 *
 * As long as the operations of a log nest like brackets, whatever their threads, the depth is the number of open
 * operations; that is what PAL prints. The first completion that belongs to another operation than the innermost open one
 * shows that threads (or async calls) interleave; from there on every thread is indented by its own open operations, a
 * thread `P/async#n` starts below the operation of `P` that it continues, and completions are matched by `responseToId`
 * where they carry one. PAL goes on with one counter there, which indents unrelated operations under each other.
 *
 * Invariant: one pass, memory in proportion to the open operations. Deliberately absent: looking ahead, so that a followed
 * log and a finished one look the same. Known limit: an async call that is not awaited at once keeps what its caller does
 * next below it until it completes.
 */
import { isCompletion, isOperation } from '../wire/codes';
import type { Message } from '../wire/messages';

interface Frame {
  readonly id: string;
  readonly thread: string;
  readonly depth: number;
}

export class TreeDepth {
  /** Open operations in order of appearance, while they nest like brackets. */
  private readonly brackets: Frame[] = [];
  private threads: Map<string, Frame[]> | undefined;
  private readonly byId = new Map<string, Frame>();
  /** Threads that have continued as `<thread>/…`: only JavaScript peers name threads so. */
  private readonly parents = new Set<string>();

  /** Threads interleave: lines need their thread's name to be understood. */
  get interleaved(): boolean {
    return this.threads !== undefined;
  }

  /** Depth at which the line of the last message stands. */
  lineDepth = 0;

  /** Id of the operation that the last message completed. */
  closedId: string | undefined;

  /** Takes the next message; call it for every message of the log, in order, shown or not. */
  next(message: Message): void {
    const exec = message.execMessage;
    const thread = exec?.threadName ?? '';
    this.step(message.messageType ?? 0, thread, exec?.messageId, exec?.responseToId, exec?.entryPoint === true);
  }

  /** As `next`, for who has not decoded the message. */
  step(
    type: number,
    thread: string,
    id: string | undefined,
    responseTo: string | undefined,
    entryPoint: boolean,
  ): void {
    this.closedId = undefined;
    if (isOperation(type)) this.lineDepth = this.enter(thread, id ?? '', entryPoint);
    else if (isCompletion(type)) this.lineDepth = this.leave(thread, responseTo ?? '');
    else this.lineDepth = this.threads === undefined ? this.brackets.length : this.depthOf(thread);
  }

  private enter(thread: string, id: string, entryPoint: boolean): number {
    if (this.threads === undefined) {
      const depth = this.brackets.length;
      this.brackets.push({ id, thread, depth });
      return depth;
    }
    this.noteParent(thread);
    const open = this.threads.get(thread);
    // An entry point runs on an empty stack: what is still open on this thread waits for a promise.
    const fresh = entryPoint && this.parents.has(thread);
    if (fresh && open !== undefined) open.length = 0;
    const depth = fresh ? 0 : this.depthOf(thread);
    const frame: Frame = { id, thread, depth };
    if (id !== '') this.byId.set(id, frame);
    if (open === undefined) this.threads.set(thread, [frame]);
    else open.push(frame);
    return depth;
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
    this.threads = new Map();
    for (const frame of this.brackets) {
      const open = this.threads.get(frame.thread);
      if (open === undefined) this.threads.set(frame.thread, [frame]);
      else open.push(frame);
      if (frame.id !== '') this.byId.set(frame.id, frame);
      this.noteParent(frame.thread);
    }
    this.brackets.length = 0;
  }

  private leaveThread(thread: string, responseTo: string): number {
    this.noteParent(thread);
    const named = responseTo === '' ? undefined : this.byId.get(responseTo);
    const frame = named ?? this.threads?.get(thread)?.at(-1);
    if (frame === undefined) return this.depthOf(thread);
    this.byId.delete(frame.id);
    this.closedId = frame.id;
    const open = this.threads?.get(frame.thread);
    const at = open?.lastIndexOf(frame) ?? -1;
    if (at >= 0) open?.splice(at, 1);
    if (open?.length === 0) this.threads?.delete(frame.thread);
    return frame.depth;
  }

  /** Depth of the next operation of a thread. */
  private depthOf(thread: string): number {
    const top = this.threads?.get(thread)?.at(-1);
    if (top !== undefined) return top.depth + 1;
    const slash = thread.lastIndexOf('/');
    return slash > 0 && thread.startsWith('/async#', slash) ? this.depthOf(thread.slice(0, slash)) : 0;
  }

  private noteParent(thread: string): void {
    const slash = thread.lastIndexOf('/');
    if (slash > 0) this.parents.add(thread.slice(0, slash));
  }
}
