/**
 * Test helper: weaves a snippet, runs it in this process against a ring in memory, and decodes the words into readable operations.
 * Not part of any bundle.
 */
import { createRequire } from 'node:module';
import type { SiteTable } from '../entry/sites';
import { Const, Kind, SnapTag, Tag } from '../entry/words';
import { weave } from '../weave/weaveModule';
import type { WeaveOptions, WeaveOutput } from '../weave/weave';
import { createEngine, type Engine, type EngineOptions } from './createEngine';
import { CONTROL_WORDS, Control } from './ringLayout';

export const ALL: WeaveOptions = { calls: true, fieldReads: true, fieldWrites: true, builtins: true };

export interface Operation {
  readonly kind: string;
  /** `Class.member` of the site. */
  readonly site: string;
  readonly line: number;
  readonly values: readonly string[];
  readonly thread: string;
  readonly frame?: number;
}

/** Numbers the sites of woven text as the loader does. */
export function patch(output: WeaveOutput, base: number): string {
  const { code, literalOffsets, literalSites } = output;
  let text = '';
  let from = 0;
  literalOffsets.forEach((offset, i) => {
    text += code.slice(from, offset) + (base + literalSites[i]!).toString(16).padStart(6, '0');
    from = offset + 6;
  });
  return text + code.slice(from);
}

export class Bench {
  readonly buffer: SharedArrayBuffer;
  readonly tables: { table: SiteTable; base: number }[] = [];
  readonly engine: Engine;
  private read = 0;
  private readonly decoder: Decoder;

  constructor(options: Partial<EngineOptions> = {}, capacity = 1 << 16) {
    this.buffer = new SharedArrayBuffer((CONTROL_WORDS + capacity) * 4);
    this.decoder = new Decoder(this.tables);
    this.engine = createEngine({
      ring: this.buffer,
      values: { mode: 'refs', depth: 2, members: 32, bytes: 1024 },
      asyncCompletions: 'settle',
      onTable: (table, base) => this.tables.push({ table, base }),
      ...options,
    });
  }

  weave(code: string, sourceType: 'commonjs' | 'module' | 'script' = 'commonjs', options: WeaveOptions = ALL): string {
    const output = weave({ code, sourceType, classPrefix: 'app.main', options });
    const base = this.engine.registerModule({
      url: 'file:///app/main.js',
      source: '/app/main.js',
      moduleClass: 'app.main.$module',
      hash: '',
      sites: output.sites,
    });
    return patch(output, base);
  }

  /** Weaves and runs `code` as a CommonJS module; answers `module.exports`. */
  run(code: string, options: WeaveOptions = ALL): unknown {
    return evaluate(this.weave(code, 'commonjs', options));
  }

  /** Operations since the last call. */
  operations(): Operation[] {
    this.engine.flush();
    const control = new Int32Array(this.buffer, 0, CONTROL_WORDS);
    const data = new Int32Array(this.buffer, CONTROL_WORDS * 4);
    const words: number[] = [];
    const end = Atomics.load(control, Control.WRITE);
    for (; this.read !== end; this.read = (this.read + 1) | 0) words.push(data[this.read & (data.length - 1)]!);
    Atomics.store(control, Control.READ, this.read);
    return this.decoder.decode(words);
  }

  /** `operations` as lines: `CALL app.main.$module.f(this, 1)`. */
  lines(): string[] {
    return this.operations().map(
      ({ kind, site, values }) => `${kind} ${site}${values.length > 0 ? ` ${values.join(' ')}` : ''}`,
    );
  }
}

/** Runs text as Node runs a CommonJS module. */
export function evaluate(code: string): unknown {
  const module = { exports: {} };
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the point of the helper
  const run = new Function('exports', 'require', 'module', '__filename', '__dirname', code) as (
    ...args: unknown[]
  ) => void;
  run.call(module.exports, module.exports, createRequire(import.meta.url), module, '/app/main.js', '/app');
  return module.exports;
}

const NAMES = Object.fromEntries(Object.entries(Kind).map(([name, value]) => [value, name]));
const CONSTANTS = Object.fromEntries(Object.entries(Const).map(([name, value]) => [value, name.toLowerCase()]));
const SNAPS = Object.fromEntries(Object.entries(SnapTag).map(([name, value]) => [value, name]));

class Decoder {
  readonly strings = new Map<number, string>();
  readonly classes = new Map<number, string>();
  readonly objects = new Map<number, string>();
  readonly threads = new Map<number, string>();
  private thread = '';
  private words: readonly number[] = [];
  private at = 0;

  constructor(private readonly tables: readonly { table: SiteTable; base: number }[]) {}

  decode(words: readonly number[]): Operation[] {
    this.words = words;
    this.at = 0;
    const out: Operation[] = [];
    while (this.at < words.length) {
      const header = this.next();
      const kind = header & 31;
      const n = (header >>> 5) & 7;
      this.entry(kind, n, header >>> 8, out);
    }
    return out;
  }

  private next(): number {
    if (this.at >= this.words.length) throw new Error('entry runs over the published words');
    return this.words[this.at++]!;
  }

  private entry(kind: number, n: number, site: number, out: Operation[]): void {
    switch (kind) {
      case Kind.PAD:
        return;
      case Kind.TIME:
        this.at += 2;
        return;
      case Kind.SWITCH:
        this.thread = this.threads.get(site)! + ((n & 1) === 1 ? '' : '+');
        return;
      case Kind.DEF_STRING:
        this.string();
        return;
      case Kind.DEF_CLASS: {
        const id = this.next();
        this.classes.set(id, (n & 2 ? 'class ' : '') + this.strings.get(this.next())!);
        return;
      }
      case Kind.DEF_THREAD: {
        const id = this.next();
        const parent = this.next();
        const text = this.strings.get(this.next())!;
        const count = this.next();
        this.threads.set(id, parent === 0 ? text : `${this.threads.get(parent)!}/${text}#${count}`);
        return;
      }
      case Kind.DEF_OBJECT: {
        const ref = this.next();
        const name = this.classes.get(this.next())!;
        this.objects.set(ref, name);
        return;
      }
      case Kind.DEF_ERROR: {
        const ref = this.next();
        const name = this.classes.get(this.next())!;
        const message = this.next();
        const cause = this.next();
        this.objects.set(
          ref,
          `${name}(${n & 1 ? this.strings.get(message)! : ''})${n & 2 ? ` < ${this.objects.get(cause)!}` : ''}`,
        );
        return;
      }
      case Kind.SNAPSHOT: {
        const ref = this.next();
        const end = this.next() + this.at;
        const text = this.node();
        if (this.at !== end) throw new Error(`snapshot of ${end} words ends at ${this.at}`);
        out.push({ kind: 'SNAPSHOT', site: `@${ref}`, line: 0, values: [text], thread: this.thread });
        return;
      }
      case Kind.CALL:
      case Kind.ACCESSOR_CALL:
      case Kind.ASYNC_CALL: {
        const count = n === 7 ? this.next() : n;
        const frame = kind === Kind.ASYNC_CALL ? this.next() : undefined;
        const values = [];
        for (let i = 0; i <= count; i++) values.push(this.value());
        this.push(kind, site, values, out, frame);
        return;
      }
      case Kind.RETURN:
      case Kind.THROW:
        this.push(kind, site, [this.value()], out);
        return;
      case Kind.ASYNC_RETURN:
      case Kind.ASYNC_THROW: {
        const frame = this.next();
        this.push(kind, site, [this.value()], out, frame);
        return;
      }
      case Kind.GET:
      case Kind.PUT:
        this.push(kind, site, [this.value(), this.value()], out);
        return;
      default:
        throw new Error(`unknown entry kind ${kind} at ${this.at - 1}`);
    }
  }

  private push(kind: number, site: number, values: string[], out: Operation[], frame?: number): void {
    const { table, base } = this.tables.findLast((entry) => site >= entry.base)!;
    const { className, member, line } = table.sites[site - base]!;
    out.push({
      kind: NAMES[kind]!,
      site: className === '' ? member : `${className}.${member}`,
      line,
      values,
      thread: this.thread,
      ...(frame === undefined ? {} : { frame }),
    });
  }

  private string(): void {
    const id = this.next();
    const word = this.next();
    const length = word & 0x7fffffff;
    const latin1 = word < 0;
    let text = '';
    const count = latin1 ? (length + 3) >> 2 : (length + 1) >> 1;
    for (let i = 0; i < count; i++) {
      const packed = this.next();
      if (latin1) for (let b = 0; b < 4; b++) text += String.fromCharCode((packed >>> (8 * b)) & 255);
      else text += String.fromCharCode(packed & 0xffff, packed >>> 16);
    }
    this.strings.set(id, text.slice(0, length));
  }

  private value(): string {
    const word = this.next();
    return this.valueOf(word);
  }

  private valueOf(word: number): string {
    const payload = word >>> 3;
    switch (word & 7) {
      case Tag.SMALL_INT:
        return String(word >> 3);
      case Tag.REF: {
        const name = this.objects.get(payload);
        if (name === undefined) throw new Error(`reference ${payload} is not defined`);
        return `@${payload}:${name}`;
      }
      case Tag.STRING:
        return JSON.stringify(this.strings.get(payload));
      case Tag.CONST:
        return CONSTANTS[payload]!;
      case Tag.DOUBLE: {
        const halves = new Int32Array([this.next(), this.next()]);
        return String(new Float64Array(halves.buffer)[0]);
      }
      case Tag.INT32:
        return String(this.next());
      case Tag.BIGINT:
        return `${this.strings.get(payload)!}n`;
      default:
        return this.strings.get(payload)!;
    }
  }

  private node(): string {
    const word = this.next();
    if ((word & 7) !== Tag.CONST || word >>> 3 < 16) return this.valueOf(word);
    const tag = (word >>> 3) - 16;
    const name = SNAPS[tag]!;
    const size = this.next();
    const written = this.next();
    const cut = written < size ? `…${size}` : '';
    switch (tag) {
      case SnapTag.OBJECT:
        return `{${this.many(written, () => `${this.strings.get(this.next())!}:${this.node()}`)}${cut}}`;
      case SnapTag.ARRAY:
        return `[${this.many(written, () => this.node())}${cut}]`;
      case SnapTag.MAP:
        return `Map{${this.many(written, () => `${this.node()}=>${this.node()}`)}${cut}}`;
      case SnapTag.SET:
        return `Set{${this.many(written, () => this.node())}${cut}}`;
      case SnapTag.BYTES: {
        const kind = this.strings.get(this.next())!;
        let bytes = '';
        for (let i = 0; i < (written + 3) >> 2; i++) {
          const packed = this.next();
          for (let b = 0; b < 4 && i * 4 + b < written; b++)
            bytes += ((packed >>> (8 * b)) & 255).toString(16).padStart(2, '0');
        }
        return `${kind}<${bytes}${cut}>`;
      }
      case SnapTag.REGEXP:
      case SnapTag.ERROR:
        return `${name}(${this.value()},${this.value()})`;
      default:
        return `${name}(${this.value()}${tag === SnapTag.CUT_STRING ? cut : ''})`;
    }
  }

  private many(count: number, one: () => string): string {
    return Array.from({ length: count }, one).join(',');
  }
}
