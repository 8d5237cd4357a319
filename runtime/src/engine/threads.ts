/**
 * Logical threads (docs/names): `self-caller` and what forks from it. Purpose: which thread runs now, and the SWITCH entries that say so.
 * Invariants: names depend on the order of the program's own doings, never on ids of the runtime; an entry is written
 * only when the thread (or "nothing woven below") changes. Callbacks are recognised by the resource that the event loop
 * runs (a timer, a request); microtasks belong to the thread of the macrotask that was entered last.
 */
import { Kind } from '../entry/words';
import { executionAsyncId, executionAsyncResource, isPromise, SafeMap } from './intrinsics';
import { dataValue } from './classNames';
import { readAttachment, writeAttachment } from './identity';
import { getPrototypeOf } from './intrinsics';
import type { Ring } from './ring';
import { Control } from './ringLayout';
import type { Strings } from './strings';

/** Ids that Node gives to the bootstrap script and to microtasks outside any resource. */
const NO_RESOURCE = 1;

/** Ids have 24 bits in a SWITCH. When they are used up they begin anew; a thread that is still alive then gets a new one. */
const MAX_ID = 0xffffff;
/** A chain of timers or calls that start each other would make names (and chains of parents) without end: from here on siblings. */
const MAX_DEPTH = 8;

export class Thread {
  children: Map<string, number> | undefined = undefined;
  constructor(
    public id: number,
    public epoch: number,
    readonly parent: Thread | undefined,
    readonly kind: string,
    readonly n: number,
    readonly depth: number,
  ) {}
}

/** Thread in which a timer was started, kept on the timer until it first fires. */
export class TimerOrigin {
  constructor(readonly parent: Thread) {}
}

const KINDS = new SafeMap<string, string>([
  ['Timeout', 'timeout'],
  ['Immediate', 'immediate'],
  ['FSReqCallback', 'fs'],
  ['FSReqPromise', 'fs'],
  ['FSEvent', 'fs'],
  ['StatWatcher', 'fs'],
  ['HTTPServerAsyncResource', 'request'],
  ['HTTPClientAsyncResource', 'http'],
  ['HTTPParser', 'http'],
  ['TCP', 'net'],
  ['TCPConnectWrap', 'net'],
  ['Pipe', 'net'],
  ['PipeConnectWrap', 'net'],
  ['WriteWrap', 'net'],
  ['ShutdownWrap', 'net'],
  ['UDP', 'dgram'],
  ['Process', 'process'],
  ['Signal', 'signal'],
  ['TTY', 'tty'],
  ['MessagePort', 'message'],
  ['Worker', 'worker'],
  ['GetAddrInfoReqWrap', 'dns'],
  ['QueryReqWrap', 'dns'],
  ['Zlib', 'zlib'],
]);

/** Thread of the program's main, as PAL names it. */
const MAIN_THREAD = 'self-caller';

export class Threads {
  private nextId = 1;
  private epoch = 1;
  readonly root: Thread;
  current: Thread;
  /** Thread of the event-loop callback that was entered last. */
  private macrotask: Thread;
  private lastAsyncId = -1;
  private readonly rootMark: 0 | 1;
  private written = -1;

  constructor(
    private readonly ring: Ring,
    private readonly strings: Strings,
    rootName: string,
    private readonly maxId = MAX_ID,
  ) {
    this.root = this.define(undefined, rootName, 0);
    // What module code does belongs to the call of the program's main, which is the entry point of its thread; a worker has no main.
    this.rootMark = rootName === MAIN_THREAD ? 0 : 1;
    this.current = this.root;
    this.macrotask = this.root;
    this.announce(this.root, this.rootMark); // field accesses of module code come before any call, and say nothing about the thread
  }

  private define(parent: Thread | undefined, kind: string, n: number): Thread {
    const thread = new Thread(0, 0, parent, kind, n, parent === undefined ? 0 : parent.depth + 1);
    this.number(thread);
    return thread;
  }

  /** Gives the thread an id (again) and writes its definition. */
  private number(thread: Thread): void {
    const { parent, kind, n } = thread;
    if (this.nextId > this.maxId) {
      this.nextId = 1;
      this.epoch++;
    }
    thread.id = this.nextId++;
    thread.epoch = this.epoch;
    if (parent !== undefined && parent.epoch !== this.epoch) this.number(parent);
    const text = this.strings.id(kind);
    const { data, control } = this.ring;
    const at = this.ring.more();
    data[at] = Kind.DEF_THREAD;
    data[at + 1] = thread.id;
    data[at + 2] = parent?.id ?? 0;
    data[at + 3] = text;
    data[at + 4] = n;
    control[Control.APP_INDEX] = at + 5;
  }

  fork(from: Thread, kind: string): Thread {
    const parent = from.depth < MAX_DEPTH ? from : from.parent!;
    const children = (parent.children ??= new SafeMap<string, number>());
    const n = (children.get(kind) ?? 0) + 1;
    children.set(kind, n);
    return this.define(parent, kind, n);
  }

  /** Number of the event-loop task that runs now. */
  task(): number {
    return executionAsyncId();
  }

  /** An operation with no woven function below it: find out whose callback this is. */
  enter(): void {
    const asyncId = executionAsyncId();
    if (asyncId <= NO_RESOURCE) this.current = this.macrotask;
    else if (asyncId !== this.lastAsyncId) {
      const resource = executionAsyncResource();
      if (!isPromise(resource) && !isTick(resource)) this.macrotask = this.ofResource(resource);
      this.lastAsyncId = asyncId;
      this.current = this.macrotask;
    } else this.current = this.macrotask;
    this.announce(this.current, this.current === this.root ? this.rootMark : 1);
  }

  private ofResource(resource: object): Thread {
    const attached = readAttachment(resource);
    if (attached instanceof Thread) return attached;
    const parent = attached instanceof TimerOrigin ? attached.parent : this.root;
    const thread = this.fork(parent, kindOf(resource));
    writeAttachment(resource, thread);
    return thread;
  }

  /** The frame of an async function goes on: its thread is current. */
  resume(thread: Thread): void {
    this.current = thread;
    this.announce(thread, 0);
  }

  /** Module evaluation goes on after a top-level await. */
  resumeModule(): void {
    this.macrotask = this.root;
    this.lastAsyncId = -1;
    this.current = this.root;
    this.announce(this.root, this.rootMark);
  }

  announce(thread: Thread, empty: 0 | 1): void {
    if (thread.epoch !== this.epoch) this.number(thread);
    // An entry point is announced each time: the mark holds for one operation.
    if (empty === 0 && thread.id === this.written) return;
    this.written = thread.id;
    const word = Kind.SWITCH | (empty << 5) | (thread.id << 8);
    const { data, control } = this.ring;
    const at = this.ring.more();
    data[at] = word;
    control[Control.APP_INDEX] = at + 1;
  }
}

const resourceName = (resource: object): string => {
  const prototype = getPrototypeOf(resource) as object | null;
  const owner = prototype === null ? undefined : dataValue(prototype, 'constructor');
  const name = typeof owner === 'function' ? dataValue(owner, 'name') : undefined;
  return typeof name === 'string' ? name : '';
};

/** `process.nextTick`: goes with the microtasks. Its resource is a plain object with these members. */
const isTick = (resource: object): boolean =>
  getPrototypeOf(resource) === Object.prototype && typeof dataValue(resource, 'callback') === 'function';

function kindOf(resource: object): string {
  const name = resourceName(resource);
  if (name === 'Timeout' && dataValue(resource, '_repeat') !== null) return 'interval';
  return KINDS.get(name) ?? 'event';
}
