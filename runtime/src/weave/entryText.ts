/**
 * How a call's entry gets at receiver and arguments: which hook is called and with what. Invariants: nothing is evaluated that the program
 * did not evaluate; `arguments` is looked at only where it is the function's own and unmapped or read only; a parameter
 * that cannot be read again is `__pal_u` (unknown). Also: the creation of generators, recorded from their parameter list.
 */
import type { Pattern } from 'acorn';
import type { FunctionFacts, FunctionNode } from './analyse';
import { SITE } from './edits';
import type { FunctionRole } from './functions';
import { skipBlanks } from './scan';
import type { Scope, Weaver } from './weaver';

/** `c2(S,this,a,b)`: which hook to call and how the arguments are got at. */
export function entry(node: FunctionNode, scope: Scope, role: FunctionRole): string {
  const accessor = role.method?.kind ?? role.property?.kind;
  if (accessor === 'get') return `ga(${SITE},this)`;
  const values = argumentTexts(node, scope.facts);
  const receiver = receiverText(scope, role, node.type === 'ArrowFunctionExpression');
  if (accessor === 'set') return `sa(${SITE},this,${values.list[0]!})`;
  if (values.all) return `cv(${SITE},${receiver ?? 'void 0'},arguments)`;
  if (values.rest !== undefined || values.list.length > 4)
    return `cx(${SITE},${receiver ?? 'void 0'},[${values.list.join()}],${values.rest ?? 'void 0'})`;
  const count = values.list.length;
  if (receiver === undefined) return `f${count}(${[SITE, ...values.list].join()})`;
  return `c${count}(${[SITE, receiver, ...values.list].join()})`;
}

/** Text of the receiver, or undefined for a call without one. */
function receiverText(scope: Scope, { method }: FunctionRole, arrow: boolean): string | undefined {
  if (method?.kind === 'constructor') return method.derived ? '__pal_u' : 'this';
  if (method !== undefined) return method.isStatic ? undefined : 'this';
  // A plain function's receiver matters only if the function looks at it. An arrow's is not its own (nor always there: `super`).
  return scope.facts.usesThis && !arrow ? 'this' : undefined;
}

function argumentTexts(
  node: FunctionNode,
  facts: FunctionFacts,
): { list: string[]; rest: string | undefined; all: boolean } {
  const arrow = node.type === 'ArrowFunctionExpression';
  const hasArguments = !arrow && !facts.argumentsRebound;
  const list: string[] = [];
  let rest: string | undefined;
  const params = node.params as readonly Pattern[];
  if (hasArguments && facts.usesArguments) return { list, rest, all: true };
  params.forEach((parameter, index) => {
    const target = parameter.type === 'AssignmentPattern' ? parameter.left : parameter;
    if (target.type === 'Identifier') list.push(target.name);
    else if (target.type === 'RestElement')
      rest = target.argument.type === 'Identifier' ? target.argument.name : '[__pal_u]';
    else list.push(hasArguments ? `arguments[${index}]` : '__pal_u');
  });
  return { list, rest, all: false };
}

/**
 * A generator's body runs at the first `next`, its parameters at the call. `...{__pal_:__pal_f=HOOK}` binds a property that
 * the fresh rest array does not have, so the default runs at every call; length, arity and the other parameters stay.
 * Where no rest parameter can be added the creation is recorded with the first `next`.
 */
export function weaveCreation(
  w: Weaver,
  node: FunctionNode,
  scope: Scope,
  role: FunctionRole,
  strictHere: boolean,
): boolean {
  const params = node.params as readonly Pattern[];
  if (strictHere || params.at(-1)?.type === 'RestElement' || scope.facts.argumentsRebound) return false;
  if (params.every(({ type }) => type === 'Identifier')) {
    // A simple list has mapped `arguments` in sloppy code and may repeat names.
    const names = new Set(params.map((parameter) => (parameter as { name: string }).name));
    if (scope.facts.usesArguments || names.size < params.length) return false;
  }
  const comma = params.length === 0 || trailingComma(w, params.at(-1)!.end) ? '' : ',';
  const receiver = receiverText(scope, role, node.type === 'ArrowFunctionExpression') ?? 'void 0';
  w.edits.insert(
    parametersEnd(w, node),
    `${comma}...{__pal_:__pal_f=__pal_on?__pal_ycv(${SITE},${receiver},arguments):void 0}`,
    scope.site,
  );
  return true;
}

function trailingComma(w: Weaver, from: number): boolean {
  return w.code[skipBlanks(w, from)] === ',';
}

/** Offset of the `)` that closes the parameter list. */
function parametersEnd(w: Weaver, node: FunctionNode): number {
  const last = node.params.at(-1);
  let at = last
    ? last.end
    : w.code.indexOf('(', node.type === 'FunctionExpression' && !node.id ? node.start : (node.id?.end ?? node.start)) +
      1;
  at = skipBlanks(w, at);
  if (w.code[at] === ',') at = skipBlanks(w, at + 1);
  return at;
}
