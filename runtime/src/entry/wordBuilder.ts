/**
 * Builds compact entries by hand, one method per kind of entry (layout: `words.ts`). For tests and tools; the engine writes its
 * entries itself. Strings, classes and objects are defined the first time they are used.
 */
import { Const, Kind, SnapTag, Tag } from './words';

const SMALL_INT_MIN = -(1 << 28);
const SMALL_INT_MAX = (1 << 28) - 1;
const COUNT_IN_NEXT_WORD = 7;

/** A value that has no JavaScript literal here: an object by reference, a symbol, or an uncaptured value. */
export class WordValue {
  constructor(readonly words: readonly number[]) {}
}
/** What can be passed as a value: scalars as they are, the rest through `object`, `symbol`, `uncaptured`. */
export type BuilderValue = number | string | boolean | bigint | null | undefined | WordValue;

/** Plain data as `SNAPSHOT` holds it. `cut` says how many members of the original are missing. */
export type SnapshotValue =
  | BuilderValue
  | SnapshotValue[]
  | Date
  | RegExp
  | Map<BuilderValue, SnapshotValue>
  | Set<SnapshotValue>
  | Uint8Array
  | { readonly [key: string]: SnapshotValue };

export class WordBuilder {
  private readonly words: number[] = [];
  private readonly strings = new Map<string, number>();
  private readonly classes = new Map<string, number>();
  private lastRef = 0;
  private lastFrame = 0;

  /** Everything built so far. */
  build(): Int32Array {
    return Int32Array.from(this.words);
  }

  get length(): number {
    return this.words.length;
  }

  /** Words as they are, for entries that must be wrong. */
  raw(...words: number[]): this {
    this.words.push(...words);
    return this;
  }

  string(text: string): number {
    let id = this.strings.get(text);
    if (id === undefined) {
      id = this.strings.size + 1;
      this.strings.set(text, id);
      this.defString(id, text);
    }
    return id;
  }

  defString(id: number, text: string): this {
    const latin1 = Buffer.from(text, 'latin1').toString('latin1') === text;
    const bytes = Buffer.from(text, latin1 ? 'latin1' : 'utf16le');
    const padded = Buffer.alloc((bytes.length + 3) & ~3);
    bytes.copy(padded);
    this.push(Kind.DEF_STRING, 0, 0, id, latin1 ? text.length | 0x8000_0000 : text.length);
    for (let i = 0; i < padded.length; i += 4) this.words.push(padded.readInt32LE(i));
    return this;
  }

  /** @param flags bit 0: own (woven) class, bit 1: static side. */
  class(name: string, flags = 1): number {
    const key = `${flags} ${name}`;
    let id = this.classes.get(key);
    if (id === undefined) {
      const text = this.string(name);
      id = this.classes.size + 1;
      this.classes.set(key, id);
      this.push(Kind.DEF_CLASS, flags, 0, id, text);
    }
    return id;
  }

  /** A new object of class `name`. */
  object(name: string, flags = 1): WordValue {
    const id = this.class(name, flags);
    const ref = ++this.lastRef;
    this.push(Kind.DEF_OBJECT, 0, 0, ref, id);
    return new WordValue([Tag.REF | (ref << 3)]);
  }

  /** A new error object. */
  error(name: string, message?: string, cause?: WordValue): WordValue {
    const error = this.object(name, 0);
    const text = message === undefined ? 0 : this.string(message);
    const flags = (message === undefined ? 0 : 1) | (cause ? 2 : 0);
    const classId = this.class(name, 0);
    this.push(Kind.DEF_ERROR, flags, 0, refOf(error), classId, text, cause ? refOf(cause) : 0);
    return error;
  }

  symbol(description: string): WordValue {
    return new WordValue([Tag.SYMBOL | (this.string(`Symbol(${description})`) << 3)]);
  }

  readonly uncaptured = new WordValue([constant(Const.UNKNOWN)]);

  thread(id: number, kind: string, parent = 0, n = 0): this {
    const text = this.string(kind);
    this.push(Kind.DEF_THREAD, 0, 0, id, parent, text, n);
    return this;
  }

  /** @param empty no woven frame is on the stack. */
  switchTo(thread: number, empty = true): this {
    this.push(Kind.SWITCH, empty ? 1 : 0, thread);
    return this;
  }

  time(nanos: bigint): this {
    this.push(Kind.TIME, 0, 0, Number(BigInt.asIntN(32, nanos)), Number(BigInt.asIntN(32, nanos >> 32n)));
    return this;
  }

  call(site: number, self: BuilderValue, ...args: BuilderValue[]): this {
    return this.callLike(Kind.CALL, site, undefined, self, args);
  }

  accessorCall(site: number, self: BuilderValue, ...args: BuilderValue[]): this {
    return this.callLike(Kind.ACCESSOR_CALL, site, undefined, self, args);
  }

  /** @returns the frame id. */
  asyncCall(site: number, self: BuilderValue, ...args: BuilderValue[]): number {
    const frame = ++this.lastFrame;
    this.callLike(Kind.ASYNC_CALL, site, frame, self, args);
    return frame;
  }

  return(site: number, result: BuilderValue): this {
    return this.withValues(Kind.RETURN, site, [], [result]);
  }

  throw(site: number, error: BuilderValue): this {
    return this.withValues(Kind.THROW, site, [], [error]);
  }

  /** @returns the frame id. */
  returnPending(site: number): number {
    const frame = ++this.lastFrame;
    this.push(Kind.RETURN_PENDING, 0, site, frame);
    return frame;
  }

  asyncReturn(site: number, frame: number, result: BuilderValue): this {
    return this.withValues(Kind.ASYNC_RETURN, site, [frame], [result]);
  }

  asyncThrow(site: number, frame: number, error: BuilderValue): this {
    return this.withValues(Kind.ASYNC_THROW, site, [frame], [error]);
  }

  get(site: number, target: BuilderValue, value: BuilderValue): this {
    return this.withValues(Kind.GET, site, [], [target, value]);
  }

  put(site: number, target: BuilderValue, value: BuilderValue): this {
    return this.withValues(Kind.PUT, site, [], [target, value]);
  }

  lost(count: number): this {
    this.push(Kind.LOST, 0, 0, count);
    return this;
  }

  pad(): this {
    this.words.push(0);
    return this;
  }

  /** Copy of plain data for the entry that follows. `members` cuts every container to that many. */
  snapshot(object: WordValue, value: SnapshotValue, members = Infinity): this {
    const payload: number[] = [];
    this.node(payload, value, members);
    this.push(Kind.SNAPSHOT, 0, 0, refOf(object), payload.length, ...payload);
    return this;
  }

  private node(to: number[], value: SnapshotValue, members: number): void {
    if (!isContainer(value)) {
      to.push(...this.value(value));
    } else if (Array.isArray(value) || value instanceof Set) {
      const elements = [...value];
      const kept = elements.slice(0, members);
      to.push(container(value instanceof Set ? SnapTag.SET : SnapTag.ARRAY), elements.length, kept.length);
      for (const element of kept) this.node(to, element, members);
    } else if (value instanceof Date) {
      to.push(container(SnapTag.DATE), 0, 0, ...double(value.getTime()));
    } else if (value instanceof RegExp) {
      to.push(container(SnapTag.REGEXP), 0, 0, ...this.value(value.source), ...this.value(value.flags));
    } else if (value instanceof Uint8Array) {
      const kept = Buffer.from(value.subarray(0, Math.min(value.length, members)));
      const padded = Buffer.alloc((kept.length + 3) & ~3);
      kept.copy(padded);
      to.push(container(SnapTag.BYTES), value.length, kept.length, this.string(value.constructor.name));
      for (let i = 0; i < padded.length; i += 4) to.push(padded.readInt32LE(i));
    } else {
      const isMap = value instanceof Map;
      const entries: [BuilderValue, SnapshotValue][] = isMap ? [...value] : Object.entries(value);
      const kept = entries.slice(0, members);
      to.push(container(isMap ? SnapTag.MAP : SnapTag.OBJECT), entries.length, kept.length);
      for (const [key, member] of kept) {
        if (isMap) this.node(to, key, members);
        else to.push(this.string(key as string));
        this.node(to, member, members);
      }
    }
  }

  private callLike(
    kind: number,
    site: number,
    frame: number | undefined,
    self: BuilderValue,
    args: BuilderValue[],
  ): this {
    const values = [self, ...args].flatMap((value) => this.value(value)); // definitions first
    const extra = args.length < COUNT_IN_NEXT_WORD ? [] : [args.length];
    if (frame !== undefined) extra.push(frame);
    this.push(kind, Math.min(args.length, COUNT_IN_NEXT_WORD), site, ...extra, ...values);
    return this;
  }

  private withValues(kind: number, site: number, extra: number[], values: BuilderValue[]): this {
    const words = values.flatMap((value) => this.value(value));
    this.push(kind, 0, site, ...extra, ...words);
    return this;
  }

  private push(kind: number, n: number, site: number, ...rest: number[]): void {
    this.words.push(kind | (n << 5) | (site << 8), ...rest);
  }

  private value(value: BuilderValue): readonly number[] {
    if (value instanceof WordValue) return value.words;
    switch (typeof value) {
      case 'number':
        return number(value);
      case 'string':
        return [Tag.STRING | (this.string(value) << 3)];
      case 'bigint':
        return [Tag.BIGINT | (this.string(String(value)) << 3)];
      case 'boolean':
        return [constant(value ? Const.TRUE : Const.FALSE)];
      default:
        return [constant(value === null ? Const.NULL : Const.UNDEFINED)];
    }
  }
}

/** Reference number of an object made by a builder. */
export const refOf = (object: WordValue): number => object.words[0]! >>> 3;

const isContainer = (value: SnapshotValue): value is Exclude<SnapshotValue, BuilderValue> =>
  typeof value === 'object' && value !== null && !(value instanceof WordValue);
const constant = (payload: number): number => Tag.CONST | (payload << 3);
const container = (tag: number): number => constant(16 + tag);

function number(value: number): readonly number[] {
  if (Object.is(value, -0)) return [constant(Const.NEGATIVE_ZERO)];
  if (Number.isInteger(value) && value === (value | 0)) {
    return value >= SMALL_INT_MIN && value <= SMALL_INT_MAX ? [Tag.SMALL_INT | (value << 3)] : [Tag.INT32, value];
  }
  if (Number.isNaN(value)) return [constant(Const.NAN)];
  if (!Number.isFinite(value)) return [constant(value > 0 ? Const.POSITIVE_INFINITY : Const.NEGATIVE_INFINITY)];
  return double(value);
}

function double(value: number): readonly number[] {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return [Tag.DOUBLE, bytes.readInt32LE(0), bytes.readInt32LE(4)];
}
