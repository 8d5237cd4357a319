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

export class Thread {
  readonly children = new SafeMap<string, number>();
  constructor(
    readonly id: number,
    readonly name: string,
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
  ) {
    this.root = this.define(undefined, rootName, 0);
    // What module code does belongs to the call of the program's main, which is the entry point of its thread; a worker has no main.
    this.rootMark = rootName === MAIN_THREAD ? 0 : 1;
    this.current = this.root;
    this.macrotask = this.root;
    this.announce(this.root, this.rootMark); // field accesses of module code come before any call, and say nothing about the thread
  }

  private define(parent: Thread | undefined, kind: string, n: number): Thread {
    const name = parent === undefined ? kind : `${parent.name}/${kind}#${n}`;
    const thread = new Thread(this.nextId++, name);
    const text = this.strings.id(kind);
    const { data, control } = this.ring;
    const at = this.ring.more();
    data[at] = Kind.DEF_THREAD;
    data[at + 1] = thread.id;
    data[at + 2] = parent?.id ?? 0;
    data[at + 3] = text;
    data[at + 4] = n;
    control[Control.APP_INDEX] = at + 5;
    return thread;
  }

  fork(parent: Thread, kind: string): Thread {
    const n = (parent.children.get(kind) ?? 0) + 1;
    parent.children.set(kind, n);
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
    this.current = this.root;
    this.announce(this.root, this.rootMark);
  }

  announce(thread: Thread, empty: 0 | 1): void {
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
