/** Small looks at source text between nodes. */
import type { ForOfStatement } from 'acorn';
import type { Weaver } from './weaver';

/** Offset behind the `of` of a loop: before any parentheses around its operand. */
export function forOfOperand(w: Weaver, node: ForOfStatement): number {
  return skipBlanks(w, node.left.end) + 'of'.length;
}

/** Offset of the next character that is neither blank nor comment. */
export function skipBlanks(w: Weaver, from: number): number {
  const { code } = w;
  let at = from;
  for (;;) {
    if (code[at] === '/' && code[at + 1] === '*') at = code.indexOf('*/', at) + 2;
    else if (code[at] === '/' && code[at + 1] === '/') at = code.indexOf('\n', at);
    else if (/\s/.test(code[at]!)) at++;
    else return at;
  }
}
