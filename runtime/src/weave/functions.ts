/**
 * Functions of every kind: entry, completion and exception are recorded by text inside the body.
 *   plain  {if(__pal_on)__pal_c2(S,this,a,b);try{ … return __pal_r(S,v) … }catch(__pal_e){throw __pal_t(S,__pal_e)}}
 *   async  {let __pal_f=__pal_on?__pal_ac2(S,this,a,b):void 0;try{ … await → __pal_w(__pal_f,await __pal_s(__pal_f,x)) … }
 *   generator: creation by a default inside a rest parameter (entryText.ts), `yield` as the calls of `next` on it
 * Invariants: directives stay first; name, length, `arguments`, completion order and microtasks are as before; a function whose body
 * cannot move into a block is not recorded (its inner functions are).
 */
import type { AnyNode, ArrowFunctionExpression, Property, Statement } from 'acorn';
import { SiteFlag, SiteKind } from '../entry/sites';
import { completion } from './completions';
import { SITE } from './edits';
import { entry, weaveCreation } from './entryText';
import { defaultExportName, keyName } from './names';
import type { FunctionNode } from './analyse';
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
  if (w.isGenerated(role.method?.at ?? role.property?.start ?? node.start)) return;
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
