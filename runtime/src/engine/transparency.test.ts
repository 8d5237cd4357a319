/** Each snippet does the same bare, woven and recording, and woven with recording ended: results, exceptions, messages, order. */
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { Bench, evaluate } from './testing';

/** The module's result, or what it threw, as text. */
async function outcome(run: () => unknown): Promise<string> {
  try {
    return inspect(await run(), { depth: 6 });
  } catch (error) {
    return `threw ${error instanceof Error ? `${error.constructor.name}: ${error.message}` : inspect(error)}`;
  }
}

const SNIPPETS: Readonly<Record<string, string>> = {
  'default parameters that refer to each other': `function f(a, b = a + 1, { c, d = b } = { c: a }, ...rest) { return [a, b, c, d, rest, arguments.length] }
    module.exports = [f(1), f(1, 5, { c: 9 }, 7, 8), f.length, f.name]`,
  'sloppy arguments aliasing': `function f(a, b) { arguments[0] = 9; b = 7; return [a, arguments[1], arguments.length, typeof arguments.callee] } module.exports = f(1, 2, 3)`,
  'directives stay first': `function strict() { 'use strict'; return this } function sloppy() { return this === globalThis } module.exports = [strict(), sloppy(), (() => { "use strict"
    return (function () { return this })() })()]`,
  'use strict with writes to frozen objects': `'use strict'; const o = Object.freeze({ x: 1 }); module.exports = (() => { try { o.x = 2 } catch (e) { return e.message } })()`,
  'names given by context': `const a = () => {}; let b = function () {}; const c = class {}; const o = { d: () => {}, e() {}, get f() { return 1 }, ['g' + 1]: () => {}, h: class {} };
    let i; i = () => {}; const { j = () => {} } = {}; const [k = function () {}] = []; o.l = () => {}; o.m ??= () => {}; function p(q = () => {}) { return q.name }
    class R { s = () => {}; static t = () => {}; #u = () => {}; v() { return this.#u.name } static #w = () => {}; static x() { return R.#w.name } }
    module.exports = [a, b, c, o.d, o.e, o.g1, o.h, i, j, k, o.l, o.m, new R().s, R.t].map((f) => f.name).concat(p(), new R().v(), R.x())`,
  lengths: `class A { constructor(a, b = 1, c) {} m(a, ...b) {} static s(a, b) {} } class B extends A {} class C extends A { constructor(x) { super(x) } }
    function* g(a, b) {} async function h(a) {} const i = async (a, b = 2) => a; async function* j(a, b, c) {} const o = { *k(a) {}, async l(a, b) {} };
    module.exports = [A, A.prototype.m, A.s, B, C, g, h, i, j, o.k, o.l].map((f) => [f.name, f.length])`,
  'class static name': `class A { static name = 'x'; static { A.y = this.name } } class B { static name() { return 1 } } module.exports = [A.name, A.y, B.name()]`,
  'computed keys once': `let n = 0; const k = () => 'k' + n++; class A { [k()]() { return 1 } static [k()] = 2; [k()] = 3; get [k()]() { return 4 } } module.exports = [n, Object.getOwnPropertyNames(A.prototype), A.k1, new A().k2, new A().k3, n]`,
  'private members': `class A { #x = 1; #m() { return this.#x } get #g() { return this.#m() + 1 } set #g(v) { this.#x = v } static #s = 5; static has(o) { return #x in o }
      run() { this.#x += 2; this.#x++; this.#g = this.#g * 2; this.#x ||= 4; return [this.#x, this.#g, A.#s++, A.#s] } static bad(o) { return o.#x } }
    module.exports = [new A().run(), A.has(new A()), A.has({}), (() => { try { A.bad({}) } catch (e) { return e.message } })()]`,
  'derived constructors': `class A { constructor(v) { this.v = v; this.t = new.target.name } } class B extends A { w = this.v + 1; #z = 3; constructor(...a) { const x = () => super(...a); x(); this.z = this.#z } }
    class C extends A { constructor() { return { alien: true } } } class D extends A { constructor() {} } class E extends B { f = 1 } class F extends A { constructor(c) { if (c) super(1); else return; } }
    module.exports = [new B(1), new C(), (() => { try { new D() } catch (e) { return e.message } })(), new E(5), new F(true), (() => { try { new F(false) } catch (e) { return e.message } })()]`,
  'super members': `class A { m(x) { return ['A', this.n, x] } get g() { return this.n } static s() { return this.q } } class B extends A { n = 2; m(x) { return super.m(x + 1) } get g() { return super.g + 1 } static q = 9; static s() { return super.s() } set w(v) { super.y = v } }
    const b = new B(); b.w = 4; const o = { __proto__: { f() { return this.z } }, z: 3, f() { return super.f() + 1 } }; module.exports = [b.m(1), b.g, B.s(), b.y, o.f()]`,
  'return overrides': `function a() { try { return 1 } finally { return 2 } } function b() { l: try { return 1 } finally { break l } return 3 } function c() { for (const x of [1, 2]) { try { return x } finally { continue } } return 9 }
    function d() { try { throw new Error('x') } catch { return 1 } finally { } } function e() { try { return (() => { throw 5 })() } catch (q) { return q } finally { } } function f() { let i = 0; try { return i } finally { i = 9 } }
    module.exports = [a(), b(), c(), d(), e(), f()]`,
  sequences: `function f(a) { return a++, a } const g = (a) => (a++, a); async function h(a) { return a++, await a, a } function* i(a) { yield (a++, a); return a, a + 1 } async function* j() { return 1, 2 } const k = { get l() { return 1, 2 } }; function m(a) { try { return a, 3 } finally { } } function n(a) { if (a) throw a, new Error('n') } module.exports = (async () => [f(1), g(1), await h(1), [...i(1)], await j().next(), k.l, m(1), (() => { try { n(1) } catch (e) { return e.message } })()])()`,
  'labels and switch': `function f(n) { let s = ''; outer: for (let i = 0; i < 3; i++) { inner: for (;;) { switch (i) { case 0: s += 'a'; continue outer; case n: s += 'b'; break inner; default: break outer } } s += 'c' } return s } module.exports = [f(1), f(2)]`,
  'new.target': `function F() { return new.target === F } function G() { if (!new.target) return new G(); this.x = 1 } module.exports = [F(), new F() instanceof F, G()]`,
  'optional chains': `const a = { b: { c: () => ({ d: 1 }), z: null }, f() { return this } }; const n = null; module.exports = [a?.b.c().d, n?.b.c.d.e(), a.b?.c?.().d, a.q?.(), a.q?.x.y, delete a?.b.z, delete n?.x, a?.f() === a, a?.['b'].z, (a?.b).z, a.b.z?.y, n?.[a.b.c.d]]`,
  'optional chain errors': `const a = {}; const t = (f) => { try { f() } catch (e) { return e.message } }; module.exports = [t(() => a.b.c), t(() => a?.b.c), t(() => (a?.b).c), t(() => a.b()), t(() => a?.b()), t(() => a.b?.c.d()), t(() => a.b.c())]`,
  'messages of failed calls': `const a = { b: {}, f: () => ({}) , l: [{}] }; class P { #x = {}; y = {}; t() { return this.#x.c() } u() { return this.y.c() } v() { return this.y.z.c() } w() { return new this.y.K() } }
    const t = (f) => { try { f() } catch (e) { return e.message + ' | ' + e.stack.split('\\n')[0] } }; const p = new P();
    module.exports = [t(() => p.t()), t(() => p.u()), t(() => p.v()), t(() => p.w()), t(() => a.b.c()), t(() => a.f().b.c()), t(() => a.f().b()), t(() => a.l[0].c()), t(() => a.l[a.l.length - 1].c()), t(() => new a.b()), t(() => new a.b.c()),
      t(() => { for (const x of a.b); }), t(() => [...a.b]), t(() => t(...a.b)), t(() => { const { x } = a.q }), t(() => { const [x] = a.b }), t(() => a.b\`\`), t(() => a.b.c\`\`), t(() => (a.b || a.c).d()), t(() => (a.b, a.b).d()), t(() => a.b.c = 1 in a.q), t(() => null.x), t(() => a.q.r = 1), t(() => a.q.r++), t(() => a.q.r += 1), t(() => a.b.$x_y()), t(() => Date.now().foo()), t(() => undefinedName.x), t(() => a.b.c.d), t(() => a.b instanceof a.b), t(() => { class X extends a.b {} }), t(() => { let q = q0.x; const q0 = 1 })]`,
  'catch variables of every form': `const t = []; try { ({}).a.b } catch ({ message }) { t.push(message) } try { throw 1 } catch { t.push(2) } try { null.x } catch (e) { { let e = 3; t.push(e) } } function f() { try { const o = {}; o.p.q() } catch ({ name, message: m }) { return name + m } } t.push(f()); function g() { try { const o = { p: {} }; o.p.q() } catch ({ message: m }) { return m } } t.push(g()); module.exports = t`,
  'compound and logical assignment': `let log = []; const o = { get x() { log.push('get'); return 1 }, set x(v) { log.push('set' + v) }, y: 1n, z: '5', n: null }; const f = () => (log.push('o'), o);
    f().x += 2; f().x ||= 3; f().x &&= 4; f().n ??= 6; f().q ??= 7; log.push(f().y++, ++f().y, f().z++, o.z--, --o.z, o.y, o.n, o.q, (f().w = 5), (o.x = 8), (o.x **= 2)); module.exports = log`,
  'order of evaluation in assignment': `const log = []; const o = (n) => (log.push(n), {}); let a = { n: 1 }, b = a; a.x = a = { n: 2 }; o(1).p = o(2).q = o(3); const list = {}; let cur = list; for (const i of [1, 2, 3]) cur = cur.next = { i }; let c = list; c.next = c = { z: 1 }; module.exports = [log, b, a, list, c]`,
  destructuring: `const o = {}; const a = []; [o.x, o.y = 2, ...o.z] = [1, undefined, 3, 4]; ({ p: o.p, q: o['q'] = 5, ...o.r } = { p: 1, s: 2 }); const { length, [o.x]: k = 'd' } = 'ab'; for (o.i of [7, 8]); for (o.j in { w: 1 }); const f = ({ x, y: { z } = { z: 3 } }, [m, , n] = [1, 2, 3]) => [x, z, m, n]; module.exports = [o, length, k, f({ x: 1 })]`,
  'tagged templates': `const tag = (s, ...v) => [s.raw.join('|'), v, s === tag.last ? 'same' : (tag.last = s, 'new')]; const o = { t: tag }; const f = () => o.t\`a\${o.t.length}b\\n\`; module.exports = [f(), f(), \`x\${o.t.name}y\`]`,
  'spread and calls': `const o = { a: [1, 2], f(...x) { return [this === o, x] } }; module.exports = [o.f(...o.a, 3), Math.max(...o.a), [...o.a, ...'xy'], { ...o.a, ...null }, new Array(...o.a)]`,
  accessors: `const log = []; const o = { get v() { log.push('g'); return this._v }, set v(x) { log.push('s'); this._v = x }, get get() { return 'get' }, set set(x) { this._s = x }, static: 1, async: 2, get async2() { return 3 } }; o.v = 1; o.v++; o.set = 4; class A { static get x() { return this.y ?? 1 } static set x(v) { this.y = v } get get() { return 7 } } A.x = A.x + 1; module.exports = [log, o.v, o.get, o._s, A.x, new A().get, o.static, o.async, o.async2]`,
  'automatic semicolons': `let a = { b: 1, c: { d: 2 } }
    let x = a
    a.c.d++
    const y = a
    a.c.d += 1
    let z = () => a
    a.c.e = 3
    ;[1].forEach((n) => { a.n = n })
    if (a) a.c.d++
    else a.c.d--
    do a.c.d++
    while (a.c.d < 3)
    lbl: a.c.f = 1
    for (const q of [1]) a.c.g = q
    module.exports = [a, x === a, y === a, z() === a]
    a.c
    a.b`,
  generators: `function* g(a, b = 2) { const x = yield a; try { yield x + b; yield 'more' } finally { yield 'cleanup' } return 'end' } const i = g(1); const r = [i.next('ignored'), i.next(5), i.return('r'), i.next(), i.next()];
    function* d() { try { const r = yield* g(7); yield r } catch (e) { yield 'caught ' + e } } const j = d(); r.push(j.next(), j.next(1), j.throw('boom'), j.next(), j.next()); const k = g(); k.return(1); const o = { *m() { yield* [1, 2] } }; r.push([...o.m()], [...g.call(null, 1)], g(1) instanceof g, Object.getPrototypeOf(g).constructor.name, g.prototype.constructor);
    function* early() { throw new Error('at first next') } const l = early(); r.push((() => { try { l.next() } catch (e) { return e.message } })()); function* args() { yield* arguments } r.push([...args(1, 2, 3)]); function* dup(a) { 'use strict'; yield a } r.push([...dup(4)]); module.exports = r`,
  'generator parameters throw at the call': `function* g({ a }, b = a.c) { yield 1 } module.exports = (() => { try { g({}); return 'no' } catch (e) { return e.message } })()`,
  'iterator close': `const log = []; const it = { [Symbol.iterator]() { return { next: () => ({ value: 1, done: false }), return(v) { log.push('closed'); return {} } } } }; for (const x of it) { if (x) break } const [q] = it; function f() { for (const x of it) return x } log.push(f()); try { for (const x of it) throw new Error('t') } catch (e) { log.push(e.message) } module.exports = log`,
  'async order of microtasks': `const log = []; const p = (n) => Promise.resolve(n); async function a() { log.push('a1'); await null; log.push('a2'); return 'ra' } async function b() { log.push('b1'); const x = await a(); log.push('b2', x); return p('rb') } async function c() { try { return await p('c') } finally { log.push('cf') } }
    class K { async m(x) { await x; return this.v } v = 3; static async s() { throw new TypeError('s') } n = async () => this.v } const k = new K();
    module.exports = (async () => { b().then((x) => log.push('then', x)); c().then((x) => log.push(x)); p().then(() => log.push('m1')).then(() => log.push('m2')).then(() => log.push('m3')).then(() => log.push('m4')).then(() => log.push('m5')); log.push('sync'); log.push(await k.m(1), await k.n(), await K.s().catch((e) => e.message)); for (let i = 0; i < 8; i++) await null; return log })()`,
  'async rejections and finally': `const log = []; async function f(x) { try { await (x ? Promise.reject(new Error('r' + x)) : 1); log.push('ok'); return 'v' } catch (e) { log.push(e.message); if (x > 1) throw e; return 'c' } finally { log.push('f'); await null; log.push('f2') } }
    async function g() { try { return await f(0) } finally { return 'over' } } async function h() { for (const i of [1, 2, 3]) { try { await f(i) } catch (e) { log.push('h' + e.message); continue } finally { log.push('hf') } } }
    module.exports = (async () => { log.push(await f(0), await f(1), await f(2).catch((e) => 'rej ' + e.message), await g()); await h(); return log })()`,
  'for await': `const log = []; const src = { async *[Symbol.asyncIterator]() { try { yield 1; yield Promise.resolve(2); yield 3 } finally { log.push('closed') } } };
    async function f() { for await (const x of src) { log.push(x); if (x === 2) break } for await (const y of [Promise.resolve(4), 5]) log.push(y); outer: for (const i of [1, 2]) { for await (const z of src) { if (z === 2) continue outer; log.push('z' + z) } } for await (const w of src) return w }
    module.exports = f().then((v) => [v, log])`,
  'async generators': `const log = []; async function* g(a) { const x = yield a; log.push(x); try { yield await Promise.resolve(2); yield Promise.reject(new Error('q')) } catch (e) { log.push(e.message); yield* [8, 9] } finally { log.push('fin') } return 'done' }
    module.exports = (async () => { const i = g(1); log.push(await i.next('n'), await i.next('x'), await i.next(), await i.next(), await i.next(), await i.next()); const j = g(2); log.push(await j.next(), await j.return('r')); const k = g(3); await k.next(); const t = await Promise.all([k.next(1), k.next(2)]); log.push(t); const m = g(4); log.push(await m.throw(new Error('t')).catch((e) => e.message)); return log })()`,
  'await in odd places': `const o = { a: Promise.resolve({ b: 5 }), l: [1, 2] }; async function f(x = 1) { const { b } = await o.a; o.v = await 7; o.v += await 1; (await o.a).b++; const t = \`\${await 'q'}\`; const u = [await 1, ...(await o.l)]; return [b, o.v, (await o.a).b, t, u, await (async () => await x)(), (await o.l).length, -(await 3), typeof await 1, !(await 0)] } module.exports = f()`,
  'var and function of one name': `function f() { var x = 1; function x() {} return typeof x } function g() { return typeof h; function h() {} function h(a) {} } function k(a) { function a() {} return typeof a } function m() { { function n() { return 1 } } return n() } function p(c) { if (c) { function q() { return 'q' } } return typeof q } module.exports = [f(), g(), k(1), m(), p(1), p(0)]`,
  'hoisting inside functions': `function f() { return g() + h.name; function g() { return i } var i; var h = function () {} } function k() { try { return l() } catch (e) { return e.message } ; function l() { return m } let m = 1 } module.exports = [(() => { try { return f() } catch (e) { return e.message } })(), k()]`,
  'eval and with': `function f(a) { var b = 2; eval('var c = a + b; b = 9'); return [b, c, typeof d] } function g(o) { with (o) { x = 5; return y.z } } function g2(o) { with (o) { return ((a) => a.z)(y) } } function h() { return eval('arguments.length + this.q') } module.exports = [f(1), g({ x: 1, y: { z: 3 } }), g2({ y: { z: 4 } }), h.call({ q: 1 }, 1, 2), (0, eval)('typeof f'), new Function('a', 'return a + 1')(1)]`,
  'closures in loops': `const fs = []; for (let i = 0; i < 3; i++) fs.push(() => i); for (var j = 0; j < 2; j++) fs.push(() => j); for (const k in { a: 1 }) fs.push(() => k); module.exports = fs.map((f) => f())`,
  'recursion to the limit': `let n = 0; function f() { n++; return f() + 1 } module.exports = (() => { try { f() } catch (e) { return [e instanceof RangeError, e.message, n > 500] } })()`,
  'proxies see what they saw': `const log = []; const p = new Proxy({ a: 1, f() { return this === p } }, { get(t, k, r) { log.push('get ' + String(k)); return Reflect.get(t, k, r) }, set(t, k, v, r) { log.push('set ' + String(k)); return Reflect.set(t, k, v, r) }, has(t, k) { log.push('has'); return k in t }, getPrototypeOf(t) { log.push('proto'); return Object.getPrototypeOf(t) }, ownKeys(t) { log.push('keys'); return Reflect.ownKeys(t) }, getOwnPropertyDescriptor(t, k) { log.push('desc'); return Reflect.getOwnPropertyDescriptor(t, k) }, defineProperty(t, k, d) { log.push('def ' + String(k)); return Reflect.defineProperty(t, k, d) } }); const id = (x) => x; id(p); p.a; p.b = 2; p.a += 1; p.c ??= 3; p.f(); class H { h = p; m() { return this.h.a } } new H().m(); id([p]); id({ p }); module.exports = log`,
  'getters are read as often as before': `let n = 0; const o = { get x() { n++; return { y: 1 } } }; o.x; o.x.y; o.x?.y; const { x } = o; void o.x; if (o.x.y) n += 10; const id = (v) => v; id(o); id([o]); id({ ...o }); module.exports = n`,
  'objects that cannot take a reference': `'use strict'; const id = (x) => x; const f = Object.freeze({ a: 1 }); const s = Object.seal([1]); const n = Object.create(null); const e = Object.preventExtensions(new (class Q { w = 1 })()); module.exports = [id(f), id(s), id(n), id(e), id(globalThis) === globalThis, id(Symbol('s')), id(10n), id(-0), id(NaN), id(2 ** 40), Object.getOwnPropertyNames(id(f)), Reflect.ownKeys(id(e))]`,
  'patched intrinsics': `const save = [Array.prototype[Symbol.iterator], Map.prototype.get, WeakMap.prototype.get, Array.prototype.push, Object.getPrototypeOf]; const log = []; try { Array.prototype[Symbol.iterator] = function () { log.push('iter'); return save[0].call(this) }; Map.prototype.get = function (k) { log.push('get'); return save[1].call(this, k) }; WeakMap.prototype.get = () => { log.push('wget') }; Array.prototype.push = function (...a) { log[log.length] = 'push'; return save[3].apply(this, a) }; Object.getPrototypeOf = () => { log[log.length] = 'proto' }; class A { x = { y: 'z' }; m(a, ...b) { return this.x.y + a } } new A().m('q', 1, 2); (function* () { yield 1 })().next() } finally { Array.prototype[Symbol.iterator] = save[0]; Map.prototype.get = save[1]; WeakMap.prototype.get = save[2]; Array.prototype.push = save[3]; Object.getPrototypeOf = save[4] } module.exports = log`,
  'html-like comments and numbers': `<!-- a comment
    const o = { x: { toFixed: 1 } }; module.exports = [o.x.toFixed, 1..toFixed(1), 0x10.toString(), o /* c */ . /* d */ x // e
      .toFixed]
    --> another`,
  'functions as text positions': `const o = { f(a) { return a }, 'g h'() { return 1 }, 12() { return 2 }, [Symbol.iterator]: function* () { yield 3 }, async *k() {}, get() { return 4 }, set() { return 5 }, async() { return 6 }, static() { return 7 }, await() { return 8 } }; module.exports = [o.f(1), o['g h'](), o[12](), [...o], o.get(), o.set(), o.async(), o.static(), o.await()]`,
  'arrow forms': `const a = x => x, b = (x) => ({ x }), c = x => y => [x, y], d = async x => (await x, x), e = () => [], f = (x, y) => (x, y), g = x => { }, h = x => /* c */ x // d
    , i = async () => ({ v: 1 }), j = x => x ? x => -x : null, k = (a => a)(5), l = ({ x }) => x, m = ([x] = [7]) => x; module.exports = (async () => [a(1), b(2), c(3)(4), await d(5), e(), f(6, 7), g(), h(8), await i(), j(1)(2), k, l({ x: 1 }), m()])()`,
  'argument objects': `function f() { return [].slice.call(arguments) } function g() { return (() => arguments[1])() } function h(arguments) { return arguments } function i() { var arguments = 3; return arguments } const o = { m() { return arguments.length } }; class A { constructor() { this.n = arguments.length } } module.exports = [f(1, 2), g(3, 4), h(5), i(), o.m(1, 2, 3), new A(1, 2).n]`,
  'functions used as constructors': `function P(x) { this.x = x } P.prototype.get = function () { return this.x }; function Q() { P.call(this, 5) } Q.prototype = Object.create(P.prototype); Q.prototype.constructor = Q; module.exports = [new P(1).get(), new Q().get(), new Q() instanceof P, (() => { try { P.prototype.get.x.y } catch (e) { return e.message } })()]`,
  'exceptions of every type': `const t = []; for (const v of [null, undefined, 0, 'x', Symbol.iterator, { a: 1 }, Object.freeze(new Error('f')), class {}, 5n]) { const f = () => { throw v }; try { f() } catch (e) { t.push(e === v) } } class MyError extends Error { constructor(m, o) { super(m, o); this.code = 7 } } const g = () => { throw new MyError('m', { cause: new Error('c') }) }; try { g() } catch (e) { t.push(e.message, e.cause.message, e.code, e.name, e.constructor.name) } module.exports = t`,
  'error stacks name functions as before': `function outer() { return inner() } const inner = () => { throw new Error('s') }; const o = { m() { outer() } }; class A { static s() { o.m() } constructor() { A.s() } get g() { return new A() } } const f = (() => { try { new (class { y = 1 }); A.prototype.g } catch (e) { return e.stack.split('\\n').slice(1, 7).map((l) => l.replace(/\\(?(\\/|file:|eval|<anonymous>).*/, '').trim()) } }); module.exports = f()`,
};

describe.each(Object.entries(SNIPPETS))('%s', (_name, code) => {
  it('is the same bare, recording and off', async () => {
    const bare = await outcome(() => evaluate(code));
    const bench = new Bench({ values: { mode: 'shallow', depth: 2, members: 32, bytes: 1024 } });
    const recording = await outcome(() => bench.run(code));
    expect(recording).toBe(bare);
    const operations = bench.operations();
    expect(operations.length).toBeGreaterThan(0);
    const off = new Bench();
    const text = off.weave(code);
    off.engine.stop();
    expect(await outcome(() => evaluate(text))).toBe(bare);
  });
});
