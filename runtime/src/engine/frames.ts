/**
 * Frames of async functions and generators: what a woven body carries across a suspension. Invariants: the synchronous part
 * of an async call belongs to the caller's thread, all after the first suspension to `<parent>/async#<n>`; depth and current
 * thread are the caller's again as soon as the frame is suspended or done. Microtasks are neither added nor moved: a returned
 * promise is observed only where `then` cannot be noticed.
 */
import { Const, Kind, Tag } from '../entry/words';
import type { HotPath } from './hotPath';
import { getPrototypeOf, hasOwn, isPromise, promisePrototype, promiseThen } from './intrinsics';
import { Control } from './ringLayout';
import type { Thread, Threads } from './threads';

const { APP_DEPTH, APP_INDEX } = Control;
const UNDEFINED = (Const.UNDEFINED << 3) | Tag.CONST;
const UNKNOWN = (Const.UNKNOWN << 3) | Tag.CONST;

export class Frame {
  thread: Thread | undefined = undefined;
  suspended = false;
  done = false;
  /** With completions at the call: the RETURN has been written. */
  closed = false;
  constructor(
    readonly site: number,
    public id: number,
    public callerDepth: number,
    public callerThread: Thread,
    /** `undefined`: an async function; else the steps of a generator are the operations. */
    readonly generator: GeneratorState | undefined,
  ) {}
}

export interface GeneratorState {
  /** Word of a reference that stands for the generator object, which its body cannot see. */
  readonly word: number;
  readonly async: boolean;
  /** Site of the step that runs: `next`, `return` or `throw`. */
  step: number;
  /** Stopped at a `yield` (and not at an `await`). */
  yielded: boolean;
}

export class Frames {
  private nextId = 1;

  constructor(
    private readonly hot: HotPath,
    private readonly threads: Threads,
    readonly completeAtCall: boolean,
    private readonly promiseClass: () => number,
  ) {}

  /** Kind of the entry of an async call. */
  get callKind(): number {
    return this.completeAtCall ? Kind.CALL : Kind.ASYNC_CALL;
  }

  // ---- async functions ------------------------------------------------------------------------------------------

  /** The call itself has been written as ASYNC_CALL with this frame's id. */
  open(site: number): Frame {
    const { control } = this.hot.ring;
    const frame = new Frame(site, this.nextId++, control[APP_DEPTH]!, this.threads.current, undefined);
    control[APP_DEPTH] = frame.callerDepth + 1;
    return frame;
  }

  get upcoming(): number {
    return this.nextId;
  }

  /** Module body with top-level await. */
  module(): Frame {
    const frame = new Frame(0, 0, 0, this.threads.root, undefined);
    frame.thread = this.threads.root;
    return frame;
  }

  suspend(frame: Frame): void {
    if (frame.done || frame.suspended) return;
    frame.suspended = true;
    const { control } = this.hot.ring;
    if (frame.id === 0 && frame.generator === undefined) {
      this.hot.ring.publish();
      return;
    }
    frame.thread ??= this.threads.fork(frame.callerThread, 'async');
    this.closeAtCall(frame);
    this.leave(frame);
    if (control[APP_DEPTH] === 0) this.hot.ring.publish();
  }

  /** `--async-completions=call`: the call completes with a promise as soon as its synchronous part has ended. */
  private closeAtCall(frame: Frame): void {
    if (!this.completeAtCall || frame.closed) return;
    frame.closed = true;
    const { hot } = this;
    const { ring } = hot;
    const word = hot.synthetic(this.promiseClass());
    const at = ring.more();
    ring.data[at] = Kind.RETURN | ((frame.generator?.step ?? frame.site) << 8);
    ring.data[at + 1] = word;
    ring.control[APP_INDEX] = at + 2;
  }

  private leave(frame: Frame): void {
    this.hot.ring.control[APP_DEPTH] = frame.callerDepth;
    const moved = this.threads.current !== frame.callerThread;
    this.threads.current = frame.callerThread;
    if (moved && frame.callerDepth > 0) this.threads.announce(frame.callerThread, 0);
  }

  resume(frame: Frame): void {
    if (!frame.suspended) return;
    frame.suspended = false;
    const { generator } = frame;
    if (generator?.yielded === true) {
      // Not `next`: `return` runs finally blocks, `throw` arrives in a handler.
      this.step(frame, frame.site + 2, UNDEFINED, undefined, 0);
      return;
    }
    if (frame.id === 0) {
      this.threads.resumeModule();
      return;
    }
    // A microtask: nothing is below it. (Exceptions near the limit of the stack may have left the depth wrong.)
    frame.callerDepth = 0;
    frame.callerThread = this.threads.current;
    this.hot.ring.control[APP_DEPTH] = 1;
    this.threads.resume(frame.thread!);
  }

  return(frame: Frame, value: unknown): void {
    if (frame.done) return;
    if (frame.suspended) this.resume(frame);
    frame.done = true;
    if (isPromise(value) && unnoticed(value) && !this.completeAtCall) {
      if (frame.thread === undefined) frame.thread = this.threads.fork(frame.callerThread, 'async');
      this.leave(frame);
      promiseThen(
        value,
        (result: unknown) => this.settle(frame, Kind.ASYNC_RETURN, result),
        (error: unknown) => this.settle(frame, Kind.ASYNC_THROW, error),
      );
      return;
    }
    this.complete(frame, Kind.ASYNC_RETURN, value);
    this.leave(frame);
    if (frame.callerDepth === 0) this.hot.ring.publish();
  }

  throw(frame: Frame, error: unknown): void {
    if (frame.done) return;
    if (frame.suspended) this.resume(frame);
    frame.done = true;
    this.hot.caught(error);
    this.complete(frame, Kind.ASYNC_THROW, error);
    this.leave(frame);
    if (frame.callerDepth === 0) this.hot.ring.publish();
  }

  private settle(frame: Frame, kind: number, value: unknown): void {
    const before = this.threads.current;
    this.threads.resume(frame.thread!);
    this.complete(frame, kind, value);
    this.threads.current = before;
    if (this.hot.ring.control[APP_DEPTH] === 0) this.hot.ring.publish();
    else this.threads.announce(before, 0);
  }

  private complete(frame: Frame, kind: number, value: unknown): void {
    if (this.completeAtCall) {
      this.closeAtCall(frame);
      return;
    }
    const site = frame.generator?.step ?? frame.site;
    const word = kind === Kind.ASYNC_THROW ? this.hot.errorWord(value) : this.hot.word(value);
    const { ring } = this.hot;
    const at = ring.more();
    ring.data[at] = kind | (site << 8);
    ring.data[at + 1] = frame.id;
    ring.control[APP_INDEX] = this.hot.put(at + 2, word, value);
  }

  // ---- generators -------------------------------------------------------------------------------------------------

  /** The creating call and its completion have been written; the body has not begun. */
  generator(site: number, word: number, async: boolean): Frame {
    const state: GeneratorState = { word, async, step: site + 1, yielded: true };
    const frame = new Frame(site, 0, 0, this.threads.current, state);
    frame.suspended = true;
    return frame;
  }

  /** First `next`. */
  begin(frame: Frame): void {
    frame.suspended = false;
    this.step(frame, frame.site + 1, 0, undefined, -1);
  }

  /** A call of `next`, `return` or `throw` begins. `word` 0: it is made of `value`. */
  private step(frame: Frame, site: number, word: number, value: unknown, count: number): void {
    const generator = frame.generator!;
    generator.step = site;
    generator.yielded = false;
    const { hot, threads } = this;
    const { ring } = hot;
    if (ring.control[APP_DEPTH] === 0) threads.enter();
    frame.callerDepth = ring.control[APP_DEPTH]!;
    frame.callerThread = threads.current;
    const args = count < 0 ? 0 : 1;
    const argument = word === 0 && args === 1 ? hot.word(value) : word;
    let at = ring.more();
    const { data } = ring;
    if (generator.async) {
      frame.id = this.nextId++;
      frame.thread = undefined;
      frame.closed = false;
      data[at++] = this.callKind | (args << 5) | (site << 8);
      if (!this.completeAtCall) data[at++] = frame.id;
    } else data[at++] = Kind.CALL | (args << 5) | (site << 8);
    data[at++] = generator.word;
    if (args === 1) at = hot.put(at, argument, value);
    ring.control[APP_INDEX] = at;
    ring.control[APP_DEPTH] = frame.callerDepth + 1;
  }

  /** `yield value`: the step completes. */
  yield(frame: Frame, value: unknown, unknown: boolean): void {
    const generator = frame.generator!;
    if (frame.suspended) this.resume(frame);
    this.endStep(frame, Kind.RETURN, value, unknown);
    generator.yielded = true;
    frame.suspended = true;
  }

  private endStep(frame: Frame, kind: number, value: unknown, unknown: boolean): void {
    const generator = frame.generator!;
    const { hot } = this;
    const { ring } = hot;
    if (generator.async) {
      this.complete(frame, kind === Kind.RETURN ? Kind.ASYNC_RETURN : Kind.ASYNC_THROW, value);
      this.leave(frame);
    } else {
      const word = unknown ? UNKNOWN : kind === Kind.THROW ? hot.errorWord(value) : hot.word(value);
      const at = ring.more();
      ring.data[at] = kind | (generator.step << 8);
      ring.control[APP_INDEX] = hot.put(at + 1, word, unknown ? undefined : value);
      ring.control[APP_DEPTH] = frame.callerDepth;
    }
    if (frame.callerDepth === 0) ring.publish();
  }

  /** The `yield` expression has a value: `next(value)`. */
  next(frame: Frame, value: unknown): void {
    if (frame.done) return;
    frame.suspended = false;
    this.step(frame, frame.site + 1, 0, value, 1);
  }

  generatorReturn(frame: Frame, value: unknown): void {
    if (frame.done) return;
    if (frame.suspended) this.resume(frame);
    frame.done = true;
    this.endStep(frame, Kind.RETURN, value, false);
  }

  generatorThrow(frame: Frame, error: unknown): void {
    if (frame.done) return;
    this.hot.caught(error);
    const generator = frame.generator!;
    if (frame.suspended) {
      frame.suspended = false;
      if (generator.yielded) this.step(frame, frame.site + 3, this.hot.errorWord(error), error, 1);
      else this.resumeSuspended(frame);
    }
    frame.done = true;
    this.endStep(frame, Kind.THROW, error, false);
  }

  private resumeSuspended(frame: Frame): void {
    frame.suspended = true;
    this.resume(frame);
  }

  /** Last `finally`: without a completion before it the generator was ended by `return()`. */
  end(frame: Frame): void {
    if (frame.done) return;
    if (frame.suspended) this.resume(frame);
    frame.done = true;
    this.endStep(frame, Kind.RETURN, undefined, false);
  }
}

/** Whether observing the promise runs no code of the program and shows nowhere. */
const unnoticed = (promise: Promise<unknown>): boolean =>
  getPrototypeOf(promise) === promisePrototype && !hasOwn(promise, 'constructor') && !hasOwn(promise, 'then');
