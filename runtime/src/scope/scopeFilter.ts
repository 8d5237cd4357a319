/**
 * Answers "is this member recorded?" for the loader (load time: what is out of scope is not woven) and for the engine (members known
 * only at run time). First matching rule wins, else the default. Answers are cached per member for the life of the filter.
 */
import type { ScopeConfig, ScopeRule } from '../peer/runConfig';
import { matchesPattern } from './patternMatcher';
import type { ScopeCategory } from './scopePolicy';

/** `member`: `new` for constructors, the field name for field accesses. */
export type ScopeFilter = (className: string, member: string, category: ScopeCategory) => boolean;

export function scopeFilter(config: ScopeConfig): ScopeFilter {
  const fieldsIn = (category: ScopeCategory): boolean =>
    category === 'FIELD_GET' ? config.fieldReads : category === 'FIELD_SET' ? config.fieldWrites : true;
  const byDefault = config.defaultAction === 'RECORD';
  if (config.rules.length === 0) return (_class, _member, category) => byDefault && fieldsIn(category);

  const cache = new Map<string, boolean>();
  const decide = (className: string, member: string, category: ScopeCategory): boolean => {
    for (const rule of config.rules) {
      if (matches(rule, className, member, category)) return rule.action === 'RECORD';
    }
    return byDefault;
  };
  return (className, member, category) => {
    if (!fieldsIn(category)) return false;
    const key = `${category} ${member} ${className}`;
    let answer = cache.get(key);
    if (answer === undefined) {
      answer = decide(className, member, category);
      cache.set(key, answer);
    }
    return answer;
  };
}

/** The filter for field accesses at run time; undefined when the scope does not distinguish classes (what is woven is recorded). */
export const fieldScope = (config: ScopeConfig): ScopeFilter | undefined =>
  config.rules.length === 0 && config.defaultAction === 'RECORD' ? undefined : scopeFilter(config);

/** One answer for callers that ask once. */
export const inScope = (config: ScopeConfig, className: string, member: string, category: ScopeCategory): boolean =>
  scopeFilter(config)(className, member, category);

/** True when code of this package of node_modules is to be woven. `**` and `*` name all packages. */
export const packageInScope = (config: ScopeConfig, packageName: string): boolean =>
  config.packages.some(
    (pattern) =>
      pattern === packageName || matchesPattern(pattern.replaceAll('/', '.'), packageName.replaceAll('/', '.')),
  );

const matches = (rule: ScopeRule, className: string, member: string, category: ScopeCategory): boolean =>
  (rule.categories === undefined || rule.categories.includes(category)) &&
  matchesPattern(rule.class, className) &&
  matchesPattern(rule.member, member);
