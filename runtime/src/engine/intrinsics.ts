/**
 * What the engine uses of the language, captured when the engine is loaded (before the program): a program may patch every
 * global and prototype, and recording neither runs its patches nor breaks on them. Invariant: nothing here is
 * looked up again later. Rule for the engine's files: no array methods, no iterators, no `instanceof` on the hot path.
 */
/* eslint-disable @typescript-eslint/unbound-method -- taking methods off their prototypes is what this file is for */
import asyncHooks from 'node:async_hooks';
import { performance } from 'node:perf_hooks';
import { types } from 'node:util';

/** Copies a collection's methods to a subclass, so that calls never look at the (patchable) built-in prototype. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- any constructor
function safe<T extends abstract new (...args: any[]) => object>(base: T, derived: T): T {
  const from = base.prototype as object;
  const to = derived.prototype as object;
  for (const key of Reflect.ownKeys(from)) {
    if (!Object.hasOwn(to, key)) Object.defineProperty(to, key, Object.getOwnPropertyDescriptor(from, key)!);
  }
  Object.setPrototypeOf(to, null);
  Object.freeze(to);
  return derived;
}

export const SafeMap = safe(Map, class SafeMap<K, V> extends Map<K, V> {}) as typeof Map;
export const SafeWeakMap = safe(
  WeakMap,
  class SafeWeakMap<K extends WeakKey, V> extends WeakMap<K, V> {},
) as typeof WeakMap;

export const { isArray } = Array;
export const { getPrototypeOf, getOwnPropertyDescriptor, defineProperty, hasOwn } = Object;
export const enumerableKeys = Object.keys;
export const apply = Reflect.apply;
export const {
  isProxy,
  isNativeError,
  isPromise,
  isMap,
  isSet,
  isDate,
  isRegExp,
  isAnyArrayBuffer,
  isTypedArray,
  isDataView,
} = types;
export const { executionAsyncId, executionAsyncResource } = asyncHooks;
export const { floor, min } = Math;
export const { store, load, wait, notify } = Atomics;

const { call } = Function.prototype;
type Uncurried<F> = F extends (...args: infer A) => infer R ? (self: unknown, ...args: A) => R : never;
/** `f` as a function that takes its receiver first. */
export const uncurry = <F extends (...args: never[]) => unknown>(f: F): Uncurried<F> =>
  (call as unknown as { bind(self: unknown): never }).bind(f);

export const charCodeAt = uncurry(String.prototype.charCodeAt);
export const stringSlice = uncurry(String.prototype.slice);
export const stringIncludes = uncurry(String.prototype.includes);
export const toText = String; // called with numbers, bigints and symbols only
export const promiseThen = uncurry(Promise.prototype.then as (a: unknown, b: unknown) => unknown);
export const errorPrototype: object = Error.prototype;
export const promisePrototype: object = Promise.prototype;
const now = performance.now.bind(performance);
const { timeOrigin } = performance;
/** Milliseconds since the Unix epoch, with fraction. */
export const wallClock = (): number => timeOrigin + now();

type Read<T> = (self: unknown) => T;
const getter = (prototype: object, name: PropertyKey): Read<never> =>
  uncurry(getOwnPropertyDescriptor(prototype, name)!.get as () => never);
const typedArray = getPrototypeOf(Int8Array.prototype) as object;

/** Reading built-in collections by their internal slots: own properties and patched prototypes have no say. */
export const slots = {
  mapSize: getter(Map.prototype, 'size') as Read<number>,
  setSize: getter(Set.prototype, 'size') as Read<number>,
  mapEntries: uncurry(Map.prototype.entries as () => object),
  setValues: uncurry(Set.prototype.values as () => object),
  mapNext: uncurry(nextOf(new Map().entries())),
  setNext: uncurry(nextOf(new Set().values())),
  time: uncurry(Date.prototype.getTime),
  source: getter(RegExp.prototype, 'source') as Read<string>,
  buffer: getter(typedArray, 'buffer') as Read<ArrayBufferLike>,
  byteOffset: getter(typedArray, 'byteOffset') as Read<number>,
  byteLength: getter(typedArray, 'byteLength') as Read<number>,
  typeName: getter(typedArray, Symbol.toStringTag) as Read<string | undefined>,
};

function nextOf(iterator: object): () => IteratorResult<unknown> {
  return (getPrototypeOf(iterator) as { next: () => IteratorResult<unknown> }).next;
}

export const regExpFlags = (
  [
    ['hasIndices', 'd'],
    ['global', 'g'],
    ['ignoreCase', 'i'],
    ['multiline', 'm'],
    ['dotAll', 's'],
    ['unicode', 'u'],
    ['unicodeSets', 'v'],
    ['sticky', 'y'],
  ] as const
)
  .filter(([name]) => getOwnPropertyDescriptor(RegExp.prototype, name) !== undefined)
  .map(([name, letter]) => ({ read: getter(RegExp.prototype, name), letter }));

export const SafeUint8Array = Uint8Array;
