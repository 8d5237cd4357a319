/**
 * The source text that Node's `assert` quotes for a call, found in the original text the way the running Node finds it: Node 20 takes the call
 * expression around the column, newer ones the tokens of the line from the column on.
 */
import { Parser, parseExpressionAt } from 'acorn';
import { lineOf, lineStartsOf } from './placeMap';

/** @param line 1-based, as `column` is */
export function expressionAt(text: string, line: number, column: number, nodeMajor: number): string | undefined {
  return nodeMajor < 22 ? callAround(text, line, column - 1) : fromColumn(lineOf(text, line - 1), column - 1);
}

interface AnyNode {
  readonly type: string;
  readonly start: number;
  readonly end: number;
}

function callAround(text: string, line: number, column: number): string | undefined {
  const code = text.slice(lineStartsOf(text)[line - 1]);
  try {
    for (const token of Parser.tokenizer(code, { ecmaVersion: 'latest' })) {
      if (token.start > column) return undefined;
      let expression: AnyNode;
      try {
        expression = parseExpressionAt(code, token.start, { ecmaVersion: 'latest' });
      } catch {
        continue;
      }
      const call = innermostCall(expression, column);
      if (call !== undefined && call.end >= column) return unindented(code.slice(call.start, call.end), call.start);
    }
  } catch {
    // a token that ends nowhere in what follows
  }
  return undefined;
}

function innermostCall(node: AnyNode, at: number): AnyNode | undefined {
  if (at < node.start || at > node.end) return undefined;
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) {
      if (typeof (child as AnyNode | null)?.type !== 'string') continue;
      const found = innermostCall(child as AnyNode, at);
      if (found !== undefined) return found;
    }
  }
  return node.type === 'CallExpression' ? node : undefined;
}

function unindented(call: string, column: number): string {
  const [first, ...rest] = call.split(/\r?\n/);
  return [
    first!,
    ...rest.map((line) => {
      let at = 0;
      while (at < column && (line[at] === ' ' || line[at] === '\t')) at++;
      return `  ${line.slice(at)}`;
    }),
  ].join('\n');
}

/** From the member expression before the column to the end of the call on this line. */
function fromColumn(line: string, column: number): string | undefined {
  let start: number | undefined;
  let previous: { label: string; start: number } | undefined;
  let depth = 0;
  let end: number | undefined;
  const access = new Set(['.', '?.', '[', ']']);
  const names = new Set(['name', 'string', 'num']);
  try {
    for (const token of Parser.tokenizer(line, { ecmaVersion: 'latest' })) {
      const { label } = token.type;
      if (token.start < column) {
        if (label === ';') {
          start = undefined;
          continue;
        }
        if (access.has(label) && previous?.label === 'name') start ??= previous.start;
        else if (!access.has(label) && !names.has(label)) start = undefined;
        previous = { label, start: token.start };
        continue;
      }
      if (label === '(') depth++;
      else if (label === ')' && --depth === 0) {
        end = token.start + 1;
        break;
      } else if (label === ';') {
        end = token.start;
        break;
      }
    }
  } catch {
    return undefined;
  }
  return line.slice(start ?? column, end);
}
