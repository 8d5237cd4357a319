/**
 * Built-ins at the call site (`Date.now()`, `fs.readFileSync(p)`): their bodies cannot be woven. Stub of the first version: fills in next.
 */
import type { CallExpression, NewExpression } from 'acorn';
import type { Weaver } from './weaver';

export function weaveBuiltinCall(w: Weaver, node: CallExpression | NewExpression): boolean {
  void w;
  void node;
  return false;
}
