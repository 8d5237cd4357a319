/**
 * Expands the entries of several rings into one sequence of PAL messages. Every ring has ids, threads and open calls of its own, hence an
 * expander of its own; the offsets, and with them the message ids, are common.
 */
import { Expander, type ExpanderOptions, type ExpandSink } from '../entry/expand';
import type { SiteTable } from '../entry/sites';

export class SourceExpander {
  readonly #expanders = new Map<number, Expander>();
  readonly #tables: (readonly [base: number, table: SiteTable])[] = [];
  #offset = 0;

  constructor(private readonly options: ExpanderOptions) {}

  /** Offset of the next message. */
  get offset(): number {
    return this.#offset;
  }

  addSites(base: number, table: SiteTable): void {
    this.#tables.push([base, table]);
    for (const expander of this.#expanders.values()) expander.addSites(base, table);
  }

  /** Whole entries `words[start, end)` of one ring; one sink call per message. */
  feed(words: Int32Array, start: number, end: number, source: number, sink: ExpandSink): void {
    const expander = this.#of(source);
    expander.offset = this.#offset;
    expander.feed(words, start, end, sink);
    this.#offset = expander.offset;
  }

  /** As `feed`, without making the messages: they get their offsets and count in their threads, and nobody sees them. Returns their number. */
  skip(words: Int32Array, start: number, end: number, source: number): number {
    const before = this.#offset;
    const expander = this.#of(source);
    expander.offset = before;
    expander.skip(words, start, end);
    this.#offset = expander.offset;
    return this.#offset - before;
  }

  #of(source: number): Expander {
    let expander = this.#expanders.get(source);
    if (expander === undefined) {
      expander = new Expander(this.options);
      for (const [base, table] of this.#tables) expander.addSites(base, table);
      this.#expanders.set(source, expander);
    }
    return expander;
  }
}
