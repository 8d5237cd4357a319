/**
 * Class of an object without running its code: from its prototype, cached per prototype. Woven classes register under
 * their dotted name (`docs/names`); others are `js.<Name>` by the data property `constructor` of the nearest prototype.
 */
import { Kind } from '../entry/words';
import { getOwnPropertyDescriptor, getPrototypeOf, isProxy, SafeMap, SafeWeakMap } from './intrinsics';
import type { Strings } from './strings';
import type { Ring } from './ring';
import { Control } from './ringLayout';

export interface ClassEntry {
  readonly id: number;
  readonly name: string;
  /** A class of the language or of code that is not woven. */
  readonly foreign: boolean;
  /** Content may be copied: plain object, array, Map … */
  readonly plain: boolean;
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
  private readonly byName = new SafeMap<string, ClassEntry>();
  private next = 1;

  constructor(
    private readonly ring: Ring,
    private readonly strings: Strings,
  ) {}

  named(name: string, foreign = true, plain = false): ClassEntry {
    let entry = this.byName.get(name);
    if (entry === undefined) {
      entry = { id: this.next++, name, foreign, plain };
      this.byName.set(name, entry);
      this.define(entry.id, name, foreign ? 0 : OWN);
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
  register(prototype: object, name: string): number {
    this.byPrototype.set(prototype, this.named(name, false));
    const id = this.next++;
    this.define(id, name, OWN | STATIC_SIDE);
    return id;
  }

  of(object: object): ClassEntry {
    if (typeof object === 'function') return isProxy(object) ? this.named('js.Proxy') : this.named('js.Function');
    if (isProxy(object)) return this.named('js.Proxy');
    const prototype = getPrototypeOf(object) as object | null;
    if (prototype === null) return this.named('js.Object', true, true);
    return this.byPrototype.get(prototype) ?? this.learn(prototype);
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
        if (name !== undefined) entry = this.named(`js.${name}`);
      }
    }
    entry ??= this.named('js.Object');
    this.byPrototype.set(prototype, entry);
    return entry;
  }
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
