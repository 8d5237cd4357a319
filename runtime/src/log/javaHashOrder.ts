/**
 * The order in which Java's `HashMap<String, …>` hands out keys that were put in with `computeIfAbsent`: by bucket, within a bucket
 * the newest first. PAL prints its statistics in this order.
 *
 * Invariant: depends on the keys and the order they came in, on nothing else. Deliberately absent: tree bins (a bucket of eight in a
 * table of 64 or more), which no set of names in a log fills by chance.
 */

const INITIAL_CAPACITY = 16;
/** Buckets this long make a small table grow early. */
const LONG_BUCKET = 8;
const LONG_BUCKET_CAPACITY = 64;

/**
 * `keys` are distinct, in the order of their first use. `lastIsNew`: the map was not used again after the last key came in (Java looks
 * whether the table must grow before each use, not after).
 */
export function javaHashOrder(keys: readonly string[], lastIsNew: boolean): string[] {
  let capacity = INITIAL_CAPACITY;
  let table = emptyTable<string>(capacity);
  const grow = (): void => {
    const old = table;
    capacity *= 2;
    table = emptyTable(capacity);
    for (const bucket of old) for (const key of bucket) table[spreadHash(key) & (capacity - 1)]!.push(key);
  };
  for (const [size, key] of keys.entries()) {
    if (size > capacity * 0.75) grow();
    const bucket = table[spreadHash(key) & (capacity - 1)]!;
    bucket.unshift(key);
    if (bucket.length > LONG_BUCKET - 1 && capacity < LONG_BUCKET_CAPACITY) grow();
  }
  if (!lastIsNew && keys.length > capacity * 0.75) grow();
  return table.flat();
}

const emptyTable = <T>(capacity: number): T[][] => Array.from({ length: capacity }, () => []);

/** `String.hashCode()`, its upper half mixed into the lower as `HashMap` does. */
function spreadHash(key: string): number {
  let hash = 0;
  for (let i = 0; i < key.length; i++) hash = (Math.imul(hash, 31) + key.charCodeAt(i)) | 0;
  return hash ^ (hash >>> 16);
}
