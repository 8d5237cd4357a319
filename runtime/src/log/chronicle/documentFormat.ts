/**
 * The document stream that both file kinds of a Chronicle queue share (wire specification 8.5): a 4-byte little-endian header,
 * the payload, padding to a multiple of four. Pure constants and arithmetic.
 *
 * Invariant: a header that is neither 0 nor flagged incomplete announces a document whose payload is whole; writers store the
 * header last. Deliberately absent: the unaligned streams of old files (`dataFormat` 0), which PAL never wrote.
 */

/** Bits 0-29 of a header: payload length. */
export const LENGTH_MASK = 0x3fff_ffff;
/** Bit 30: a metadata document, not a message. */
export const META_BIT = 0x4000_0000;
/** Bit 31: being written or abandoned. */
export const INCOMPLETE_BIT = 0x8000_0000;
/** Whole header value: the writer rolled on to another file. */
export const EOF_HEADER = 0xc000_0000;

export const HEADER_BYTES = 4;
/** What a writer puts where it stops: the end marker and the bytes `c3 "EOF"`. */
export const EOF_MARKER = Uint8Array.of(0x00, 0x00, 0x00, 0xc0, 0xc3, 0x45, 0x4f, 0x46);
/** A writer clears this much after a document before it makes the document visible. */
export const CLEARED_AFTER = 8;

/** PAL's document body: message type (1 byte), length of the Colfer bytes (int32 little-endian), the bytes (8.1). */
export const BODY_PREFIX = 5;
/** Largest Colfer struct (1.3); a document announcing more holds no PAL message. */
export const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;

export const align4 = (position: number): number => Math.ceil(position / 4) * 4;

/** Position of the header after the document at `position` with a payload of `length` bytes. */
export const nextPosition = (position: number, length: number): number => align4(position + HEADER_BYTES + length);
