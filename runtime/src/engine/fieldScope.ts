/**
 * Scope of field accesses: the class of the receiver is known only at run time, so accesses are judged here and not when
 * the module is woven. Used only when the scope says more than "all fields" or "no fields": it costs a class look-up per access.
 * Invariant: the judgement of a class and site is asked for once.
 */
import type { ClassNames } from './classNames';
import { SafeMap } from './intrinsics';

export type FieldScope = (className: string, member: string, category: 'FIELD_GET' | 'FIELD_SET') => boolean;

interface FieldHooks {
  readonly g: <T>(site: number, object: unknown, value: T) => T;
  readonly h: <T>(site: number, object: unknown, value: T) => T;
  readonly p: (site: number, object: unknown, value: unknown) => void;
  readonly k: (site: number, object: unknown) => void;
}

export function scopedFields(
  hooks: FieldHooks,
  classes: ClassNames,
  memberOf: (site: number) => string | undefined,
  scope: FieldScope,
): FieldHooks {
  // A site is either a read or a write.
  const answers = new SafeMap<string, Map<number, boolean>>();
  const recorded = (site: number, object: unknown, category: 'FIELD_GET' | 'FIELD_SET'): boolean => {
    if ((typeof object !== 'object' && typeof object !== 'function') || object === null) return true;
    const name = classes.fieldOwner(object);
    let sites = answers.get(name);
    if (sites === undefined) answers.set(name, (sites = new SafeMap<number, boolean>()));
    let answer = sites.get(site);
    if (answer === undefined) sites.set(site, (answer = scope(name, memberOf(site) ?? '', category)));
    return answer;
  };
  return {
    g: (site, object, value) => (recorded(site, object, 'FIELD_GET') ? hooks.g(site, object, value) : value),
    h: (site, object, value) => (recorded(site, object, 'FIELD_GET') ? hooks.h(site, object, value) : value),
    p: (site, object, value) => {
      if (recorded(site, object, 'FIELD_SET')) hooks.p(site, object, value);
    },
    k: (site, object) => {
      if (recorded(site, object, 'FIELD_SET')) hooks.k(site, object);
    },
  };
}
