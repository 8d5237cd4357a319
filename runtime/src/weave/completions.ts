/**
 * Where a function's body completes or stops: `return`, `await`, `yield`, `try`, `for await`. Invariants: the value of every expression
 * is what it was; a frame is current again at the first point that runs after a suspension, normal or exceptional.
 */
import type { AwaitExpression, ForOfStatement, ReturnStatement, TryStatement, YieldExpression } from 'acorn';
import { SITE } from './edits';
import { namesFunction, rendering } from './names';
import { forOfOperand } from './scan';
import type { Scope, Weaver } from './weaver';

/** Opening of the call that records a sync completion; the value and `)` follow. */
export const completion = (scope: Scope): string => (scope.accessor ? `__pal_gr(${SITE},this,` : `__pal_r(${SITE},`);

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
