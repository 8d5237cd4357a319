// Order of microtasks, ticks, timers and immediates; async functions, rejection handling, await of thenables.
const out = []; const p = (x) => out.push(x);
async function a1() { p('a1 start'); await a2(); p('a1 end'); } async function a2() { p('a2'); } async function a3() { return Promise.resolve('a3v'); } async function a4() { return 'a4v'; } const arrow = async () => { p('arrow'); await undefined; p('arrow end'); };
setTimeout(() => { p('timeout'); setImmediate(() => p('immediate')); setTimeout(() => p('timeout 2'), 5); process.nextTick(() => p('tick in timer')); queueMicrotask(() => p('micro in timer')); }, 0);
process.nextTick(() => p('tick')); queueMicrotask(() => p('micro'));
a1(); a3().then((v) => p(v)); a4().then((v) => p(v)); arrow();
Promise.resolve().then(() => p('t1')).then(() => p('t2')).then(() => p('t3')).then(() => p('t4'));
new Promise((r) => { p('executor'); r(); p('after resolve'); }).then(() => p('then'));
(async () => { try { await Promise.reject(new Error('x')); } catch (e) { p('caught ' + e.message); } finally { p('fin'); } })();
(async () => { const thenable = { then(r) { p('then called'); r('thenable'); } }; p(await thenable); })();
(async () => { for (const x of [1, 2]) { await x; p('loop ' + x); } return 'r'; })().finally(() => p('finally'));
(async () => { await null; await null; await null; p('three'); })();
class C { async m(x) { await x; return this; } static async s() { await 1; throw new TypeError('s'); } #p = 1; async q() { return (await this.m(1)).#p; } get g() { return (async () => 'g')(); } }
new C().m(1).then((v) => p(v instanceof C)); C.s().catch((e) => p(e.name)); new C().q().then(p); new C().g.then(p);
p('sync end');
await new Promise((r) => setTimeout(r, 500)); console.log(out.join('\n')); out.length = 0;
const results = await Promise.allSettled([a4(), C.s(), Promise.any([C.s(), a3()]), Promise.race([a4(), new Promise(() => {})]), Promise.all([1, a3()])]); console.log(results.map((r) => r.status + ':' + (r.reason?.name ?? r.value)));
console.log(await (async function () { return arguments.length; })(1, 2), await (async (x = 5, y = x) => x + y)(), await (async ({ a, ...r }) => r)({ a: 1, b: 2 })); try { await (async (x = (() => { throw new Error('in default'); })()) => x)(); } catch (e) { console.log(e.message); }
const pr = a4(); console.log(pr instanceof Promise, Object.prototype.toString.call(pr), Object.keys(pr), pr.constructor === Promise, a1.constructor.name, Object.getPrototypeOf(a1)[Symbol.toStringTag]);
async function tryReturn() { try { return await C.s(); } catch (e) { return 'recovered'; } finally { p('fin2'); } } async function finallyOverride() { try { throw 1; } finally { return 'override'; } } console.log(await tryReturn(), await finallyOverride(), out);
async function nested() { const inner = async () => { await 1; throw new RangeError('inner'); }; try { await inner(); } catch (e) { throw new Error('outer', { cause: e }); } } try { await nested(); } catch (e) { console.log(e.message, e.cause.message, e.stack.split('\n').slice(0, 3), e.cause.stack.split('\n').slice(0, 4)); }
const seq = []; await Promise.all([1, 2, 3].map(async (n) => { seq.push('s' + n); await null; seq.push('m' + n); await new Promise((r) => setImmediate(r)); seq.push('e' + n); })); console.log(seq.join());
process.on('exit', (c) => console.log('exit', c)); await 0; console.log(await import('node:path').then((m) => typeof m.join), await Promise.resolve(1).then().then((x) => x + 1)); setTimeout(async () => { await 1; console.log('late'); }, 1);
