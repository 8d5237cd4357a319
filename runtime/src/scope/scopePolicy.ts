/**
 * Recording scope written as YAML (`--scope-policy FILE`): keys of the Java tool (`defaultAction`, `rules[]` with `class`, `member`,
 * `action`, `categories`), plus four of ours that Java ignores as it ignores every unknown key: `packages`, `fieldReads`,
 * `fieldWrites`, `builtins`.
 *
 * Invariant: every way a file can be wrong is a `PalError` `scope` (exit 1) that names the file and the place.
 */
import { readFileSync } from 'node:fs';
import { isMap, isSeq, parseDocument } from 'yaml';
import { PalError } from '../errors';
import type { ScopeRule } from '../peer/runConfig';

export type ScopeAction = ScopeRule['action'];
export type ScopeCategory = NonNullable<ScopeRule['categories']>[number];

export interface ScopePolicy {
  readonly defaultAction: ScopeAction;
  readonly rules: readonly ScopeRule[];
  readonly packages: readonly string[];
  readonly fieldReads: boolean | undefined;
  readonly fieldWrites: boolean | undefined;
  readonly builtins: boolean | undefined;
}

const ACTIONS: readonly ScopeAction[] = ['RECORD', 'SKIP'];
export const SCOPE_CATEGORIES: readonly ScopeCategory[] = [
  'METHOD',
  'STATIC_METHOD',
  'CONSTRUCTOR',
  'FIELD_GET',
  'FIELD_SET',
];

export function readScopePolicy(path: string): ScopePolicy {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new PalError('scope', `Cannot read the recording scope ${path} (${codeOf(error)}): check --scope-policy`, {
      cause: error,
      data: { path },
    });
  }
  return parseScopePolicy(text, path);
}

/** @param path names the file in error messages. */
export function parseScopePolicy(text: string, path: string): ScopePolicy {
  const fail = (problem: string, line?: number): never => {
    const where = line === undefined ? path : `${path}:${line}`;
    throw new PalError('scope', `Recording scope ${where}: ${problem}`, { data: { path, line } });
  };
  const document = parseDocument(text, { prettyErrors: false });
  const broken = document.errors[0];
  if (broken !== undefined) fail(`malformed YAML: ${broken.message}`, lineAt(text, broken.pos[0]));
  const empty = { rules: [], packages: [], fieldReads: undefined, fieldWrites: undefined, builtins: undefined };
  const root = document.contents;
  const content: unknown = document.toJS();
  if (content === null || content === undefined) return { defaultAction: 'RECORD', ...empty };
  if (!isMap(root) || !isRecord(content)) return fail('must be a mapping with the keys defaultAction and rules');
  const ruleNodes = root.get('rules', true);
  const lineOfRule = (index: number): number | undefined => {
    const node: unknown = isSeq(ruleNodes) ? ruleNodes.items[index] : undefined;
    const start = isMap(node) ? node.range?.[0] : undefined;
    return start === undefined ? undefined : lineAt(text, start);
  };

  const action = (value: unknown, key: string, line?: number): ScopeAction =>
    ACTIONS.find((known) => known === value) ??
    fail(`${key} must be RECORD or SKIP, in upper case, not ${show(value)}`, line);
  const categories = (value: unknown, line?: number): readonly ScopeCategory[] =>
    (Array.isArray(value) ? (value as unknown[]) : [value]).map(
      (item) =>
        SCOPE_CATEGORIES.find((known) => known === item) ??
        fail(`categories must be of ${SCOPE_CATEGORIES.join(', ')}, not ${show(item)}`, line),
    );
  const rule = (value: unknown, index: number): ScopeRule => {
    const line = lineOfRule(index);
    if (!isRecord(value)) return fail(`rules[${index}] must be a mapping with class and action`, line);
    const name = value['class'];
    if (typeof name !== 'string') return fail(`rules[${index}] needs a class pattern`, line);
    const member = value['member'] ?? '**';
    if (typeof member !== 'string') return fail(`rules[${index}].member must be a pattern`, line);
    if (value['action'] === undefined) return fail(`rules[${index}] needs an action, RECORD or SKIP`, line);
    const common = { class: name, member, action: action(value['action'], `rules[${index}].action`, line) };
    const listed = value['categories'];
    return listed === undefined || listed === null ? common : { ...common, categories: categories(listed, line) };
  };
  const flag = (key: string): boolean | undefined => {
    const value = content[key];
    if (value === undefined || value === null) return undefined;
    return typeof value === 'boolean' ? value : fail(`${key} must be true or false, not ${show(value)}`);
  };
  const list = (key: string): readonly unknown[] => {
    const value = content[key];
    if (value === undefined || value === null) return [];
    return Array.isArray(value) ? (value as unknown[]) : fail(`${key} must be a list`);
  };

  const defaultAction = content['defaultAction'];
  return {
    defaultAction:
      defaultAction === undefined || defaultAction === null ? 'RECORD' : action(defaultAction, 'defaultAction'),
    rules: list('rules').map(rule),
    packages: list('packages').map((item) =>
      typeof item === 'string' ? item : fail(`packages must be names, not ${show(item)}`),
    ),
    fieldReads: flag('fieldReads'),
    fieldWrites: flag('fieldWrites'),
    builtins: flag('builtins'),
  };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const show = (value: unknown): string => JSON.stringify(value) ?? 'nothing';

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? String(error);

const lineAt = (text: string, position: number): number => text.slice(0, position).split('\n').length;
