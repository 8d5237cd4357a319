/**
 * The JSON text of a `SNAPSHOT` payload: plain data as it was, readable by a person (notation: `docs/values.md`).
 *
 * Safe on any words: reads stay inside the payload, what does not make sense becomes `"?"`, depth and output are bounded.
 */
import { javaDoubleJson, javaString } from '../wire/javaText';
import type { Definitions } from './definitions';
import { Const, SnapTag, Tag } from './words';

const CONTAINER_BASE = 16;
const DEPTH_MAX = 64;
/** Characters; the engine's own limits are far below. */
const LENGTH_MAX = 1 << 20;
const BROKEN = '"?"';

const doubleWords = new Int32Array(2);
const doubleValue = new Float64Array(doubleWords.buffer);

export class SnapshotText {
  private words: Int32Array = new Int32Array(0);
  private at = 0;
  private end = 0;
  private length = 0;

  constructor(private readonly definitions: Definitions) {}

  /** JSON of the payload in `words` from `start` to `end`. */
  text(words: Int32Array, start: number, end: number): string {
    this.words = words;
    this.at = start;
    this.end = end;
    this.length = 0;
    return this.node(0);
  }

  private node(depth: number): string {
    if (this.at >= this.end || depth > DEPTH_MAX || this.length > LENGTH_MAX) return BROKEN;
    const word = this.words[this.at]!;
    if ((word & 7) !== Tag.CONST || word >>> 3 < CONTAINER_BASE) return this.count(this.value());
    const tag = (word >>> 3) - CONTAINER_BASE;
    const size = this.words[this.at + 1] ?? 0;
    const written = this.words[this.at + 2] ?? 0;
    this.at += 3;
    switch (tag) {
      case SnapTag.OBJECT:
      case SnapTag.MAP:
        return this.members(tag === SnapTag.MAP, size, written, depth);
      case SnapTag.ARRAY:
      case SnapTag.SET:
        return this.elements(size, written, depth);
      case SnapTag.DATE:
        return this.count(dateText(this.double()));
      case SnapTag.REGEXP: {
        const source = this.plainText();
        return this.count(javaString(`/${source}/${this.plainText()}`));
      }
      case SnapTag.BYTES:
        return this.count(this.bytes(size, written));
      case SnapTag.ERROR: {
        const name = this.plainText().replace(/^js\./, '');
        const message = this.plainText();
        return this.count(javaString(message === '' ? name : `${name}: ${message}`));
      }
      case SnapTag.OPAQUE:
        return this.count(this.value());
      case SnapTag.CUT_STRING: {
        const text = this.plainText();
        return this.count(javaString(`${text}…+${size - text.length}`));
      }
      default:
        this.at = this.end;
        return BROKEN;
    }
  }

  private count(text: string): string {
    this.length += text.length;
    return text;
  }

  private members(isMap: boolean, size: number, written: number, depth: number): string {
    const parts: string[] = [];
    for (let i = 0; i < written && this.at < this.end && this.length <= LENGTH_MAX; i++) {
      let key: string;
      if (isMap) {
        const text = this.node(depth + 1);
        key = text.startsWith('"') ? text : javaString(text);
      } else {
        key = this.count(javaString(this.definitions.string(this.words[this.at++]!)));
      }
      parts.push(`${key}:${this.node(depth + 1)}`);
    }
    // The app does not count the members of an object that it leaves out, it only says that there are some.
    if (size > parts.length) parts.push(isMap ? `"…":"+${size - parts.length}"` : '"…":"…"');
    return `{${parts.join(',')}}`;
  }

  private elements(size: number, written: number, depth: number): string {
    const parts: string[] = [];
    for (let i = 0; i < written && this.at < this.end && this.length <= LENGTH_MAX; i++)
      parts.push(this.node(depth + 1));
    if (size > parts.length) parts.push(`"…+${size - parts.length}"`);
    return `[${parts.join(',')}]`;
  }

  /** `"Uint8Array(5) 0102030405"`, with what is missing at the end. */
  private bytes(size: number, written: number): string {
    const kind = this.definitions.string(this.words[this.at++] ?? 0);
    const available = Math.max(0, Math.min(written, 4 * (this.end - this.at)));
    const { buffer, byteOffset } = this.words;
    const hex = Buffer.from(buffer, byteOffset + 4 * Math.min(this.at, this.end), available).toString('hex');
    this.at += (available + 3) >> 2;
    return javaString(`${kind}(${size}) ${hex}${size > available ? `…+${size - available}` : ''}`);
  }

  private double(): number {
    doubleWords[0] = this.words[this.at + 1] ?? 0;
    doubleWords[1] = this.words[this.at + 2] ?? 0;
    this.at += 3;
    return doubleValue[0]!;
  }

  /** A STRING value without quotes. */
  private plainText(): string {
    const word = this.at < this.end ? this.words[this.at]! : 0;
    this.at++;
    return (word & 7) === Tag.STRING ? this.definitions.string(word >>> 3) : '';
  }

  private value(): string {
    const word = this.words[this.at]!;
    const payload = word >>> 3;
    switch (word & 7) {
      case Tag.SMALL_INT:
        this.at++;
        return String(word >> 3);
      case Tag.INT32:
        this.at += 2;
        return String(this.words[this.at - 1] ?? 0);
      case Tag.DOUBLE:
        return javaDoubleJson(this.double());
      case Tag.STRING:
        this.at++;
        return javaString(this.definitions.string(payload));
      case Tag.BIGINT:
        this.at++;
        return this.definitions.string(payload);
      case Tag.SYMBOL:
        this.at++;
        return javaString(this.definitions.string(payload));
      case Tag.REF: {
        this.at++;
        return javaString(`${this.definitions.classOf(payload)?.name ?? 'js.Object'}@${payload}`);
      }
      default:
        this.at++;
        return constantText(payload);
    }
  }
}

function dateText(time: number): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? '"Invalid Date"' : `"${date.toISOString()}"`;
}

function constantText(payload: number): string {
  switch (payload) {
    case Const.NULL:
      return 'null';
    case Const.TRUE:
      return 'true';
    case Const.FALSE:
      return 'false';
    case Const.NAN:
      return '"NaN"';
    case Const.POSITIVE_INFINITY:
      return '"Infinity"';
    case Const.NEGATIVE_INFINITY:
      return '"-Infinity"';
    case Const.NEGATIVE_ZERO:
      return '-0.0';
    case Const.UNDEFINED:
      return '"undefined"';
    default:
      return BROKEN;
  }
}
