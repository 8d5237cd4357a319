/**
 * `weave`: JavaScript in, woven JavaScript out. Pure: same input, same output; no I/O, no process state. Weaving is described in
 * functions.ts, classes.ts, fields.ts and builtins.ts; this file only puts the passes together.
 */
import type { Program } from 'acorn';
import { PalError } from '../errors';
import { parse } from './parse';
import type { WeaveInput, WeaveOutput } from './weave';
import { Weaver, type Scope } from './weaver';

export function weave(input: WeaveInput): WeaveOutput {
  const program = parse(input.code, input.sourceType);
  const weaver = woven(input, program);
  const { code, edits, literalOffsets, literalSites } = weaver.edits.join(input.code);
  return {
    code,
    edits,
    literalOffsets,
    literalSites,
    sites: weaver.sites,
    functionRanges: Uint32Array.from(weaver.ranges),
  };
}

/** An expression nested thousands deep may exceed the stack here: such a file is loaded as it is. */
function woven(input: WeaveInput, program: Program): Weaver {
  try {
    const weaver = new Weaver(input, program);
    weaveProgram(weaver, program);
    return weaver;
  } catch (error) {
    throw new PalError('weave', `cannot weave: ${String(error)}`, { cause: error });
  }
}

function weaveProgram(w: Weaver, program: Program): void {
  const { body } = program;
  let directives = 0;
  while (directives < body.length) {
    const statement = body[directives]!;
    if (statement.type !== 'ExpressionStatement' || statement.directive === undefined) break;
    directives++;
  }
  const hashbang = w.code.startsWith('#!') ? Math.max(w.code.indexOf('\n'), 0) : 0;
  const at = directives > 0 ? body[directives - 1]!.end : hashbang;
  // A script's top level is the global scope, where a second `let` of the same name fails.
  const facts = w.facts.scopes.get(program)!;
  const topLevelAwait = w.input.sourceType === 'module' && facts.awaits;
  const head = w.edits.insert(at, directives > 0 ? ';' : '');
  const scope: Scope = {
    ...w.bareScope('module', facts),
    woven: topLevelAwait && w.input.options.calls,
    header: w.input.sourceType === 'script' ? undefined : head,
  };
  w.scope = scope;
  if (scope.woven) w.temporary('__pal_f=__pal_on?__pal_m():void 0');
  w.statements(body.slice(directives));
  w.closeHeader(scope);
}
