/**
 * Bytes of a DATA block → words of compact entries: the other half of `wordCodec.ts`, whose predictors it repeats.
 *
 * Invariants: safe on any bytes (PalError `corrupt`, never a wrong read, an endless loop, or more memory than the bytes justify).
 */
import { PalError } from '../errors';
import { Kind, Tag } from './words';
import { isPredictable, messagesOf } from './wordCodec';

/** A decoded run of entries. Definitions are not among them. */
export interface DecodedWords {
  readonly words: Int32Array;
  /** `starts[i]` = position of entry i's header in `words`; one more element than entries, the last is `words.length`. */
  readonly starts: Uint32Array;
  /** `messages[i]` = PAL messages before entry i in this run; one more element than entries, the last is the total. */
  readonly messages: Uint32Array;
}

const SMALL_INT_WORD = 3; // shift of a payload
const HASH = 0x9e3779b1 | 0;
const MESSAGES = Uint8Array.from({ length: 32 }, (_, kind) => messagesOf(kind));
const PREDICTABLE = Uint8Array.from({ length: 32 }, (_, kind) => (isPredictable(kind) ? 1 : 0));
/** A byte decodes to 3 words at most (code byte of a double), and a guessed header adds one. */
const WORDS_PER_BYTE = 4;

const doubleValue = new Float64Array(1);
const doubleWords = new Int32Array(doubleValue.buffer);

/**
 * Decodes `entries` entries from `bytes[start, end)`.
 * @param words number of words they make, as the writer counted.
 * @throws PalError `corrupt` (`data.position`: byte in `bytes`) when the bytes do not hold exactly that.
 */
export function decodeWords(
  bytes: Uint8Array,
  start: number,
  end: number,
  entries: number,
  words: number,
  timeLow: number,
  timeHigh: number,
): DecodedWords {
  const size = end - start;
  if (entries > words || words > size * WORDS_PER_BYTE) {
    throw corrupt(start, `${entries} entries of ${words} words cannot be in ${size} bytes`);
  }
  return new WordDecoder(bytes, start, end, entries, words, timeLow, timeHigh).decode();
}

function corrupt(position: number, why: string): PalError {
  return new PalError('corrupt', `entries do not decode at byte ${position}: ${why}`, { data: { position } });
}

class WordDecoder {
  private readonly out: Int32Array;
  private count = 0;
  private readonly slots = new Int32Array(128);
  private readonly predicted = new Int32Array(1024);
  private context = 0;
  /** Right guesses left in the run; -1: the run byte is to be read; 0: a header follows. */
  private run = -1;
  private full = false;
  private lastSite = 0;
  private lastRef = 0;
  private lastString = 0;
  private lastFrame = 0;

  constructor(
    private readonly bytes: Uint8Array,
    private at: number,
    private readonly end: number,
    private readonly entries: number,
    words: number,
    private timeLow: number,
    private timeHigh: number,
  ) {
    this.out = new Int32Array(words);
  }

  decode(): DecodedWords {
    const { entries, out, predicted } = this;
    const starts = new Uint32Array(entries + 1);
    const messages = new Uint32Array(entries + 1);
    const limit = out.length;
    let total = 0;
    for (let i = 0; i < entries; i++) {
      starts[i] = this.count;
      messages[i] = total;
      let header: number;
      if (this.run > 0) {
        this.run--;
        header = predicted[this.context]!;
        this.context = Math.imul(header, HASH) >>> 22;
      } else {
        header = this.header();
      }
      out[this.count++] = header;
      const kind = header & 31;
      total += MESSAGES[kind]!;
      if (kind === Kind.GET || kind === Kind.PUT) {
        this.value();
        this.value();
      } else {
        this.body(header, kind);
      }
      if (this.at > this.end || this.count > limit) throw corrupt(this.at, 'an entry goes beyond its block');
    }
    if (this.count !== limit || this.at !== this.end) {
      throw corrupt(this.at, `${this.end - this.at} bytes and ${limit - this.count} words are left over`);
    }
    starts[this.entries] = limit;
    messages[this.entries] = total;
    return { words: this.out, starts, messages };
  }

  private header(): number {
    if (this.run < 0) this.nextRun();
    if (this.run === 0 && this.full) this.nextRun();
    if (this.run > 0) {
      this.run--;
      const header = this.predicted[this.context]!;
      this.context = Math.imul(header, HASH) >>> 22;
      return header;
    }
    const low = this.bytes[this.at++]!;
    const zigzag = this.varint();
    this.lastSite = (this.lastSite + ((zigzag >>> 1) ^ -(zigzag & 1))) & 0xffffff;
    const header = (this.lastSite << 8) | low;
    if (PREDICTABLE[header & 31] === 1) {
      this.predicted[this.context] = header;
      this.context = Math.imul(header, HASH) >>> 22;
    }
    this.run = -1;
    return header;
  }

  private nextRun(): void {
    this.run = this.bytes[this.at++]!;
    this.full = this.run === 255;
  }

  private body(header: number, kind: number): void {
    let values = 1;
    switch (kind) {
      case Kind.CALL:
      case Kind.ACCESSOR_CALL:
      case Kind.ASYNC_CALL:
        values = ((header >>> 5) & 7) + 1;
        if (values === 8) {
          const count = this.varint();
          this.out[this.count++] = count;
          values = count + 1;
          if (values > this.end - this.at || values < 1) throw corrupt(this.at, `${count} arguments`);
        }
        if (kind === Kind.ASYNC_CALL) this.frame();
        break;
      case Kind.RETURN:
      case Kind.THROW:
        break;
      case Kind.ASYNC_RETURN:
      case Kind.ASYNC_THROW:
        this.frame();
        break;
      default:
        this.rare(kind);
        return;
    }
    for (; values > 0; values--) this.value();
  }

  private rare(kind: number): void {
    switch (kind) {
      case Kind.SWITCH:
        return;
      case Kind.RETURN_PENDING:
        this.frame();
        return;
      case Kind.TIME:
        this.time();
        return;
      case Kind.DEF_ERROR:
        for (let i = 0; i < 4; i++) this.out[this.count++] = this.varint();
        return;
      case Kind.LOST:
        this.out[this.count++] = this.varint();
        return;
      case Kind.SNAPSHOT: {
        this.out[this.count++] = this.varint();
        const count = this.varint();
        this.out[this.count++] = count;
        const stop = this.count + count;
        if (stop > this.out.length) throw corrupt(this.at, `a copy of ${count} words`);
        while (this.count < stop && this.at < this.end) this.code();
        if (this.count !== stop) throw corrupt(this.at, 'a copy that does not end where it says');
        return;
      }
      default:
        throw corrupt(this.at, `entry of unknown kind ${kind}`);
    }
  }

  private frame(): void {
    const zigzag = this.varint();
    this.lastFrame = (this.lastFrame + ((zigzag >>> 1) ^ -(zigzag & 1))) | 0;
    this.out[this.count++] = this.lastFrame;
  }

  /** A value and the words that belong to it, also when its head came from the cache. */
  private value(): void {
    const code = this.bytes[this.at]!;
    if (code < 128) {
      const word = this.slots[code]!;
      this.at++;
      this.out[this.count++] = word;
      if ((word & 6) === 4) this.rest(word & 7);
      return;
    }
    if (code < 0xc0) {
      this.at++;
      this.out[this.count++] = code < 0xb0 ? (code - 0x80) << SMALL_INT_WORD : ((code - 0xb0) << 3) | Tag.CONST;
      return;
    }
    this.at++;
    const tag = (code >>> 3) & 7;
    const form = code & 7;
    this.formed(tag, form);
    if (form < 4 && (tag & 6) === 4) this.rest(tag);
  }

  private rest(tag: number): void {
    this.code();
    if (tag === Tag.DOUBLE) this.code();
  }

  /** One code: a word alone, or a double or int32 with its words. */
  private code(): void {
    const code = this.bytes[this.at++]!;
    if (code < 128) {
      this.out[this.count++] = this.slots[code]!;
    } else if (code < 0xb0) {
      this.out[this.count++] = (code - 0x80) << SMALL_INT_WORD;
    } else if (code < 0xc0) {
      this.out[this.count++] = ((code - 0xb0) << 3) | Tag.CONST;
    } else {
      this.formed((code >>> 3) & 7, code & 7);
    }
  }

  private formed(tag: number, form: number): void {
    if (form >= 4 && tag !== Tag.REF && tag !== Tag.STRING) {
      this.number(tag, form);
      return;
    }
    const plain = form < 4 ? this.sized(form + 1) : 0;
    let payload = plain;
    if (tag === Tag.REF) {
      this.lastRef = form < 4 ? this.lastRef + ((plain >>> 1) ^ -(plain & 1)) : this.next(form, this.lastRef);
      payload = this.lastRef;
    } else if (tag === Tag.STRING) {
      this.lastString = form < 4 ? this.lastString + ((plain >>> 1) ^ -(plain & 1)) : this.next(form, this.lastString);
      payload = this.lastString;
    } else if (tag === Tag.SMALL_INT) {
      payload = (plain >>> 1) ^ -(plain & 1);
    }
    const word = (payload << 3) | tag;
    this.slots[Math.imul(word, HASH) >>> 25] = word;
    this.out[this.count++] = word;
  }

  private next(form: number, last: number): number {
    if (form !== 4) throw corrupt(this.at, `unused code ${form}`);
    return last + 1;
  }

  private number(tag: number, form: number): void {
    const out = this.out;
    if (tag === Tag.INT32) {
      const zigzag = this.sized(form - 3);
      out[this.count++] = Tag.INT32;
      out[this.count++] = (zigzag >>> 1) ^ -(zigzag & 1);
    } else if (tag === Tag.DOUBLE) {
      out[this.count++] = Tag.DOUBLE;
      if (form === 4) {
        out[this.count++] = this.sized(4);
        out[this.count++] = this.sized(4);
      } else {
        const zigzag = this.sized(form - 3);
        doubleValue[0] = ((zigzag >>> 1) ^ -(zigzag & 1)) / 100;
        out[this.count++] = doubleWords[0]!;
        out[this.count++] = doubleWords[1]!;
      }
    } else {
      throw corrupt(this.at, `unused code of tag ${tag}`);
    }
  }

  private time(): void {
    let low = 0;
    let high = 0;
    for (let shift = 0; ; shift += 7) {
      if (shift > 63) throw corrupt(this.at, 'a clock difference of more than 64 bits');
      const byte = this.bytes[this.at++]!;
      const bits = byte & 127;
      if (shift <= 28) low |= bits << shift;
      if (shift === 28) high |= bits >>> 4;
      else if (shift > 28) high |= bits << (shift - 32);
      if ((byte & 128) === 0) break;
    }
    const sign = -(low & 1);
    const deltaLow = ((low >>> 1) | (high << 31)) ^ sign;
    const deltaHigh = (high >>> 1) ^ sign;
    const sum = (this.timeLow >>> 0) + (deltaLow >>> 0);
    this.timeHigh = (this.timeHigh + deltaHigh + (sum > 0xffffffff ? 1 : 0)) | 0;
    this.timeLow = sum | 0;
    this.out[this.count++] = this.timeLow;
    this.out[this.count++] = this.timeHigh;
  }

  private varint(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.bytes[this.at++]!;
      value |= (byte & 127) << shift;
      if ((byte & 128) === 0) return value;
    }
    throw corrupt(this.at, 'a number of more than 32 bits');
  }

  /** The next 1-4 bytes, low byte first. */
  private sized(size: number): number {
    const { bytes, at } = this;
    this.at = at + size;
    let value = bytes[at]!;
    if (size > 1) value |= bytes[at + 1]! << 8;
    if (size > 2) value |= bytes[at + 2]! << 16;
    if (size > 3) value |= bytes[at + 3]! << 24;
    return value;
  }
}
