/**
 * JavaScript values as `Obj` and back: for messages that carry values by value (calls of clients, answers, callbacks). What
 * recorded operations look like is decided in `entry/expandValues.ts`; the mapping is the same (replay specification 12.6, `docs/values.md`).
 *
 * Reading goes by the wire type alone. Java texts are accepted in every form Jackson reads: bytes as base64 or list, special
 * doubles quoted.
 */
import { PalError } from '../errors';
import { javaDoubleJson, javaString } from './javaText';
import { randomMessageId } from './messageId';
import type { Obj } from './messages';

/** Longer arrays are no "simple arrays" in Java and travel as lists. */
const SIMPLE_ARRAY_MAX = 1000;
const DEPTH_MAX = 100;
const INT_MIN = -(2 ** 31);
const INT_MAX = 2 ** 31 - 1;
const LONG_MIN = -(1n << 63n);
const LONG_MAX = (1n << 63n) - 1n;

/** A value that only its peer has. */
export class ObjectReference {
  constructor(
    readonly ref: number,
    readonly className: string,
  ) {}
}

/**
 * The `Obj` of a value.
 * @param ref reference the value is also known by; 0 = none.
 * @throws PalError `unsupported` for a value that is no plain data and has no reference.
 */
export function toObj(value: unknown, ref = 0): Obj {
  const obj = plainObj(value);
  if (obj === undefined && ref === 0) {
    throw new PalError('unsupported', `Cannot send ${describe(value)} by value: pass plain data or a reference.`);
  }
  return { ...(obj ?? { clazz: { name: className(value) } }), ...(ref === 0 ? {} : { ref }) };
}

function plainObj(value: unknown): Obj | undefined {
  switch (typeof value) {
    case 'number':
      return isInt(value) ? of('int', String(value)) : of('double', javaDoubleJson(value));
    case 'bigint':
      return of(isLong(value) ? 'long' : 'java.math.BigInteger', String(value));
    case 'string':
      return of('java.lang.String', javaString(value));
    case 'boolean':
      return of('boolean', String(value));
    case 'undefined':
      return { clazz: { name: 'js.undefined' }, isNull: true };
    case 'object':
      break;
    default:
      return undefined;
  }
  if (value === null) return { clazz: { name: 'java.lang.Object' }, isNull: true };
  if (value instanceof ObjectReference) return { clazz: { name: value.className }, ref: value.ref };
  if (ArrayBuffer.isView(value)) return binaryObj(value);
  if (Array.isArray(value)) return arrayObj(value);
  const text = jsonOf(value, 0);
  if (text === undefined) return undefined;
  return of(value instanceof Set ? 'java.util.ArrayList' : 'java.util.HashMap', text);
}

const of = (name: string, value: string): Obj => ({ value, clazz: { name } });

/** Arrays of one scalar kind are Java arrays, others lists. */
function arrayObj(values: readonly unknown[]): Obj | undefined {
  if (values.length > 0 && values.length <= SIMPLE_ARRAY_MAX) {
    if (values.every((value) => typeof value === 'number')) {
      return values.every(isInt)
        ? of('[I', `[${values.join(',')}]`)
        : of('[D', `[${values.map(javaDoubleJson).join(',')}]`);
    }
    if (values.every((value) => typeof value === 'string')) {
      return of('[Ljava.lang.String;', `[${values.map(javaString).join(',')}]`);
    }
    if (values.every((value) => typeof value === 'boolean')) return of('[Z', `[${values.join(',')}]`);
  }
  const text = jsonOf(values, 0);
  return text === undefined ? undefined : of('java.util.ArrayList', text);
}

function binaryObj(view: ArrayBufferView): Obj | undefined {
  if (view instanceof Uint8Array || view instanceof Int8Array || view instanceof Uint8ClampedArray) {
    const bytes = Buffer.from(view.buffer, view.byteOffset, view.byteLength);
    return of('[B', `"${bytes.toString('base64')}"`);
  }
  if (view instanceof Int16Array) return of('[S', `[${view.join(',')}]`);
  if (view instanceof Int32Array || view instanceof Uint16Array) return of('[I', `[${view.join(',')}]`);
  if (view instanceof Uint32Array || view instanceof BigInt64Array) return of('[J', `[${view.join(',')}]`);
  if (view instanceof Float32Array) return of('[F', `[${Array.from(view, javaDoubleJson).join(',')}]`);
  if (view instanceof Float64Array) return of('[D', `[${Array.from(view, javaDoubleJson).join(',')}]`);
  return undefined;
}

/** JSON of plain data inside a container; undefined when something in it is not. */
function jsonOf(value: unknown, depth: number): string | undefined {
  if (depth > DEPTH_MAX) return undefined; // a circle, or as good as one
  switch (typeof value) {
    case 'number':
      return isInt(value) ? String(value) : javaDoubleJson(value);
    case 'string':
      return javaString(value);
    case 'boolean':
    case 'bigint':
      return String(value);
    case 'undefined':
      return 'null';
    case 'object':
      break;
    default:
      return undefined;
  }
  if (value === null) return 'null';
  if (Array.isArray(value) || value instanceof Set) return listJson([...value], depth);
  if (value instanceof Map) return entriesJson([...value], depth);
  if (value instanceof Date) return String(value.getTime());
  if (value instanceof Uint8Array) return `"${Buffer.from(value).toString('base64')}"`;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return undefined;
  return entriesJson(Object.entries(value), depth);
}

function listJson(values: readonly unknown[], depth: number): string | undefined {
  const parts: string[] = [];
  for (const value of values) {
    const text = jsonOf(value, depth + 1);
    if (text === undefined) return undefined;
    parts.push(text);
  }
  return `[${parts.join(',')}]`;
}

function entriesJson(entries: readonly (readonly [unknown, unknown])[], depth: number): string | undefined {
  const parts: string[] = [];
  for (const [key, value] of entries) {
    if (typeof key === 'object' && key !== null) return undefined;
    const text = jsonOf(value, depth + 1);
    if (text === undefined) return undefined;
    parts.push(`${javaString(String(key))}:${text}`);
  }
  return `{${parts.join(',')}}`;
}

/**
 * The value of an `Obj`: numbers for `int`, `double` and their kin, bigints for `long` beyond the safe integers (smaller ones are
 * numbers), `Buffer` for bytes, plain objects and arrays for Java maps, lists and beans, `ObjectReference` for what came by
 * reference only.
 * @throws PalError `decode` when the text does not fit the type; `unsupported` when only the class is known.
 */
export function fromObj(obj: Obj): unknown {
  const name = obj.clazz?.name ?? '';
  if (obj.isNull) return name === 'js.undefined' ? undefined : null;
  const text = obj.value ?? '';
  if (text === '') {
    if (obj.ref) return new ObjectReference(obj.ref, name);
    throw new PalError('unsupported', `A value of class ${name || 'unknown'} came without content.`, {
      data: { className: name },
    });
  }
  const value = parse(text, name);
  switch (name) {
    case 'double':
    case 'float':
    case 'java.lang.Double':
    case 'java.lang.Float':
      return special(value);
    case 'java.math.BigInteger':
      return typeof value === 'number' ? BigInt(value) : value;
    case '[D':
    case '[F':
      return Array.isArray(value) ? value.map(special) : mismatch(text, name);
    case '[B':
      if (typeof value === 'string') return Buffer.from(value, 'base64');
      return Array.isArray(value) ? Buffer.from(value as number[]) : mismatch(text, name);
    default:
      return value;
  }
}

/** `"NaN"` and its like, which JSON has no number for. */
function special(value: unknown): unknown {
  return value === 'NaN' || value === 'Infinity' || value === '-Infinity' ? Number(value) : value;
}

const STRING_OR_LONG = /"(?:[^"\\]|\\.)*"|-?\d{16,}(?![\d.eE])/g;
/** Unguessable, so that no text of a message is taken for a number. */
const MARK = `long ${randomMessageId()}:`;

/** JSON whose integers keep all their digits. */
function parse(text: string, name: string): unknown {
  try {
    if (!/\d{16}/.test(text)) return JSON.parse(text) as unknown;
    const marked = text.replace(STRING_OR_LONG, (token) => (token.startsWith('"') ? token : `"${MARK}${token}"`));
    return JSON.parse(marked, (_key, value: unknown) =>
      typeof value === 'string' && value.startsWith(MARK) ? integer(value.slice(MARK.length)) : value,
    ) as unknown;
  } catch (cause) {
    return mismatch(text, name, cause);
  }
}

function integer(digits: string): number | bigint {
  const value = Number(digits);
  return Number.isSafeInteger(value) ? value : BigInt(digits);
}

function mismatch(text: string, name: string, cause?: unknown): never {
  const shown = text.length > 80 ? `${text.slice(0, 80)}…` : text;
  throw new PalError('decode', `Not a value of class ${name || 'unknown'}: ${shown}`, {
    cause,
    data: { className: name, kind: 'value' },
  });
}

const isInt = (value: number): boolean =>
  Number.isInteger(value) && value >= INT_MIN && value <= INT_MAX && !Object.is(value, -0);
const isLong = (value: bigint): boolean => value >= LONG_MIN && value <= LONG_MAX;

function className(value: unknown): string {
  if (typeof value === 'function') return 'js.Function';
  if (typeof value === 'symbol') return 'js.Symbol';
  const prototype = Object.getPrototypeOf(value) as { constructor?: { name?: unknown } } | null;
  const name = prototype?.constructor?.name;
  return typeof name === 'string' && name !== '' ? `js.${name}` : 'js.Object';
}

const describe = (value: unknown): string =>
  typeof value === 'object' || typeof value === 'function' ? `an object of class ${className(value)}` : typeof value;
