/**
 * The compact entry: what the app thread writes and every part of the host understands.
 *
 * An entry is a run of 32-bit words (an `Int32Array`). The ring carries entries as they are; a `.palrec` block carries
 * the same words varint-coded; `entry/expand.ts` turns them into PAL messages. One compact entry may stand for one or
 * two PAL messages ("entries" in the user's sense): CALL, RETURN, THROW are one; GET and PUT are two (operation and
 * completion); definitions and switches are none. Offsets shown to users count PAL messages.
 *
 * Deliberately absent: text building, varints and JSON on the app thread.
 *
 * Header word: bits 0-4 kind · bits 5-7 small count `n` (argument count 0-6; 7 = the count is in the next word) · bits 8-31 site number
 * (24 bits, global in the process: module base + index; 0 = no site).
 */
export const Kind = {
  /** Nothing: skip one word (alignment, end of a ring lap). */
  PAD: 0,
  /** Call of a function, method or constructor. [header n=args] [count if n=7] value(this) value(arg)×n */
  CALL: 1,
  /** Normal completion of the innermost open sync CALL of the current logical thread. [header site] value(result). Constructor: the new object */
  RETURN: 2,
  /** Exceptional completion, as RETURN. [header site] value(error). A `DEF_ERROR` for the error precedes it */
  THROW: 3,
  /** Field read, operation and completion in one. [header site] value(target) value(read). Static: target is the class's function */
  GET: 4,
  /** Field write, operation and completion in one. [header site] value(target) value(written) */
  PUT: 5,
  /** Call of an async function: its completion comes later (a plain function that returned a native promise is RETURN_PENDING). Opens no sync frame. [header n] [count if n=7] [frame id] value(this) value(arg)×n */
  ASYNC_CALL: 6,
  /** [header site] [frame id] value(result) */
  ASYNC_RETURN: 7,
  /** [header site] [frame id] value(error) */
  ASYNC_THROW: 8,
  /** The following entries belong to logical thread `site bits`; n bit 0: the stack of woven frames is empty (next operation is an entry point). One word */
  SWITCH: 9,
  /** Wall clock of the following entries. [header] [low word] [high word] of nanoseconds since the Unix epoch as uint64 */
  TIME: 10,
  /** Getter/setter call recorded as field operation with the accessor's body nested: CALL layout; site kind tells GET or PUT. Completed by RETURN/THROW */
  ACCESSOR_CALL: 11,
  /** The innermost open sync CALL returned a native promise: it is closed, and completed later by ASYNC_RETURN or ASYNC_THROW of this frame id. No message. [header site] [frame id] */
  RETURN_PENDING: 12,
  /** Text. [header n bit0: cut to the byte limit, the text ends in `…+<UTF-16 units left out>`; bit1: the app began its table of texts anew, earlier ids are not used by later entries, but for the table just ended] [string id] [length in UTF-16 units] [bit 31 of length: 1 = latin1 packed 4 per word, 0 = UTF-16 packed 2 per word] words. */
  DEF_STRING: 16,
  /**
   * Class. [header n bit0: own (woven) class; bit1: static side] [class id] [string id of dotted name]. The static side is the
   * class of the constructor function itself: a field of an object with such a class is a static field of `dotted name`.
   */
  DEF_CLASS: 17,
  /** Logical thread. [header] [thread id] [parent id or 0] [string id of kind] [n]; name = `<parent>/<kind>#<n>`; parent 0: name = kind */
  DEF_THREAD: 18,
  /** Object seen for the first time. [header] [ref] [class id] */
  DEF_OBJECT: 19,
  /** Error about to be thrown or passed. [header n: bit0 has message, bit1 has cause] [ref] [class id] [string id message or 0] [ref of cause or 0] */
  DEF_ERROR: 20,
  /** Bounded copy of plain data, as it was now: belongs to the next entry that makes messages, and to it alone. [header] [ref] [word count] payload (see SnapTag) */
  SNAPSHOT: 21,
  /** Entries the app could not record (a value too large for the ring). [header] [count] */
  LOST: 22,
} as const;
export type Kind = (typeof Kind)[keyof typeof Kind];

/**
 * A value is one word, sometimes followed by more. Low 3 bits: tag; high 29 bits: payload (signed for SMALL_INT).
 */
export const Tag = {
  /** payload = signed 29-bit integer */
  SMALL_INT: 0,
  /** payload = object reference, from 1 up */
  REF: 1,
  /** payload = string id */
  STRING: 2,
  /** payload = `Const` */
  CONST: 3,
  /** two more words: low and high half of the IEEE double, low first */
  DOUBLE: 4,
  /** one more word: int32 */
  INT32: 5,
  /** payload = string id of the text; a bigint (decimal text) */
  BIGINT: 6,
  /** payload = string id of the text `Symbol(description)`; a symbol */
  SYMBOL: 7,
} as const;
export const Const = {
  UNDEFINED: 0,
  NULL: 1,
  TRUE: 2,
  FALSE: 3,
  NAN: 4,
  POSITIVE_INFINITY: 5,
  NEGATIVE_INFINITY: 6,
  NEGATIVE_ZERO: 7,
  /** the value was not captured (parameter pattern that cannot be re-read) */
  UNKNOWN: 8,
} as const;

/**
 * Payload of SNAPSHOT: a tree in prefix order. A node is a value (as above), or a container word:
 * tag CONST with payload ≥ 16: `16 + SnapTag`, then [size or length of the original] [members written, fewer = cut].
 * Object member: string id of the key, then node. Map member: node, node. Array, Set member: node.
 */
export const SnapTag = {
  OBJECT: 0,
  ARRAY: 1,
  MAP: 2,
  SET: 3,
  /** then a DOUBLE value: epoch milliseconds */
  DATE: 4,
  /** then STRING value source, STRING value flags */
  REGEXP: 5,
  /** [length] [bytes written] [kind string id] bytes packed 4 per word */
  BYTES: 6,
  /** then STRING value name, STRING value message */
  ERROR: 7,
  /** a class instance, function, proxy, … met inside: then a REF value */
  OPAQUE: 8,
  /** string cut to the limit: then STRING value (prefix), full length in the length word */
  CUT_STRING: 9,
} as const;
