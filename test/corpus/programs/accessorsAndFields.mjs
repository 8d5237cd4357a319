// Own and inherited accessors, frozen objects, setters that throw, proxies as receivers, getters on prototypes, defineProperty.
const log = (...a) => console.log(...a);
const calls = [];
const o = {
  _v: 1,
  get v() { calls.push('get v'); return this._v; },
  set v(x) { calls.push('set v ' + x); this._v = x; },
  method() { return this.v; },
  async am() { return this.v; },
  *gm() { yield this.v; },
  ['comp' + 1]: 5,
  __proto__: { inherited: 'yes', get deep() { calls.push('deep'); return { n: 1 }; } },
};
o.v = 2; o.v += 3; o.v++; --o.v; o.v ??= 9; o.v ||= 9; o.v &&= 10; o.v **= 2;
log(o.v, calls, o.inherited, o.deep.n, Object.keys(o));
const frozen = Object.freeze({ a: 1, nested: { b: 2 } });
try { frozen.a = 2; } catch (e) { log(e.name, e.message); }
try { frozen.z = 2; } catch (e) { log(e.name, e.message); }
try { delete frozen.a; } catch (e) { log(e.name, e.message); }
frozen.nested.b = 3; log(frozen);
const getOnly = { get g() { return 1; } };
try { getOnly.g = 2; } catch (e) { log(e.name, e.message); }
const traps = [];
const p = new Proxy({ a: 1, f() { return this === p; } }, {
  get(t, k, r) { traps.push('get ' + String(k)); return Reflect.get(t, k, r); },
  set(t, k, v, r) { traps.push('set ' + String(k)); return Reflect.set(t, k, v, r); },
  has(t, k) { traps.push('has ' + String(k)); return k in t; },
  deleteProperty(t, k) { traps.push('del ' + String(k)); return delete t[k]; },
  ownKeys(t) { traps.push('keys'); return Reflect.ownKeys(t); },
  getOwnPropertyDescriptor(t, k) { traps.push('gopd ' + String(k)); return Reflect.getOwnPropertyDescriptor(t, k); },
  defineProperty(t, k, d) { traps.push('def ' + String(k)); return Reflect.defineProperty(t, k, d); },
  getPrototypeOf(t) { traps.push('proto'); return Reflect.getPrototypeOf(t); },
});
p.a = 2; p.a++; p.b ??= 5; p?.a; p.f(); 'a' in p; delete p.b; ({ ...p }); for (const k in p) k;
const { a, ...rest } = p;
log(traps, a, Object.keys(rest));
const seen = [];
function receiver() { seen.push('receiver'); return { x: 1 }; }
function prop() { seen.push('prop'); return 'x'; }
function value() { seen.push('value'); return 5; }
receiver()[prop()] = value();
receiver().x = value();
receiver().x += value();
receiver()[prop()]++;
receiver().x ||= value();
receiver().y ??= value();
log(seen);
try { undefinedVariable.x; } catch (e) { log(e.name, e.message); }
try { null.x; } catch (e) { log(e.message); }
try { undefined.x.y; } catch (e) { log(e.message); }
try { (void 0).x = 1; } catch (e) { log(e.message); }
try { o.nope.x; } catch (e) { log(e.message); }
try { o.nope.x = 1; } catch (e) { log(e.message); }
try { o.nope(); } catch (e) { log(e.message); }
try { o.nope.deeper(); } catch (e) { log(e.message); }
try { o._v(); } catch (e) { log(e.message); }
try { new o.method(); } catch (e) { log(e.message); }
try { new o._v(); } catch (e) { log(e.message); }
try { const { q } = null; } catch (e) { log(e.message); }
try { const { q: { r } } = o; } catch (e) { log(e.message); }
try { const [x] = o; } catch (e) { log(e.message); }
try { for (const x of o._v) x; } catch (e) { log(e.message); }
try { [...o._v]; } catch (e) { log(e.message); }
try { f(...o._v); function f() {} } catch (e) { log(e.message); }
try { o.am().then(1)(); } catch (e) { log(e.message); }
try { (() => {}).x.y; } catch (e) { log(e.message); }
try { o['no' + 'pe'](); } catch (e) { log(e.message); }
try { x; let x = 1; } catch (e) { log(e.message); }
try { const c = 1; c = 2; } catch (e) { log(e.message); }
try { Symbol() + ''; } catch (e) { log(e.message); }
try { 1n + 1; } catch (e) { log(e.message); }
try { 'x' in 'y'; } catch (e) { log(e.message); }
try { ({}) instanceof 5; } catch (e) { log(e.message); }
const a1 = [1, 2, 3]; a1.length = 1; a1.foo = 'bar'; a1.length += 2; log(a1, a1.length, a1.foo);
const fn = function named() {}; fn.prop = 1; fn.prop++; log(fn.prop, fn.name, fn.length, Object.keys(fn));
let s = 'str'; s.foo = 1; E: try { (function () { 'use strict'; s.foo = 1; })(); } catch (e) { log(e.message); }
log([].concat(o.method?.(), o.none?.(), o.none?.x.y.z, o?.['v'], delete o?._v, o._v));
