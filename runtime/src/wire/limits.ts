/** Limits of PAL's generated Colfer classes (wire specification 1.3). Breaking one is an error in both directions. */

/** Bytes of one text, one binary, or one whole struct with everything nested in it. */
export const SIZE_MAX = 16 * 1024 * 1024;

/** Elements of one list. */
export const LIST_MAX = 65_536;

/**
 * Levels of `Throwable.cause`. The format has no such limit, but Java decodes the chain by recursion and so has one too;
 * 16 MiB could otherwise hold millions of levels, and every later consumer (printing, comparing) would have to fear them.
 */
export const CAUSE_DEPTH_MAX = 1024;

/** Ends every struct. */
export const TERMINATOR = 0x7f;

/** Set in a header byte: fixed width form (uint32, uint64) or negative value (int32, int64). */
export const FLAG = 0x80;
