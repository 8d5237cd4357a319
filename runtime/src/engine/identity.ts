/**
 * References of objects: a private field added to any object (frozen, proxy, function) through the return-override trick holds the
 * object's value word. No trap, getter or other user code runs, nothing enumerable appears, and reading it back costs
 * a field load, where a WeakMap costs ten times as much for a new object. A realm that refuses private
 * fields on an object (non-extensible ones in later engines) is served by a WeakMap.
 */
import { SafeWeakMap } from './intrinsics';

const Give = function (this: unknown, object: object) {
  return object;
} as unknown as new (object: object) => object;

class Stamp extends Give {
  #word: number;
  constructor(object: object, word: number) {
    super(object);
    this.#word = word;
  }
  static read(object: object): number {
    return #word in object ? object.#word : 0;
  }
}

class Attachment extends Give {
  #value: unknown;
  constructor(object: object, value: unknown) {
    super(object);
    this.#value = value;
  }
  static read(object: object): unknown {
    return #value in object ? object.#value : undefined;
  }
  static write(object: object, value: unknown): void {
    if (#value in object) object.#value = value;
    else new Attachment(object, value);
  }
}

const refused = new SafeWeakMap<object, number>();

/** Value word of an object seen before, or 0. */
export const readStamp: (object: object) => number = Stamp.read;

export function writeStamp(object: object, word: number): void {
  try {
    new Stamp(object, word);
  } catch {
    refused.set(object, word);
  }
}

/** For objects that `readStamp` does not know: the word of one that could not be stamped, or 0. */
export const readRefused = (object: object): number => refused.get(object) ?? 0;

/** The engine's own data on an object (logical thread of a timer, …). */
export const readAttachment = Attachment.read;
export const writeAttachment = Attachment.write;
