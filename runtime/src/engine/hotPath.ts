/**
 * What woven code calls for each operation: encodes values and writes entries. One closure, so that V8 sees constants. Invariants:
 * definitions come before the entry that uses them; the app index moves only when an entry is whole; no user code runs.
 * Deliberately absent: arrays of arguments on the common paths, text building, anything allocated per entry.
 */
import { Const, Kind, Tag } from '../entry/words';
import { restoreRendering } from '../weave/names';
import type { ClassNames } from './classNames';
import { dataValue } from './classNames';
import { createIdentity, writeAttachment } from './identity';
import { defineProperty, isArray, isNativeError, isProxy, stringIncludes, toText } from './intrinsics';
import type { Ring } from './ring';
import { Control } from './ringLayout';
import { Snapshots, type ValuesLimits } from './snapshots';
import type { Strings } from './strings';
import { TimerOrigin, type Threads } from './threads';

const { APP_INDEX, APP_MARK, APP_DEPTH, APP_ACCESSOR } = Control;
const constant = (value: number): number => (value << 3) | Tag.CONST;
const UNDEFINED = constant(Const.UNDEFINED);
const NULL = constant(Const.NULL);
const TRUE = constant(Const.TRUE);
const FALSE = constant(Const.FALSE);
const UNKNOWN = constant(Const.UNKNOWN);
/** Tags from DOUBLE on have a bit that the one-word tags lack; BIGINT and SYMBOL are one word all the same. */
const LONG = 4;
const NO_ARGUMENTS: readonly unknown[] = Object.freeze([]);
const STACK_OVERFLOW = 'Maximum call stack size exceeded';
const MAX_REF = (1 << 28) - 1;

export interface HotPath {
  readonly ring: Ring;
  word(value: unknown): number;
  errorWord(value: unknown): number;
  put(at: number, word: number, value: unknown): number;
  /** An exception arrived in woven code: complete built-in calls that it ended, restore V8's wording. */
  caught(error: unknown): void;
  /** A reference that stands for an object nobody can see. */
  synthetic(classId: number): number;
  /** Makes `word` the reference of `object`. */
  stamp(object: object, word: number): void;
  readonly members: string[];
  readonly memberOf: (site: number) => string | undefined;
  /** Brings in tables that another thread has made for modules of this one; called for a site that is not known. */
  readonly tables: { pull: () => void };
  readonly hooks: Readonly<Record<string, unknown>>;
}

declare let __pal_on: boolean;

export function createHotPath(
  ring: Ring,
  strings: Strings,
  classes: ClassNames,
  threads: Threads,
  values: ValuesLimits | undefined,
): HotPath {
  const control = ring.control;
  const data = ring.data;
  const members: string[] = [];
  const tables = { pull: (): void => undefined };
  const memberOf = (site: number): string | undefined => {
    if (members[site] === undefined) tables.pull();
    return members[site];
  };
  const doubles = new Float64Array(1);
  const halves = new Int32Array(doubles.buffer);
  const { read: readStamp, write: writeStamp, refused: readRefused } = createIdentity();
  const unknown = Object.freeze({});
  writeStamp(unknown, UNKNOWN);
  const snapshots =
    values === undefined ? undefined : new Snapshots(ring, strings, classes, { word, reference, put }, values);
  let nextRef = 1;
  let accessorTarget: unknown;
  let accessorSite = 0;
  const builtinSites: number[] = [];
  let builtinsOpen = 0;
  /** Arguments of built-in calls that are being evaluated, each with its call's site; what an exception left behind goes with the task. */
  const pending: unknown[] = [];
  const pendingSites: number[] = [];
  let pendingCount = 0;
  let pendingTask = 0;

  // ---- values ---------------------------------------------------------------------------------------------------

  function word(value: unknown): number {
    if (typeof value === 'object') return value === null ? NULL : reference(value);
    if (typeof value === 'number') return numberWord(value);
    if (typeof value === 'string') return (strings.id(value) << 3) | Tag.STRING;
    if (value === undefined) return UNDEFINED;
    if (value === true) return TRUE;
    if (value === false) return FALSE;
    return otherWord(value);
  }

  function numberWord(value: number): number {
    const integer = value | 0;
    if (integer === value) {
      if ((integer << 3) >> 3 === integer)
        return integer !== 0 || 1 / value > 0 ? integer << 3 : constant(Const.NEGATIVE_ZERO);
      return Tag.INT32;
    }
    if (value !== value) return constant(Const.NAN);
    if (value === Infinity) return constant(Const.POSITIVE_INFINITY);
    if (value === -Infinity) return constant(Const.NEGATIVE_INFINITY);
    return Tag.DOUBLE;
  }

  function otherWord(value: unknown): number {
    if (typeof value === 'function') return reference(value);
    if (typeof value === 'bigint') return (strings.id(toText(value)) << 3) | Tag.BIGINT;
    const description = toText(value); // Symbol(description)
    return (strings.id(description) << 3) | Tag.SYMBOL;
  }

  // The objects seen last: a method touches the same few again and again, and asking for a private field that may be
  // absent is the dearest part of an entry. Emptied when the program goes idle, so that nothing is kept alive.
  let recent0: unknown;
  let recent1: unknown;
  let recentWord0 = 0;
  let recentWord1 = 0;

  function reference(object: object): number {
    if (object === recent0) return recentWord0;
    if (object === recent1) return recentWord1;
    return lookUp(object);
  }

  function lookUp(object: object): number {
    let known = readStamp(object);
    if (known === 0) known = defineReference(object);
    else if (known < 0) {
      // Plain data (the sign says so): copied again when its last copy is old.
      known &= 0x7fffffff;
      snapshots!.seen(object, known);
    }
    remember(object, known);
    return known;
  }

  function remember(object: object, known: number): void {
    recent1 = recent0;
    recentWord1 = recentWord0;
    recent0 = object;
    recentWord0 = known;
  }

  /** After a quarter of a billion objects the numbers begin anew: a definition makes its reference mean the new object. */
  function newRef(): number {
    if (nextRef > MAX_REF) nextRef = 1;
    return nextRef++;
  }

  function defineReference(object: object): number {
    const refused = readRefused(object);
    if (refused !== 0) return refused & 0x7fffffff;
    const entry = classes.of(object);
    const ref = newRef();
    const known = (ref << 3) | Tag.REF;
    const copied = snapshots !== undefined && entry.plain;
    let at = control[APP_INDEX]!;
    if (at >= control[APP_MARK]!) at = ring.more();
    data[at] = Kind.DEF_OBJECT;
    data[at + 1] = ref;
    data[at + 2] = entry.id;
    control[APP_INDEX] = at + 3;
    // After the definition: should the stack end here, the object is one that has not been seen.
    writeStamp(object, copied ? known | 0x80000000 : known);
    if (entry.mayBeError && isNativeError(object)) defineError(object, ref, entry.id);
    else if (copied) snapshots.first(object, entry.content, known);
    return known;
  }

  function defineError(error: Error, ref: number, classId: number): void {
    restoreMessage(error);
    const message = dataValue(error, 'message');
    const cause = dataValue(error, 'cause');
    const hasCause = typeof cause === 'object' && cause !== null;
    const text = typeof message === 'string' ? strings.id(message) : 0;
    const causeWord = hasCause ? reference(cause) : 0;
    const at = ring.more();
    data[at] = Kind.DEF_ERROR | ((text === 0 ? 0 : 1) << 5) | ((hasCause ? 1 : 0) << 6);
    data[at + 1] = ref;
    data[at + 2] = classId;
    data[at + 3] = text;
    data[at + 4] = causeWord >> 3;
    control[APP_INDEX] = at + 5;
  }

  /** V8 named a variable of the weaver in "x is not a function": put the program's own text back. */
  function restoreMessage(error: Error): void {
    const message = dataValue(error, 'message');
    if (typeof message !== 'string' || !stringIncludes(message, '__pal_x')) return;
    const stack: unknown = error.stack;
    defineProperty(error, 'message', {
      value: restoreRendering(message),
      writable: true,
      enumerable: false,
      configurable: true,
    });
    if (typeof stack === 'string') error.stack = restoreRendering(stack);
  }

  function put(at: number, valueWord: number, value: unknown): number {
    data[at] = valueWord;
    const tag = valueWord & 7;
    if (tag === Tag.DOUBLE) {
      doubles[0] = value as number;
      data[at + 1] = halves[0]!;
      data[at + 2] = halves[1]!;
      return at + 3;
    }
    if (tag === Tag.INT32) {
      data[at + 1] = value as number;
      return at + 2;
    }
    return at + 1;
  }

  function synthetic(classId: number): number {
    const ref = newRef();
    const at = ring.more();
    data[at] = Kind.DEF_OBJECT;
    data[at + 1] = ref;
    data[at + 2] = classId;
    control[APP_INDEX] = at + 3;
    return (ref << 3) | Tag.REF;
  }

  // ---- calls ------------------------------------------------------------------------------------------------------

  function c0(site: number, self: unknown): void {
    if (control[APP_DEPTH] === 0) threads.enter();
    const target = word(self);
    let at = control[APP_INDEX]!;
    if (at >= control[APP_MARK]!) at = ring.more();
    data[at] = Kind.CALL | (site << 8);
    control[APP_INDEX] = (target & LONG) === 0 ? ((data[at + 1] = target), at + 2) : put(at + 1, target, self);
    control[APP_DEPTH]!++;
  }

  function c1(site: number, self: unknown, a: unknown): void {
    if (control[APP_DEPTH] === 0) threads.enter();
    const target = word(self);
    const first = word(a);
    let at = control[APP_INDEX]!;
    if (at >= control[APP_MARK]!) at = ring.more();
    data[at] = Kind.CALL | (1 << 5) | (site << 8);
    if (((target | first) & LONG) === 0) {
      data[at + 1] = target;
      data[at + 2] = first;
      control[APP_INDEX] = at + 3;
    } else control[APP_INDEX] = put(put(at + 1, target, self), first, a);
    control[APP_DEPTH]!++;
  }

  function c2(site: number, self: unknown, a: unknown, b: unknown): void {
    if (control[APP_DEPTH] === 0) threads.enter();
    const target = word(self);
    const first = word(a);
    const second = word(b);
    let at = control[APP_INDEX]!;
    if (at >= control[APP_MARK]!) at = ring.more();
    data[at] = Kind.CALL | (2 << 5) | (site << 8);
    if (((target | first | second) & LONG) === 0) {
      data[at + 1] = target;
      data[at + 2] = first;
      data[at + 3] = second;
      control[APP_INDEX] = at + 4;
    } else control[APP_INDEX] = put(put(put(at + 1, target, self), first, a), second, b);
    control[APP_DEPTH]!++;
  }

  function c3(site: number, self: unknown, a: unknown, b: unknown, c: unknown): void {
    if (control[APP_DEPTH] === 0) threads.enter();
    const target = word(self);
    const first = word(a);
    const second = word(b);
    const third = word(c);
    let at = control[APP_INDEX]!;
    if (at >= control[APP_MARK]!) at = ring.more();
    data[at] = Kind.CALL | (3 << 5) | (site << 8);
    control[APP_INDEX] = put(put(put(put(at + 1, target, self), first, a), second, b), third, c);
    control[APP_DEPTH]!++;
  }

  function c4(site: number, self: unknown, a: unknown, b: unknown, c: unknown, d: unknown): void {
    if (control[APP_DEPTH] === 0) threads.enter();
    const target = word(self);
    const first = word(a);
    const second = word(b);
    const third = word(c);
    const fourth = word(d);
    let at = control[APP_INDEX]!;
    if (at >= control[APP_MARK]!) at = ring.more();
    data[at] = Kind.CALL | (4 << 5) | (site << 8);
    control[APP_INDEX] = put(put(put(put(put(at + 1, target, self), first, a), second, b), third, c), fourth, d);
    control[APP_DEPTH]!++;
  }

  /** Any number of arguments. `header`: CALL or ASYNC_CALL or ACCESSOR_CALL; `frame` < 0: none. */
  function callMany(
    kind: number,
    site: number,
    frame: number,
    self: unknown,
    fixed: ArrayLike<unknown>,
    rest: ArrayLike<unknown> | undefined,
  ): void {
    if (control[APP_DEPTH] === 0) threads.enter();
    const restCount = rest === undefined ? 0 : rest.length;
    const count = fixed.length + restCount;
    const target = word(self);
    const words: number[] = [];
    for (let i = 0; i < fixed.length; i++) words[i] = word(fixed[i]);
    for (let i = 0; i < restCount; i++) words[fixed.length + i] = word(rest![i]);
    let at = ring.reserve(8 + 3 * count);
    data[at++] = kind | ((count < 7 ? count : 7) << 5) | (site << 8);
    if (count >= 7) data[at++] = count;
    if (frame >= 0) data[at++] = frame;
    at = put(at, target, self);
    for (let i = 0; i < fixed.length; i++) at = put(at, words[i]!, fixed[i]);
    for (let i = 0; i < restCount; i++) at = put(at, words[fixed.length + i]!, rest![i]);
    control[APP_INDEX] = at;
  }

  const cx = (site: number, self: unknown, fixed: ArrayLike<unknown>, rest: ArrayLike<unknown> | undefined): void => {
    callMany(Kind.CALL, site, -1, self, fixed, rest);
    control[APP_DEPTH]!++;
  };
  const cv = (site: number, self: unknown, args: ArrayLike<unknown>): void => cx(site, self, args, undefined);

  // ---- completions --------------------------------------------------------------------------------------------------

  function r<T>(site: number, value: T): T {
    return __pal_on ? returned(site, value) : value;
  }

  function returned<T>(site: number, value: T): T {
    const result = word(value);
    let at = control[APP_INDEX]!;
    if (at >= control[APP_MARK]!) at = ring.more();
    data[at] = Kind.RETURN | (site << 8);
    if ((result & LONG) === 0) {
      data[at + 1] = result;
      control[APP_INDEX] = at + 2;
    } else control[APP_INDEX] = put(at + 1, result, value);
    const depth = control[APP_DEPTH]! - 1;
    control[APP_DEPTH] = depth;
    if (depth <= 0) outermost();
    return value;
  }

  function v(site: number): void {
    let at = control[APP_INDEX]!;
    if (at >= control[APP_MARK]!) at = ring.more();
    data[at] = Kind.RETURN | (site << 8);
    data[at + 1] = UNDEFINED;
    control[APP_INDEX] = at + 2;
    const depth = control[APP_DEPTH]! - 1;
    control[APP_DEPTH] = depth;
    if (depth <= 0) outermost();
  }

  function outermost(): void {
    control[APP_DEPTH] = 0;
    recent0 = recent1 = undefined;
    builtinsOpen = 0;
    ring.publish();
  }

  function t(site: number, error: unknown): unknown {
    if (!__pal_on) {
      caught(error);
      return error;
    }
    // First of all: close to the limit of the stack nothing that follows may succeed, but the call has ended.
    const depth = control[APP_DEPTH]! - 1;
    control[APP_DEPTH] = depth;
    try {
      caught(error);
      const result = errorWord(error);
      const at = ring.more();
      data[at] = Kind.THROW | (site << 8);
      control[APP_INDEX] = put(at + 1, result, error);
      if (depth <= 0) outermost();
    } catch {
      ring.distrustDepth();
    }
    return error;
  }

  const errorWord = (error: unknown): number => word(error);

  function caught(error: unknown): void {
    while (builtinsOpen > 0 && __pal_on) {
      const site = builtinSites[--builtinsOpen]!;
      const result = errorWord(error);
      const at = ring.more();
      data[at] = Kind.THROW | (site << 8);
      control[APP_INDEX] = put(at + 1, result, error);
      control[APP_DEPTH]!--;
    }
    if (typeof error !== 'object' || error === null || !isNativeError(error) || readStamp(error) !== 0) return;
    restoreMessage(error);
    // Functions at the very end of the stack had no room to record that they ended.
    if (dataValue(error, 'message') === STACK_OVERFLOW) ring.distrustDepth();
  }

  // ---- accessors ----------------------------------------------------------------------------------------------------

  function ga(site: number, self: unknown): void {
    callMany(Kind.ACCESSOR_CALL, site, -1, self, [], undefined);
    control[APP_DEPTH]!++;
  }

  function sa(site: number, self: unknown, value: unknown): void {
    callMany(Kind.ACCESSOR_CALL, site, -1, self, [value], undefined);
    control[APP_DEPTH]!++;
  }

  /** A getter or setter completes: the access that ran it must not be recorded once more. */
  function gr<T>(site: number, self: unknown, value: T): T {
    if (!__pal_on) return value;
    returned(site, value);
    accessorTarget = self;
    accessorSite = site;
    control[APP_ACCESSOR] = 1;
    control[APP_MARK] = 0;
    return value;
  }

  /** Index for a field entry, or -1 when a woven accessor has just recorded this very access. */
  function afterAccessor(site: number, object: unknown): number {
    if (control[APP_ACCESSOR] !== 0) {
      const recorded = accessorTarget === object && memberOf(accessorSite) === memberOf(site);
      accessorTarget = undefined;
      const at = ring.more();
      return recorded ? -1 : at;
    }
    return ring.more();
  }

  // ---- fields -------------------------------------------------------------------------------------------------------

  function g<T>(site: number, object: unknown, value: T): T {
    if (typeof object !== 'object') return typeof object === 'function' ? field(Kind.GET, site, object, value) : value;
    const target = reference(object!);
    const result = word(value);
    let at = control[APP_INDEX]!;
    if (at >= control[APP_MARK]!) {
      at = afterAccessor(site, object);
      if (at < 0) return value;
    }
    data[at] = Kind.GET | (site << 8);
    data[at + 1] = target;
    if ((result & LONG) === 0) {
      data[at + 2] = result;
      control[APP_INDEX] = at + 3;
    } else control[APP_INDEX] = put(at + 2, result, value);
    return value;
  }

  function p(site: number, object: unknown, value: unknown): void {
    if (typeof object !== 'object') {
      if (typeof object === 'function') field(Kind.PUT, site, object, value);
      return;
    }
    const target = reference(object!);
    const result = word(value);
    let at = control[APP_INDEX]!;
    if (at >= control[APP_MARK]!) {
      at = afterAccessor(site, object);
      if (at < 0) return;
    }
    data[at] = Kind.PUT | (site << 8);
    data[at + 1] = target;
    if ((result & LONG) === 0) {
      data[at + 2] = result;
      control[APP_INDEX] = at + 3;
    } else control[APP_INDEX] = put(at + 2, result, value);
  }

  function field<T>(kind: number, site: number, object: object, value: T): T {
    const target = word(object);
    const result = word(value);
    const at = afterAccessor(site, object);
    if (at < 0) return value;
    data[at] = kind | (site << 8);
    data[at + 1] = target;
    control[APP_INDEX] = put(at + 2, result, value);
    return value;
  }

  /** A name that built-in objects have: their lengths and accessors are no fields of the program. */
  function h<T>(site: number, object: unknown, value: T): T {
    if (typeof object !== 'object' || object === null || isArray(object)) return value;
    const entry = classes.of(object);
    if (entry.foreign && entry.name !== 'js.Object' && entry.name !== 'js.Proxy') return value;
    return g(site, object, value);
  }

  /** `o.x = function …` was executed: the value is the property, if it is a plain one. */
  function k(site: number, object: unknown): void {
    if ((typeof object !== 'object' && typeof object !== 'function') || object === null || isProxy(object)) return;
    const member = memberOf(site);
    const value = member === undefined ? undefined : dataValue(object, member);
    if (value !== undefined) field(Kind.PUT, site, object, value);
  }

  // ---- built-ins ----------------------------------------------------------------------------------------------------

  function beginBuiltin(site: number, args: ArrayLike<unknown>): void {
    callMany(Kind.CALL, site, -1, undefined, args, undefined);
    control[APP_DEPTH]!++;
    builtinSites[builtinsOpen++] = site;
  }

  function b0(site: number): number {
    if (__pal_on) beginBuiltin(site, NO_ARGUMENTS);
    return site;
  }

  /** An argument before the last, of the call at `site`. */
  function ba<T>(site: number, value: T): T {
    if (!__pal_on) return value;
    const task = threads.task();
    if (task !== pendingTask) {
      pendingTask = task;
      while (pendingCount > 0) pending[--pendingCount] = undefined;
    }
    pendingSites[pendingCount] = site;
    pending[pendingCount++] = value;
    return value;
  }

  /** The last of `count` arguments: the call begins. An argument that was not kept is unknown. */
  function bl<T>(site: number, count: number, value: T): T {
    if (!__pal_on) return value;
    const args: unknown[] = [];
    args[count - 1] = value;
    for (let i = count - 2; i >= 0; i--) {
      if (pendingCount > 0 && pendingSites[pendingCount - 1] === site) {
        args[i] = pending[--pendingCount];
        pending[pendingCount] = undefined;
      } else args[i] = unknown;
    }
    beginBuiltin(site, args);
    return value;
  }

  function br<T>(site: number, value: T): T {
    if (__pal_on && builtinsOpen > 0) {
      builtinsOpen--;
      returned(site, value);
    }
    return value;
  }

  /** A timer was started: its callbacks fork from this thread. */
  function bt<T>(site: number, value: T): T {
    if (__pal_on && typeof value === 'object' && value !== null)
      writeAttachment(value, new TimerOrigin(threads.current));
    return br(site, value);
  }

  const hooks = {
    c0,
    c1,
    c2,
    c3,
    c4,
    cx,
    cv,
    f0: (site: number) => c0(site, undefined),
    f1: (site: number, a: unknown) => c1(site, undefined, a),
    f2: (site: number, a: unknown, b: unknown) => c2(site, undefined, a, b),
    f3: (site: number, a: unknown, b: unknown, c: unknown) => c3(site, undefined, a, b, c),
    f4: (site: number, a: unknown, b: unknown, c: unknown, d: unknown) => c4(site, undefined, a, b, c, d),
    r,
    v,
    t,
    x: caught,
    ga,
    sa,
    gr,
    g,
    h,
    p,
    k,
    i: <T>(value: T): T => value,
    u: unknown,
    b0,
    ba,
    bl,
    br,
    bt,
  };

  return {
    stamp: writeStamp,
    ring,
    word,
    errorWord,
    put,
    caught,
    synthetic,
    members,
    memberOf,
    tables,
    hooks: Object.assign(hooks, { callMany }),
  };
}
