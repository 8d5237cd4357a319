/** Definition entries (`words.ts`) into `Definitions`. */
import type { Definitions } from './definitions';
import { stringWords } from './wordLength';
import { Kind } from './words';

export const isDefinition = (kind: number): boolean => kind >= Kind.DEF_STRING && kind <= Kind.DEF_ERROR;

/** Takes in the definition at `at`, which is whole. Returns the position after it. */
export function readDefinition(words: Int32Array, at: number, definitions: Definitions): number {
  const header = words[at]!;
  const flags = (header >>> 5) & 7;
  switch (header & 31) {
    case Kind.DEF_STRING:
      definitions.defineString(words[at + 1]!, definedText(words, at), flags);
      return at + 3 + stringWords(words[at + 2]!);
    case Kind.DEF_CLASS:
      definitions.defineClass(words[at + 1]!, flags, words[at + 2]!);
      return at + 3;
    case Kind.DEF_THREAD:
      definitions.defineThread(words[at + 1]!, words[at + 2]!, words[at + 3]!, words[at + 4]!);
      return at + 5;
    case Kind.DEF_OBJECT:
      definitions.defineObject(words[at + 1]!, words[at + 2]!);
      return at + 3;
    default:
      definitions.defineError({
        ref: words[at + 1]!,
        classId: words[at + 2]!,
        message: flags & 1 ? words[at + 3]! : 0,
        cause: flags & 2 ? words[at + 4]! : 0,
      });
      return at + 5;
  }
}

/** Text of the DEF_STRING at `at`. */
function definedText(words: Int32Array, at: number): string {
  const length = words[at + 2]!;
  const start = words.byteOffset + 4 * (at + 3);
  if (length < 0) return Buffer.from(words.buffer, start, length & 0x7fffffff).toString('latin1');
  return Buffer.from(words.buffer, start, 2 * length).toString('utf16le');
}
