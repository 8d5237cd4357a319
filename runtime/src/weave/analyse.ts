/**
 * First pass over a program: the facts about each function that the weaver must know before it reaches the body, and how often
 * each name is bound. Invariant: conservative; a fact that cannot be decided cheaply is answered so that less is
 * woven. Deliberately absent: full scope analysis (a name counts as the global or the import only when nothing else in the
 * module binds it).
 */
import type {
  AnonymousFunctionDeclaration,
  AnyNode,
  ArrowFunctionExpression,
  Expression,
  FunctionDeclaration,
  FunctionExpression,
  Pattern,
  Program,
} from 'acorn';
import { eachChild } from './children';

export type FunctionNode =
  FunctionDeclaration | AnonymousFunctionDeclaration | FunctionExpression | ArrowFunctionExpression;

export interface FunctionFacts {
  usesThis: boolean;
  usesArguments: boolean;
  /** `arguments` is an ordinary binding here, or direct eval may make it one. */
  argumentsRebound: boolean;
  directEval: boolean;
  /** Moving the body into a block would clash or change hoisting (annex B, duplicate declarations). */
  bodyMustStay: boolean;
  /** A `return` whose completion a `finally` may override. */
  returnsThroughFinally: boolean;
  awaits: boolean;
}

export interface ModuleFacts {
  readonly scopes: ReadonlyMap<AnyNode, FunctionFacts>;
  /** Name → number of bindings anywhere in the module. */
  readonly bindings: ReadonlyMap<string, number>;
  /** Names bound by `import * as` or to a `require`: their members are exports of a module, not fields. */
  readonly namespaces: ReadonlySet<string>;
}

interface Frame {
  readonly facts: FunctionFacts;
  readonly arrow: boolean;
  /** Most functions declare nothing of the kind: made when needed. */
  declared: Set<string> | undefined;
  vars: Set<string> | undefined;
  finallyDepth: number;
}

export function analyse(program: Program): ModuleFacts {
  const analysis = new Analysis();
  analysis.scope(program, false, program.body, []);
  return analysis;
}

class Analysis implements ModuleFacts {
  readonly scopes = new Map<AnyNode, FunctionFacts>();
  readonly bindings = new Map<string, number>();
  readonly namespaces = new Set<string>();
  private readonly stack: Frame[] = [];
  private readonly visitor = (node: AnyNode): void => this.visit(node);

  scope(node: AnyNode, arrow: boolean, body: readonly AnyNode[], params: readonly Pattern[]): void {
    const facts: FunctionFacts = {
      usesThis: false,
      usesArguments: false,
      argumentsRebound: false,
      directEval: false,
      bodyMustStay: false,
      returnsThroughFinally: false,
      awaits: false,
    };
    this.scopes.set(node, facts);
    const frame: Frame = { facts, arrow, declared: undefined, vars: undefined, finallyDepth: 0 };
    this.stack.push(frame);
    for (const param of params) {
      this.pattern(param, frame);
      this.visit(param);
    }
    for (const child of body) {
      if (child.type === 'FunctionDeclaration') {
        const name = child.id!.name;
        if (frame.declared?.has(name) === true || name === 'arguments') facts.bodyMustStay = true;
        (frame.declared ??= new Set()).add(name);
        this.bind(name);
        this.function(child);
      } else this.visit(child);
    }
    this.stack.pop();
    if (frame.declared !== undefined) {
      for (const name of frame.declared) if (frame.vars?.has(name) === true) facts.bodyMustStay = true;
      if (facts.directEval) facts.bodyMustStay = true;
    }
    if (frame.vars?.has('arguments') === true || facts.directEval) facts.argumentsRebound = true;
    const outer = this.stack.at(-1);
    if (outer === undefined) return;
    if (arrow) {
      outer.facts.usesThis ||= facts.usesThis;
      outer.facts.usesArguments ||= facts.usesArguments;
    }
    outer.facts.directEval ||= facts.directEval;
  }

  private function(node: FunctionNode): void {
    const arrow = node.type === 'ArrowFunctionExpression';
    const body = node.body.type === 'BlockStatement' ? node.body.body : [node.body];
    this.scope(node, arrow, body, node.params);
  }

  private bind(name: string): void {
    this.bindings.set(name, (this.bindings.get(name) ?? 0) + 1);
  }

  /** @param frame whose `var` scope the names belong to; undefined: block scoped */
  private pattern(node: Pattern, frame: Frame | undefined): void {
    switch (node.type) {
      case 'Identifier':
        this.bind(node.name);
        if (frame !== undefined) (frame.vars ??= new Set()).add(node.name);
        return;
      case 'ObjectPattern':
        for (const property of node.properties)
          this.pattern(property.type === 'RestElement' ? property.argument : property.value, frame);
        return;
      case 'ArrayPattern':
        for (const element of node.elements) if (element) this.pattern(element, frame);
        return;
      case 'RestElement':
        this.pattern(node.argument, frame);
        return;
      case 'AssignmentPattern':
        this.pattern(node.left, frame);
        return;
      case 'MemberExpression':
        return;
    }
  }

  private visit(node: AnyNode): void {
    const frame = this.stack[this.stack.length - 1]!;
    switch (node.type) {
      case 'Identifier':
        if (node.name === 'arguments') frame.facts.usesArguments = true;
        return;
      case 'MemberExpression':
        this.visit(node.object);
        if (node.computed) this.visit(node.property);
        return;
      case 'Property':
        if (node.computed) this.visit(node.key);
        this.visit(node.value);
        return;
      case 'ThisExpression':
      case 'Super':
        frame.facts.usesThis = true;
        return;
      case 'CallExpression':
        if (node.callee.type === 'Identifier' && node.callee.name === 'eval') {
          frame.facts.directEval = true;
          frame.facts.usesThis = true;
        }
        break;
      case 'AwaitExpression':
        frame.facts.awaits = true;
        break;
      case 'VariableDeclaration':
        for (const { id, init } of node.declarations) {
          this.pattern(id, node.kind === 'var' ? frame : undefined);
          if (id.type === 'Identifier' && init && isRequire(init)) this.namespaces.add(id.name);
        }
        break;
      case 'FunctionDeclaration':
        // In a nested block: annex B may hoist it as a `var`.
        this.bind(node.id!.name);
        (frame.vars ??= new Set()).add(node.id!.name);
        this.function(node);
        return;
      case 'FunctionExpression':
        if (node.id) this.bind(node.id.name);
        this.function(node);
        return;
      case 'ArrowFunctionExpression':
        this.function(node);
        return;
      case 'ClassDeclaration':
      case 'ClassExpression':
        if (node.id) this.bind(node.id.name);
        if (node.superClass) this.visit(node.superClass);
        this.visit(node.body);
        return;
      case 'MethodDefinition':
        if (node.computed) this.visit(node.key);
        this.function(node.value);
        return;
      case 'PropertyDefinition':
        if (node.computed) this.visit(node.key);
        if (node.value) this.scope(node, false, [node.value], []);
        return;
      case 'StaticBlock':
        this.scope(node, false, node.body, []);
        return;
      case 'ReturnStatement':
        if (frame.finallyDepth > 0) frame.facts.returnsThroughFinally = true;
        break;
      case 'TryStatement':
        if (node.finalizer) frame.finallyDepth++;
        eachChild(node, this.visitor);
        if (node.finalizer) frame.finallyDepth--;
        return;
      case 'ForOfStatement':
        if (node.await) frame.facts.awaits = true;
        break;
      case 'WithStatement':
        // Its body is left as it is, and with it any `return` in it.
        frame.facts.bodyMustStay = true;
        break;
      case 'CatchClause':
        if (node.param) this.pattern(node.param, undefined);
        break;
      case 'ImportDeclaration':
        for (const specifier of node.specifiers) {
          this.bind(specifier.local.name);
          if (specifier.type === 'ImportNamespaceSpecifier') this.namespaces.add(specifier.local.name);
        }
        return;
      case 'ExportDefaultDeclaration':
        if (node.declaration.type === 'FunctionDeclaration') {
          if (node.declaration.id) this.bind((node.declaration.id as { name: string }).name);
          this.function(node.declaration);
          return;
        }
        break;
      case 'ExportNamedDeclaration':
        if (node.declaration?.type === 'FunctionDeclaration') {
          this.bind(node.declaration.id.name);
          this.function(node.declaration);
          return;
        }
        break;
      default:
        break;
    }
    eachChild(node, this.visitor);
  }
}

/** `require('x')`, also through the helpers that compilers emit (`__importStar(require('x'))`). */
function isRequire(node: Expression): boolean {
  if (node.type !== 'CallExpression' || node.callee.type !== 'Identifier' || node.arguments.length === 0) return false;
  if (node.callee.name === 'require') return true;
  const argument = node.arguments[0]!;
  return (
    /^_{1,2}(import|interop|toESM)/.test(node.callee.name) && argument.type !== 'SpreadElement' && isRequire(argument)
  );
}
