/**
 * The pattern language of PAL's rules (recording scope, replay policy, RPC policy): Ant-style wildcards over dotted names,
 * separator `.`, blanks in the tested text ignored, letter case ignored.
 *
 * Invariant: answers are exactly those of the Java tool, quirks included, because every peer of a fleet must match alike
 * (`docs/compatibility.md`). The quirks are named where they arise. Unlike a plain recursive search the result of every pair of
 * positions is computed once, so a hostile pattern costs pattern length × text length × text length, never exponential time.
 * Deliberately absent: a way to escape `*` and `?`.
 */
const ASTERISK = 42;
const QUESTION = 63;
const BLANK = 32;
const SEPARATOR = 46;
/** Distance between `a` and `A`; treated as "same letter" for any pair of characters this far apart (quirk). */
const CASE_DISTANCE = 32;

const UNKNOWN = 0;
const NO = 1;
const YES = 2;

/** True when `text` as a whole matches `pattern`. */
export function matchesPattern(pattern: string, text: string): boolean {
  if (!pattern.includes('*') && !pattern.includes('?') && pattern === text && !text.includes(' ')) return true;
  return new Match(pattern, text).from(0, 0);
}

class Match {
  readonly #known: Uint8Array;
  readonly #width: number;

  constructor(
    readonly pattern: string,
    readonly text: string,
  ) {
    this.#width = text.length + 1;
    this.#known = new Uint8Array((pattern.length + 1) * this.#width);
  }

  /** Does the pattern from `p` match the text from `t`? */
  from(p: number, t: number): boolean {
    const slot = p * this.#width + t;
    const known = this.#known[slot]!;
    if (known !== UNKNOWN) return known === YES;
    const result = this.#search(p, t);
    this.#known[slot] = result ? YES : NO;
    return result;
  }

  #search(p: number, t: number): boolean {
    const { pattern, text } = this;
    const left = pattern.length - p;
    if (left === 0) return t === text.length;
    const token = pattern.charCodeAt(p);
    if (t === text.length && token === SEPARATOR) {
      // The text may end before a separator: `com.**` matches `com`, but `com.*` does not.
      if (left === 2 && pattern.charCodeAt(p + 1) === ASTERISK) return false;
      return this.from(p + 1, t);
    }
    if (token === ASTERISK) return this.#asterisk(p, t, left);
    let at = t;
    while (at < text.length && text.charCodeAt(at) === BLANK) at++;
    return (
      at < text.length && (token === QUESTION || sameLetter(text.charCodeAt(at), token)) && this.from(p + 1, at + 1)
    );
  }

  #asterisk(p: number, t: number, left: number): boolean {
    const { pattern, text } = this;
    if (left === 1) return !text.includes('.', t); // last in the pattern: the rest of one segment
    // `**` and the character behind it may stand for nothing; that character need not be a separator (quirk).
    if (left > 2 && pattern.charCodeAt(p + 1) === ASTERISK && this.from(p + 3, t)) return true;
    for (let at = t; at <= text.length; at++) if (this.from(p + 1, at)) return true; // any run, separators included
    return false;
  }
}

const sameLetter = (a: number, b: number): boolean => a === b || Math.abs(a - b) === CASE_DISTANCE;
