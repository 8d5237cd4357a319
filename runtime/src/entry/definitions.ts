/**
 * What numbers in compact entries mean: strings, classes, logical threads, classes of objects, errors. Filled by the definition
 * entries of a stream, or one by one by a log that stores definitions apart.
 *
 * Memory: strings and classes as long as the definitions live; four bytes per object and per thread field; errors are forgotten
 * oldest first.
 */
import type { ErrorState } from './expanderState';

/** Flags of `DEF_CLASS`. */
export const ClassFlag = { OWN: 1, STATIC_SIDE: 2 } as const;

export interface ClassDefinition {
  readonly id: number;
  readonly name: string;
  readonly flags: number;
}

const PAGE_BITS = 16;
const PAGE_SIZE = 1 << PAGE_BITS;
const ERRORS_MAX = 4096;
/** Longer chains of parent threads are written with their middle left out. */
const NAME_LEVELS_MAX = 8;

export class Definitions {
  private readonly strings = new Map<number, string>();
  private readonly classes: (ClassDefinition | undefined)[] = [];
  /** Class id + 1 by reference, in pages; 0 = unknown. */
  private readonly objectPages: (Int32Array | undefined)[] = [];
  /** Per thread id: parent, string id of the kind, number. */
  private threads = new Int32Array(3 * 64);
  private readonly errors = new Map<number, ErrorState>();

  defineString(id: number, text: string): void {
    this.strings.set(id, text);
  }

  defineClass(id: number, flags: number, nameId: number): void {
    this.classes[id] = { id, name: this.string(nameId), flags };
  }

  defineThread(id: number, parent: number, kindId: number, n: number): void {
    const at = 3 * id;
    if (at >= this.threads.length) {
      const larger = new Int32Array(Math.max(2 * this.threads.length, at + 3));
      larger.set(this.threads);
      this.threads = larger;
    }
    this.threads[at] = parent;
    this.threads[at + 1] = kindId;
    this.threads[at + 2] = n;
  }

  defineObject(ref: number, classId: number): void {
    const page = ref >>> PAGE_BITS;
    (this.objectPages[page] ??= new Int32Array(PAGE_SIZE))[ref & (PAGE_SIZE - 1)] = classId + 1;
  }

  defineError(error: ErrorState): void {
    this.errors.delete(error.ref);
    if (this.errors.size >= ERRORS_MAX) this.errors.delete(this.errors.keys().next().value!);
    this.errors.set(error.ref, error);
  }

  /** Text of a string id; a text that names the id when it is not defined (a damaged log). */
  string(id: number): string {
    return this.strings.get(id) ?? `?string#${id}`;
  }

  class(id: number): ClassDefinition | undefined {
    return this.classes[id];
  }

  /** Class of an object; undefined when it was never defined. */
  classOf(ref: number): ClassDefinition | undefined {
    const id = this.objectPages[ref >>> PAGE_BITS]?.[ref & (PAGE_SIZE - 1)] ?? 0;
    return id === 0 ? undefined : this.classes[id - 1];
  }

  error(ref: number): ErrorState | undefined {
    return this.errors.get(ref);
  }

  /** Every error still known, oldest first. */
  knownErrors(): ErrorState[] {
    return [...this.errors.values()];
  }

  /**
   * `self-caller/timeout#3`. A thread with very many ancestors shows the first, `…<thread id>` for those left out, and the last six; the
   * id keeps the name unique.
   */
  threadName(id: number): string {
    const chain: string[] = [];
    let root = '';
    let elided = 0;
    for (let next = id, levels = 0; next !== 0 && levels < 1e6; levels++) {
      const at = 3 * next;
      const kindId = this.threads[at + 1] ?? 0;
      const parent = this.threads[at] ?? 0;
      const kind = kindId === 0 ? `thread#${next}` : this.string(kindId);
      if (parent === 0 || kindId === 0) root = kind;
      else if (chain.length < NAME_LEVELS_MAX - 2) chain.push(`${kind}#${this.threads[at + 2]!}`);
      else if (elided === 0) elided = next;
      next = kindId === 0 ? 0 : parent;
    }
    if (elided !== 0) chain.push(`…${elided}`);
    chain.push(root);
    return chain.reverse().join('/');
  }
}
