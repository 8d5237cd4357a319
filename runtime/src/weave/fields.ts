/**
 * Field reads and writes, inline at the access. Forms:
 *   read   o.x        → (__pal_on?__pal_g(S,o,o.x):o.x)                 (t=RECEIVER,__pal_on?__pal_g(S,t,t.x):t.x)
 *   write  o.x = v    → (o.x=t=v,__pal_on&&__pal_p(S,o,t),t)
 * Invariants: the receiver is evaluated once and where it stood; the hook runs after the access, so that errors are the
 * program's own; an expression whose source V8 would print gets a variable that carries that source (names.ts). Not
 * woven: computed keys, `super.x`, `import.meta.x`, callees, patterns, `module.exports`, namespace imports.
 */
import type { AnyNode, AssignmentExpression, ChainExpression, MemberExpression, UpdateExpression } from 'acorn';
import { SiteKind } from '../entry/sites';
import { SITE } from './edits';
import { namesFunction, rendering } from './names';
import type { Weaver } from './weaver';

/** Receivers whose members are the language's or Node's, not fields of the program. */
const NOISE = new Set([
  'Math', 'JSON', 'Object', 'Array', 'Number', 'String', 'Symbol', 'BigInt', 'Reflect', 'Promise', 'Date', 'RegExp',
  'Error', 'Buffer', 'Intl', 'Atomics', 'process', 'console', 'globalThis', 'global', 'module', 'exports', 'require',
  'performance', 'arguments', 'Function', 'Proxy', 'Map', 'Set', 'WeakMap', 'WeakSet', 'Int8Array', 'Uint8Array',
  'URL', 'Boolean',
]); // prettier-ignore

/** Names that are mostly built-in accessors or array lengths: the hook looks at the receiver first. */
const MAYBE_BUILTIN = new Set([
  'length', 'size', 'byteLength', 'byteOffset', 'buffer', 'source', 'flags', 'global', 'ignoreCase', 'multiline',
  'sticky', 'unicode', 'lastIndex', 'description', 'prototype', 'constructor', '__proto__', 'name', 'stack', 'message', 'callee', 'caller',
]); // prettier-ignore

/** Member name of an access that may be recorded. */
function fieldOf(w: Weaver, node: MemberExpression): string | undefined {
  const { object, property } = node;
  if (node.computed || object.type === 'Super' || object.type === 'MetaProperty') return undefined;
  if (object.type === 'Identifier') {
    if (NOISE.has(object.name) && (w.isGlobal(object.name) || object.name === 'arguments')) return undefined;
    if (w.facts.namespaces.has(object.name) && w.facts.bindings.get(object.name) === 1) return undefined;
  } else if (
    object.type === 'MemberExpression' &&
    object.object.type === 'Identifier' &&
    ((object.object.name === 'module' && w.isGlobal('module')) ||
      (object.object.name === 'process' && w.isGlobal('process')))
  )
    return undefined; // module.exports.x, process.env.X
  if (property.type === 'PrivateIdentifier') return `#${property.name}`;
  return property.type === 'Identifier' ? property.name : undefined;
}

const isSimple = (node: AnyNode): node is AnyNode & { type: 'Identifier' | 'ThisExpression' } =>
  node.type === 'Identifier' || node.type === 'ThisExpression';

const simpleText = (node: AnyNode): string | undefined =>
  node.type === 'Identifier' ? node.name : node.type === 'ThisExpression' ? 'this' : undefined;

const getter = (member: string): string => (MAYBE_BUILTIN.has(member) ? '__pal_h' : '__pal_g');

/** Visits the parts of an access that is not recorded itself. */
function leave(w: Weaver, node: MemberExpression, rendered: boolean): void {
  if (node.object.type !== 'Super') w.visit(node.object, rendered);
  if (node.computed) w.visit(node.property, rendered);
}

export function weaveRead(w: Weaver, node: MemberExpression, rendered: boolean): void {
  // An anonymous function or class would take the name of the variable that holds it.
  const readable = w.input.options.fieldReads && !node.optional && !namesFunction(node.object);
  const member = readable ? fieldOf(w, node) : undefined;
  if (member === undefined || member === 'prototype') {
    leave(w, node, rendered);
    return;
  }
  const variable = rendered ? w.renderingTemporary(rendering(node)) : '';
  const simple = simpleText(node.object);
  const held = simple ?? w.temporary();
  if (variable === undefined || held === undefined) {
    leave(w, node, rendered);
    return;
  }
  const open = variable === '' ? '(' : `(${variable}=`;
  const site = w.fieldSite(SiteKind.FIELD_GET, member, node.property.start);
  const hook = getter(member);
  if (simple !== undefined) {
    // Two edits: a name that does not resolve fails in the first, the read itself in the second.
    w.insert(node.start, `${open}__pal_on?${hook}(${SITE},${simple},`, site);
    w.edits.place(w.edits.insert(node.start, `${simple}.${member}):`), node.property.start);
    w.insert(node.end, ')');
    return;
  }
  w.insert(node.start, variable === '' ? `(${held}=` : `${open}(${held}=`);
  w.visit(node.object);
  // The source between receiver and member (dot, line breaks, comments) stays behind the last read.
  const read = w.insert(objectEnd(w, node), `,__pal_on?${hook}(${SITE},${held},${held}.${member}):${held}`, site);
  w.edits.place(read, node.property.start);
  w.insert(node.end, variable === '' ? ')' : '))');
}

/** End of the receiver including the parentheses around it. */
function objectEnd(w: Weaver, node: MemberExpression): number {
  let at = node.object.end;
  for (;;) {
    const character = w.code[at];
    if (character === '.') return at;
    if (character === '/' && w.code[at + 1] === '*') at = w.code.indexOf('*/', at) + 2;
    else if (character === '/' && w.code[at + 1] === '/') at = w.code.indexOf('\n', at);
    else at++;
  }
}

export function weaveAssignment(w: Weaver, node: AssignmentExpression, statement: boolean): void {
  const { left, right, operator } = node;
  if (left.type !== 'MemberExpression') {
    w.pattern(left);
    w.visit(right, left.type !== 'Identifier', left.type === 'Identifier' ? left.name : undefined);
    return;
  }
  const hint =
    !left.computed && left.property.type !== 'PrivateIdentifier' ? (left.property as { name: string }).name : undefined;
  const member = w.input.options.fieldWrites && !left.optional ? fieldOf(w, left) : undefined;
  const logical = operator === '&&=' || operator === '||=' || operator === '??=';
  if (member === undefined || member === 'prototype' || namesFunction(right)) {
    const receiver = simpleText(left.object);
    w.callee(left);
    w.visit(right, false, hint);
    // A function keeps the name that this very form of assignment gives it: look at the property afterwards.
    if (member !== undefined && member !== 'prototype' && statement && receiver !== undefined && operator === '=')
      w.insert(
        node.end,
        `,__pal_on&&__pal_k(${SITE},${receiver})`,
        w.fieldSite(SiteKind.FIELD_PUT, member, left.property.start),
      );
    return;
  }
  const value = w.temporary();
  if (value === undefined) {
    w.callee(left);
    w.visit(right, false, hint);
    return;
  }
  const put = w.fieldSite(SiteKind.FIELD_PUT, member, left.property.start);
  const name = simpleText(left.object);
  const simple = name !== undefined && !assigns(right, name) ? name : undefined;
  const depth = w.scope.receivers;
  let receiver = simple;
  if (simple === undefined) {
    receiver = w.temporary(`__pal_r${++w.scope.receivers}`)!;
    w.insert(node.start, statement && operator === '=' ? `(${receiver}=` : `((${receiver}=`);
    w.visit(left.object);
    w.insert(objectEnd(w, left), ')');
  } else if (!statement || logical) w.insert(node.start, '(');
  const done = `,__pal_on&&__pal_p(${SITE},${receiver!},${value})`;
  if (operator === '=') {
    w.insert(right.start === left.end ? left.end : assignmentStart(w, left.end, 1), `${value}=`);
    w.visit(right, false, hint);
    w.insert(node.end, statement ? done : `${done},${value})`, put);
  } else {
    const read = w.input.options.fieldReads
      ? `(__pal_on?${getter(member)}(${SITE},${receiver!},${receiver!}.${member}):${receiver!}.${member})`
      : `${receiver!}.${member}`;
    const reads = w.input.options.fieldReads ? [w.fieldSite(SiteKind.FIELD_GET, member, left.property.start)] : [];
    const after = operatorStart(w, left.end);
    if (logical) {
      // o.x ??= v → (READ ?? (o.x=t=v,put,t)); the member's text is written anew before the operator.
      const first = w.edits.replace(
        simple === undefined ? objectEnd(w, left) : left.start,
        left.end,
        simple === undefined ? `,${read}` : read,
        ...reads,
      );
      w.edits.place(first, readPlace(left, after));
      const write = `${operator.slice(0, -1)}(${receiver!}.${member}=${value}=`;
      w.edits.place(w.edits.replace(after, after + operator.length, write), after);
      w.visit(right, false, hint);
      w.insert(node.end, `${done},${value}))`, put);
    } else {
      const step = `=${value}=${read}${operator.slice(0, -1)}(`;
      w.edits.place(w.edits.replace(after, after + operator.length, step, ...reads), readPlace(left, after));
      w.visit(right, false, hint);
      const closing = statement && simple !== undefined ? `)${done}` : `)${done},${value})`;
      w.insert(node.end, closing, put);
    }
  }
  w.scope.receivers = depth;
}

/**
 * Where V8 places the read of `o.x += v` and `o.x++` when it fails: at the operator, unless reading the receiver has set a place already.
 */
function readPlace(target: MemberExpression, operator: number): number {
  const { object } = target;
  if (object.type === 'MemberExpression' && !object.computed) return object.property.start;
  if (object.type === 'CallExpression' && object.callee.type === 'MemberExpression')
    return object.callee.property.start;
  return object.type === 'CallExpression' ? object.start : operator;
}

/** Offset after the `=` that follows `from`. */
function assignmentStart(w: Weaver, from: number, length: number): number {
  return operatorStart(w, from) + length;
}

/** Offset of the operator that follows `from`, over parentheses, blanks and comments. */
function operatorStart(w: Weaver, from: number): number {
  const { code } = w;
  let at = from;
  for (;;) {
    const character = code[at]!;
    if (character === '/' && code[at + 1] === '*') at = code.indexOf('*/', at) + 2;
    else if (character === '/' && code[at + 1] === '/') at = code.indexOf('\n', at);
    else if (character === ')' || /\s/.test(character)) at++;
    else return at;
  }
}

/** Whether evaluating `node` itself (not functions in it) assigns the variable `name`. */
function assigns(node: AnyNode, name: string): boolean {
  switch (node.type) {
    case 'AssignmentExpression':
      return (
        (node.left.type === 'Identifier' ? node.left.name === name : node.left.type !== 'MemberExpression') ||
        assigns(node.right, name)
      );
    case 'UpdateExpression':
      return node.argument.type === 'Identifier' && node.argument.name === name;
    case 'Identifier':
    case 'Literal':
    case 'ThisExpression':
    case 'MemberExpression':
    case 'TemplateLiteral':
    case 'UnaryExpression':
      return false;
    case 'BinaryExpression':
    case 'LogicalExpression':
      return assigns(node.left, name) || assigns(node.right, name);
    case 'CallExpression':
    case 'NewExpression':
      return node.arguments.some((argument) => assigns(argument, name));
    case 'ObjectExpression':
    case 'ArrayExpression':
    case 'ArrowFunctionExpression':
    case 'FunctionExpression':
      return false;
    default:
      return name !== 'this';
  }
}

export function weaveUpdate(w: Weaver, node: UpdateExpression, statement: boolean): void {
  const { argument, operator } = node;
  if (argument.type !== 'MemberExpression') return;
  const { options } = w.input;
  const member = options.fieldWrites ? fieldOf(w, argument) : undefined;
  const value = member === undefined ? undefined : w.temporary();
  const old = value === undefined || statement || node.prefix ? value : w.temporary('__pal_2');
  if (member === undefined || value === undefined || old === undefined) {
    w.callee(argument);
    return;
  }
  const simple = simpleText(argument.object);
  const receiver = simple ?? w.temporary(`__pal_r${w.scope.receivers + 1}`)!;
  const put = w.fieldSite(SiteKind.FIELD_PUT, member, argument.property.start);
  const reads = options.fieldReads ? [w.fieldSite(SiteKind.FIELD_GET, member, argument.property.start)] : [];
  const access = `${receiver}.${member}`;
  const read = options.fieldReads ? `__pal_on?${getter(member)}(${SITE},${receiver},${access}):${access}` : access;
  const step = old === value ? `${operator}${value}` : `${old}=${value}${operator}`;
  const rest = `${value}=${read},${step},${access}=${value},__pal_on&&__pal_p(${SITE},${receiver},${value}),${old})`;
  const place = node.prefix ? argument.property.start : readPlace(argument, operatorStart(w, argument.end));
  if (simple !== undefined) {
    replaceOneLine(w, node.start, node.end, `(${rest}`, [...reads, put], place);
    return;
  }
  // Only the receiver's own text stays.
  const text = `(${receiver}=`;
  if (node.prefix) replaceOneLine(w, node.start, argument.start, text, []);
  else w.insert(node.start, text);
  w.visit(argument.object);
  replaceOneLine(w, objectEnd(w, argument), node.end, `,${rest}`, [...reads, put], place);
}

/** Replaces a range by `text`; line breaks inside the range are kept after it. */
function replaceOneLine(
  w: Weaver,
  start: number,
  end: number,
  text: string,
  sites: readonly number[],
  position = start,
): void {
  const breaks = w.code.slice(start, end).split('\n').length - 1;
  w.edits.place(w.insert(start, text, ...sites), position);
  if (breaks === 0) w.edits.replace(start, end, '');
  else {
    let at = start;
    for (let i = 0; i < breaks; i++) {
      const line = w.code.indexOf('\n', at);
      w.edits.replace(at, line, '');
      at = line + 1;
    }
    w.edits.replace(at, end, '');
  }
}

/** `a?.b`: what stands before the first `?.` is an ordinary expression; the links of a chain are left. */
export function weaveChain(w: Weaver, node: ChainExpression, rendered: boolean): void {
  chainLink(w, node.expression, rendered);
}

function chainLink(w: Weaver, node: AnyNode, rendered: boolean): void {
  if (node.type === 'MemberExpression') {
    if (node.optional || !inChain(node.object)) w.visit(node.object, rendered);
    else chainLink(w, node.object, rendered);
    if (node.computed) w.visit(node.property, rendered);
    return;
  }
  if (node.type === 'CallExpression') {
    const { callee } = node;
    if (callee.type === 'MemberExpression' && (callee.optional || inChain(callee.object))) chainLink(w, callee, true);
    else if (inChain(callee)) chainLink(w, callee, true);
    else w.callee(callee);
    w.arguments(node.arguments);
    return;
  }
  w.visit(node, rendered);
}

/** Whether a link before this node may end the whole chain. */
function inChain(node: AnyNode): boolean {
  if (node.type === 'MemberExpression') return node.optional || inChain(node.object);
  if (node.type === 'CallExpression') return node.optional || inChain(node.callee);
  return false;
}

export { isSimple };
