/**
 * UTF-8 as the Java side writes and reads it.
 *
 * Invariants: encoding never fails, an unpaired surrogate becomes `?`; decoding never fails, malformed input becomes U+FFFD, with
 * as many replacement characters as Java's `String` makes. Java differs from the web's rule in one case: the three bytes
 * of an encoded surrogate (`ED A0..BF xx`) are one malformed unit, not three.
 *
 * Deliberately absent: a byte order mark is text like any other.
 */
const QUESTION_MARK = 0x3f;
/** Longer texts go through Node's native codec; below, a loop is quicker than the call. */
const NATIVE_FROM = 64;
const LONE_SURROGATES = /\p{Surrogate}/gu;

/** Node's own slices: what `Buffer.toString` ends up in, without its argument handling. They take any `Uint8Array`. */
interface NativeSlices {
  readonly latin1Slice: (this: Uint8Array, start: number, end: number) => string;
  readonly utf8Slice: (this: Uint8Array, start: number, end: number) => string;
}
const { latin1Slice, utf8Slice } = Buffer.prototype as unknown as NativeSlices;

/** Text of bytes that are known to be ASCII. */
export function readAscii(source: Uint8Array, start: number, end: number): string {
  return latin1Slice.call(source, start, end);
}

/** Writes `text` at `position`; the caller has made room for `3 * text.length` bytes. Returns the position after it. */
export function writeUtf8(target: Buffer, position: number, text: string): number {
  const length = text.length;
  if (length >= NATIVE_FROM) return position + target.write(text.replace(LONE_SURROGATES, '?'), position);
  let at = position;
  for (let i = 0; i < length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) target[at++] = unit;
    else at = writeUnit(target, at, text, i, unit);
  }
  return at;
}

/** One non-ASCII UTF-16 unit. The second half of a pair writes nothing: the first half has written both. */
function writeUnit(target: Buffer, position: number, text: string, index: number, unit: number): number {
  let at = position;
  if (unit < 0x800) {
    target[at++] = 0xc0 | (unit >> 6);
    target[at++] = 0x80 | (unit & 0x3f);
  } else if (unit < 0xd800 || unit > 0xdfff) {
    target[at++] = 0xe0 | (unit >> 12);
    target[at++] = 0x80 | ((unit >> 6) & 0x3f);
    target[at++] = 0x80 | (unit & 0x3f);
  } else if (unit < 0xdc00) {
    const next = text.charCodeAt(index + 1); // NaN at the end
    if (next >= 0xdc00 && next <= 0xdfff) {
      const point = 0x10000 + ((unit - 0xd800) << 10) + (next - 0xdc00);
      target[at++] = 0xf0 | (point >> 18);
      target[at++] = 0x80 | ((point >> 12) & 0x3f);
      target[at++] = 0x80 | ((point >> 6) & 0x3f);
      target[at++] = 0x80 | (point & 0x3f);
    } else target[at++] = QUESTION_MARK;
  } else {
    const previous = text.charCodeAt(index - 1);
    if (!(previous >= 0xd800 && previous <= 0xdbff)) target[at++] = QUESTION_MARK;
  }
  return at;
}

/** Text of the bytes from `start` to `end`. */
export function readUtf8(source: Uint8Array, start: number, end: number): string {
  if (end - start < NATIVE_FROM) {
    let ascii = true;
    for (let i = start; i < end && ascii; i++) ascii = source[i]! < 0x80;
    if (ascii) return readAscii(source, start, end);
  }
  const text = utf8Slice.call(source, start, end);
  return text.includes('\ufffd') ? readReplacing(source, start, end) : text;
}

/** The rare case: malformed somewhere (or a real U+FFFD). Encoded surrogates are cut out and replaced as one unit each. */
function readReplacing(source: Uint8Array, start: number, end: number): string {
  let text = '';
  let from = start;
  for (let i = start; i < end; i++) {
    if (source[i] !== 0xed || i + 1 >= end || (source[i + 1]! & 0xe0) !== 0xa0) continue;
    text += utf8Slice.call(source, from, i) + '\ufffd';
    i += i + 2 < end && (source[i + 2]! & 0xc0) === 0x80 ? 2 : 1;
    from = i + 1;
  }
  return text + utf8Slice.call(source, from, end);
}
