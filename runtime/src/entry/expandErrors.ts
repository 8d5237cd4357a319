/**
 * Thrown values as Colfer `Throwable`: class, message and causes as the app defined them (`DEF_ERROR`), and a stack trace made
 * of the thread's open recorded calls, innermost first.
 */
import type { ByteOutput } from './byteOutput';
import type { Definitions } from './definitions';
import type { ExpandThread } from './expandThreads';
import { Const, Tag } from './words';

/** Java logs whole traces; ours are bounded: the frames below are in the log anyway. */
const TRACE_MAX = 64;
const CAUSES_MAX = 16;
const ROOM = 64;

const doubleWords = new Int32Array(2);
const doubleValue = new Float64Array(doubleWords.buffer);

export class ThrowableWriter {
  constructor(
    private readonly out: ByteOutput,
    private readonly definitions: Definitions,
  ) {}

  /**
   * Writes the whole struct for the value at `words[at]`. Room for one byte more is left.
   * @param asyncSite site that is the first line of the trace although it is not on the stack; 0 = none.
   */
  write(
    words: Int32Array,
    at: number,
    thread: ExpandThread,
    asyncSite: number,
    frameText: (site: number) => Uint8Array,
  ): void {
    const word = words[at]!;
    if ((word & 7) !== Tag.REF) {
      const [type, text] = this.scalar(words, at);
      this.texts(type, text);
      this.trace(thread, asyncSite, frameText);
      this.out.byte(0x7f);
      return;
    }
    let ref = word >>> 3;
    let levels = 0;
    const seen = new Set<number>();
    do {
      seen.add(ref);
      if (levels > 0) this.out.byte(3);
      const error = this.definitions.error(ref);
      const clazz = error ? this.definitions.class(error.classId) : this.definitions.classOf(ref);
      const type = clazz?.name ?? this.definitions.classOf(ref)?.name ?? 'js.Object';
      this.texts(type, error && error.message !== 0 ? this.definitions.string(error.message) : undefined);
      if (levels === 0) this.trace(thread, asyncSite, frameText);
      levels++;
      ref = error?.cause ?? 0;
    } while (ref !== 0 && levels < CAUSES_MAX && !seen.has(ref));
    this.out.reserve(ROOM + levels);
    for (; levels > 0; levels--) this.out.byte(0x7f);
  }

  private texts(type: string, message: string | undefined): void {
    this.out.reserve(ROOM);
    this.out.byte(0);
    this.out.text(type);
    if (message !== undefined && message !== '') {
      this.out.reserve(ROOM);
      this.out.byte(1);
      this.out.text(message);
    }
    this.out.reserve(ROOM);
  }

  private trace(thread: ExpandThread, asyncSite: number, frameText: (site: number) => Uint8Array): void {
    const extra = asyncSite === 0 ? 0 : 1;
    const count = Math.min(thread.depth + extra, TRACE_MAX);
    if (count === 0) return;
    this.out.byte(2);
    this.out.varint(count);
    for (let i = 0; i < count; i++) {
      const text = frameText(i < extra ? asyncSite : thread.sites[thread.depth - 1 - (i - extra)]!);
      this.out.reserve(text.length + ROOM);
      this.out.copy(text);
    }
  }

  /** Type and text of a thrown value that is no object. */
  private scalar(words: Int32Array, at: number): readonly [type: string, text: string] {
    const word = words[at]!;
    const payload = word >>> 3;
    switch (word & 7) {
      case Tag.SMALL_INT:
        return ['js.number', String(word >> 3)];
      case Tag.INT32:
        return ['js.number', String(words[at + 1]!)];
      case Tag.DOUBLE:
        doubleWords[0] = words[at + 1]!;
        doubleWords[1] = words[at + 2]!;
        return ['js.number', String(doubleValue[0]!)];
      case Tag.STRING:
        return ['js.string', this.definitions.string(payload)];
      case Tag.BIGINT:
        return ['js.bigint', this.definitions.string(payload)];
      case Tag.SYMBOL:
        return ['js.symbol', this.definitions.string(payload)];
      default:
        return constant(payload);
    }
  }
}

function constant(payload: number): readonly [type: string, text: string] {
  switch (payload) {
    case Const.UNDEFINED:
      return ['js.undefined', 'undefined'];
    case Const.NULL:
      return ['js.object', 'null'];
    case Const.TRUE:
      return ['js.boolean', 'true'];
    case Const.FALSE:
      return ['js.boolean', 'false'];
    case Const.NAN:
      return ['js.number', 'NaN'];
    case Const.POSITIVE_INFINITY:
      return ['js.number', 'Infinity'];
    case Const.NEGATIVE_INFINITY:
      return ['js.number', '-Infinity'];
    case Const.NEGATIVE_ZERO:
      return ['js.number', '-0'];
    default:
      return ['js.unknown', ''];
  }
}
