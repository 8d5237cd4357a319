/**
 * What numbers in compact entries mean: strings, classes, logical threads, classes of objects, errors. Filled by the definition
 * entries of a stream, or one by one by a log that stores definitions apart.
 *
 * Memory: texts of the app's current table and the one before; classes for ever (there are as many as in the program); objects
 * and threads in `PagedInts`; errors and cut texts are forgotten oldest first.
 */
import type { ErrorState } from './expanderState';
import { PagedInts } from './pagedInts';

/** Flags of `DEF_CLASS`. */
export const ClassFlag = { OWN: 1, STATIC_SIDE: 2 } as const;

export interface ClassDefinition {
  readonly id: number;
  readonly name: string;
  readonly flags: number;
}

/** Flags of `DEF_STRING`. */
export const StringFlag = {
  /** Cut to the byte limit: used soon or never again. */
  CUT: 1,
  /** The app began its table of texts anew: texts defined before the table before are not used any more. */
  NEW_TABLE: 2,
} as const;

/** Cut texts that are remembered. The app reuses the last few only. */
const CUT_MAX = 4096;
const ERRORS_MAX = 4096;
/** Longer chains of parent threads are written with their middle left out. */
const NAME_LEVELS_MAX = 8;
/** Start of the name of a thread whose definition, or whose ancestor's, is not there. */
export const UNDEFINED_THREAD = 'thread#';

export class Definitions {
  private strings = new Map<number, string>();
  private olderStrings = new Map<number, string>();
  private readonly cutStrings = new Map<number, string>();
  private readonly classes: (ClassDefinition | undefined)[] = [];
  /** Class id + 1 by reference. */
  private readonly objects = new PagedInts();
  /** Per thread id: parent, index of the kind + 1, number, unused. */
  private readonly threads = new PagedInts();
  private readonly kinds: string[] = [];
  private readonly errors = new Map<number, ErrorState>();

  /** @param flags `StringFlag` */
  defineString(id: number, text: string, flags = 0): void {
    if (flags & StringFlag.NEW_TABLE) {
      this.olderStrings = this.strings;
      this.strings = new Map();
    }
    if (flags & StringFlag.CUT) {
      if (this.cutStrings.size >= CUT_MAX) this.cutStrings.delete(this.cutStrings.keys().next().value!);
      this.cutStrings.set(id, text);
    } else this.strings.set(id, text);
  }

  defineClass(id: number, flags: number, nameId: number): void {
    this.classes[id] = { id, name: this.string(nameId), flags };
  }

  defineThread(id: number, parent: number, kindId: number, n: number): void {
    const text = this.string(kindId);
    let kind = this.kinds.indexOf(text);
    if (kind < 0) kind = this.kinds.push(text) - 1;
    this.threads.set(4 * id, parent);
    this.threads.set(4 * id + 1, kind + 1);
    this.threads.set(4 * id + 2, n);
  }

  defineObject(ref: number, classId: number): void {
    this.objects.set(ref, classId + 1);
  }

  defineError(error: ErrorState): void {
    this.errors.delete(error.ref);
    if (this.errors.size >= ERRORS_MAX) this.errors.delete(this.errors.keys().next().value!);
    this.errors.set(error.ref, error);
  }

  /** Text of a string id; a text that names the id when it is not defined (a damaged log). */
  string(id: number): string {
    return this.strings.get(id) ?? this.olderStrings.get(id) ?? this.cutStrings.get(id) ?? `?string#${id}`;
  }

  class(id: number): ClassDefinition | undefined {
    return this.classes[id];
  }

  /** Class of an object; undefined when it was never defined. */
  classOf(ref: number): ClassDefinition | undefined {
    const id = this.objects.get(ref);
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
      const parent = this.threads.get(4 * next);
      const kind = this.kinds[this.threads.get(4 * next + 1) - 1];
      if (kind === undefined) root = `${UNDEFINED_THREAD}${next}`;
      else if (parent === 0) root = kind;
      else if (chain.length < NAME_LEVELS_MAX - 2) chain.push(`${kind}#${this.threads.get(4 * next + 2)}`);
      else if (elided === 0) elided = next;
      next = kind === undefined ? 0 : parent;
    }
    if (elided !== 0) chain.push(`…${elided}`);
    chain.push(root);
    return chain.reverse().join('/');
  }
}
