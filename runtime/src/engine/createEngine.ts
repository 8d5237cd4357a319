/**
 * The app-thread side as one object: installs the `__pal_*` globals that woven text calls, gives modules their site numbers, and ends.
 * Invariants: globals are not enumerable; `__pal_on` is the only one that ever changes; a failed host stops recording and
 * nothing else. Deliberately absent: loading and weaving (launch/), the host thread (peer/).
 */
import { Kind } from '../entry/words';
import type { SiteTable } from '../entry/sites';
import { ClassNames } from './classNames';
import { scopedFields, type FieldScope } from './fieldScope';
import { Frames, type Frame } from './frames';
import { createHotPath } from './hotPath';
import { Ring } from './ring';
import { Control } from './ringLayout';
import { Strings } from './strings';
import { Threads } from './threads';

export interface EngineOptions {
  /** Ring of this thread (ringLayout.ts). The engine is its only writer. */
  readonly ring: SharedArrayBuffer;
  readonly values: {
    readonly mode: 'refs' | 'shallow' | 'deep';
    readonly depth: number;
    readonly members: number;
    readonly bytes: number;
  };
  readonly asyncCompletions: 'settle' | 'call';
  /** Which field accesses are recorded, by class; undefined: all that are woven. */
  readonly fieldScope?: FieldScope | undefined;
  /** Receives each module's table before any entry names its sites. */
  readonly onTable: (table: SiteTable, base: number) => void;
  /** Name of the logical thread that evaluates the main module; `worker-<n>/self-caller` in worker threads. */
  readonly rootThread?: string;
  /**
   * Next free site number of the process, as one int32 at the start of shared memory: site numbers must not overlap between threads.
   * Default: a counter of this engine's own, from 1.
   */
  readonly nextSite?: SharedArrayBuffer;
}

export interface Engine {
  /** Gives the table's sites consecutive numbers and returns the first. 24 bits: RangeError when they are used up. */
  registerModule(table: SiteTable): number;
  /** Makes known a table whose numbers another thread has taken from `nextSite` and has sent to the host itself. */
  registerModuleAt(table: SiteTable, base: number): void;
  /** Sets what brings in tables that another thread holds ready (`registerModuleAt`); called for a site that is not known yet. */
  pullTables(pull: () => void): void;
  /** Site of the `throw` statement that threw this value last of all; undefined when the last one threw another. */
  throwSiteOf(value: unknown): number | undefined;
  /** Publishes what has been written. */
  flush(): void;
  /** Publishes and waits until the host has it in the log; false: not within the time, or the host failed. */
  drain(timeoutMs: number): boolean;
  /** Ends recording: publishes, marks the ring as ended. Woven code goes on without recording. */
  stop(): void;
  readonly recording: boolean;
}

const MAX_SITE = 0xffffff;

export function createEngine(options: EngineOptions): Engine {
  let recording = true;
  const off = (): void => {
    recording = false;
    define('on', false, true);
  };
  const ring = new Ring(options.ring, off);
  const strings = new Strings(ring, options.values.bytes);
  const classes = new ClassNames(ring, strings);
  const threads = new Threads(ring, strings, options.rootThread ?? 'self-caller');
  const hot = createHotPath(
    ring,
    strings,
    classes,
    threads,
    options.values.mode === 'refs' ? undefined : options.values,
  );
  const frames = new Frames(hot, threads, options.asyncCompletions === 'call', () => classes.named('js.Promise').id);
  const { control } = ring;
  const classNames: string[] = [];
  const nextSite = new Int32Array(options.nextSite ?? new SharedArrayBuffer(4), 0, 1);
  Atomics.compareExchange(nextSite, 0, 0, 1); // 0 is no site

  const { callMany, ...hooks } = hot.hooks as Record<string, unknown> & {
    callMany: (
      kind: number,
      site: number,
      frame: number,
      self: unknown,
      fixed: ArrayLike<unknown>,
      rest?: ArrayLike<unknown>,
    ) => void;
  };

  function asyncCall(site: number, self: unknown, args: ArrayLike<unknown>, rest?: ArrayLike<unknown>): Frame {
    callMany(frames.callKind, site, frames.completeAtCall ? -1 : frames.upcoming, self, args, rest);
    return frames.open(site);
  }

  function create(site: number, self: unknown, args: ArrayLike<unknown>, rest?: ArrayLike<unknown>): Frame {
    callMany(Kind.CALL, site, -1, self, args, rest);
    control[Control.APP_DEPTH]!++;
    const async = generatorIsAsync[site] === true;
    const word = hot.synthetic(classes.named(async ? 'js.AsyncGenerator' : 'js.Generator').id);
    const at = ring.more();
    ring.data[at] = Kind.RETURN | (site << 8);
    ring.data[at + 1] = word;
    control[Control.APP_INDEX] = at + 2;
    control[Control.APP_DEPTH]!--;
    return frames.generator(site, word, async);
  }
  const generatorIsAsync: boolean[] = [];
  let thrown: unknown;
  let throwSite = 0;

  const all: Record<string, unknown> = {
    ...hooks,
    ...(options.fieldScope === undefined
      ? {}
      : scopedFields(hot.hooks as never, classes, hot.memberOf, options.fieldScope)),
    kc: (site: number, constructor: (new () => object) & { prototype: object }): void => {
      if (classNames[site] === undefined) hot.tables.pull();
      const word = hot.synthetic(classes.register(constructor, classNames[site]!));
      hot.stamp(constructor, word);
    },
    m: () => frames.module(),
    s: <T>(frame: Frame | undefined, value: T): T => {
      if (frame !== undefined && recording) frames.suspend(frame);
      return value;
    },
    w: <T>(frame: Frame | undefined, value: T): T => {
      if (frame !== undefined && frame.suspended && recording) frames.resume(frame);
      return value;
    },
    ar: <T>(frame: Frame | undefined, value: T): T => {
      if (frame !== undefined && recording) frames.return(frame, value);
      return value;
    },
    at: (frame: Frame | undefined, error: unknown): unknown => {
      if (frame === undefined || !recording) hot.caught(error);
      else frames.throw(frame, error);
      return error;
    },
    yb: (frame: Frame) => {
      if (recording) frames.begin(frame);
    },
    ys: <T>(frame: Frame | undefined, value: T): T => {
      if (frame !== undefined && recording) frames.yield(frame, value, false);
      return value;
    },
    yd: <T>(frame: Frame | undefined, value: T): T => {
      if (frame !== undefined && recording) frames.yield(frame, value, true);
      return value;
    },
    yw: <T>(frame: Frame | undefined, value: T): T => {
      if (frame !== undefined && recording) frames.next(frame, value);
      return value;
    },
    yr: <T>(frame: Frame | undefined, value: T): T => {
      if (frame !== undefined && recording) frames.generatorReturn(frame, value);
      return value;
    },
    yt: (frame: Frame | undefined, error: unknown): unknown => {
      if (frame === undefined || !recording) hot.caught(error);
      else frames.generatorThrow(frame, error);
      return error;
    },
    ye: (frame: Frame) => {
      if (recording) frames.end(frame);
    },
    th: <T>(site: number, value: T): T => {
      thrown = value;
      throwSite = site;
      return value;
    },
    ...arities('a', asyncCall),
    ...arities('y', create),
  };
  for (const name of Object.keys(all)) define(name, all[name], false);

  function learn({ sites }: SiteTable, base: number): void {
    for (let i = 0; i < sites.length; i++) {
      const site = sites[i]!;
      hot.members[base + i] = site.member;
      classNames[base + i] = site.className;
      generatorIsAsync[base + i] = (site.flags & 1) !== 0;
    }
  }
  define('on', true, true);

  return {
    registerModule(table) {
      const base = Atomics.add(nextSite, 0, table.sites.length);
      if (base + table.sites.length > MAX_SITE) throw new RangeError('site numbers are used up');
      learn(table, base);
      options.onTable(table, base);
      return base;
    },
    registerModuleAt: learn,
    pullTables(pull) {
      hot.tables.pull = pull;
    },
    throwSiteOf: (value) => (throwSite !== 0 && Object.is(value, thrown) ? throwSite : undefined),
    flush: () => ring.publish(),
    drain: (timeoutMs) => ring.drain(timeoutMs),
    stop() {
      if (recording) off();
      ring.publish();
      Atomics.store(control, Control.APP_ENDED, 1);
      Atomics.notify(control, Control.WRITE);
    },
    get recording() {
      return recording;
    },
  };
}

/** `ac0 … ac4`, `af0 … af4`, `acv`, `acx`: the entries of async functions and generators by number of arguments. */
function arities(
  prefix: string,
  call: (site: number, self: unknown, args: ArrayLike<unknown>, rest?: ArrayLike<unknown>) => Frame,
): Record<string, unknown> {
  return {
    [`${prefix}c0`]: (site: number, self: unknown) => call(site, self, []),
    [`${prefix}c1`]: (site: number, self: unknown, a: unknown) => call(site, self, [a]),
    [`${prefix}c2`]: (site: number, self: unknown, a: unknown, b: unknown) => call(site, self, [a, b]),
    [`${prefix}c3`]: (site: number, self: unknown, a: unknown, b: unknown, c: unknown) => call(site, self, [a, b, c]),
    [`${prefix}c4`]: (site: number, self: unknown, a: unknown, b: unknown, c: unknown, d: unknown) =>
      call(site, self, [a, b, c, d]),
    [`${prefix}f0`]: (site: number) => call(site, undefined, []),
    [`${prefix}f1`]: (site: number, a: unknown) => call(site, undefined, [a]),
    [`${prefix}f2`]: (site: number, a: unknown, b: unknown) => call(site, undefined, [a, b]),
    [`${prefix}f3`]: (site: number, a: unknown, b: unknown, c: unknown) => call(site, undefined, [a, b, c]),
    [`${prefix}f4`]: (site: number, a: unknown, b: unknown, c: unknown, d: unknown) =>
      call(site, undefined, [a, b, c, d]),
    [`${prefix}cx`]: (site: number, self: unknown, fixed: ArrayLike<unknown>, rest: ArrayLike<unknown> | undefined) =>
      rest === undefined ? call(site, self, fixed) : call(site, self, fixed, rest),
    [`${prefix}cv`]: (site: number, self: unknown, args: ArrayLike<unknown>) => call(site, self, args),
  };
}

/** The flag must be writable for the engine and for nobody else: it is replaced by redefinition. */
function define(name: string, value: unknown, configurable: boolean): void {
  Object.defineProperty(globalThis, `__pal_${name}`, {
    value,
    configurable: true,
    enumerable: false,
    writable: configurable,
  });
}
