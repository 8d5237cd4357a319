'use strict';
// Classes: private and static members, static blocks, accessors, super, fields that refer to each other, computed and symbol members.
const log = (...a) => console.log(...a);
const key = 'dyn' + 1;
const sym = Symbol('s');
class Base {
  #secret = 1;
  static #count = 0;
  static registry = new Map();
  pub = this.#secret + 1;
  arrow = () => this.#secret;
  [key] = 'computed';
  [sym] = 'symbol';
  'quoted name' = 3;
  12 = 'numeric';
  static { Base.registry.set('static', ++Base.#count); }
  static get count() { return Base.#count; }
  static set count(v) { Base.#count = v; }
  get secret() { return this.#secret; }
  set secret(v) { this.#secret = v; }
  #hidden(x) { return x * this.#secret; }
  static #sh() { return 'static hidden'; }
  callHidden(x) { return this.#hidden(x) + Base.#sh(); }
  static isBase(o) { return #secret in o; }
  [`m${key}`]() { return 'computed method'; }
  [Symbol.toPrimitive](hint) { return hint === 'number' ? 42 : 'prim'; }
  *[Symbol.iterator]() { yield 1; yield* [2, 3]; }
  static [Symbol.hasInstance](x) { return x === 'magic' || Function.prototype[Symbol.hasInstance].call(this, x); }
  method() { return 'base method'; }
  get chained() { return 'base accessor'; }
}
class Derived extends Base {
  extra = this.pub * 10;
  static self = this;
  constructor(a, b = a + 1, { c = b, ...rest } = {}, ...more) {
    const t = new.target.name;
    super();
    this.args = [a, b, c, rest, more, t];
  }
  method() { return 'derived ' + super.method(); }
  get chained() { return 'derived ' + super.chained; }
  setViaSuper() { super.own = 5; return this.own; }
  static create(...args) { return new this(...args); }
  static get parentCount() { return super.count; }
}
class Implicit extends Derived {}
class Returns extends Base { constructor() { return Object.assign(Object.create(null), { returned: true, proto: 'none' }); } }
const d = new Derived(1, undefined, { z: 1 }, 'm', 'n');
log(d, d.args, Object.keys(d), Object.getOwnPropertyNames(d), Object.getOwnPropertySymbols(d));
log(d.secret, (d.secret = 9), d.secret, d.callHidden(3), d.arrow(), Base.isBase(d), Base.isBase({}));
log(d.method(), d.chained, d.setViaSuper(), d.mdyn1(), `${d}`, +d, [...d]);
log(Base.count, (Base.count += 5), Derived.parentCount, Derived.self === Derived, Derived.create(7).args);
log('magic' instanceof Base, new Implicit(3).args, new Returns());
log(Base.name, Base.length, Derived.length, Base.prototype.method.name, Object.getOwnPropertyDescriptor(Base.prototype, 'secret').get.name);
log(Object.getOwnPropertyNames(Base), Object.getOwnPropertyNames(Base.prototype), Reflect.ownKeys(Derived.prototype), Reflect.ownKeys(Derived));
log(Object.getOwnPropertyDescriptors(Base.prototype).method);
for (const k in d) log('in', k);
log(JSON.stringify(d));
const anonymous = class { static n = this.name; };
log(anonymous.name, anonymous.n, (class {}).name, (class Named {}).name);
try { Base(); } catch (e) { log(e.name, e.message); }
try { new (class extends Base { constructor() { this.x = 1; super(); } })(); } catch (e) { log(e.name, e.message); }
try { new (class extends Base { constructor() {} })(); } catch (e) { log(e.name, e.message); }
try { new (class extends null {})(); } catch (e) { log(e.name, e.message); }
try { Base.prototype.callHidden.call({}, 1); } catch (e) { log(e.name, e.message); }
try { Object.getOwnPropertyDescriptor(Base.prototype, 'secret').get.call({}); } catch (e) { log(e.name, e.message); }
log(Object.getPrototypeOf(Derived) === Base, Derived.prototype.constructor === Derived, Reflect.construct(Base, [], Derived) instanceof Derived);
const mixin = (S) => class extends S { mixed() { return 'mixed' + super.method(); } };
log(new (mixin(Derived))(1).mixed(), mixin(Base).name);
class Counter { static #n = 0; static inc() { return ++this.#n; } static dec() { return this.#n--; } }
log(Counter.inc(), Counter.inc(), Counter.dec(), Counter.inc());
class Chain { #v = { deep: { n: 1 } }; bump() { this.#v.deep.n += 2; this.#v.deep.n **= 2; return this.#v?.deep?.n; } opt(o) { return o?.#v?.deep; } }
log(new Chain().bump(), new Chain().opt(null), new Chain().opt(new Chain()));
log(typeof Base.prototype.constructor, String(Object.getOwnPropertyDescriptor(Base, 'prototype').writable));
