// Generators, async generators, delegation, return and throw, cleanup, for await, iterator protocol.
const log = (...a) => console.log(...a);
function* g(a, b = a) { const x = yield a; log('got', x); try { const y = yield b; log('y', y); return 'done'; } finally { log('cleanup'); yield 'from finally'; } }
const it = g(1); log(it[Symbol.toStringTag], it.next('ignored'), it.next('X'), it.return('R'), it.next(), it.next());
const it2 = g(1, 2); it2.next(); it2.next(); try { log(it2.throw(new Error('thrown in')), it2.next()); } catch (e) { log('caught', e.message); }
const it3 = g(5); try { it3.throw(new Error('before start')); } catch (e) { log(e.message, it3.next()); }
function* inner() { try { const r = yield 'i1'; log('inner got', r); return 'inner result'; } catch (e) { log('inner caught', e.message); yield 'recovered'; } }
function* outer() { const r = yield* inner(); log('delegated result', r); yield* [10, 20]; yield* 'ab'; return r; }
const o = outer(); log(o.next(), o.next('v'), [...o]);
const o2 = outer(); o2.next(); log(o2.throw(new Error('into inner')), o2.next(), o2.next());
for (const x of g(1)) { log('loop', x); if (x === 1) break; }
const [first, ...others] = inner(); log(first, others);
class Tree { constructor(v, l, r) { this.v = v; this.l = l; this.r = r; } *[Symbol.iterator]() { if (this.l) yield* this.l; yield this.v; if (this.r) yield* this.r; } static *range(a, b) { for (let i = a; i < b; i++) yield i; } async *slow() { for (const x of this) { await null; yield x; } } }
const tree = new Tree(2, new Tree(1), new Tree(3)); log([...tree], [...Tree.range(1, 4)], Math.max(...tree), Array.from(tree), new Set(tree).size, Object.fromEntries(Array.from(tree, (x) => [x, x])));
async function* ag(n) { try { for (let i = 0; i < n; i++) { const r = yield i; if (r) log('sent', r); } } finally { log('ag cleanup'); await null; log('after await'); } return 'agr'; }
const a = ag(3); log(a[Symbol.toStringTag], await a.next(), await a.next('hello'), await a.return('early'), await a.next());
for await (const x of ag(2)) log('fa', x);
for await (const x of [Promise.resolve(1), 2]) log('fa arr', x);
for await (const x of tree.slow()) { log('slow', x); if (x === 2) break; }
const parallel = ag(3); log(await Promise.all([parallel.next(), parallel.next(), parallel.next(), parallel.next(), parallel.next()]));
async function* delegating() { const r = yield* ag(1); log('r', r); yield* [Promise.resolve('p')]; throw new Error('ag throws'); }
try { for await (const x of delegating()) log('del', x); } catch (e) { log(e.message); }
const t = ag(3); await t.next(); try { await t.throw(new Error('thrown async')); } catch (e) { log(e.message); }
const closed = []; const iterable = { [Symbol.iterator]() { let i = 0; return { next: () => ({ value: i++, done: false }), return(v) { closed.push('return'); return {}; } }; } };
for (const x of iterable) { if (x > 1) break; } const [p, q] = iterable; try { for (const x of iterable) throw new Error('in loop'); } catch (e) { closed.push(e.message); } log(closed, p, q);
function* lazy() { log('started'); yield 1; } const l = lazy(); log('not yet'); l.next();
const genFn = Object.getPrototypeOf(function* () {}).constructor; log(genFn.name, [...new genFn('a', 'yield a; yield a+1')(1)], Object.getPrototypeOf(g).constructor === genFn);
log(Object.getPrototypeOf(it) === g.prototype, it instanceof g, g.prototype.constructor, typeof it.next); try { new g(); } catch (e) { log(e.message); }
try { it3.next.call({}); } catch (e) { log(e.message); } function* self() { try { s.next(); } catch (e) { log(e.message); } yield 1; } const s = self(); s.next();
function* args() { yield arguments.length; yield* arguments; yield this === undefined; } log([...args(7, 8)]); log([...function* () { yield new.target; }.call({})]);
function* fin() { try { yield 1; } finally { return 'overridden'; } } const ff = fin(); ff.next(); log(ff.return('x')); function* yieldInArgs() { return [yield 1, yield 2, `${yield 3}`, { [yield 4]: yield 5 }]; } const ya = yieldInArgs(); ya.next(); 'abcd'.split('').map((c) => ya.next(c)); log(ya.next('e'));
