/**
 * The second pass: walks the program in source order and writes edits. This file holds the walk, the scopes and the small
 * services that the constructs (functions, classes, fields, built-ins) share. Invariants: edits ascend; an operand is evaluated
 * once and in its place; a construct that cannot be woven exactly is left as it is.
 */
import type { AnyNode, Program, ThrowStatement } from 'acorn';
import { SiteFlag, SiteKind, type Site } from '../entry/sites';
import { analyse, type FunctionFacts, type ModuleFacts } from './analyse';
import { builtinBindings, weaveBuiltinCall, type BuiltinBinding } from './builtins';
import { eachChild } from './children';
import { weaveClass } from './classes';
import { EditList, SITE } from './edits';
import { weaveAssignment, weaveChain, weaveRead, weaveUpdate } from './fields';
import { resume, weaveAwait, weaveForAwait, weaveReturn, weaveTry, weaveYield } from './completions';
import { weaveFunction } from './functions';
import { LineMap } from './parse';
import { renderingVariable } from './names';
import type { WeaveInput } from './weave';

export { SiteFlag, SiteKind };

/** What the weaver knows about the function (or module, initialiser, static block) it stands in. */
export interface Scope {
  readonly kind: 'module' | 'sync' | 'async' | 'generator' | 'asyncGenerator' | 'initialiser' | 'parameters';
  readonly facts: FunctionFacts;
  /** Calls of this function are recorded, so its returns are wrapped. */
  woven: boolean;
  site: number;
  constructing: 'base' | 'derived' | undefined;
  /** A getter or setter: its completion also stands for the access. */
  accessor: boolean;
  /** The completion is written by a `finally` (returns may be overridden). */
  late: boolean;
  /** Every exception passes a catch block that restores renderings. */
  catches: boolean;
  /** Edit that takes the declarations of temporaries; undefined: there can be none here. */
  header: number | undefined;
  temporaries: Set<string> | undefined;
  /** Receivers held across the evaluation of a right-hand side. */
  receivers: number;
  classPath: string;
  functionPath: string;
  functions: number;
  classes: number;
  /** `super()` of a derived constructor is followed by the initialisers' writes. */
  afterSuper: string | undefined;
  afterSuperSites: readonly number[];
}

const NO_SITES: readonly number[] = [];

export class Weaver {
  readonly edits = new EditList();
  readonly sites: Site[] = [];
  readonly ranges: number[] = [];
  readonly facts: ModuleFacts;
  readonly builtins: ReadonlyMap<string, BuiltinBinding>;
  readonly moduleClass: string;
  readonly code: string;
  private readonly lines: LineMap;
  private readonly fieldSites = new Map<string, number>();
  private listStatement = -1;
  /** Names of the object literals around, each with a `$` behind. */
  objectPath = '';
  scope: Scope;

  constructor(
    readonly input: WeaveInput,
    program: Program,
  ) {
    this.code = input.code;
    this.facts = analyse(program);
    this.builtins = input.options.builtins ? builtinBindings(program) : new Map();
    this.lines = new LineMap(input.code);
    this.moduleClass = `${input.classPrefix}.$module`;
    this.scope = {
      ...this.bareScope('module', this.facts.scopes.get(program)!),
      header: undefined,
    };
  }

  bareScope(kind: Scope['kind'], facts: FunctionFacts): Scope {
    return {
      kind,
      facts,
      woven: false,
      site: 0,
      constructing: undefined,
      accessor: false,
      late: false,
      catches: false,
      header: undefined,
      temporaries: undefined,
      receivers: 0,
      classPath: '',
      functionPath: '',
      functions: 0,
      classes: 0,
      afterSuper: undefined,
      afterSuperSites: NO_SITES,
    };
  }

  // ---- services -------------------------------------------------------------------------------------------------

  site(kind: SiteKind, className: string, member: string, at: number, flags = 0): number {
    const line = this.lines.line(at);
    return this.sites.push({ kind, className, member, line, column: this.lines.column(at, line), flags }) - 1;
  }

  /** Code that nobody wrote: helpers and export getters of a compiler. */
  isGenerated(at: number): boolean {
    const { isGenerated } = this.input.options;
    if (isGenerated === undefined) return false;
    const line = this.lines.line(at);
    return isGenerated(line, this.lines.column(at, line));
  }

  /** `throw x` → `throw __pal_th(S,x)`: what is thrown where, for the report of an uncaught exception. */
  private throwStatement(node: ThrowStatement): void {
    const { argument } = node;
    const sequence = argument.type === 'SequenceExpression';
    const site = this.site(SiteKind.THROW, '', 'throw', node.start);
    const open = this.insert(argument.start, `__pal_th(${SITE},${sequence ? '(' : ''}`, site);
    this.edits.place(open, node.start);
    this.visit(argument);
    this.insert(argument.end, sequence ? '))' : ')');
  }

  /** One site per field, kind and line: a table of every access would be as long as the program. */
  fieldSite(kind: SiteKind, member: string, at: number): number {
    const line = this.lines.line(at);
    const key = `${kind} ${line} ${member}`;
    let site = this.fieldSites.get(key);
    if (site === undefined) {
      site = this.site(kind, '', member, at, member.startsWith('#') ? SiteFlag.PRIVATE : 0);
      this.fieldSites.set(key, site);
    }
    return site;
  }

  insert(at: number, text: string, ...sites: number[]): number {
    // A line that used to start a statement must not become the arguments of the line before.
    const guarded = at === this.listStatement && text.startsWith('(') ? `;${text}` : text;
    if (at === this.listStatement) this.listStatement = -1;
    return this.edits.insert(at, guarded, ...sites);
  }

  /** Name of a temporary of the current function, or undefined where none can be declared. */
  temporary(name = '__pal_1'): string | undefined {
    const { scope } = this;
    const { header } = scope;
    if (header === undefined) return undefined;
    const temporaries = (scope.temporaries ??= new Set());
    if (!temporaries.has(name)) {
      this.edits.append(header, temporaries.size === 0 ? `let ${name}` : `,${name}`);
      temporaries.add(name);
    }
    return name;
  }

  renderingTemporary(text: string | undefined): string | undefined {
    if (text === undefined || !this.scope.catches) return undefined;
    const name = renderingVariable(text);
    return name === undefined ? undefined : this.temporary(name);
  }

  /** Ends the declarations of a scope; `rest` follows them at the head of the body. */
  closeHeader(scope: Scope): void {
    if (scope.header !== undefined && scope.temporaries !== undefined) this.edits.append(scope.header, ';');
  }

  inScope(className: string, member: string, category: 'METHOD' | 'STATIC_METHOD' | 'CONSTRUCTOR'): boolean {
    return this.input.options.calls && (this.input.options.inScope?.(className, member, category) ?? true);
  }

  /** Runs `body` in `scope` and restores the outer one. */
  within(scope: Scope, body: () => void): void {
    const { scope: outer, objectPath } = this;
    this.scope = scope;
    this.objectPath = '';
    body();
    this.scope = outer;
    this.objectPath = objectPath;
  }

  isGlobal(name: string): boolean {
    return !this.facts.bindings.has(name);
  }

  // ---- the walk -------------------------------------------------------------------------------------------------

  statements(list: readonly AnyNode[]): void {
    for (const statement of list) {
      this.listStatement = statement.type === 'ExpressionStatement' ? statement.start : -1;
      this.visit(statement);
      if (isForAwait(statement)) this.insert(statement.end, resume(this));
    }
    this.listStatement = -1;
  }

  readonly visitor = (node: AnyNode): void => this.visit(node);

  /**
   * @param rendered V8 prints this expression's source in an error message ("… is not a function").
   * @param hint name that the context gives to an anonymous function or class
   */
  visit(node: AnyNode, rendered = false, hint?: string): void {
    switch (node.type) {
      case 'Identifier':
      case 'Literal':
      case 'ThisExpression':
        return;
      case 'MemberExpression':
        weaveRead(this, node, rendered);
        return;
      case 'CallExpression':
        this.call(node, rendered);
        return;
      case 'NewExpression':
        if (weaveBuiltinCall(this, node, rendered)) return;
        this.callee(node.callee);
        this.arguments(node.arguments);
        return;
      case 'ExpressionStatement':
        this.expressionStatement(node.expression);
        return;
      case 'BlockStatement':
        this.statements(node.body);
        return;
      case 'VariableDeclarator':
        this.pattern(node.id);
        if (node.init)
          this.visit(
            node.init,
            node.id.type !== 'Identifier',
            node.id.type === 'Identifier' ? node.id.name : undefined,
          );
        return;
      case 'AssignmentExpression':
        weaveAssignment(this, node, false);
        return;
      case 'UpdateExpression':
        weaveUpdate(this, node, false);
        return;
      case 'ChainExpression':
        weaveChain(this, node, rendered);
        return;
      case 'LogicalExpression':
      case 'BinaryExpression':
        if (node.left.type !== 'PrivateIdentifier') this.visit(node.left, rendered);
        this.visit(node.right, rendered, hint);
        return;
      case 'ConditionalExpression':
        this.visit(node.test);
        this.visit(node.consequent, false, hint);
        this.visit(node.alternate, false, hint);
        return;
      case 'SequenceExpression':
        for (const expression of node.expressions) this.visit(expression, rendered);
        return;
      case 'UnaryExpression':
        if (node.operator === 'delete') this.callee(node.argument);
        else this.visit(node.argument, rendered);
        return;
      case 'SpreadElement':
        this.visit(node.argument, true);
        return;
      case 'TemplateLiteral':
        for (const expression of node.expressions) this.visit(expression);
        return;
      case 'TaggedTemplateExpression':
        this.callee(node.tag);
        this.visit(node.quasi);
        return;
      case 'ObjectExpression':
        this.objectLiteral(node, hint);
        return;
      case 'Property':
        if (node.computed) this.visit(node.key);
        if (node.shorthand) return;
        this.property(node);
        return;
      case 'FunctionDeclaration':
      case 'FunctionExpression':
      case 'ArrowFunctionExpression':
        weaveFunction(this, node, { hint });
        return;
      case 'ClassDeclaration':
      case 'ClassExpression':
        weaveClass(this, node, hint);
        return;
      case 'ReturnStatement':
        weaveReturn(this, node);
        return;
      case 'ThrowStatement':
        this.throwStatement(node);
        return;
      case 'AwaitExpression':
        weaveAwait(this, node);
        return;
      case 'YieldExpression':
        weaveYield(this, node);
        return;
      case 'TryStatement':
        weaveTry(this, node);
        return;
      case 'ForInStatement':
        this.pattern(node.left);
        this.visit(node.right);
        this.visit(node.body);
        return;
      case 'ForOfStatement':
        if (node.await) {
          weaveForAwait(this, node);
          return;
        }
        this.pattern(node.left);
        this.visit(node.right, true);
        this.visit(node.body);
        return;
      case 'SwitchCase':
        if (node.test) this.visit(node.test);
        this.statements(node.consequent);
        return;
      case 'WithStatement':
        // Any name inside may be a property of the object: the woven names too.
        this.visit(node.object);
        return;
      case 'ExportDefaultDeclaration':
        this.visit(node.declaration, false, 'default');
        return;
      case 'ObjectPattern':
      case 'ArrayPattern':
        this.pattern(node);
        return;
      default:
        eachChild(node, this.visitor);
    }
  }

  private expressionStatement(node: AnyNode): void {
    if (node.type === 'AssignmentExpression') weaveAssignment(this, node, true);
    else if (node.type === 'UpdateExpression') weaveUpdate(this, node, true);
    else this.visit(node);
  }

  /** `const api = { one() {} }`: the function is `api$one`. */
  private objectLiteral(node: AnyNode & { type: 'ObjectExpression' }, hint: string | undefined): void {
    const outer = this.objectPath;
    if (hint !== undefined && hint !== 'default') this.objectPath = `${outer}${hint}$`;
    for (const property of node.properties) this.visit(property);
    this.objectPath = outer;
  }

  private property(node: AnyNode & { type: 'Property' }): void {
    const { value, key } = node;
    if (value.type === 'FunctionExpression' && (node.method || node.kind !== 'init')) {
      weaveFunction(this, value, { property: node });
      return;
    }
    const hint = !node.computed && key.type === 'Identifier' ? key.name : undefined;
    this.visit(value, false, hint);
  }

  call(node: AnyNode & { type: 'CallExpression' }, rendered: boolean): void {
    if (weaveBuiltinCall(this, node, rendered)) return;
    if (node.callee.type === 'Super') {
      const { afterSuper, afterSuperSites } = this.scope;
      if (afterSuper !== undefined) {
        this.insert(node.start, '(');
        this.arguments(node.arguments);
        this.insert(node.end, `,${afterSuper},this)`, ...afterSuperSites);
        return;
      }
    } else this.callee(node.callee);
    this.arguments(node.arguments);
  }

  arguments(list: readonly AnyNode[]): void {
    for (const argument of list) this.visit(argument);
  }

  /** A callee, `delete` operand or assignment target: the last member is not a read, its receiver may be. */
  callee(node: AnyNode): void {
    if (node.type === 'MemberExpression') {
      if (node.object.type !== 'Super') this.visit(node.object, true);
      if (node.computed) this.visit(node.property, true);
    } else if (node.type === 'ChainExpression') weaveChain(this, node, true);
    else this.visit(node, true);
  }

  /** A binding or assignment pattern: defaults and computed keys are expressions, targets are not reads. */
  pattern(node: AnyNode): void {
    switch (node.type) {
      case 'Identifier':
        return;
      case 'MemberExpression':
        this.callee(node);
        return;
      case 'AssignmentPattern':
        this.pattern(node.left);
        this.visit(node.right, false, node.left.type === 'Identifier' ? node.left.name : undefined);
        return;
      case 'ObjectPattern':
        for (const property of node.properties) {
          if (property.type === 'RestElement') this.pattern(property.argument);
          else {
            if (property.computed) this.visit(property.key);
            this.pattern(property.value);
          }
        }
        return;
      case 'ArrayPattern':
        for (const element of node.elements) if (element) this.pattern(element);
        return;
      case 'RestElement':
        this.pattern(node.argument);
        return;
      case 'VariableDeclaration':
        for (const { id } of node.declarations) this.pattern(id);
        return;
      default:
        this.visit(node);
    }
  }
}

const isForAwait = (node: AnyNode): boolean =>
  node.type === 'LabeledStatement' ? isForAwait(node.body) : node.type === 'ForOfStatement' && node.await;
