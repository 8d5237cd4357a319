// Destructuring, spread, optional chains, compound and logical assignment, evaluation order.
const log = (...a) => console.log(...a); const order = []; const t = (n, v) => (order.push(n), v);
const { a, b: { c = t('c', 3), ...bRest } = { d: 4 }, ['x' + 1]: comp = t('comp', 'def'), ...rest } = { a: 1, e: 5, f: 6 }; log(a, c, bRest, comp, rest);
const [p, , q = t('q', 9), [r, ...rs] = [7, 8], ...tail] = [1, 2, undefined, undefined, 5, 6]; log(p, q, r, rs, tail);
let x, y, z; const o = {}; ({ x, y: o.prop, z: o['comp' + 1] = 'dz', ...o.rest } = { x: 1, y: 2, w: 3 }); [x, y, o.arr, ...[z]] = [y, x, 'arr', 'z']; log(x, y, z, o); [x, y] = [y, x]; log(x, y);
for (const { k, v = 'dv' } of [{ k: 1 }, { k: 2, v: 3 }]) log(k, v); for (const [i, ch] of [...'ab'].entries()) log(i, ch); for (o.each of [1, 2]) log(o.each); for (o['e' + 1] in { k1: 1 }) log(o.e1);
function f({ a = 1, b: { c } = { c: 2 } } = {}, [d, e = d] = [3], ...{ length }) { return [a, c, d, e, length]; } log(f(), f({ a: 5 }, [6], 7, 8));
const n = null; log(n?.x, n?.[t('never')], n?.x.y.z(t('never')), n?.(t('never')), o?.prop, o.nope?.(), o.f?.x, o?.['prop'], delete n?.x);
const m = { count: 1, self() { return this; }, fn() { return this === m; }, nested: { fn() { return this === m.nested; } } }; log(m.fn?.(), m?.fn(), m.nested?.fn(), m?.nested?.['fn'](), (m?.fn)(), m.self?.().count, m?.self().nested.fn?.());
m.count += 1; m.count -= 5; m.count *= 3; m.count /= 2; m.count %= 7; m.count **= 2; m.count <<= 2; m.count >>= 1; m.count >>>= 1; m.count |= 8; m.count &= 15; m.count ^= 5; log(m.count); m.str = 'a'; m.str += t('s', 'b') + m.str; log(m.str);
m.u ??= t('u', 'set'); m.u ??= t('never', 1); m.zero = 0; m.zero ||= t('z', 'or'); m.zero &&= t('an', 'and'); m.empty &&= t('never', 2); log(m.u, m.zero, m.empty, 'empty' in m);
log(m.count++ + ++m.count, m.count-- - --m.count, m['count']++, -m.count, m.big = 5n, m.big++, m.big, typeof (m.date = new Date(0)), m.nan++, m.nan);
t('recv', m)[t('key', 'count')] = t('val', 1); t('r2', m).count += t('v2', 2); t('r3', m)[t('k3', 'count')] **= t('v3', 2); log(m.count, order);
const idx = [10, 20, 30]; let i = 0; idx[i++] += idx[i++]; idx[i] = i = 0; log(idx, i); const chain = {}; chain.a = chain.b = chain.c = { v: 1 }; log(chain.a === chain.c, (chain.x = 1, chain.y = 2), chain);
log({ ...m.nested, ...null, ...'ab', ...[1], get g() { return 1; }, __proto__: null, ['__proto__']: 2 }, [...'xy', ...new Set([1])], Math.max(...[1, 5, 3]), [, 1, ,].length);
let self = { n: 1 }; self.next = self = { n: 2 }; log(self); var hoistedFn = function () { return hoistedFn; }; hoistedFn.p = hoistedFn; log(hoistedFn.p === hoistedFn.p.p); const sw = { k: 'b' }; switch (sw.k) { case 'a': log('a'); break; case sw.k: log('own'); }
const { length } = 'hello'; const { [Symbol.iterator]: iter } = []; log(length, typeof iter); const fnNames = { f: () => {}, g: function () {}, h: class {}, ['c' + 1]: () => {} }; const { nf = () => {}, nc = class {} } = {}; let af; af = () => {}; o.of = () => {}; let lf; lf ??= function () {}; log(Object.values(fnNames).map((f) => f.name), nf.name, nc.name, af.name, o.of.name, lf.name);
