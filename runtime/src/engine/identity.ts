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

/** Passed to the field's initialiser this way: one definition instead of a definition and a write. */
let pendingWord = 0;

class Stamp extends Give {
  #word = pendingWord;
  static read(this: void, object: object): number {
    return #word in object ? object.#word : 0;
  }
}

class Attachment extends Give {
  #value: unknown;
  constructor(object: object, value: unknown) {
    super(object);
    this.#value = value;
  }
  static read(this: void, object: object): unknown {
    return #value in object ? object.#value : undefined;
  }
  static write(this: void, object: object, value: unknown): void {
    if (#value in object) object.#value = value;
    else new Attachment(object, value);
  }
}

const refused = new SafeWeakMap<object, number>();
let anyRefused = false;

/** Value word of an object seen before, or 0. */
export const readStamp = Stamp.read;

export function writeStamp(object: object, word: number): void {
  pendingWord = word;
  try {
    new Stamp(object);
  } catch {
    anyRefused = true;
    refused.set(object, word);
  }
}

/** For objects that `readStamp` does not know: the word of one that could not be stamped, or 0. */
export const readRefused = (object: object): number => (anyRefused ? (refused.get(object) ?? 0) : 0);

/** The engine's own data on an object (logical thread of a timer, …). */
export const readAttachment = Attachment.read;
export const writeAttachment = Attachment.write;
