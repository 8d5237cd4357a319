/** Finds the `throw` statement around a place in a source text, for the excerpt that Node prints of an uncaught exception. */
import { parse } from 'acorn';
import type { Place } from './placeMap';
import { lineStartsOf } from './placeMap';

interface AnyNode {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

/** Start of the innermost `throw` whose operand contains the place without a function in between; undefined when there is none. */
export function findThrow(text: string, place: Place): Place | undefined {
  const starts = lineStartsOf(text);
  const lineStart = starts[place.line - 1];
  if (lineStart === undefined) return undefined;
  const offset = lineStart + place.column - 1;
  const root = parsed(text);
  if (root === undefined) return throwJustBefore(text, offset, place);
  let found: number | undefined;
  let functionNode = root;
  let variable: string | undefined;
  const visit = (node: AnyNode): void => {
    if (offset < node.start || offset >= node.end) return;
    if (node.type === 'ThrowStatement') found = node.start;
    else if (/Function|Class/.test(node.type)) {
      found = undefined;
      functionNode = node;
    } else if (node.type === 'VariableDeclarator') {
      const { id, init } = node as unknown as { id: AnyNode; init: AnyNode | null };
      variable =
        init?.type === 'NewExpression' && init.start === offset ? (id['name'] as string | undefined) : undefined;
    }
    eachChild(node, visit);
  };
  visit(root);
  if (found === undefined && variable !== undefined) found = throwOf(functionNode, variable, offset);
  if (found === undefined) return undefined;
  let line = place.line;
  while (line > 1 && starts[line - 1]! > found) line--;
  while (line < starts.length && starts[line]! <= found) line++;
  return { line, column: found - starts[line - 1]! + 1 };
}

/** `const error = new X(…); …; throw error`: start of the first such statement behind the place. */
function throwOf(within: AnyNode, variable: string, offset: number): number | undefined {
  let found: number | undefined;
  const visit = (node: AnyNode): void => {
    if (found !== undefined || node.end < offset) return;
    const argument = node['argument'] as AnyNode | undefined;
    if (node.type === 'ThrowStatement' && node.start > offset && argument?.['name'] === variable) found = node.start;
    else eachChild(node, visit);
  };
  eachChild(within, visit);
  return found;
}

/** True when the place lies in the body of a function; unknown text counts as inside. */
export function insideFunction(text: string, place: Place): boolean {
  const root = parsed(text);
  const lineStart = lineStartsOf(text)[place.line - 1];
  if (root === undefined || lineStart === undefined) return true;
  const offset = lineStart + place.column - 1;
  let inside = false;
  const visit = (node: AnyNode): void => {
    if (inside || offset < node.start || offset >= node.end) return;
    if (node.type.includes('Function')) {
      inside = true;
      return;
    }
    eachChild(node, visit);
  };
  visit(root);
  return inside;
}

function eachChild(node: AnyNode, visit: (child: AnyNode) => void): void {
  for (const value of Object.values(node)) {
    if (Array.isArray(value)) {
      for (const item of value) if (isNode(item)) visit(item);
    } else if (isNode(value)) visit(value);
  }
}

/** For text that is not JavaScript (TypeScript): the operand starts right after the word. */
function throwJustBefore(text: string, offset: number, place: Place): Place | undefined {
  const match = /\bthrow[ \t]+$/.exec(text.slice(Math.max(0, offset - 200), offset));
  return match === null ? undefined : { line: place.line, column: place.column - match[0].length };
}

function isNode(value: unknown): value is AnyNode {
  return typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string';
}

function parsed(text: string): AnyNode | undefined {
  for (const sourceType of ['module', 'script'] as const) {
    try {
      return parse(text, {
        ecmaVersion: 'latest',
        sourceType,
        allowReturnOutsideFunction: true,
        allowAwaitOutsideFunction: true,
        allowHashBang: true,
      }) as unknown as AnyNode;
    } catch {
      // the other kind, or text that is not JavaScript (TypeScript, node internals with intrinsics)
    }
  }
  return undefined;
}
