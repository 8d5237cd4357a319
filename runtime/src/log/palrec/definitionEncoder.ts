/**
 * Collects definitions for the next DEFS block (`docs/palrec.md` 6): strings, classes, logical threads, classes of objects. Ids mostly
 * count up by one, which costs nothing; a new object costs one or two bytes.
 */
import { StringFlag } from '../../entry/definitions';
import { ByteWriter } from './byteWriter';
import { DefsField } from './format';

export class DefinitionEncoder {
  private readonly strings = new Section();
  private readonly classes = new Section();
  private readonly threads = new Section();
  private readonly objects = new Section();

  /** Bytes collected. */
  get length(): number {
    return this.strings.out.length + this.classes.out.length + this.threads.out.length + this.objects.out.length;
  }

  reset(): void {
    this.strings.reset();
    this.classes.reset();
    this.threads.reset();
    this.objects.reset();
  }

  /** `DEF_STRING` at `at`; returns the position after it. */
  string(words: Int32Array, at: number): number {
    const out = this.strings.out;
    const length = words[at + 2]! & 0x7fffffff;
    const narrow = words[at + 2]! < 0;
    const size = narrow ? length : 2 * length;
    out.signed(this.strings.next(words[at + 1]!));
    const cut = (words[at]! >>> 5) & StringFlag.CUT;
    out.varint(length * 4 + cut * 2 + (narrow ? 0 : 1));
    out.append(new Uint8Array(words.buffer, words.byteOffset + 4 * (at + 3), size));
    return at + 3 + ((size + 3) >>> 2);
  }

  /** `DEF_CLASS` at `at`. */
  class(words: Int32Array, at: number): number {
    const out = this.classes.out;
    out.signed(this.classes.next(words[at + 1]!));
    out.varint((words[at]! >>> 5) & 7);
    out.varint(words[at + 2]! >>> 0);
    return at + 3;
  }

  /** `DEF_THREAD` at `at`. */
  thread(words: Int32Array, at: number): number {
    const out = this.threads.out;
    out.signed(this.threads.next(words[at + 1]!));
    out.varint(words[at + 2]! >>> 0);
    out.varint(words[at + 3]! >>> 0);
    out.varint(words[at + 4]! >>> 0);
    return at + 5;
  }

  /** `DEF_OBJECT` at `at`. */
  object(words: Int32Array, at: number): number {
    const out = this.objects.out;
    const gap = this.objects.next(words[at + 1]!);
    out.varint((words[at + 2]! >>> 0) * 2 + (gap === 0 ? 0 : 1));
    if (gap !== 0) out.signed(gap);
    return at + 3;
  }

  /** Writes the payload to `out` and the id ranges to `fields` of the block header. */
  finish(out: ByteWriter, fields: Uint32Array): void {
    this.strings.finish(out, fields, DefsField.STRINGS);
    this.classes.finish(out, fields, DefsField.CLASSES);
    this.threads.finish(out, fields, DefsField.THREADS);
    this.objects.finish(out, fields, DefsField.OBJECTS);
  }
}

class Section {
  readonly out = new ByteWriter();
  private count = 0;
  private last = 0;
  private lowest = 0xffffffff;
  private highest = 0;

  reset(): void {
    this.out.reset();
    this.count = 0;
    this.last = 0;
    this.lowest = 0xffffffff;
    this.highest = 0;
  }

  /** Books an id; returns its distance from the id that was expected (one more than the last). */
  next(word: number): number {
    const id = word >>> 0;
    const gap = id - this.last - 1;
    this.last = id;
    this.count++;
    if (id < this.lowest) this.lowest = id;
    if (id > this.highest) this.highest = id;
    return gap;
  }

  finish(out: ByteWriter, fields: Uint32Array, field: number): void {
    fields[field] = this.lowest;
    fields[field + 1] = this.highest;
    out.varint(this.count);
    out.varint(this.out.length);
    out.append(this.out.view());
  }
}
