/**
 * Seeded random streams of compact entries for tests and benches: nested calls, field accesses, async calls, several logical threads,
 * every kind of value, definitions before use. Not shipped.
 */
import { Const, Kind, SnapTag, Tag } from '../../../entry/words';

/** Small fast generator (mulberry32): the same seed gives the same stream on every machine. */
export function seededRandom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export const header = (kind: number, site: number, n = 0): number => (site << 8) | (n << 5) | kind;

export interface StreamOptions {
  readonly sites?: number;
  /** Share of field accesses among the entries, 0-1. */
  readonly fields?: number;
  readonly snapshots?: boolean;
}

/** Grows an `Int32Array` of whole entries; `words` is what was written so far. */
export class RandomStream {
  readonly random: () => number;
  messages = 0;
  entries = 0;
  readonly strings: string[] = [''];
  readonly objects: number[] = [0];
  readonly classes: number[] = [0];
  readonly threads: number[] = [];
  private buffer = new Int32Array(1024);
  private length = 0;
  private readonly stacks = new Map<number, number[]>();
  private readonly pending: { frame: number; site: number }[] = [];
  private thread = 0;
  private frames = 0;
  private clock = 1_760_000_000_000_000_000n;
  private readonly sites: number;

  constructor(
    seed: number,
    private readonly options: StreamOptions = {},
  ) {
    this.random = seededRandom(seed);
    this.sites = options.sites ?? 40;
    this.switchTo(this.newThread());
  }

  get words(): Int32Array {
    return this.buffer.subarray(0, this.length);
  }

  /** Forgets the words written so far (ids go on), so that streams longer than memory can be made. */
  take(): Int32Array {
    const words = this.buffer.slice(0, this.length);
    this.length = 0;
    return words;
  }

  /** Appends about `count` operations. */
  grow(count: number): this {
    for (let i = 0; i < count; i++) this.step();
    return this;
  }

  private int(below: number): number {
    return Math.floor(this.random() * below);
  }

  private push(...words: number[]): void {
    if (this.length + words.length > this.buffer.length) {
      const larger = new Int32Array(Math.max(this.buffer.length * 2, this.length + words.length));
      larger.set(this.buffer.subarray(0, this.length));
      this.buffer = larger;
    }
    for (const word of words) this.buffer[this.length++] = word;
  }

  private step(): void {
    const what = this.random();
    const stack = this.stacks.get(this.thread)!;
    const fields = this.options.fields ?? 0.5;
    this.entries++;
    if (what < fields) {
      const target = this.object();
      const put = this.random() < 0.4;
      const value = this.value();
      this.push(header(put ? Kind.PUT : Kind.GET, 1 + this.int(this.sites)), target, ...value);
      this.messages += 2;
    } else if (what < fields + 0.02) {
      this.clock += BigInt(this.int(2_000_000_000)) - (this.random() < 0.1 ? 3_000_000_000n : 0n);
      this.push(header(Kind.TIME, 0), Number(this.clock & 0xffffffffn) | 0, Number(this.clock >> 32n) | 0);
    } else if (what < fields + 0.05) {
      this.switchTo(this.random() < 0.3 ? this.newThread() : this.threads[this.int(this.threads.length)]!);
    } else if (what < fields + 0.08) {
      this.async();
    } else if (what < fields + 0.09) {
      this.push(header(Kind.LOST, 0), 1 + this.int(9));
    } else if (stack.length > 0 && this.random() < (stack.length > 30 ? 0.8 : 0.5)) {
      this.complete(stack.pop()!);
    } else {
      const site = 1 + this.int(this.sites);
      const kind = this.random() < 0.05 ? Kind.ACCESSOR_CALL : Kind.CALL;
      const args = this.random() < 0.03 ? 7 + this.int(20) : this.int(5);
      const values = Array.from({ length: args }, () => this.value()).flat();
      const self = this.random() < 0.5 ? [(Const.UNDEFINED << 3) | Tag.CONST] : [this.object()];
      this.push(header(kind, site, Math.min(args, 7)), ...(args >= 7 ? [args] : []), ...self, ...values);
      stack.push(site);
      this.messages++;
    }
  }

  private complete(site: number): void {
    if (this.random() < 0.1) {
      const ref = this.object() >>> 3;
      if (this.random() < 0.7) {
        this.push(header(Kind.DEF_ERROR, 0, 1), ref, this.klass(), this.string(), 0);
      }
      this.push(header(Kind.THROW, site), (ref << 3) | Tag.REF);
    } else {
      const value = this.value();
      this.push(header(Kind.RETURN, site), ...value);
    }
    this.messages++;
  }

  private async(): void {
    this.messages++;
    if (this.pending.length > 0 && this.random() < 0.5) {
      const [call] = this.pending.splice(this.int(this.pending.length), 1);
      const value = this.value();
      this.push(header(Kind.ASYNC_RETURN, call!.site), call!.frame, ...value);
      return;
    }
    const site = 1 + this.int(this.sites);
    this.frames++;
    const value = this.value();
    const self = this.object();
    this.push(header(Kind.ASYNC_CALL, site, 1), this.frames, self, ...value);
    this.pending.push({ frame: this.frames, site });
  }

  private switchTo(thread: number): void {
    this.thread = thread;
    this.push(header(Kind.SWITCH, thread, this.stacks.get(thread)!.length === 0 ? 1 : 0));
  }

  private newThread(): number {
    const id = this.threads.length + 1;
    const kind = this.string(id === 1 ? 'self-caller' : undefined);
    this.push(header(Kind.DEF_THREAD, 0), id, id === 1 ? 0 : 1 + this.int(id - 1), kind, id);
    this.threads.push(id);
    this.stacks.set(id, []);
    return id;
  }

  private klass(): number {
    if (this.classes.length > 1 && this.random() < 0.95) return 1 + this.int(this.classes.length - 1);
    const id = this.classes.length;
    const name = this.string(`shop.orders.Class${id}`);
    this.push(header(Kind.DEF_CLASS, 0, id & 1), id, name);
    this.classes.push(name);
    return id;
  }

  /** A reference word: mostly an object of late, sometimes a new one, sometimes any. */
  private object(): number {
    const what = this.random();
    if (this.objects.length === 1 || what < 0.08) {
      const klass = this.klass();
      const ref = this.objects.length;
      this.push(header(Kind.DEF_OBJECT, 0), ref, klass);
      this.objects.push(klass);
      return (ref << 3) | Tag.REF;
    }
    const known = this.objects.length - 1;
    const ref = what < 0.9 ? Math.max(1, known - this.int(8)) : 1 + this.int(known);
    return (ref << 3) | Tag.REF;
  }

  private string(text?: string): number {
    if (text === undefined && this.strings.length > 1 && this.random() < 0.9)
      return 1 + this.int(this.strings.length - 1);
    const id = this.strings.length;
    const wide = this.random() < 0.2;
    const value =
      text ?? Array.from({ length: this.int(30) }, () => String.fromCharCode(this.int(wide ? 65536 : 256))).join('');
    const narrow = [...Array(value.length).keys()].every((i) => value.charCodeAt(i) < 256);
    const perWord = narrow ? 4 : 2;
    const words = new Array<number>(Math.ceil(value.length / perWord)).fill(0);
    for (let i = 0; i < value.length; i++) {
      words[Math.floor(i / perWord)]! |= value.charCodeAt(i) << ((i % perWord) * (32 / perWord));
    }
    this.push(
      header(Kind.DEF_STRING, 0),
      id,
      value.length | (narrow ? 0x80000000 : 0),
      ...words.map((word) => word | 0),
    );
    this.strings.push(value);
    return id;
  }

  private value(): number[] {
    switch (this.int(this.options.snapshots === false ? 9 : 10)) {
      case 0:
      case 1:
        return [(this.int(300) - 20) << 3];
      case 2:
      case 3:
        return [this.object()];
      case 4:
      case 5:
        return [(this.string() << 3) | Tag.STRING];
      case 6:
        return [(this.int(9) << 3) | Tag.CONST];
      case 7: {
        const words = new Int32Array(2);
        new Float64Array(words.buffer)[0] =
          this.random() < 0.5 ? Math.round(this.random() * 1e6) / 100 : this.random() * 1e9;
        return [Tag.DOUBLE, words[0]!, words[1]!];
      }
      case 8:
        return this.random() < 0.5
          ? [Tag.INT32, (this.random() * 4294967296) | 0]
          : [(this.string() << 3) | Tag.BIGINT];
      default: {
        const object = this.object();
        const key = this.string();
        const payload = [((16 + SnapTag.OBJECT) << 3) | Tag.CONST, 4, 2, key, 7 << 3, key, Tag.DOUBLE, 5, 4];
        this.push(header(Kind.SNAPSHOT, 0), object >>> 3, payload.length, ...payload);
        return [object];
      }
    }
  }
}
