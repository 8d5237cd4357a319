// Functions of all kinds: names, lengths, toString, defaults that refer to each other, arguments, this, hoisting, closures, recursion.
const log = (...a) => console.log(...a);
log(hoisted(2), typeof hoisted);
function hoisted(x) { return x * 2; }
function defaults(a, b = a + 1, c = () => a + b, { d = c(), e: [f = d] = [] } = {}, ...rest) { a = 100; return [a, b, c(), d, f, rest, arguments.length]; }
log(defaults(1), defaults(1, 2, undefined, { d: 5, e: [6] }, 7, 8), defaults.length, defaults.name);
function sloppyArgs(a) { arguments[0] = 'changed'; a2 = arguments; return [a, arguments.length, typeof arguments.callee]; }
var a2;
log(sloppyArgs(1, 2));
function strictArgs(a) { 'use strict'; arguments[0] = 'changed'; return [a, this]; }
log(strictArgs(1));
function sloppyThis() { return typeof this; }
log(sloppyThis(), sloppyThis.call(5), sloppyThis.call(null), (0, sloppyThis)(), [sloppyThis][0]());
const arrow = (x, y = x) => ({ x, y }); const arrowBlock = async x => { return await x; }; const gen = function* g(n) { while (n--) yield n; };
log(arrow(1), arrow.name, arrow.length, arrowBlock.name, gen.name, [...gen(3)]);
const o = { m() {}, get g() { return 1; }, set g(v) {}, async a() {}, *gm() {}, async *agm() {}, ['c' + 1]() {}, [Symbol('q')]() {}, f: function () {}, ar: () => {}, 'str-key': function () {}, 5: () => {} };
for (const k of Reflect.ownKeys(o)) { const d = Object.getOwnPropertyDescriptor(o, k); for (const f of [d.value, d.get, d.set]) if (f) log(String(k), f.name, f.length, f.toString(), 'prototype' in f); }
log(hoisted.toString()); log(defaults.toString()); log(arrow + ''); log(`${arrowBlock}`); log(gen.toString());
class K { static s = 1; #p = 2; constructor(x) { this.x = x; } get p() { return this.#p; } m(a, b = 1) { return this.x; } static sm() { return K.s; } async am() {} }
log(K.toString()); log(K.prototype.m.toString(), K.prototype.m.length); log(K.sm.toString()); log(Object.getOwnPropertyDescriptor(K.prototype, 'p').get.toString());
log(Function.prototype.toString.call(K), Function.prototype.toString.toString(), Function.prototype.toString.name, Function.prototype.toString.length, 'prototype' in Function.prototype.toString);
log(log.toString(), Math.max.toString(), (function () {}).bind().toString(), new Function('a', 'return a.x').toString());
try { Function.prototype.toString.call({}); } catch (e) { log(e.message, e.stack.split('\n').length); }
const fib = (n) => n < 2 ? n : fib(n - 1) + fib(n - 2); log(fib(12));
const fact = function me(n) { return n <= 1n ? 1n : n * me(n - 1n); }; log(fact(15n));
log((function () { return typeof me; var me; })(), (() => { try { return 'try'; } finally { log('finally'); } })());
function f1() { try { return 1; } finally { return 2; } } function f2() { for (;;) { try { return 1; } finally { break; } } return 3; } function f3() { try { throw 1; } catch { return 'c'; } finally { log('fin'); } }
function f4() { l: try { return 'lost'; } finally { break l; } return 'after'; } function f5(x) { switch (x) { case 1: return 'one'; default: if (x) return; } }
log(f1(), f2(), f3(), f4(), f5(1), f5(2), f5(0));
log((function (a, b) {}).length, ((a, b = 1, c) => {}).length, ((...r) => {}).length, (function ({ a }, [b]) {}).length);
const bound = hoisted.bind(null, 21); log(bound(), bound.name, bound.length);
function Ctor(x) { if (!new.target) return new Ctor(x); this.x = x; } Ctor.prototype.get = function () { return this.x; };
log(Ctor(5).get(), new Ctor(6).get(), Object.keys(new Ctor(1)), new Ctor(7) instanceof Ctor, Ctor.prototype.constructor === Ctor, Ctor.prototype.get.name);
function RetObj() { this.a = 1; return { b: 2 }; } function RetPrim() { this.a = 1; return 5; } log(new RetObj(), new RetPrim());
const tag = (s, ...v) => [s.raw, [...s], v, Object.isFrozen(s)]; log(tag`a${1}b\n${2}`, tag``); const t1 = (s) => s; function site() { return t1`x`; } log(site() === site());
const obj = { tag(s) { return this === obj; } }; log(obj.tag`x`, new (class { constructor(s) {} })`x`?.x);
log([3, 1, 2].sort((a, b) => a - b), [1, 2, 3].map((x) => x * 2).filter((x) => x > 2).reduce((a, b) => a + b, 0), Array.from({ length: 3 }, (_, i) => i));
var v1 = 1; { var v1 = 2; let l1 = 3; function inBlock() { return l1; } } log(v1, inBlock());
const fns = []; for (let i = 0; i < 3; i++) fns.push(() => i); for (var j = 0; j < 3; j++) fns.push(() => j); log(fns.map((f) => f()));
outer: for (let i = 0; i < 3; i++) { inner: for (let k = 0; ; k++) { if (k === 1) continue outer; if (i === 2) break outer; log(i, k); } }
label: { log('in'); if (v1) break label; log('never'); }
do { var w = (w || 0) + 1; if (w === 2) continue; } while (w < 4); log(w);
switch (3) { case 1: log('1'); case 3: log('3'); case 4: log('4'); break; default: log('d'); }
if (true) function sloppyIf() { return 'if'; } log(typeof sloppyIf);
log(eval('1 + 1'), eval('var ev = 5; ev'), typeof ev, (0, eval)('typeof log'), new Function('return this')() === globalThis);
(function () { var local = 7; log(eval('local + 1'), eval('() => local')()); eval('var added = 1'); log(added); })();
log(void 0, typeof undeclared, (1, 2), !!'' + 1, ~5, -'3', +[], delete log.foo, 2 ** 3 ** 2, 7 >>> 1, null ?? 'd', 0 || 'o', 1 && 'a');
with ({ withProp: 'w' }) { log(withProp); }
