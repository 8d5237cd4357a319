/**
 * Source text → ESTree. Purpose: one place that knows how Node reads each kind of file. Invariant: what V8 accepts is
 * accepted here and an early error stays an early error (`PalError('weave')`; the loader then leaves the file to Node, whose
 * own message the user sees). Deliberately absent: comments, tokens and `loc` objects (lines come from `LineMap`).
 */
import { parse as acornParse, type Options, type Program } from 'acorn';
import { PalError } from '../errors';
import type { WeaveInput } from './weave';

export function parse(code: string, sourceType: WeaveInput['sourceType']): Program {
  const options: Options = {
    ecmaVersion: 'latest',
    allowHashBang: true,
    sourceType,
  };
  try {
    return acornParse(code, options);
  } catch (error) {
    const { message, pos } = error as { message: string; pos?: number };
    throw new PalError('weave', `cannot parse: ${message}`, { cause: error, data: { position: pos } });
  }
}

/** Offsets → 1-based lines and columns of the woven text's input. */
export class LineMap {
  private readonly starts: number[] = [0];
  private last = 0;

  constructor(code: string) {
    for (let at = code.indexOf('\n'); at >= 0; at = code.indexOf('\n', at + 1)) this.starts.push(at + 1);
  }

  /** 1-based line. Offsets mostly ascend, so the search starts at the last answer. */
  line(offset: number): number {
    const { starts } = this;
    let low = starts[this.last]! <= offset ? this.last : 0;
    let high = starts.length - 1;
    if (low < high && starts[low + 1]! > offset) high = low;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    this.last = low;
    return low + 1;
  }

  column(offset: number, line: number): number {
    return offset - this.starts[line - 1]! + 1;
  }
}
