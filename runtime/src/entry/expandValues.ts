/**
 * Values of compact entries as Colfer `Obj` structs (Java class names and value texts: docs/values.md), written straight into the
 * message. What a string or class looks like on the wire is encoded once and kept.
 */
import { javaDoubleJson, javaString } from '../wire/javaText';
import { ColferWriter } from '../wire/colferWriter';
import type { Obj } from '../wire/messages';
import { writeObj } from '../wire/valueStructs';
import { ByteOutput } from './byteOutput';
import { ClassFlag, type Definitions } from './definitions';
import { SnapshotText } from './snapshotText';
import { Const, Tag } from './words';

/** Class of an object that was never defined. */
const UNKNOWN_CLASS = 'js.Object';
/** Encoded strings up to this size are kept … */
const KEPT_TEXT_MAX = 256;
/** … and at most so many. A power of two. */
const KEPT_TEXTS = 1 << 12;
/** Room for a scalar: texts reserve their own. */
const SCALAR_ROOM = 64;
const CONST_SHIFT = 3;
/** A message must stay below the format's 16 MiB: long texts are cut, more so when the message is large already. */
const TEXT_MAX = 1 << 20;
const LARGE_MESSAGE = 8 << 20;
const TEXT_MAX_IN_LARGE = 1024;

const encoder = new ColferWriter();
function objBytes(obj: Obj): Uint8Array {
  encoder.reset();
  writeObj(encoder, obj);
  return encoder.take();
}

const INT_CLASS = objBytes({ clazz: { name: 'int' } });
const DOUBLE_CLASS = objBytes({ clazz: { name: 'double' } });
const STRING_CLASS = objBytes({ clazz: { name: 'java.lang.String' } });
const LONG_CLASS = objBytes({ clazz: { name: 'long' } });
const BIG_CLASS = objBytes({ clazz: { name: 'java.math.BigInteger' } });
const SYMBOL_CLASS = objBytes({ clazz: { name: 'js.Symbol' } });
const NULL_WRITTEN = objBytes({ clazz: {}, isNull: true });
const UNKNOWN_CONST = objBytes({ clazz: { name: 'js.unknown' } });

const constants: Uint8Array[] = [];
constants[Const.UNDEFINED] = objBytes({ clazz: { name: 'js.undefined' }, isNull: true });
constants[Const.NULL] = objBytes({ clazz: { name: 'java.lang.Object' }, isNull: true });
constants[Const.TRUE] = objBytes({ value: 'true', clazz: { name: 'boolean' } });
constants[Const.FALSE] = objBytes({ value: 'false', clazz: { name: 'boolean' } });
for (const [constant, value] of [
  [Const.NAN, NaN],
  [Const.POSITIVE_INFINITY, Infinity],
  [Const.NEGATIVE_INFINITY, -Infinity],
  [Const.NEGATIVE_ZERO, -0],
] as const) {
  constants[constant] = objBytes({ value: javaDoubleJson(value), clazz: { name: 'double' } });
}
constants[Const.UNKNOWN] = UNKNOWN_CONST;

const LONG_MIN = -(1n << 63n);
const LONG_MAX = (1n << 63n) - 1n;

const doubleWords = new Int32Array(2);
const doubleValue = new Float64Array(doubleWords.buffer);

/** A snapshot that waits for the entry it belongs to. */
interface PendingSnapshot {
  readonly ref: number;
  readonly words: Int32Array;
}

export class ValueWriter {
  /** `Obj` bytes of strings, direct mapped: slot = string id modulo `KEPT_TEXTS`. */
  private readonly stringObjs = new Array<Uint8Array | undefined>(KEPT_TEXTS).fill(undefined);
  private readonly stringIds = new Int32Array(KEPT_TEXTS);
  /** Class field (and, for a static side, the value before it) of an `Obj` by class id. */
  private readonly classFields: (Uint8Array | undefined)[] = [];
  private readonly unknownClassField = objBytes({ clazz: { name: UNKNOWN_CLASS } }).subarray(0, -1);
  private snapshots: PendingSnapshot[] = [];
  private readonly snapshotText: SnapshotText;

  constructor(
    private readonly out: ByteOutput,
    private readonly definitions: Definitions,
  ) {
    this.snapshotText = new SnapshotText(definitions);
  }

  /** A plain copy of the object, for the entry that follows. The words are copied. */
  addSnapshot(ref: number, words: Int32Array, start: number, end: number): void {
    this.snapshots.push({ ref, words: words.slice(start, end) });
  }

  /** To be called after every entry that made messages: its snapshots are of no use to later ones. */
  dropSnapshots(): void {
    if (this.snapshots.length > 0) this.snapshots = [];
  }

  /** A definition was replaced or added. */
  forgetString(id: number): void {
    const slot = id & (KEPT_TEXTS - 1);
    if (this.stringIds[slot] === id) this.stringObjs[slot] = undefined;
  }

  forgetClass(id: number): void {
    if (this.classFields[id] !== undefined) this.classFields[id] = undefined;
  }

  /**
   * Writes the value at `words[at]` as an `Obj` struct; returns the position after it.
   * @param written the value of a field write: a null there has an empty class, as in PAL.
   */
  write(words: Int32Array, at: number, written: boolean): number {
    const out = this.out;
    out.reserve(SCALAR_ROOM);
    const word = words[at]!;
    const payload = word >>> 3;
    switch (word & 7) {
      case Tag.SMALL_INT:
        out.byte(0);
        out.decimal(word >> 3);
        out.copy(INT_CLASS);
        return at + 1;
      case Tag.REF:
        this.reference(payload);
        return at + 1;
      case Tag.STRING:
        this.string(payload);
        return at + 1;
      case Tag.CONST:
        if (written && word === ((Const.NULL << CONST_SHIFT) | Tag.CONST)) out.copy(NULL_WRITTEN);
        else out.copy(constants[payload] ?? UNKNOWN_CONST);
        return at + 1;
      case Tag.DOUBLE:
        doubleWords[0] = words[at + 1]!;
        doubleWords[1] = words[at + 2]!;
        out.byte(0);
        out.text(javaDoubleJson(doubleValue[0]!));
        out.reserve(SCALAR_ROOM);
        out.copy(DOUBLE_CLASS);
        return at + 3;
      case Tag.INT32:
        out.byte(0);
        out.decimal(words[at + 1]!);
        out.copy(INT_CLASS);
        return at + 2;
      case Tag.BIGINT:
        this.bigint(payload);
        return at + 1;
      default:
        out.byte(0);
        out.text(javaString(this.fitting(this.definitions.string(payload))));
        out.reserve(SCALAR_ROOM);
        out.copy(SYMBOL_CLASS);
        return at + 1;
    }
  }

  private reference(ref: number): void {
    const out = this.out;
    const definition = this.definitions.classOf(ref);
    const isStaticSide = definition !== undefined && (definition.flags & ClassFlag.STATIC_SIDE) !== 0;
    if (this.snapshots.length > 0 && !isStaticSide) this.snapshot(ref);
    const clazz = definition === undefined ? this.unknownClassField : this.classField(definition.id, isStaticSide);
    out.reserve(clazz.length + SCALAR_ROOM);
    out.copy(clazz);
    out.uint32(2, ref);
    out.byte(0x7f);
  }

  private snapshot(ref: number): void {
    for (const { ref: of, words } of this.snapshots) {
      if (of !== ref) continue;
      this.out.byte(0);
      this.out.text(this.snapshotText.text(words, 0, words.length));
      return;
    }
  }

  /** A class passed as a value is a function whose text is its name. */
  private classField(id: number, isStaticSide: boolean): Uint8Array {
    let bytes = this.classFields[id];
    if (bytes === undefined) {
      const name = this.definitions.class(id)!.name;
      const obj = isStaticSide ? { value: javaString(name), clazz: { name: 'js.Function' } } : { clazz: { name } };
      bytes = objBytes(obj).subarray(0, -1);
      this.classFields[id] = bytes;
    }
    return bytes;
  }

  private string(id: number): void {
    const out = this.out;
    const slot = id & (KEPT_TEXTS - 1);
    const kept = this.stringObjs[slot];
    if (kept !== undefined && this.stringIds[slot] === id) {
      out.reserve(kept.length + SCALAR_ROOM);
      out.copy(kept);
      return;
    }
    const text = javaString(this.fitting(this.definitions.string(id)));
    const start = out.at;
    out.byte(0);
    out.text(text);
    out.reserve(SCALAR_ROOM);
    out.copy(STRING_CLASS);
    if (out.at - start <= KEPT_TEXT_MAX) {
      this.stringObjs[slot] = new Uint8Array(out.bytes.subarray(start, out.at));
      this.stringIds[slot] = id;
    }
  }

  private fitting(text: string): string {
    const limit = this.out.at > LARGE_MESSAGE ? TEXT_MAX_IN_LARGE : TEXT_MAX;
    return text.length <= limit ? text : `${text.slice(0, limit)}…+${text.length - limit}`;
  }

  private bigint(id: number): void {
    const out = this.out;
    const digits = this.fitting(this.definitions.string(id));
    out.byte(0);
    out.text(digits);
    out.reserve(SCALAR_ROOM);
    out.copy(isLong(digits) ? LONG_CLASS : BIG_CLASS);
  }
}

function isLong(digits: string): boolean {
  if (digits.length < 19) return true;
  if (digits.length > 20 || !/^-?\d+$/.test(digits)) return false;
  const value = BigInt(digits);
  return value >= LONG_MIN && value <= LONG_MAX;
}
