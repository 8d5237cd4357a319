/**
 * Built-ins at the call site (`Date.now()`, `fs.readFileSync(p)`): their bodies cannot be woven. Forms:
 *   __pal_br(__pal_b0(S),Date.now())                       no arguments: the call is recorded after the callee … before it runs
 *   __pal_br(S,fs.writeFileSync(__pal_ba(S,p),__pal_bl(S,2,data)))   the last argument's hook records the call
 * An argument after which another one suspends (`f(x, await y)`) is not kept: by then other tasks have run.
 * Invariants: callee, receiver and error messages are the program's; arguments are evaluated once and in order. A name counts as
 * the global or the import when nothing else in the module binds it. An exception is recorded by the next woven
 * catch block. Deliberately absent: member calls on objects that built-ins returned (streams, sockets).
 */
import type { AnyNode, CallExpression, Expression, NewExpression, Program } from 'acorn';
import { SiteKind } from '../entry/sites';
import { eachChild } from './children';
import { SITE } from './edits';
import { rendering } from './names';
import type { Weaver } from './weaver';

/** Node modules at the boundary of the process (docs/names). Their functions are the operations. */
const MODULES = new Set([
  'fs', 'fs/promises', 'crypto', 'http', 'https', 'http2', 'net', 'tls', 'dgram', 'dns', 'dns/promises', 'child_process',
  'os', 'timers', 'timers/promises', 'readline', 'readline/promises', 'worker_threads', 'zlib', 'perf_hooks', 'cluster',
]); // prettier-ignore

const TIMERS = new Set(['setTimeout', 'setInterval', 'setImmediate']);

/** Dotted global → class; the member is the last name. */
const GLOBALS = new Map<string, string>();
const globals = (className: string, names: string): void => {
  for (const name of names.split(' ')) GLOBALS.set(name, className);
};
globals('js.Date', 'Date.now');
globals('js.Math', 'Math.random');
globals('js.performance', 'performance.now performance.mark performance.measure');
globals('js.crypto', 'crypto.randomUUID crypto.getRandomValues');
globals('node.timers', 'setTimeout setInterval setImmediate clearTimeout clearInterval clearImmediate');
globals('js.globalThis', 'fetch');
globals(
  'js.process',
  'process.hrtime process.uptime process.cwd process.chdir process.memoryUsage process.cpuUsage process.resourceUsage process.exit process.kill process.umask',
);
globals('js.process.hrtime', 'process.hrtime.bigint');
globals('js.process.stdout', 'process.stdout.write');
globals('js.process.stderr', 'process.stderr.write');
globals(
  'js.console',
  'console.log console.error console.warn console.info console.debug console.trace console.dir console.table console.time console.timeEnd',
);

/** What a name of the module is, when it comes from a boundary module: the module itself, or one of its exports. */
export interface BuiltinBinding {
  readonly module: string;
  readonly member: string | undefined;
}

function moduleName(source: unknown): string | undefined {
  if (typeof source !== 'string') return undefined;
  const name = source.startsWith('node:') ? source.slice(5) : source;
  return MODULES.has(name) ? name : undefined;
}

/** Bindings of boundary modules at the top level: imports and `require`, also through the helpers that compilers emit. */
export function builtinBindings(program: Program): Map<string, BuiltinBinding> {
  const found = new Map<string, BuiltinBinding>();
  for (const statement of program.body) {
    if (statement.type === 'ImportDeclaration') {
      const module = moduleName(statement.source.value);
      if (module === undefined) continue;
      for (const specifier of statement.specifiers) {
        const imported =
          specifier.type !== 'ImportSpecifier'
            ? undefined
            : specifier.imported.type === 'Identifier'
              ? specifier.imported.name
              : String(specifier.imported.value);
        found.set(specifier.local.name, { module, member: imported === 'default' ? undefined : imported });
      }
    } else if (statement.type === 'VariableDeclaration') {
      for (const { id, init } of statement.declarations) {
        const module = init ? required(init) : undefined;
        if (module === undefined) continue;
        if (id.type === 'Identifier') found.set(id.name, { module, member: undefined });
        else if (id.type === 'ObjectPattern') {
          for (const property of id.properties) {
            if (property.type !== 'Property' || property.computed || property.key.type !== 'Identifier') continue;
            if (property.value.type === 'Identifier')
              found.set(property.value.name, { module, member: property.key.name });
          }
        }
      }
    }
  }
  return found;
}

/** `require('fs')`, `__importStar(require('fs'))`, `require('fs').promises` is left to the member path. */
function required(node: Expression): string | undefined {
  if (node.type !== 'CallExpression' || node.callee.type !== 'Identifier') return undefined;
  const argument = node.arguments[0];
  if (argument === undefined) return undefined;
  if (node.callee.name === 'require') return argument.type === 'Literal' ? moduleName(argument.value) : undefined;
  if (!/^_{1,2}(import|interop|toESM)/.test(node.callee.name)) return undefined;
  return argument.type === 'SpreadElement' ? undefined : required(argument);
}

interface Builtin {
  readonly className: string;
  readonly member: string;
}

export function weaveBuiltinCall(w: Weaver, node: CallExpression | NewExpression, rendered: boolean): boolean {
  if (!w.input.options.builtins || (node.type === 'CallExpression' && node.optional)) return false;
  const construct = node.type === 'NewExpression';
  const builtin = builtinOf(w, node, construct);
  if (builtin === undefined) return false;
  const { className, member } = builtin;
  const category = construct ? 'CONSTRUCTOR' : 'STATIC_METHOD';
  if (!(w.input.options.inScope?.(className, member, category) ?? true)) return false;
  const variable = rendered ? w.renderingTemporary(rendering(node)) : '';
  if (variable === undefined) return false;

  const site = w.site(construct ? SiteKind.BUILTIN_NEW : SiteKind.BUILTIN_CALL, className, member, node.start);
  const result = className === 'node.timers' && TIMERS.has(member) ? '__pal_bt(' : '__pal_br(';
  const args = node.arguments;
  w.insert(
    node.start,
    `${variable === '' ? '' : `(${variable}=`}${result}${args.length === 0 ? `__pal_b0(${SITE})` : SITE},`,
    site,
  );
  const suspended = args.findLastIndex((argument) => suspends(argument));
  args.forEach((argument, index) => {
    const last = index === args.length - 1;
    const value = argument.type === 'SpreadElement' ? argument.argument : argument;
    const start = argument.type === 'SpreadElement' ? argument.start + '...'.length : argument.start;
    if (last) w.insert(start, `__pal_bl(${SITE},${args.length},`, site);
    else if (index >= suspended) w.insert(start, `__pal_ba(${SITE},`, site);
    w.visit(value);
    if (last || index >= suspended) w.insert(argument.end, ')');
  });
  w.insert(node.end, variable === '' ? ')' : '))');
  return true;
}

/** `await` or `yield` of the function that the expression stands in. */
function suspends(node: AnyNode): boolean {
  if (node.type === 'AwaitExpression' || node.type === 'YieldExpression') return true;
  if (/Function|^Class/.test(node.type)) return false;
  let found = false;
  eachChild(node, (child) => {
    found ||= suspends(child);
  });
  return found;
}

function builtinOf(w: Weaver, node: CallExpression | NewExpression, construct: boolean): Builtin | undefined {
  let callee: AnyNode = node.callee;
  // (0, fs_1.readFileSync)(path): how compilers call an import without a receiver.
  if (
    callee.type === 'SequenceExpression' &&
    callee.expressions.length === 2 &&
    callee.expressions[0]!.type === 'Literal'
  )
    callee = callee.expressions[1]!;
  const path: string[] = [];
  let at: AnyNode = callee;
  while (at.type === 'MemberExpression') {
    if (at.computed || at.optional || at.property.type !== 'Identifier') return undefined;
    path.unshift(at.property.name);
    at = at.object;
  }
  if (at.type === 'CallExpression') {
    const module = w.isGlobal('require') ? required(at) : undefined;
    return module === undefined ? undefined : memberOf(module, path, construct);
  }
  if (at.type !== 'Identifier') return undefined;
  const bound = w.builtins.get(at.name);
  if (bound !== undefined && w.facts.bindings.get(at.name) === 1)
    return memberOf(bound.module, bound.member === undefined ? path : [bound.member, ...path], construct);
  if (!w.isGlobal(at.name)) return undefined;
  if (at.name === 'globalThis' && path.length > 0) return globalOf(path, node, construct);
  return globalOf([at.name, ...path], node, construct);
}

function globalOf(
  path: readonly string[],
  node: CallExpression | NewExpression,
  construct: boolean,
): Builtin | undefined {
  const name = path.join('.');
  if (name === 'Date') {
    // With arguments a date is a value, without them the clock is read.
    if (!construct) return { className: 'js.globalThis', member: 'Date' };
    return node.arguments.length === 0 ? { className: 'js.Date', member: 'new' } : undefined;
  }
  if (construct) return undefined;
  const className = GLOBALS.get(name);
  return className === undefined ? undefined : { className, member: path.at(-1)! };
}

function memberOf(module: string, path: readonly string[], construct: boolean): Builtin | undefined {
  const names = path[0] === 'default' ? path.slice(1) : path;
  const member = names.at(-1);
  if (member === undefined) return undefined;
  const owner = ['node', ...module.split('/'), ...names.slice(0, -1)].join('.');
  return construct ? { className: `${owner}.${member}`, member: 'new' } : { className: owner, member };
}
