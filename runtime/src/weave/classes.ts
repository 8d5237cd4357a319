/**
 * Classes: members are functions with a role; a class makes itself known to the engine in its first static block; a class
 * without constructor gets one, so that `new` is recorded. Field initialisers are not touched (functions keep the names that they
 * give): base constructors record the fields at their start, derived ones after `super()`, static fields in a static
 * block behind them. Invariants: evaluation order, computed keys once, `length` of the class.
 */
import type { AnyNode, Class, MethodDefinition, PropertyDefinition } from 'acorn';
import { SiteFlag, SiteKind } from '../entry/sites';
import { SITE } from './edits';
import { weaveFunction, type MethodRole } from './functions';
import { defaultExportName, keyName } from './names';
import type { Scope, Weaver } from './weaver';

export function weaveClass(w: Weaver, node: Class, hint: string | undefined): void {
  const outer = w.scope;
  const path = classPath(w, node, hint);
  const className = `${w.input.classPrefix}.${path}`;
  w.ranges.push(node.start, node.end);
  if (node.superClass) w.visit(node.superClass);

  const derived = node.superClass != null;
  const recorded = w.inScope(className, 'new', 'CONSTRUCTOR');
  const members = node.body.body;
  const constructor = members.find((member) => member.type === 'MethodDefinition' && member.kind === 'constructor');
  const known = w.site(
    SiteKind.CONSTRUCTOR,
    className,
    'new',
    constructor?.start ?? node.start,
    derived ? SiteFlag.DERIVED : 0,
  );
  const { text: initialisers, sites: initialiserSites } = initialiserWrites(w, members);

  const head = [`static{if(__pal_on)__pal_kc(${SITE},this)}`];
  const headSites = [known];
  if (recorded && constructor === undefined) {
    const rest = initialisers === '' ? '' : `${initialisers};`;
    head.push(
      derived
        ? // The specification's implicit constructor does not iterate; neither does this one observably (a fresh array).
          `constructor(...__pal_a){if(__pal_on)__pal_cx(${SITE},__pal_u,[],__pal_a);try{super(...__pal_a);if(__pal_on){${rest}__pal_r(${SITE},this)}}catch(__pal_e){throw __pal_t(${SITE},__pal_e)}}`
        : `constructor(){if(__pal_on){__pal_cv(${SITE},this,arguments);${rest}__pal_r(${SITE},this)}}`,
    );
    headSites.push(known, ...initialiserSites, known, ...(derived ? [known] : []));
  }
  // V8 places an implicit constructor at the start of the class.
  w.edits.place(w.insert(node.body.start + 1, head.join(''), ...headSites), node.start);

  const scope: Scope = { ...outer, classPath: path, functionPath: '' };
  for (const member of members) {
    switch (member.type) {
      case 'MethodDefinition':
        if (member.computed) w.visit(member.key);
        w.within(scope, () =>
          method(w, member, { className, derived, initialisers, initialiserSites, index: members.indexOf(member) }),
        );
        break;
      case 'PropertyDefinition':
        if (member.computed) w.visit(member.key);
        w.within(scope, () => field(w, member));
        break;
      case 'StaticBlock':
        w.within(scope, () => staticBlock(w, member));
        break;
    }
  }
}

function classPath(w: Weaver, node: Class, hint: string | undefined): string {
  const { scope } = w;
  let name = node.id ? (node.id as { name: string }).name : hint;
  if (name === 'default') name = defaultExportName(w.input.classPrefix);
  if (name === undefined || !/^[\w$]+$/.test(name)) name = `class${++scope.classes}`;
  const within = scope.classPath !== '' ? scope.classPath : scope.functionPath;
  return within === '' ? name : `${within}$${name}`;
}

interface ClassFacts {
  readonly className: string;
  readonly derived: boolean;
  readonly initialisers: string;
  readonly initialiserSites: readonly number[];
  readonly index: number;
}

function method(w: Weaver, node: MethodDefinition, facts: ClassFacts): void {
  const name = keyName(node.key, node.computed) ?? `member${facts.index}`;
  const construct = node.kind === 'constructor';
  const role: MethodRole = {
    kind: node.kind,
    isStatic: node.static,
    className: facts.className,
    member: construct ? 'new' : name,
    derived: construct && facts.derived,
    initialisers: construct ? facts.initialisers : '',
    initialiserSites: construct ? facts.initialiserSites : [],
    at: node.start,
  };
  weaveFunction(w, node.value, { method: role });
}

/** Writes of the instance fields as `__pal_p(S,this,this.x)`, read back right after they were defined. */
function initialiserWrites(w: Weaver, members: readonly AnyNode[]): { text: string; sites: number[] } {
  const texts: string[] = [];
  const sites: number[] = [];
  if (!w.input.options.fieldWrites) return { text: '', sites };
  for (const member of members) {
    if (member.type !== 'PropertyDefinition' || member.static || member.computed) continue;
    const name = fieldName(member);
    if (name === undefined || member.value == null) continue;
    texts.push(`__pal_p(${SITE},this,this.${name})`);
    sites.push(w.fieldSite(SiteKind.FIELD_PUT, name, member.start));
  }
  return { text: texts.join(','), sites };
}

function fieldName({ key }: PropertyDefinition): string | undefined {
  if (key.type === 'PrivateIdentifier') return `#${key.name}`;
  return key.type === 'Identifier' ? key.name : undefined;
}

function field(w: Weaver, node: PropertyDefinition): void {
  if (node.value) {
    const facts = w.facts.scopes.get(node)!;
    const scope: Scope = { ...w.bareScope('initialiser', facts), classPath: w.scope.classPath, functionPath: '' };
    const value = node.value;
    const hint = node.computed ? undefined : fieldName(node);
    w.within(scope, () => w.visit(value, false, hint));
  }
  const name = fieldName(node);
  if (!node.static || node.computed || name === undefined || node.value == null || !w.input.options.fieldWrites) return;
  const end = w.code[node.end - 1] === ';' ? '' : ';';
  w.insert(
    node.end,
    `${end}static{if(__pal_on)__pal_p(${SITE},this,this.${name})}`,
    w.fieldSite(SiteKind.FIELD_PUT, name, node.start),
  );
}

function staticBlock(w: Weaver, node: AnyNode & { type: 'StaticBlock' }): void {
  const facts = w.facts.scopes.get(node)!;
  const at = w.code.indexOf('{', node.start) + 1;
  const scope: Scope = {
    ...w.bareScope('initialiser', facts),
    classPath: w.scope.classPath,
    functionPath: '',
    header: w.insert(at, ''),
  };
  w.within(scope, () => w.statements(node.body));
  w.closeHeader(scope);
}
