/**
 * From places in woven text back to the places the program's author knows: through the weaver's edits to the weaver's input, and
 * for compiled TypeScript further to the file on disk.
 *
 * Invariant: an edit never adds or removes a line break, so a woven line is the same line of the input; only columns move.
 * Deliberately absent: a compiled JavaScript file's own source map. Bare Node shows places of the file it runs, and so do we.
 */
import { readFileSync } from 'node:fs';
import { SourceMap } from './sourceMaps';
import type { WovenDetails } from './wovenFile';

/** 1-based line and column, as V8 counts. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

export class PlaceMap {
  readonly #code: string;
  readonly #edits: readonly number[];
  readonly #replaced: Readonly<Record<number, string>>;
  readonly #positions: Readonly<Record<number, number>>;
  /** Start of each edit's text in the woven code, then one past its end, alternating. */
  readonly #spans: number[] = [];
  readonly #lineStarts: number[];
  readonly #map: SourceMap | undefined;
  readonly #source: string;
  #inputStarts: number[] | undefined;
  #original: string | undefined;
  #input: string | undefined;

  /**
   * @param code woven text as V8 has it
   * @param source path of the file on disk, read only to sharpen columns of compiled TypeScript
   */
  constructor(code: string, details: WovenDetails, source: string) {
    this.#code = code;
    this.#edits = details.edits;
    this.#replaced = details.replaced;
    this.#positions = details.positions;
    this.#source = source;
    this.#map = details.mappings === undefined ? undefined : new SourceMap(details.mappings, [source]);
    this.#lineStarts = lineStartsOf(code);
    let shift = 0;
    for (let i = 0; i < this.#edits.length; i += 3) {
      const start = this.#edits[i]! + shift;
      const length = this.#edits[i + 2]!;
      this.#spans.push(start, start + length);
      shift += length - (this.#edits[i + 1]! - this.#edits[i]!);
    }
  }

  /** The place in the file on disk. */
  toOriginal(line: number, column: number): Place {
    const start = this.#lineStarts[line - 1];
    if (start === undefined) return { line, column };
    return this.#placeOfInput(this.toInput(start + column - 1));
  }

  /** The place in the file on disk of a piece of woven text, or undefined when it is not in this file. */
  find(woven: string): Place | undefined {
    const at = this.#code.indexOf(woven);
    return at < 0 ? undefined : this.#placeOfInput(this.toInput(at));
  }

  #placeOfInput(offset: number): Place {
    this.#inputStarts ??= this.#lineStarts.map((start) => this.toInput(start));
    const index = lastAtOrBefore(this.#inputStarts, offset);
    const column = offset - this.#inputStarts[index]!;
    const place = this.#map === undefined ? undefined : this.#throughMap(this.#map, index, column);
    return place ?? { line: index + 1, column: column + 1 };
  }

  /** True for text that the weaver put in. */
  isInserted(offset: number): boolean {
    const edit = this.#editAt(offset);
    return edit >= 0 && offset < this.#spans[edit * 2 + 1]!;
  }

  /** Index of the last edit that starts at or before a woven offset, or -1. */
  #editAt(offset: number): number {
    const spans = this.#spans;
    let low = 0;
    let high = spans.length / 2 - 1;
    let edit = -1;
    while (low <= high) {
      const middle = (low + high) >>> 1;
      if (spans[middle * 2]! <= offset) {
        edit = middle;
        low = middle + 1;
      } else high = middle - 1;
    }
    return edit;
  }

  /** Offset in the weaver's input that a woven offset means. */
  toInput(offset: number): number {
    const spans = this.#spans;
    const edit = this.#editAt(offset);
    if (edit < 0) return offset;
    const end = spans[edit * 2 + 1]!;
    if (offset >= end) return offset - end + this.#edits[edit * 3 + 1]!;
    return this.#positions[edit] ?? this.#edits[edit * 3]!;
  }

  /** The weaver's input: what V8 would have been given without weaving. */
  inputText(): string {
    if (this.#input !== undefined) return this.#input;
    const parts: string[] = [];
    let from = 0;
    for (let i = 0; i < this.#edits.length / 3; i++) {
      parts.push(this.#code.slice(from, this.#spans[i * 2]), this.#replaced[i] ?? '');
      from = this.#spans[i * 2 + 1]!;
    }
    parts.push(this.#code.slice(from));
    return (this.#input = parts.join(''));
  }

  /** Original text of a piece of woven text (a function's source), or undefined when it is no part of this file. */
  originalOf(woven: string): string | undefined {
    const start = this.#code.indexOf(woven);
    if (start < 0) return undefined;
    return this.inputText().slice(this.toInput(start), this.toInput(start + woven.length));
  }

  /** Text of the file on disk as it is shown in error excerpts; the weaver's input when it is the same text. */
  originalText(): string {
    if (this.#map === undefined) return this.inputText();
    if (this.#original === undefined) {
      try {
        this.#original = readFileSync(this.#source, 'utf8');
      } catch {
        this.#original = '';
      }
    }
    return this.#original;
  }

  #throughMap(map: SourceMap, line: number, column: number): Place | undefined {
    const segment = map.segmentAt(line, column);
    if (segment === undefined || segment.length === 1) return undefined;
    const [generated, , originalLine, originalColumn] = segment;
    const ahead = column - generated;
    if (ahead === 0) return { line: originalLine + 1, column: originalColumn + 1 };
    // Between two segments the compiler copied text or printed it anew: follow it as far as the words agree.
    const token = /^(?:[\w$]+|[^\s])/.exec(lineOf(this.inputText(), line).slice(column))?.[0];
    if (token === undefined) return { line: originalLine + 1, column: originalColumn + 1 };
    const text = lineOf(this.originalText(), originalLine);
    if (text.startsWith(token, originalColumn + ahead))
      return { line: originalLine + 1, column: originalColumn + ahead + 1 };
    const found = text.indexOf(token, originalColumn);
    return { line: originalLine + 1, column: (found < 0 ? originalColumn : found) + 1 };
  }
}

/** Index of the last number that is not greater; the numbers ascend from 0. */
function lastAtOrBefore(ascending: readonly number[], value: number): number {
  let low = 0;
  let high = ascending.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (ascending[middle]! <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Offsets at which lines start, by ECMAScript's line terminators. */
export function lineStartsOf(text: string): number[] {
  const starts = [0];
  for (const match of text.matchAll(/\r\n|[\n\r\u2028\u2029]/g)) starts.push(match.index + match[0].length);
  return starts;
}

/** One line (0-based) without its terminator. */
export function lineOf(text: string, line: number): string {
  const starts = lineStartsOf(text);
  const start = starts[line];
  if (start === undefined) return '';
  return text.slice(start, starts[line + 1]).replace(/[\r\n\u2028\u2029]+$/, '');
}
