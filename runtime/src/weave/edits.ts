/**
 * The edit list: insertions and same-line replacements in ascending order, joined once. Invariant: an edit's text holds
 * no line break, so a line of the woven text is the same line of the input. Site numbers stand in edit text as one
 * `SITE` character each and become the fixed-width literal that the loader patches.
 */
import type { WeaveEdit } from './weave';

/** Stands for the next site literal inside edit text; never occurs in text that the weaver copies from the program. */
export const SITE = '\u0001';
const LITERAL = '0x000000';
const DIGITS_AT = 2;

interface OpenEdit {
  readonly start: number;
  readonly end: number;
  text: string;
  readonly sites: readonly number[];
  position?: number;
}

export class EditList {
  private readonly list: OpenEdit[] = [];

  /** Inserts `text` before the character at `at`; edits at one position come out in the order of the calls. */
  insert(at: number, text: string, ...sites: number[]): number {
    return this.replace(at, at, text, ...sites);
  }

  replace(start: number, end: number, text: string, ...sites: number[]): number {
    const last = this.list.at(-1);
    if (last !== undefined && start < last.end) throw new Error(`edit at ${start} after one that ends at ${last.end}`);
    return this.list.push({ start, end, text, sites }) - 1;
  }

  /** Places inside the text of an edit mean this input offset in stack traces. */
  place(edit: number, position: number): void {
    this.list[edit]!.position = position;
  }

  /** Adds to an edit made earlier (declarations at the head of a function whose need shows only in its body). */
  append(edit: number, text: string): void {
    this.list[edit]!.text += text;
  }

  get length(): number {
    return this.list.length;
  }

  join(code: string): { code: string; edits: WeaveEdit[]; literalOffsets: Uint32Array; literalSites: Uint32Array } {
    const parts: string[] = [];
    const edits: WeaveEdit[] = [];
    const offsets: number[] = [];
    const literals: number[] = [];
    let from = 0;
    let length = 0;
    for (const { start, end, text, sites, position } of this.list) {
      if (text === '' && start === end) continue;
      const kept = code.slice(from, start);
      parts.push(kept);
      length += kept.length;
      let out = text;
      if (sites.length > 0) {
        out = '';
        let piece = 0;
        for (let i = 0; i < sites.length; i++) {
          const mark = text.indexOf(SITE, piece);
          out += text.slice(piece, mark);
          offsets.push(length + out.length + DIGITS_AT);
          literals.push(sites[i]!);
          out += LITERAL;
          piece = mark + 1;
        }
        out += text.slice(piece);
      }
      parts.push(out);
      length += out.length;
      edits.push(position === undefined ? { start, end, text: out } : { start, end, text: out, position });
      from = end;
    }
    parts.push(code.slice(from));
    return {
      code: parts.join(''),
      edits,
      literalOffsets: Uint32Array.from(offsets),
      literalSites: Uint32Array.from(literals),
    };
  }
}
