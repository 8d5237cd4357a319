import type { Site } from '../entry/sites';

/**
 * Contract between the weaver (JavaScript in, woven JavaScript out) and the loader around it (TypeScript, source maps,
 * cache, module hooks). The weaver is pure: same input, same output, no I/O, no process state.
 */
export interface WeaveInput {
  /** JavaScript (after TypeScript/JSX were removed). */
  readonly code: string;
  readonly sourceType: 'module' | 'commonjs' | 'script';
  /** Dotted prefix of the module, e.g. `shop.orders`; classes become `shop.orders.Order`, functions go to `shop.orders.$module`. */
  readonly classPrefix: string;
  readonly options: WeaveOptions;
}

export interface WeaveOptions {
  readonly calls: boolean;
  readonly fieldReads: boolean;
  readonly fieldWrites: boolean;
  readonly builtins: boolean;
  /** True for text that a compiler added (1-based line and column): its functions are not woven. */
  readonly isGenerated?: (line: number, column: number) => boolean;
  /** Load-time scope: false = this member is not woven at all. Category names of the scope specification 2.2. */
  readonly inScope?: (
    className: string,
    member: string,
    category: 'METHOD' | 'STATIC_METHOD' | 'CONSTRUCTOR' | 'FIELD_GET' | 'FIELD_SET',
  ) => boolean;
}

/**
 * Site numbers are global in a process but woven text is cached across processes: each site number in `code` is a
 * fixed-width literal `0x000000` whose six hex digits the loader overwrites at load time with (module base + index).
 */
export interface WeaveOutput {
  readonly code: string;
  /** Offsets (UTF-16 units into `code`) of the six digits of each site literal, ascending … */
  readonly literalOffsets: Uint32Array;
  /** … and the index into `sites` that belongs there. */
  readonly literalSites: Uint32Array;
  /** Lines and columns are those of `WeaveInput.code`; the loader maps them to the original source. */
  readonly sites: readonly Site[];
  /**
   * Insertions made, for source maps and for `Function.prototype.toString`: positions in the input, ascending. Text is only ever inserted
   * or replaced within one line, so generated line == input line always holds.
   */
  readonly edits: readonly WeaveEdit[];
  /** Input range (start, end) of every function and class whose text changed, by site or in order, for `toString`. */
  readonly functionRanges: Uint32Array;
}

export interface WeaveEdit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** Input offset that places inside `text` mean in stack traces (of a call that `text` makes in place of one of the program); `start` unless given. */
  readonly position?: number;
}
