/**
 * Words of compact entries ⇄ bytes: the coding of a `.palrec` DATA block (`docs/palrec.md` 5), which costs 2-5 bytes for an entry of
 * 3-6 words and is coded at memory speed.
 *
 * Three small predictors, all starting empty at the beginning of a run so that a run decodes alone: the header that followed the same
 * header last time (1 byte per *run* of right guesses), the last word seen in each of 128 slots (1 byte per hit), and the last reference
 * and string (new objects and new strings count up by one).
 *
 * Invariants: lossless for every well-formed entry; the decoder never reads past its bytes, never writes past the announced number of words,
 * and ends after at most one step per byte. Deliberately absent: files, checksums, definitions (they live in blocks of their own).
 */
import { PalError } from '../errors';
import { Kind, Tag } from './words';

/** Number of slots of the word cache; a code byte below it means "the word in that slot". */
const SLOTS = 128;
const SMALL_BASE = 0x80; // SMALL_INT 0..47 in the code byte
const SMALL_LIMIT = 48;
const CONST_BASE = 0xb0; // CONST 0..15 in the code byte
const CONST_LIMIT = 16;
const FORM_BASE = 0xc0; // 11tttfff
/** Form 4 of REF and STRING: one more than the last one. */
const FORM_NEXT = 4;
const PREDICTED = 1024;
const MAX_RUN = 255;
/** No code is longer: code byte, 8 bytes of a double. */
const MAX_CODE_BYTES = 9;
/** Bytes that an entry with up to 7 values can take: run byte, header, frame id, values. */
const ROOM = 96;
const HASH = 0x9e3779b1 | 0;

const ONE_MESSAGE =
  (1 << Kind.CALL) |
  (1 << Kind.RETURN) |
  (1 << Kind.THROW) |
  (1 << Kind.GET) |
  (1 << Kind.PUT) |
  (1 << Kind.ASYNC_CALL) |
  (1 << Kind.ASYNC_RETURN) |
  (1 << Kind.ASYNC_THROW) |
  (1 << Kind.ACCESSOR_CALL);

const doubleWords = new Int32Array(2);
const doubleValue = new Float64Array(doubleWords.buffer);

/** PAL messages that one entry of this kind stands for. */
export function messagesOf(kind: number): number {
  if (kind === Kind.GET || kind === Kind.PUT) return 2;
  return (ONE_MESSAGE >>> kind) & 1;
}

/** Kinds whose header is guessed from the header before; the others are rare and always written out. */
export function isPredictable(kind: number): boolean {
  return messagesOf(kind) > 0 || kind === Kind.RETURN_PENDING;
}

/** Codes entries into `bytes`. One encoder is reused for all blocks of a writer: `reset` starts a new, self-contained run. */
export class WordEncoder {
  bytes: Uint8Array;
  /** Bytes written since `reset`. */
  length = 0;
  /** Entries and words written since `reset`. */
  entries = 0;
  words = 0;
  private readonly slots = new Int32Array(SLOTS);
  private readonly predicted = new Int32Array(PREDICTED);
  private context = 0;
  private run = MAX_RUN;
  private runAt = 0;
  private lastSite = 0;
  private lastRef = 0;
  private lastString = 0;
  private lastFrame = 0;
  private timeLow = 0;
  private timeHigh = 0;

  /** @param capacity bytes to start with; the buffer grows when one entry is larger. */
  constructor(capacity: number) {
    this.bytes = new Uint8Array(capacity);
  }

  /** Starts a run. `timeLow`/`timeHigh` are the wall clock before its first entry (`Kind.TIME`), which the decoder must be given too. */
  reset(timeLow: number, timeHigh: number): void {
    this.length = 0;
    this.entries = 0;
    this.words = 0;
    this.slots.fill(0);
    this.predicted.fill(0);
    this.context = 0;
    this.run = MAX_RUN;
    this.lastSite = 0;
    this.lastRef = 0;
    this.lastString = 0;
    this.lastFrame = 0;
    this.timeLow = timeLow | 0;
    this.timeHigh = timeHigh | 0;
  }

  /**
   * Codes the entry whose header is `words[at]`; returns the position after it.
   * @throws PalError `internal` for a kind that has no place in a run (definitions, PAD, unknown numbers).
   */
  put(words: Int32Array, at: number): number {
    const header = words[at]!;
    const kind = header & 31;
    if (this.length + ROOM > this.bytes.length) this.grow(ROOM);
    let next = at + 1;
    if (kind === Kind.GET || kind === Kind.PUT) {
      this.header(header);
      next = this.value(words, this.value(words, next));
    } else if (kind === Kind.CALL || kind === Kind.ACCESSOR_CALL || kind === Kind.ASYNC_CALL) {
      next = this.call(words, at, header, kind);
    } else if (kind === Kind.RETURN || kind === Kind.THROW) {
      this.header(header);
      next = this.value(words, next);
    } else if (kind === Kind.ASYNC_RETURN || kind === Kind.ASYNC_THROW) {
      this.header(header);
      this.frame(words[next]!);
      next = this.value(words, next + 1);
    } else {
      next = this.rare(words, at, header, kind);
    }
    this.entries++;
    this.words += next - at;
    return next;
  }

  private call(words: Int32Array, at: number, header: number, kind: number): number {
    this.header(header);
    let next = at + 1;
    let values = ((header >>> 5) & 7) + 1;
    if (values === 8) {
      const count = words[next++]!;
      this.varint(count);
      values = count + 1;
      this.grow(values * MAX_CODE_BYTES + ROOM);
    }
    if (kind === Kind.ASYNC_CALL) this.frame(words[next++]!);
    for (; values > 0; values--) next = this.value(words, next);
    return next;
  }

  private rare(words: Int32Array, at: number, header: number, kind: number): number {
    let next = at + 1;
    switch (kind) {
      case Kind.RETURN_PENDING:
        this.header(header);
        this.frame(words[next]!);
        return next + 1;
      case Kind.SWITCH:
        this.explicitHeader(header);
        return next;
      case Kind.TIME:
        this.explicitHeader(header);
        this.time(words[next]!, words[next + 1]!);
        return next + 2;
      case Kind.DEF_ERROR:
        this.explicitHeader(header);
        for (let i = 0; i < 4; i++) this.varint(words[next++]!);
        return next;
      case Kind.LOST:
        this.explicitHeader(header);
        this.varint(words[next++]!);
        return next;
      case Kind.SNAPSHOT: {
        this.explicitHeader(header);
        this.varint(words[next]!);
        const count = words[next + 1]!;
        this.varint(count);
        this.grow(count * MAX_CODE_BYTES + ROOM);
        next += 2;
        this.payload(words, next, next + count);
        return next + count;
      }
      default:
        throw new PalError('internal', `cannot code an entry of kind ${kind} at word ${at}: not an operation`, {
          data: { kind, at },
        });
    }
  }

  private header(header: number): void {
    const predicted = this.predicted;
    const slot = this.context;
    this.context = Math.imul(header, HASH) >>> 22;
    if (predicted[slot] === header && this.run !== MAX_RUN) {
      this.run++;
      this.bytes[this.runAt] = this.run;
      return;
    }
    this.headerMiss(header, slot);
  }

  /** A wrong guess, or a run byte that is full or not there yet. */
  private headerMiss(header: number, slot: number): void {
    if (this.predicted[slot] === header) {
      this.runAt = this.length++;
      this.run = 1;
      this.bytes[this.runAt] = 1;
      return;
    }
    this.predicted[slot] = header;
    this.explicitHeader(header);
  }

  /** Ends the run of right guesses, writes the header out, and opens the next run. */
  private explicitHeader(header: number): void {
    if (this.run === MAX_RUN) this.bytes[this.length++] = 0;
    this.bytes[this.length++] = header & 0xff;
    const site = header >>> 8;
    const delta = site - this.lastSite;
    this.lastSite = site;
    this.varint((delta << 1) ^ (delta >> 31));
    this.run = MAX_RUN;
  }

  private frame(frame: number): void {
    const delta = (frame - this.lastFrame) | 0;
    this.lastFrame = frame;
    this.varint((delta << 1) ^ (delta >> 31));
  }

  /** One value with the words that belong to it. */
  private value(words: Int32Array, at: number): number {
    const word = words[at]!;
    const tag = word & 7;
    if (tag === Tag.DOUBLE) {
      if (word === Tag.DOUBLE) {
        this.double(words[at + 1]!, words[at + 2]!);
      } else {
        this.word(word);
        this.word(words[at + 1]!);
        this.word(words[at + 2]!);
      }
      return at + 3;
    }
    if (tag === Tag.INT32) {
      if (word === Tag.INT32) {
        this.int32(words[at + 1]!);
      } else {
        this.word(word);
        this.word(words[at + 1]!);
      }
      return at + 2;
    }
    this.word(word);
    return at + 1;
  }

  /** One word that stands alone. */
  private word(word: number): void {
    const tag = word & 7;
    const payload = word >>> 3;
    if (tag === Tag.SMALL_INT) {
      if (payload < SMALL_LIMIT) {
        this.bytes[this.length++] = SMALL_BASE + payload;
        return;
      }
    } else if (tag === Tag.CONST && payload < CONST_LIMIT) {
      this.bytes[this.length++] = CONST_BASE + payload;
      return;
    }
    const slot = Math.imul(word, HASH) >>> 25;
    if (this.slots[slot] === word) {
      this.bytes[this.length++] = slot;
      return;
    }
    this.slots[slot] = word;
    this.wordMiss(word, tag, payload);
  }

  private wordMiss(word: number, tag: number, payload: number): void {
    let number = payload;
    if (tag === Tag.REF) {
      const delta = payload - this.lastRef;
      this.lastRef = payload;
      if (delta === 1) {
        this.bytes[this.length++] = FORM_BASE | (Tag.REF << 3) | FORM_NEXT;
        return;
      }
      number = (delta << 1) ^ (delta >> 31);
    } else if (tag === Tag.STRING) {
      const delta = payload - this.lastString;
      this.lastString = payload;
      if (delta === 1) {
        this.bytes[this.length++] = FORM_BASE | (Tag.STRING << 3) | FORM_NEXT;
        return;
      }
      number = (delta << 1) ^ (delta >> 31);
    } else if (tag === Tag.SMALL_INT) {
      const signed = word >> 3;
      number = (signed << 1) ^ (signed >> 31);
    }
    this.sized(FORM_BASE | (tag << 3), number);
  }

  /** Code byte `base + size - 1` and the 1-4 bytes of `number`, low byte first. */
  private sized(base: number, number: number): void {
    const bytes = this.bytes;
    let length = this.length;
    if (number >>> 8 === 0) {
      bytes[length++] = base;
      bytes[length++] = number;
    } else if (number >>> 16 === 0) {
      bytes[length++] = base + 1;
      bytes[length++] = number;
      bytes[length++] = number >>> 8;
    } else if (number >>> 24 === 0) {
      bytes[length++] = base + 2;
      bytes[length++] = number;
      bytes[length++] = number >>> 8;
      bytes[length++] = number >>> 16;
    } else {
      bytes[length++] = base + 3;
      bytes[length++] = number;
      bytes[length++] = number >>> 8;
      bytes[length++] = number >>> 16;
      bytes[length++] = number >>> 24;
    }
    this.length = length;
  }

  private int32(value: number): void {
    this.sized(FORM_BASE | (Tag.INT32 << 3) | 4, (value << 1) ^ (value >> 31));
  }

  /** Money and measures are mostly whole hundredths: 2-4 bytes instead of 8. */
  private double(low: number, high: number): void {
    doubleWords[0] = low;
    doubleWords[1] = high;
    const value = doubleValue[0]!;
    const scaled = Math.round(value * 100);
    if (scaled > -0x40000000 && scaled < 0x40000000 && scaled !== 0) {
      doubleValue[0] = scaled / 100;
      if (doubleWords[0] === low && doubleWords[1] === high) {
        const number = (scaled << 1) ^ (scaled >> 31);
        const base = FORM_BASE | (Tag.DOUBLE << 3);
        const bytes = this.bytes;
        if (number >>> 16 === 0) {
          bytes[this.length++] = base | 5;
          bytes[this.length++] = number;
          bytes[this.length++] = number >>> 8;
        } else if (number >>> 24 === 0) {
          bytes[this.length++] = base | 6;
          bytes[this.length++] = number;
          bytes[this.length++] = number >>> 8;
          bytes[this.length++] = number >>> 16;
        } else {
          bytes[this.length++] = base | 7;
          bytes[this.length++] = number;
          bytes[this.length++] = number >>> 8;
          bytes[this.length++] = number >>> 16;
          bytes[this.length++] = number >>> 24;
        }
        return;
      }
    }
    this.bytes[this.length++] = FORM_BASE | (Tag.DOUBLE << 3) | 4;
    this.fixed32(low);
    this.fixed32(high);
  }

  /**
   * Words of a snapshot. What a word means there depends on the words before; a word that looks like the head of a double (or int32) is
   * coded as one because that is lossless whatever it means, except in the two counts after a container.
   */
  private payload(words: Int32Array, start: number, end: number): void {
    let counts = 0;
    for (let at = start; at < end;) {
      const word = words[at]!;
      if (counts === 0 && word === Tag.DOUBLE && at + 2 < end) {
        this.double(words[at + 1]!, words[at + 2]!);
        at += 3;
      } else if (counts === 0 && word === Tag.INT32 && at + 1 < end) {
        this.int32(words[at + 1]!);
        at += 2;
      } else {
        if (counts > 0) counts--;
        else if ((word & 7) === Tag.CONST && word >>> 3 >= CONST_LIMIT) counts = 2;
        this.word(word);
        at++;
      }
    }
  }

  /** Signed difference to the clock before, in nanoseconds, as a 10-byte-at-most varint of 64 bits. */
  private time(low: number, high: number): void {
    const borrow = low >>> 0 < this.timeLow >>> 0 ? 1 : 0;
    let deltaLow = (low - this.timeLow) | 0;
    let deltaHigh = (high - this.timeHigh - borrow) | 0;
    this.timeLow = low;
    this.timeHigh = high;
    const sign = deltaHigh >> 31;
    deltaHigh = ((deltaHigh << 1) | (deltaLow >>> 31)) ^ sign;
    deltaLow = (deltaLow << 1) ^ sign;
    while (deltaHigh !== 0 || deltaLow >>> 0 > 127) {
      this.bytes[this.length++] = (deltaLow & 127) | 128;
      deltaLow = (deltaLow >>> 7) | (deltaHigh << 25);
      deltaHigh >>>= 7;
    }
    this.bytes[this.length++] = deltaLow;
  }

  private varint(value: number): void {
    let rest = value >>> 0;
    while (rest > 127) {
      this.bytes[this.length++] = (rest & 127) | 128;
      rest >>>= 7;
    }
    this.bytes[this.length++] = rest;
  }

  private fixed32(value: number): void {
    const bytes = this.bytes;
    bytes[this.length++] = value;
    bytes[this.length++] = value >>> 8;
    bytes[this.length++] = value >>> 16;
    bytes[this.length++] = value >>> 24;
  }

  private grow(room: number): void {
    if (this.length + room <= this.bytes.length) return;
    const larger = new Uint8Array(Math.max(this.bytes.length * 2, this.length + room));
    larger.set(this.bytes.subarray(0, this.length));
    this.bytes = larger;
  }
}
