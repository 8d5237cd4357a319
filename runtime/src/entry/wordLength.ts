/** Lengths of compact entries (layout: `words.ts`), for readers that must not run past the end of what they have. */
import { Kind, Tag } from './words';

const COUNT_IN_NEXT_WORD = 7;

/** Words of the value at `at`, by its first word. */
export function valueLength(word: number): number {
  const tag = word & 7;
  return tag === Tag.DOUBLE ? 3 : tag === Tag.INT32 ? 2 : 1;
}

/** Payload words of a text of `length` units, as the length word gives it (bit 31: one byte per unit). */
export const stringWords = (length: number): number =>
  length < 0 ? ((length & 0x7fffffff) + 3) >>> 2 : (length + 1) >>> 1;

/**
 * Position after the entry at `at`, or -1 when it goes beyond `end`, or -2 when there is no such kind of entry.
 */
export function entryEnd(words: Int32Array, at: number, end: number): number {
  const next = unboundedEnd(words, at, end);
  return next > end ? -1 : next;
}

function unboundedEnd(words: Int32Array, at: number, end: number): number {
  const header = words[at]!;
  switch (header & 31) {
    case Kind.PAD:
    case Kind.SWITCH:
      return at + 1;
    case Kind.RETURN_PENDING:
    case Kind.LOST:
      return at + 2;
    case Kind.TIME:
    case Kind.DEF_CLASS:
    case Kind.DEF_OBJECT:
      return at + 3;
    case Kind.DEF_THREAD:
    case Kind.DEF_ERROR:
      return at + 5;
    case Kind.RETURN:
    case Kind.THROW:
      return valuesEnd(words, at + 1, 1, end);
    case Kind.ASYNC_RETURN:
    case Kind.ASYNC_THROW:
      return valuesEnd(words, at + 2, 1, end);
    case Kind.GET:
    case Kind.PUT:
      return valuesEnd(words, at + 1, 2, end);
    case Kind.CALL:
    case Kind.ACCESSOR_CALL:
    case Kind.ASYNC_CALL: {
      let next = at + 1;
      let count = (header >>> 5) & 7;
      if (count === COUNT_IN_NEXT_WORD) {
        if (next >= end) return Infinity;
        count = words[next++]! >>> 0;
      }
      if ((header & 31) === Kind.ASYNC_CALL) next++;
      return valuesEnd(words, next, count + 1, end);
    }
    case Kind.DEF_STRING:
      return at + 2 >= end ? Infinity : at + 3 + stringWords(words[at + 2]!);
    case Kind.SNAPSHOT:
      return at + 2 >= end ? Infinity : at + 3 + (words[at + 2]! >>> 0);
    default:
      return -2;
  }
}

function valuesEnd(words: Int32Array, at: number, count: number, end: number): number {
  let next = at;
  for (let i = 0; i < count; i++) {
    if (next >= end) return Infinity;
    next += valueLength(words[next]!);
  }
  return next;
}
