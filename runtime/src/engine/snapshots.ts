/**
 * Bounded copies of plain data beside references (words.ts, SNAPSHOT): plain objects, arrays, Map, Set, Date, RegExp, bytes, errors met
 * inside. Invariants: own data properties and internal slots only, so no getter, proxy trap, iterator or method of the program
 * runs; depth, members and bytes are bounded and every cut is marked; cycles end at the depth limit. An object is
 * copied when it is first seen and again when its last copy is some hundred entries old, never on each entry.
 * Deliberately absent: class instances (their recorded fields say what they hold).
 */
import { Kind, SnapTag, Tag } from '../entry/words';
import { Content, dataValue, type ClassNames } from './classNames';
import {
  enumerableKeys,
  getOwnPropertyDescriptor,
  isArray,
  isDate,
  isMap,
  isNativeError,
  isProxy,
  isRegExp,
  isSet,
  isTypedArray,
  min,
  regExpFlags,
  SafeUint8Array,
  slots,
  stringSlice,
} from './intrinsics';
import type { Ring } from './ring';
import { Control } from './ringLayout';
import type { Strings } from './strings';

export interface ValuesLimits {
  /** Levels of containers; what is deeper is marked as cut. */
  readonly depth: number;
  /** Members of a container. */
  readonly members: number;
  /** Bytes of one copy, texts included. */
  readonly bytes: number;
}

interface Values {
  word(value: unknown): number;
  reference(object: object): number;
  put(at: number, word: number, value: unknown): number;
}

/** Copies remembered, by reference number. */
const REMEMBERED = 4096;
/** Words of log after which an object that passes by is copied again. */
const COPY_AGAIN = 1024;
const MAX_TEXT = 256;
const container = (tag: number): number => ((16 + tag) << 3) | Tag.CONST;

export class Snapshots {
  private readonly words: Int32Array;
  private readonly doubles = new Float64Array(1);
  private readonly halves = new Int32Array(this.doubles.buffer);
  private at = 0;
  private budget = 0;
  private readonly refs = new Int32Array(REMEMBERED);
  private readonly positions = new Int32Array(REMEMBERED);

  constructor(
    private readonly ring: Ring,
    private readonly strings: Strings,
    private readonly classes: ClassNames,
    private readonly values: Values,
    private readonly limits: ValuesLimits,
  ) {
    // A member costs at most a key, a container's three words or a double's; the budget counts four bytes for each word.
    this.words = new Int32Array((limits.bytes >> 2) + 64);
  }

  /** A plain object got its reference. */
  first(object: object, content: Content, word: number): void {
    this.copy(object, content, word >> 3);
  }

  /** A plain object passes by again. */
  seen(object: object, word: number): void {
    const ref = word >> 3;
    const slot = ref & (REMEMBERED - 1);
    if (this.refs[slot] === ref && ((this.ring.position - this.positions[slot]!) | 0) < COPY_AGAIN) return;
    this.copy(object, this.classes.ofFresh(object).content, ref);
  }

  private copy(object: object, content: Content, ref: number): void {
    this.at = 0;
    this.budget = this.limits.bytes;
    this.plain(object, content, 0);
    const { ring, words, at: length } = this;
    const slot = ref & (REMEMBERED - 1);
    const at = ring.reserve(length + 3);
    const { data } = ring;
    data[at] = Kind.SNAPSHOT;
    data[at + 1] = ref;
    data[at + 2] = length;
    for (let i = 0; i < length; i++) data[at + 3 + i] = words[i]!;
    ring.control[Control.APP_INDEX] = at + 3 + length;
    this.refs[slot] = ref;
    this.positions[slot] = ring.position;
  }

  private emit(word: number): void {
    this.words[this.at++] = word;
    this.budget -= 4;
  }

  private node(value: unknown, depth: number): void {
    if (typeof value === 'object' && value !== null) this.object(value, depth);
    else if (typeof value === 'string') this.text(value);
    else this.scalar(value);
  }

  private scalar(value: unknown): void {
    const word = this.values.word(value);
    this.emit(word);
    const tag = word & 7;
    if (tag === Tag.INT32) this.emit(value as number);
    else if (tag === Tag.DOUBLE) this.double(value as number);
  }

  private double(value: number): void {
    this.doubles[0] = value;
    this.emit(this.halves[0]!);
    this.emit(this.halves[1]!);
  }

  private text(value: string): void {
    const { length } = value;
    if (length <= MAX_TEXT) {
      this.emit((this.strings.id(value) << 3) | Tag.STRING);
      this.budget -= length;
      return;
    }
    this.emit(container(SnapTag.CUT_STRING));
    this.emit(length);
    this.emit(MAX_TEXT);
    this.emit((this.strings.id(stringSlice(value, 0, MAX_TEXT)) << 3) | Tag.STRING);
    this.budget -= MAX_TEXT;
  }

  private object(object: object, depth: number): void {
    if (isProxy(object)) {
      this.opaque(object);
      return;
    }
    const entry = this.classes.of(object);
    if (!entry.plain) {
      if (isNativeError(object)) this.error(object);
      else this.opaque(object);
      return;
    }
    this.plain(object, entry.content, depth);
  }

  /** The object is known to be no proxy and of a class whose content may be copied. */
  private plain(object: object, content: Content, depth: number): void {
    const deep = depth >= this.limits.depth;
    switch (content) {
      case Content.ARRAY:
        if (isArray(object)) this.array(object, depth, deep);
        else this.members(object, depth, deep);
        return;
      case Content.MAP:
        if (isMap(object)) this.map(object, depth, deep);
        else this.members(object, depth, deep);
        return;
      case Content.SET:
        if (isSet(object)) this.set(object, depth, deep);
        else this.members(object, depth, deep);
        return;
      case Content.DATE:
        if (isDate(object)) this.date(object);
        else this.members(object, depth, deep);
        return;
      case Content.REGEXP:
        if (isRegExp(object)) this.regExp(object);
        else this.members(object, depth, deep);
        return;
      case Content.BYTES:
        if (isTypedArray(object)) this.bytes(object);
        else this.members(object, depth, deep);
        return;
      case Content.OBJECT:
        this.members(object, depth, deep);
    }
  }

  private opaque(object: object): void {
    this.emit(container(SnapTag.OPAQUE));
    this.emit(1);
    this.emit(1);
    this.emit(this.values.reference(object));
  }

  /** Writes the head of a container; answers where its count of written members stands. */
  private head(tag: number, size: number): number {
    this.emit(container(tag));
    this.emit(size);
    this.emit(0);
    return this.at - 1;
  }

  private members(object: object, depth: number, deep: boolean): void {
    // Too deep to be looked at: how many members it has would cost as much as copying them.
    const at = this.head(SnapTag.OBJECT, deep ? 1 : 0);
    if (deep) return;
    const keys = enumerableKeys(object);
    let size = 0;
    let written = 0;
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i]!;
      if (written >= this.limits.members || this.budget <= 16) {
        size++; // marks the cut; what is left is not looked at
        break;
      }
      const descriptor = getOwnPropertyDescriptor(object, key);
      if (descriptor === undefined || !('value' in descriptor)) continue;
      size++;
      written++;
      this.emit(this.strings.id(key));
      this.budget -= key.length;
      this.node(descriptor.value, depth + 1);
    }
    this.words[at - 1] = size;
    this.words[at] = written;
  }

  private array(array: readonly unknown[], depth: number, deep: boolean): void {
    const { length } = array; // own data property of every array
    const at = this.head(SnapTag.ARRAY, length);
    const count = deep ? 0 : min(length, this.limits.members);
    let i = 0;
    for (; i < count && this.budget > 16; i++) {
      const descriptor = getOwnPropertyDescriptor(array, i);
      // A hole or an accessor: nothing to see without running code.
      this.node(descriptor !== undefined && 'value' in descriptor ? descriptor.value : undefined, depth + 1);
    }
    this.words[at] = i;
  }

  private map(map: object, depth: number, deep: boolean): void {
    const at = this.head(SnapTag.MAP, slots.mapSize(map));
    let written = 0;
    const entries = slots.mapEntries(map);
    while (!deep && written < this.limits.members && this.budget > 16) {
      const next = slots.mapNext(entries);
      if (next.done === true) break;
      const entry = next.value as readonly unknown[]; // fresh: its elements are its own
      this.node(entry[0], depth + 1);
      this.node(entry[1], depth + 1);
      written++;
    }
    this.words[at] = written;
  }

  private set(set: object, depth: number, deep: boolean): void {
    const at = this.head(SnapTag.SET, slots.setSize(set));
    let written = 0;
    const values = slots.setValues(set);
    while (!deep && written < this.limits.members && this.budget > 16) {
      const next = slots.setNext(values);
      if (next.done === true) break;
      this.node(next.value, depth + 1);
      written++;
    }
    this.words[at] = written;
  }

  private date(date: object): void {
    this.emit(container(SnapTag.DATE));
    this.emit(1);
    this.emit(1);
    this.emit(Tag.DOUBLE);
    this.double(slots.time(date));
  }

  private regExp(pattern: object): void {
    let flags = '';
    for (let i = 0; i < regExpFlags.length; i++) {
      const flag = regExpFlags[i]!;
      if (flag.read(pattern)) flags += flag.letter;
    }
    const source = slots.source(pattern);
    this.emit(container(SnapTag.REGEXP));
    this.emit(1);
    this.emit(1);
    this.emit((this.strings.id(source) << 3) | Tag.STRING);
    this.emit((this.strings.id(flags) << 3) | Tag.STRING);
    this.budget -= source.length;
  }

  private bytes(array: object): void {
    const length = slots.byteLength(array);
    const written = this.budget > 64 ? min(length, this.budget - 32, this.limits.bytes >> 1) : 0;
    this.emit(container(SnapTag.BYTES));
    this.emit(length);
    this.emit(written);
    const kind = this.classes.of(array).name === 'js.Buffer' ? 'Buffer' : (slots.typeName(array) ?? 'Uint8Array');
    this.emit(this.strings.id(kind));
    const bytes = new SafeUint8Array(slots.buffer(array), slots.byteOffset(array), written);
    for (let i = 0; i < written; i += 4)
      this.emit(bytes[i]! | ((bytes[i + 1] ?? 0) << 8) | ((bytes[i + 2] ?? 0) << 16) | ((bytes[i + 3] ?? 0) << 24));
  }

  private error(error: Error): void {
    const name = this.classes.of(error).name;
    const message = dataValue(error, 'message');
    this.emit(container(SnapTag.ERROR));
    this.emit(1);
    this.emit(1);
    this.emit((this.strings.id(name) << 3) | Tag.STRING);
    this.emit((this.strings.id(typeof message === 'string' ? message : '') << 3) | Tag.STRING);
  }
}
