/**
 * Bounded copies of plain data beside references (words.ts, SNAPSHOT). Filled in below.
 */
export interface Snapshots {
  /** A plain object got its reference. */
  first(object: object, word: number): void;
  /** An object with a reference passes by again. */
  seen(object: object, word: number): void;
}
