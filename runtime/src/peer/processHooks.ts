/**
 * Knows when the program ends, whichever way it does, without being seen by it: no listener on `process`, no handle that keeps it alive.
 *
 * `emit` is overridden one step up the prototype chain of `process`, so that the last thing of an `exit` event is ours; `reallyExit`, `abort`
 * and `_kill` (what `process.exit`, `process.abort`, `process.kill` end in) are wrapped in place. A signal without a handler of the program
 * ends the program by that very signal, after the log is closed.
 */
import { createHook } from 'node:async_hooks';
import { EventEmitter } from 'node:events';
import { constants } from 'node:os';
import { disguise } from '../launch/functionText';
import { SIGNAL_OUTCOME } from './mainCall';
import { PeerControl } from './peerControl';

export interface ProcessHookTargets {
  /** The program ends: close everything. Must be idempotent. */
  finish(outcome: number): void;
  /** The process may be gone after this: what was recorded must be in the log. */
  drain(): void;
  readonly control: Int32Array;
  /** A worker of the program was made. */
  workerMade(worker: unknown): void;
}

type Emit = (this: NodeJS.Process, event: string | symbol, ...args: unknown[]) => boolean;
type WrappedKey = 'reallyExit' | 'abort' | '_kill';
type InternalProcess = NodeJS.Process & {
  _exiting?: boolean;
  reallyExit: (this: unknown, code: number) => void;
  _kill: (this: unknown, pid: number, signal: number) => number;
};

/** Signals that end a process which does not handle them, and that a person or a supervisor sends. */
const ENDING_SIGNALS: readonly NodeJS.Signals[] =
  process.platform === 'win32'
    ? ['SIGINT', 'SIGBREAK', 'SIGHUP']
    : ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR2'];

export function installProcessHooks(targets: ProcessHookTargets): void {
  const self = process as InternalProcess;
  const handled = new Set<string>();
  const numbers: Readonly<Record<string, number>> = constants.signals;

  /** Remembers for the host whether the program handles a signal. */
  const noteHandler = (event: unknown, has: boolean): void => {
    const number = typeof event === 'string' && event.startsWith('SIG') ? numbers[event] : undefined;
    if (number === undefined) return;
    if (has) Atomics.or(targets.control, PeerControl.PROGRAM_SIGNALS, 1 << number);
    else Atomics.and(targets.control, PeerControl.PROGRAM_SIGNALS, ~(1 << number));
  };
  const inherited = EventEmitter.prototype as { readonly emit: Emit };
  const emit: Emit = function emit(event, ...args) {
    const had = inherited.emit.apply(this, [event, ...args]);
    if (event === 'exit') {
      if (self._exiting === true) targets.finish(typeof args[0] === 'number' ? args[0] : 0);
    } else if (event === 'newListener') noteHandler(args[0], true);
    else if (event === 'removeListener') noteHandler(args[0], self.listenerCount(args[0] as string) > 0);
    else if (event === 'worker') targets.workerMade(args[0]);
    else if (had && typeof event === 'string' && event.startsWith('SIG')) handled.add(event);
    return had;
  };
  Object.defineProperty(Object.getPrototypeOf(process), 'emit', {
    value: disguise(emit, inherited.emit),
    configurable: true,
    writable: true,
  });

  wrap(self, 'reallyExit', (code) => targets.finish(typeof code === 'number' ? code : 0));
  wrap(self, 'abort', () => targets.finish(SIGNAL_OUTCOME + (numbers['SIGABRT'] ?? 6)));
  const kill = self._kill;
  wrap(self, '_kill', (pid) => {
    if (pid === process.pid || pid === 0 || (typeof pid === 'number' && pid < 0)) targets.drain();
  });

  const Signal = signalClass();
  if (Signal === undefined) return;
  const watches: SignalHandle[] = [];
  for (const name of ENDING_SIGNALS) {
    const watch = new Signal();
    watch.unref();
    watch.onsignal = () => {
      // The program's own handler, if it has one, runs in the same turn, before or after this.
      setImmediate(() => {
        Atomics.add(targets.control, PeerControl.SIGNALS_SEEN, 1);
        if (handled.delete(name)) return;
        targets.finish(SIGNAL_OUTCOME + numbers[name]!);
        for (const other of watches) other.close(); // the system's default action is in force again
        kill.call(self, process.pid, numbers[name]!);
      });
    };
    if (watch.start(numbers[name]!) === 0) watches.push(watch);
  }
}

/** In a worker of the program: `end` is called when the worker ends, after the program's own `exit` listeners. */
export function installWorkerHooks(end: () => void): void {
  const inherited = EventEmitter.prototype as { readonly emit: Emit };
  const emit: Emit = function emit(event, ...args) {
    const had = inherited.emit.apply(this, [event, ...args]);
    if (event === 'exit') end();
    return had;
  };
  Object.defineProperty(Object.getPrototypeOf(process), 'emit', {
    value: disguise(emit, inherited.emit),
    configurable: true,
    writable: true,
  });
}

interface SignalHandle {
  onsignal: (number: number) => void;
  start(number: number): number;
  unref(): void;
  close(): void;
}

/** Node's class of signal handles; it is reachable only through a handle that Node makes itself. */
function signalClass(): (new () => SignalHandle) | undefined {
  let found: (new () => SignalHandle) | undefined;
  const hook = createHook({
    init(_id, type, _trigger, resource) {
      if (type === 'SIGNALWRAP') found = resource.constructor as new () => SignalHandle;
    },
  }).enable();
  const listener = (): void => undefined;
  const signal = process.platform === 'win32' ? 'SIGBREAK' : 'SIGCONT';
  process.on(signal, listener);
  process.off(signal, listener);
  hook.disable();
  return found;
}

/** Runs `before` ahead of a method of `process`, keeping how the method looks. */
function wrap(self: InternalProcess, key: WrappedKey, before: (...args: unknown[]) => void): void {
  const original = (self as unknown as Record<WrappedKey, (...args: unknown[]) => unknown>)[key];
  const wrapped = function (this: unknown, ...args: unknown[]): unknown {
    before(...args);
    return Reflect.apply(original, this, args);
  };
  const descriptor = Object.getOwnPropertyDescriptor(self, key);
  Object.defineProperty(self, key, {
    configurable: true,
    enumerable: true,
    writable: true,
    ...descriptor,
    value: disguise(wrapped, original),
  });
}
