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

/** References of one engine. */
export interface Identity {
  /** Value word of an object seen before, or 0. */
  readonly read: (object: object) => number;
  readonly write: (object: object, word: number) => void;
  /** For objects that `read` does not know: the word of one that could not be stamped, or 0. */
  readonly refused: (object: object) => number;
}

export function createIdentity(): Identity {
  // Passed to the field's initialiser this way: one definition instead of a definition and a write.
  let pending = 0;
  class Stamp extends Give {
    #word = pending;
    // Written out: an implicit constructor may spread its arguments through the program's array iterator.
    // eslint-disable-next-line @typescript-eslint/no-useless-constructor
    constructor(object: object) {
      super(object);
    }
    static readonly read = (object: object): number => (#word in object ? object.#word : 0);
  }
  const refused = new SafeWeakMap<object, number>();
  let anyRefused = false;
  return {
    read: Stamp.read,
    write(object, word) {
      pending = word;
      try {
        new Stamp(object);
      } catch {
        anyRefused = true;
        refused.set(object, word);
      }
    },
    refused: (object) => (anyRefused ? (refused.get(object) ?? 0) : 0),
  };
}

class Attachment extends Give {
  #value: unknown;
  constructor(object: object, value: unknown) {
    super(object);
    this.#value = value;
  }
  static readonly read = (object: object): unknown => (#value in object ? object.#value : undefined);
  static readonly write = (object: object, value: unknown): void => {
    if (#value in object) object.#value = value;
    else new Attachment(object, value);
  };
}

/** The engine's own data on an object (logical thread of a timer, …). */
export const readAttachment = Attachment.read;
export const writeAttachment = Attachment.write;
