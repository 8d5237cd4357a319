// Stack traces in ES modules: file URLs, top-level await, import() frames, errors of imported modules, async frames.
import { boom, Deep, later } from './lib/throws.mjs'; import cjs from './lib/throwsCjs.cjs'; import { named } from './lib/throwsCjs.cjs'; import { createRequire } from 'node:module';
const show = (e) => console.log(e.stack);
try { boom(); } catch (e) { show(e); } try { new Deep().a.b.c; } catch (e) { show(e); } try { cjs.fail(); } catch (e) { show(e); } try { named(); } catch (e) { show(e); } try { await later(1); } catch (e) { show(e); }
console.log(new Error('top').stack); await null; console.log(new Error('after await').stack); const arrow = () => new Error('arrow').stack; console.log(arrow());
await (async () => { await null; console.log(new Error('iife').stack); })(); for await (const x of [1]) console.log(new Error('in for await').stack);
try { await import('./lib/throwsAtLoad.mjs'); } catch (e) { show(e); } try { createRequire(import.meta.url)('./lib/throwsAtLoad.cjs'); } catch (e) { show(e); } try { await import('./lib/throwsAtLoad.cjs?x'); } catch (e) { show(e); }
try { await import('./lib/syntaxError.mjs'); } catch (e) { console.log(e.name, e.message); } try { await import('data:text/javascript,throw new Error("data")'); } catch (e) { show(e); } try { await import('./lib/missingExport.mjs'); } catch (e) { console.log(e.name, e.message); } try { await import('./lib/nope.mjs'); } catch (e) { console.log(e.name, e.code, e.message); } try { await import('no-such-package'); } catch (e) { console.log(e.name, e.code, e.message); }
console.log(import.meta.url.slice(-10), Object.keys(import.meta), typeof import.meta.resolve, import.meta.resolve('./x.mjs').slice(-6), import.meta.filename?.slice(-10), typeof require, typeof module, typeof __filename, this);
console.log(Object.keys(await import('./lib/throws.mjs')), Object.keys(await import('./lib/throwsCjs.cjs')), (await import('./lib/throws.mjs'))[Symbol.toStringTag]);
setTimeout(() => { Promise.reject(new Error('handled later')).catch(show); }, 1);
