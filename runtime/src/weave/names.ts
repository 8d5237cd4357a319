/**
 * Names of sites (class and member names). Purpose: the naming rules of docs/names in one place. Invariant: names depend on the
 * source text and the class prefix alone, so that two runs agree. Deliberately absent: names of modules (the loader makes
 * the prefix) and of classes at run time (the engine).
 */
import type { AnyNode, Expression, PrivateIdentifier } from 'acorn';

/** `order-item` → `OrderItem`: the name of a default export that has none. */
export function pascalCase(segment: string): string {
  const name = segment.replace(/(?:^|[^A-Za-z0-9$]+)([A-Za-z0-9$]?)/g, (_, first: string) => first.toUpperCase());
  return /^[A-Za-z_$]/.test(name) ? name : `_${name}`;
}

export function defaultExportName(classPrefix: string): string {
  return pascalCase(classPrefix.slice(classPrefix.lastIndexOf('.') + 1));
}

/** Name of a member by its key; undefined when only run time knows it. */
export function keyName(key: Expression | PrivateIdentifier, computed: boolean): string | undefined {
  if (key.type === 'PrivateIdentifier') return `#${key.name}`;
  if (key.type === 'Literal') return String(key.value);
  if (!computed) return key.type === 'Identifier' ? key.name : undefined;
  if (
    key.type === 'MemberExpression' &&
    !key.computed &&
    key.object.type === 'Identifier' &&
    key.object.name === 'Symbol' &&
    key.property.type === 'Identifier'
  )
    return `@@${key.property.name}`;
  if (
    key.type === 'CallExpression' &&
    key.callee.type === 'MemberExpression' &&
    key.callee.object.type === 'Identifier' &&
    key.callee.object.name === 'Symbol' &&
    key.arguments[0]?.type === 'Literal'
  )
    return `@@${String(key.arguments[0].value).replaceAll('.', '_')}`;
  if (key.type === 'Identifier') return `@@${key.name}`;
  if (key.type === 'MemberExpression' && !key.computed && key.property.type === 'Identifier')
    return `@@${key.property.name}`;
  return undefined;
}

/** Whether evaluating `node` in `x = node` would name a function, by the language or by V8's guess for stack traces. */
export function namesFunction(node: AnyNode): boolean {
  switch (node.type) {
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
    case 'ClassExpression':
      return true;
    case 'ConditionalExpression':
      return namesFunction(node.consequent) || namesFunction(node.alternate);
    case 'LogicalExpression':
      return namesFunction(node.left) || namesFunction(node.right);
    case 'AssignmentExpression':
      return namesFunction(node.right);
    case 'SequenceExpression':
      return node.expressions.some(namesFunction);
    default:
      return false;
  }
}

/**
 * V8's rendering of an expression in "… is not a function" and the like, for the forms whose rendering the weaver reproduces;
 * undefined for the others.
 */
export function rendering(node: AnyNode): string | undefined {
  switch (node.type) {
    case 'Identifier':
      return node.name;
    case 'ThisExpression':
      return 'this';
    case 'MemberExpression': {
      if (node.optional) return undefined;
      const object = rendering(node.object);
      if (object === undefined) return undefined;
      if (node.property.type === 'PrivateIdentifier') return `${object}[#${node.property.name}]`;
      if (!node.computed) return `${object}.${(node.property as { name: string }).name}`;
      if (node.property.type === 'Literal' && typeof node.property.value === 'number')
        return `${object}[${node.property.value}]`;
      if (node.property.type === 'Literal' && typeof node.property.value === 'string')
        return `${object}.${node.property.value}`;
      const key = rendering(node.property);
      return key === undefined ? undefined : `${object}[${key}]`;
    }
    case 'CallExpression': {
      if (node.optional || node.callee.type === 'Super') return undefined;
      const callee = rendering(node.callee);
      return callee === undefined ? undefined : `${callee}(...)`;
    }
    default:
      return undefined;
  }
}

const ESCAPES = new Map([
  ['.', '$_'],
  ['$', '$$'],
  ['#', '$h'],
  ['(', '$p'],
  [')', '$q'],
  ['[', '$b'],
  [']', '$c'],
]);
const UNESCAPES = new Map([...ESCAPES].map(([plain, escape]) => [escape, plain]));

/** A local variable whose name says the rendering that V8 should have printed; `restoreRendering` turns it back. */
export function renderingVariable(text: string): string | undefined {
  let name = '__pal_x';
  for (const character of text) {
    if (/[\w\u00a1-\uffff]/.test(character)) name += character;
    else {
      const escape = ESCAPES.get(character);
      if (escape === undefined) return undefined;
      name += escape;
    }
  }
  return name;
}

export function restoreRendering(message: string): string {
  return message.replace(/__pal_x((?:\$[_$hpqbc]|[\w\u00a1-\uffff])+)/g, (_, encoded: string) =>
    encoded.replace(/\$[_$hpqbc]/g, (escape) => UNESCAPES.get(escape)!),
  );
}
