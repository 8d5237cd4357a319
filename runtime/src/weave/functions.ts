/**
 * Functions of every kind: entry, completion and exception are recorded by text inside the body.
 *   plain  {if(__pal_on)__pal_c2(S,this,a,b);try{ … return __pal_r(S,v) … }catch(__pal_e){throw __pal_on?__pal_t(S,__pal_e):__pal_e}}
 *   async  {let __pal_f=__pal_on?__pal_a2(S,this,a,b):void 0;try{ … await → __pal_w(__pal_f,await __pal_s(__pal_f,x)) … }
 *   generator: creation by a default inside a rest parameter (see `creation`), `yield` as the calls of `next` on it
 * Invariants: directives stay first; name, length, `arguments`, completion order and microtasks are as before; a function whose body
 * cannot move into a block is not recorded (its inner functions are).
 */
import type {
  AnyNode,
  ArrowFunctionExpression,
  AwaitExpression,
  ForOfStatement,
  Pattern,
  Property,
  ReturnStatement,
  Statement,
  TryStatement,
  YieldExpression,
} from 'acorn';
import { SiteFlag, SiteKind } from '../entry/sites';
import { SITE } from './edits';
import { defaultExportName, keyName, namesFunction, rendering } from './names';
import type { FunctionFacts, FunctionNode } from './analyse';
import type { Scope, Weaver } from './weaver';

export interface MethodRole {
  readonly kind: 'method' | 'get' | 'set' | 'constructor';
  readonly isStatic: boolean;
  readonly className: string;
  readonly member: string;
  /** Of a constructor. */
  readonly derived: boolean;
  /** Text that records the initialisers' writes, and its sites. */
  readonly initialisers: string;
  readonly initialiserSites: readonly number[];
  readonly at: number;
}

export interface FunctionRole {
  readonly hint?: string | undefined;
  readonly property?: Property;
  readonly method?: MethodRole;
}

export function weaveFunction(w: Weaver, node: FunctionNode, role: FunctionRole): void {
  const outer = w.scope;
  const facts = w.facts.scopes.get(node)!;
  const { className, member, path } = functionName(w, node, role);
  const accessor = role.method?.kind ?? role.property?.kind;
  const category =
    role.method === undefined || role.method.isStatic
      ? 'STATIC_METHOD'
      : accessor === 'constructor'
        ? 'CONSTRUCTOR'
        : 'METHOD';
  const woven = !facts.bodyMustStay && w.inScope(className, member, category);
  const kind = node.generator ? (node.async ? 'asyncGenerator' : 'generator') : node.async ? 'async' : 'sync';
  const start = role.method?.at ?? role.property?.start ?? node.start;
  const site = woven ? functionSites(w, node, role, className, member, start) : 0;
  w.ranges.push(start, node.end);

  if (node.params.some(({ type }) => type !== 'Identifier')) {
    const parameterScope = w.bareScope('parameters', outer.facts);
    parameterScope.classPath = outer.classPath;
    parameterScope.functionPath = path;
    w.within(parameterScope, () => {
      for (const parameter of node.params) w.pattern(parameter);
    });
  }

  const scope = w.bareScope(kind, facts);
  scope.woven = woven;
  scope.site = site;
  if (accessor === 'constructor') scope.constructing = role.method!.derived ? 'derived' : 'base';
  scope.accessor = accessor === 'get' || accessor === 'set';
  scope.late = facts.returnsThroughFinally;
  scope.catches = woven;
  scope.header = w.edits.length;
  scope.classPath = outer.classPath;
  scope.functionPath = path;
  if (woven && role.method?.derived === true && role.method.initialisers !== '') {
    scope.afterSuper = role.method.initialisers;
    scope.afterSuperSites = role.method.initialiserSites;
  }
  if (node.type === 'ArrowFunctionExpression' && node.body.type !== 'BlockStatement')
    w.within(scope, () => expressionBody(w, node, scope));
  else w.within(scope, () => blockBody(w, node, scope, role));
}

function functionSites(
  w: Weaver,
  node: FunctionNode,
  role: FunctionRole,
  className: string,
  member: string,
  at: number,
): number {
  const flags =
    (node.async ? SiteFlag.ASYNC : 0) |
    (node.generator ? SiteFlag.GENERATOR : 0) |
    (member.startsWith('#') ? SiteFlag.PRIVATE : 0) |
    (role.method?.isStatic === true ? SiteFlag.STATIC : 0) |
    (role.method?.derived === true ? SiteFlag.DERIVED : 0) |
    (node.type === 'ArrowFunctionExpression' ? SiteFlag.ARROW : 0);
  const site = w.site(siteKind(role), className, member, at, flags);
  if (node.generator) {
    // The engine counts on these three numbers following the function's own.
    const owner = node.async ? 'js.AsyncGenerator' : 'js.Generator';
    for (const step of ['next', 'return', 'throw']) w.site(SiteKind.METHOD, owner, step, at, flags & SiteFlag.ASYNC);
  }
  return site;
}

function siteKind({ method, property }: FunctionRole): SiteKind {
  if (method !== undefined) {
    switch (method.kind) {
      case 'constructor':
        return SiteKind.CONSTRUCTOR;
      case 'get':
        return method.isStatic ? SiteKind.STATIC_GETTER : SiteKind.GETTER;
      case 'set':
        return method.isStatic ? SiteKind.STATIC_SETTER : SiteKind.SETTER;
      case 'method':
        return method.isStatic ? SiteKind.STATIC_METHOD : SiteKind.METHOD;
    }
  }
  if (property?.kind === 'get') return SiteKind.GETTER;
  if (property?.kind === 'set') return SiteKind.SETTER;
  return SiteKind.FUNCTION;
}

function functionName(
  w: Weaver,
  node: FunctionNode,
  role: FunctionRole,
): { className: string; member: string; path: string } {
  const { scope } = w;
  const prefix = (scope.functionPath === '' ? '' : `${scope.functionPath}$`) + w.objectPath;
  if (role.method !== undefined) {
    const { className, member } = role.method;
    return { className, member, path: member };
  }
  const className = scope.classPath === '' ? w.moduleClass : `${w.input.classPrefix}.${scope.classPath}`;
  let name = 'id' in node && node.id ? (node.id as { name: string }).name : role.hint;
  if (name === 'default') name = defaultExportName(w.input.classPrefix);
  if (role.property !== undefined) name = keyName(role.property.key, role.property.computed);
  if (name === undefined || !/^[\w$@#-]+$/.test(name)) name = `fn${++scope.functions}`;
  // The full name is the path: `outer$inner`. An accessor keeps the name of its property, which an access must match.
  const path = prefix + name;
  const accessor = role.property?.kind === 'get' || role.property?.kind === 'set';
  return { className, member: accessor ? name : path, path };
}

// ---- bodies -----------------------------------------------------------------------------------------------------

/** Not behind the guard: V8's wording is put right when nothing is recorded too. */
const CATCH = '}catch(__pal_e){throw __pal_t(';
const AFTER_CATCH = ',__pal_e)}';

function blockBody(w: Weaver, node: FunctionNode, scope: Scope, role: FunctionRole): void {
  const body = node.body as AnyNode & { type: 'BlockStatement' };
  const statements = body.body as readonly Statement[];
  let directives = 0;
  while (directives < statements.length && isDirective(statements[directives]!)) directives++;
  const at = directives > 0 ? statements[directives - 1]!.end : body.start + 1;
  const strict = directives > 0;
  const created = scope.woven && node.generator && weaveCreation(w, node, scope, role, strict);
  const semicolon = strict ? ';' : '';
  openBody(w, node, scope, role, at, semicolon, created);
  w.statements(statements.slice(directives));
  closeBody(w, scope, body.end - 1, statements.at(-1));
}

const isDirective = (node: Statement): boolean => node.type === 'ExpressionStatement' && node.directive !== undefined;

function openBody(
  w: Weaver,
  node: FunctionNode,
  scope: Scope,
  role: FunctionRole,
  at: number,
  semicolon: string,
  created: boolean,
): void {
  scope.header = w.edits.insert(at, semicolon);
  if (!scope.woven) return;
  const call = entry(node, scope, role);
  if (scope.late) w.temporary('__pal_3,__pal_4'); // the completion that a `finally` will see; whether one was thrown
  switch (scope.kind) {
    case 'sync': {
      const initialisers = role.method !== undefined && !role.method.derived ? role.method.initialisers : '';
      if (initialisers === '') w.edits.insert(at, `if(__pal_on)__pal_${call};try{`, scope.site);
      else
        w.edits.insert(
          at,
          `if(__pal_on){__pal_${call};${initialisers}}try{`,
          scope.site,
          ...role.method!.initialiserSites,
        );
      return;
    }
    case 'async':
      w.edits.insert(at, `let __pal_f=__pal_on?__pal_a${call}:void 0;try{`, scope.site);
      return;
    default:
      if (!created) w.edits.insert(at, `let __pal_f=__pal_on?__pal_y${call}:void 0;`, scope.site);
      w.edits.insert(at, `__pal_f&&__pal_yb(__pal_f);try{`);
  }
}

function closeBody(w: Weaver, scope: Scope, at: number, last: Statement | undefined): void {
  w.closeHeader(scope);
  if (!scope.woven) return;
  const ends = last?.type === 'ReturnStatement' || last?.type === 'ThrowStatement';
  const { site } = scope;
  if (scope.kind !== 'sync') {
    const done = ends
      ? ''
      : scope.late
        ? ';__pal_3=void 0'
        : scope.kind === 'async'
          ? ';__pal_f&&__pal_ar(__pal_f,void 0)'
          : ';__pal_f&&__pal_yr(__pal_f,void 0)';
    const [threw, returned] = scope.kind === 'async' ? ['__pal_at', '__pal_ar'] : ['__pal_yt', '__pal_yr'];
    const mark = scope.late ? '__pal_4=1;' : '';
    const late = scope.late
      ? `finally{if(__pal_4!==1&&__pal_f)${returned}(__pal_f,__pal_3)}`
      : scope.kind === 'async'
        ? ''
        : 'finally{__pal_f&&__pal_ye(__pal_f)}';
    w.edits.insert(at, `${done}}catch(__pal_e){${mark}throw ${threw}(__pal_f,__pal_e)}${late}`);
    return;
  }
  if (scope.late) {
    const reset = ends ? '' : ';__pal_3=void 0';
    const value = scope.constructing === undefined ? '__pal_3' : '__pal_3===void 0?this:__pal_3';
    w.edits.insert(
      at,
      `${reset}}catch(__pal_e){__pal_4=1;throw __pal_t(${SITE},__pal_e)}finally{if(__pal_4!==1&&__pal_on)${completion(scope)}${value})}`,
      site,
      site,
    );
    return;
  }
  let end = '';
  if (!ends) {
    if (scope.constructing !== undefined) end = `;if(__pal_on)__pal_r(${SITE},this)`;
    else end = scope.accessor ? `;if(__pal_on)__pal_gr(${SITE},this,void 0)` : `;if(__pal_on)__pal_v(${SITE})`;
  }
  w.edits.insert(at, `${end}${CATCH}${SITE}${AFTER_CATCH}`, ...(ends ? [site] : [site, site]));
}

function expressionBody(w: Weaver, node: ArrowFunctionExpression, scope: Scope): void {
  const body = node.body as AnyNode;
  const at = arrowEnd(w, node);
  if (!scope.woven) {
    // No block to declare in: reads with simple receivers only.
    w.within({ ...scope, header: undefined, catches: false }, () => w.visit(body));
    return;
  }
  scope.header = w.edits.insert(at, '{');
  const call = entry(node, scope, {});
  if (scope.kind === 'async') {
    w.edits.insert(at, `let __pal_f=__pal_on?__pal_a${call}:void 0;try{return __pal_ar(__pal_f,`, scope.site);
    w.visit(body);
    w.edits.insert(node.end, `)}catch(__pal_e){throw __pal_at(__pal_f,__pal_e)}}`);
  } else {
    w.edits.insert(at, `if(__pal_on)__pal_${call};try{return __pal_r(${SITE},`, scope.site, scope.site);
    w.visit(body);
    w.edits.insert(node.end, `)${CATCH}${SITE}${AFTER_CATCH}}`, scope.site);
  }
  w.closeHeader(scope);
}

/** Offset after `=>`. */
function arrowEnd(w: Weaver, node: ArrowFunctionExpression): number {
  const { code } = w;
  let at = node.params.at(-1)?.end ?? node.start;
  for (;;) {
    if (code[at] === '=' && code[at + 1] === '>') return at + 2;
    if (code[at] === '/' && code[at + 1] === '*') at = code.indexOf('*/', at) + 2;
    else if (code[at] === '/' && code[at + 1] === '/') at = code.indexOf('\n', at);
    else at++;
  }
}

// ---- entry ------------------------------------------------------------------------------------------------------

/** `c2(S,this,a,b)`: which hook to call and how the arguments are got at. */
function entry(node: FunctionNode, scope: Scope, role: FunctionRole): string {
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

// ---- completions --------------------------------------------------------------------------------------------------

/** Opening of the call that records a sync completion; the value and `)` follow. */
const completion = (scope: Scope): string => (scope.accessor ? `__pal_gr(${SITE},this,` : `__pal_r(${SITE},`);

export function weaveReturn(w: Weaver, node: ReturnStatement): void {
  const { scope } = w;
  const { argument } = node;
  const keyword = node.start + 'return'.length;
  if (!scope.woven) {
    if (argument) w.visit(argument);
    return;
  }
  const end = argument && w.code[node.end - 1] === ';' ? node.end - 1 : node.end;
  if (scope.late) {
    // Only the last of several overriding returns counts.
    if (!argument) {
      w.insert(keyword, ' __pal_3=void 0');
      return;
    }
    const named = namesFunction(argument);
    w.insert(keyword, named ? ' __pal_3=__pal_i(' : ' __pal_3=(');
    w.visit(argument);
    w.insert(end, ')');
    return;
  }
  // A comma would make it two arguments.
  const sequence = argument?.type === 'SequenceExpression';
  const open = sequence ? '(' : '';
  switch (scope.kind) {
    case 'sync':
      if (!argument) {
        if (scope.constructing !== undefined) w.insert(keyword, ` void(__pal_on&&__pal_r(${SITE},this))`, scope.site);
        else if (scope.accessor) w.insert(keyword, ` void(__pal_on&&__pal_gr(${SITE},this,void 0))`, scope.site);
        else w.insert(keyword, ` void(__pal_on&&__pal_v(${SITE}))`, scope.site);
        return;
      }
      w.insert(keyword, ` ${completion(scope)}${open}`, scope.site);
      break;
    case 'async':
      if (!argument) {
        w.insert(keyword, ' void(__pal_f&&__pal_ar(__pal_f,void 0))');
        return;
      }
      w.insert(keyword, ` __pal_ar(__pal_f,${open}`);
      break;
    case 'asyncGenerator':
      // `return x` awaits x.
      if (!argument) {
        w.insert(keyword, ' void(__pal_f&&__pal_yr(__pal_f,void 0))');
        return;
      }
      w.insert(keyword, ` __pal_yr(__pal_f,${open}`);
      break;
    default:
      if (!argument) {
        w.insert(keyword, ' void(__pal_f&&__pal_yr(__pal_f,void 0))');
        return;
      }
      w.insert(keyword, ` __pal_yr(__pal_f,${open}`);
  }
  w.visit(argument);
  w.insert(end, sequence ? '))' : ')');
}

const suspends = (scope: Scope): boolean =>
  scope.woven && (scope.kind === 'async' || scope.kind === 'asyncGenerator' || scope.kind === 'generator');

const suspendable = (w: Weaver): boolean =>
  suspends(w.scope) || (w.scope.kind === 'module' && w.scope.header !== undefined && w.scope.woven);

export function weaveAwait(w: Weaver, node: AwaitExpression): void {
  if (!suspendable(w)) {
    w.visit(node.argument);
    return;
  }
  w.insert(node.start, '__pal_w(__pal_f,');
  w.insert(node.start + 'await'.length, ' __pal_s(__pal_f,');
  w.visit(node.argument);
  w.insert(node.end, '))');
}

export function weaveYield(w: Weaver, node: YieldExpression): void {
  const { argument, delegate } = node;
  if (!suspends(w.scope)) {
    if (argument) w.visit(argument, delegate);
    return;
  }
  w.insert(node.start, '__pal_yw(__pal_f,');
  if (!argument) {
    w.insert(node.end, ' __pal_ys(__pal_f,void 0))');
    return;
  }
  const operand = delegate ? w.code.indexOf('*', node.start) + 1 : node.start + 'yield'.length;
  w.insert(operand, delegate ? ' __pal_yd(__pal_f,' : ' __pal_ys(__pal_f,');
  w.visit(argument, delegate);
  w.insert(node.end, '))');
}

export function weaveTry(w: Weaver, node: TryStatement): void {
  const { scope } = w;
  const { block, handler, finalizer } = node;
  const simple = handler?.param?.type === 'Identifier';
  const { catches } = scope;
  if (handler) scope.catches = simple || !handler.param ? true : false;
  w.visit(block);
  scope.catches = catches;
  if (handler) {
    if (handler.param) w.pattern(handler.param);
    const error = simple ? (handler.param as { name: string }).name : 'void 0';
    w.insert(handler.body.start + 1, `__pal_x(${error});${resume(w)}`);
    w.visit(handler.body);
  }
  if (finalizer) {
    const text = resume(w);
    if (text !== '') w.insert(finalizer.start + 1, text);
    w.visit(finalizer);
  }
}

/** A rejected await arrives in the nearest handler: the frame is current again from there. */
export const resume = (w: Weaver): string => (suspendable(w) ? '__pal_f&&__pal_w(__pal_f);' : '');

export function weaveForAwait(w: Weaver, node: ForOfStatement): void {
  w.pattern(node.left);
  if (!suspendable(w)) {
    w.visit(node.right, true);
    w.visit(node.body);
    return;
  }
  // The loop suspends before each step, the first one too; `Weaver.statements` resumes behind the loop.
  const variable = w.renderingTemporary(rendering(node.right));
  w.insert(forOfOperand(w, node), variable === undefined ? ' __pal_s(__pal_f,' : ` (${variable}=__pal_s(__pal_f,`);
  w.visit(node.right, variable === undefined);
  w.insert(node.right.end, variable === undefined ? ')' : '))');
  const { body } = node;
  const block = body.type === 'BlockStatement';
  w.insert(block ? body.start + 1 : body.start, `${block ? '' : '{'}__pal_w(__pal_f);try{`);
  w.visit(body);
  w.insert(block ? body.end - 1 : body.end, `;}finally{__pal_s(__pal_f)}${block ? '' : '}'}`);
}

// ---- generators -----------------------------------------------------------------------------------------------------

/**
 * A generator's body runs at the first `next`, its parameters at the call. `...{__pal_:__pal_f=HOOK}` binds a property that
 * the fresh rest array does not have, so the default runs at every call; length, arity and the other parameters stay.
 * Where no rest parameter can be added the creation is recorded with the first `next`.
 */
function weaveCreation(w: Weaver, node: FunctionNode, scope: Scope, role: FunctionRole, strictHere: boolean): boolean {
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

/** Offset behind the `of` of a loop: before any parentheses around its operand. */
function forOfOperand(w: Weaver, node: ForOfStatement): number {
  return skipBlanks(w, node.left.end) + 'of'.length;
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

function skipBlanks(w: Weaver, from: number): number {
  const { code } = w;
  let at = from;
  for (;;) {
    if (code[at] === '/' && code[at + 1] === '*') at = code.indexOf('*/', at) + 2;
    else if (code[at] === '/' && code[at + 1] === '/') at = code.indexOf('\n', at);
    else if (/\s/.test(code[at]!)) at++;
    else return at;
  }
}
