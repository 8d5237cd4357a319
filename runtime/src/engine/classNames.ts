/**
 * Class of an object without running its code: from its prototype, cached per prototype. Woven classes register under
 * their dotted name (`docs/names`); others are `js.<Name>` by the data property `constructor` of the nearest prototype.
 */
import { Kind } from '../entry/words';
import { errorPrototype, getOwnPropertyDescriptor, getPrototypeOf, isProxy, SafeMap, SafeWeakMap } from './intrinsics';
import type { Strings } from './strings';
import type { Ring } from './ring';
import { Control } from './ringLayout';

export const Content = { OBJECT: 0, ARRAY: 1, MAP: 2, SET: 3, DATE: 4, REGEXP: 5, BYTES: 6 } as const;
export type Content = (typeof Content)[keyof typeof Content];

const contentOf = (name: string): Content => {
  switch (name) {
    case 'js.Array':
      return Content.ARRAY;
    case 'js.Map':
      return Content.MAP;
    case 'js.Set':
      return Content.SET;
    case 'js.Date':
      return Content.DATE;
    case 'js.RegExp':
      return Content.REGEXP;
    case 'js.Object':
      return Content.OBJECT;
    default:
      return Content.BYTES;
  }
};

export interface ClassEntry {
  readonly id: number;
  readonly name: string;
  /** A class of the language or of code that is not woven. */
  readonly foreign: boolean;
  /** Content may be copied: plain object, array, Map … */
  readonly plain: boolean;
  /** Which of them, by the prototype; the object's slots may say otherwise. */
  readonly content: Content;
  /** `Error.prototype` was among the prototypes: an instance may be an error. */
  readonly mayBeError: boolean;
}

/** Flags of DEF_CLASS. */
const OWN = 1;
const STATIC_SIDE = 2;

const PLAIN = new SafeMap<object | null, string>([
  [Object.prototype, 'Object'],
  [null, 'Object'],
  [Array.prototype, 'Array'],
  [Map.prototype, 'Map'],
  [Set.prototype, 'Set'],
  [Date.prototype, 'Date'],
  [RegExp.prototype, 'RegExp'],
  [Buffer.prototype, 'Buffer'],
]);
for (const { prototype } of [
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
])
  PLAIN.set(prototype, (prototype as unknown as { constructor: { name: string } }).constructor.name);

export class ClassNames {
  private readonly byPrototype = new SafeWeakMap<object, ClassEntry>();
  private readonly statics = new SafeWeakMap<object, string>();
  private readonly byName = new SafeMap<string, ClassEntry>();
  private next = 1;
  // Prototypes are few and alive as long as their classes.
  private recent0: object | undefined;
  private recent1: object | undefined;
  private recentEntry0: ClassEntry | undefined;
  private recentEntry1: ClassEntry | undefined;

  constructor(
    private readonly ring: Ring,
    private readonly strings: Strings,
  ) {}

  named(name: string, foreign = true, plain = false, mayBeError = false): ClassEntry {
    let entry = this.byName.get(name);
    if (entry === undefined) {
      entry = { id: this.next++, name, foreign, plain, content: contentOf(name), mayBeError };
      this.define(entry.id, name, foreign ? 0 : OWN);
      this.byName.set(name, entry);
    }
    return entry;
  }

  private define(id: number, name: string, flags: number): void {
    const text = this.strings.id(name);
    const { ring } = this;
    const at = ring.more();
    ring.data[at] = Kind.DEF_CLASS | (flags << 5);
    ring.data[at + 1] = id;
    ring.data[at + 2] = text;
    ring.control[Control.APP_INDEX] = at + 3;
  }

  /** A woven class that was just defined: its instances get `name`. Returns the id of its static side. */
  register(constructor: { readonly prototype: object }, name: string): number {
    const { prototype } = constructor;
    this.statics.set(constructor, name);
    this.byPrototype.set(prototype, this.named(name, false, false, inheritsError(prototype)));
    const id = this.next++;
    this.define(id, name, OWN | STATIC_SIDE);
    return id;
  }

  /** Class whose field an access of `object` is: of a class itself its own name, else that of the object's class. */
  fieldOwner(object: object): string {
    return (typeof object === 'function' ? this.statics.get(object) : undefined) ?? this.of(object).name;
  }

  of(object: object): ClassEntry {
    if (typeof object === 'function') return isProxy(object) ? this.named('js.Proxy') : this.named('js.Function');
    if (isProxy(object)) return this.named('js.Proxy');
    const prototype = getPrototypeOf(object) as object | null;
    if (prototype === null) return this.named('js.Object', true, true);
    return this.ofPrototype(prototype);
  }

  private ofPrototype(prototype: object): ClassEntry {
    if (prototype === this.recent0) return this.recentEntry0!;
    if (prototype === this.recent1) return this.recentEntry1!;
    const entry = this.byPrototype.get(prototype) ?? this.learn(prototype);
    this.recent1 = this.recent0;
    this.recentEntry1 = this.recentEntry0;
    this.recent0 = prototype;
    this.recentEntry0 = entry;
    return entry;
  }

  /** Class of an object that a base constructor has just received: no proxy. */
  ofFresh(object: object): ClassEntry {
    const prototype = getPrototypeOf(object) as object | null;
    return prototype === null ? this.of(object) : this.ofPrototype(prototype);
  }

  private learn(prototype: object): ClassEntry {
    const plain = PLAIN.get(prototype);
    let entry: ClassEntry | undefined;
    if (plain !== undefined) entry = this.named(`js.${plain}`, true, true);
    for (
      let at: object | null = prototype;
      entry === undefined && at !== null;
      at = getPrototypeOf(at) as object | null
    ) {
      if (isProxy(at)) break;
      const known = this.byPrototype.get(at);
      if (known !== undefined) entry = known;
      else {
        const name = constructorName(at);
        if (name !== undefined) entry = this.named(`js.${name}`, true, false, inheritsError(prototype));
      }
    }
    entry ??= this.named('js.Object');
    this.byPrototype.set(prototype, entry);
    return entry;
  }
}

function inheritsError(prototype: object): boolean {
  for (let at: object | null = prototype; at !== null && !isProxy(at); at = getPrototypeOf(at) as object | null)
    if (at === errorPrototype) return true;
  return false;
}

function constructorName(prototype: object): string | undefined {
  const owner = dataValue(prototype, 'constructor');
  if (typeof owner !== 'function' || isProxy(owner)) return undefined;
  const name = dataValue(owner, 'name');
  return typeof name === 'string' && name !== '' ? name : undefined;
}

/** Value of an own data property; undefined for accessors, absent properties. The object must be no proxy. */
export function dataValue(object: object, key: PropertyKey): unknown {
  const descriptor = getOwnPropertyDescriptor(object, key);
  return descriptor !== undefined && 'value' in descriptor ? descriptor.value : undefined;
}
