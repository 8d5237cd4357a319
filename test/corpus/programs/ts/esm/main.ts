// TypeScript as ES modules: .js specifiers that mean .ts, top-level await, cycles, import of CommonJS TypeScript, stacks, uncaught errors.
import { Store, type Item } from './lib/store.js';
import legacy from './lib/legacy.cjs';
import { readFile } from 'node:fs/promises';
const store = new Store<Item>(); store.add({ id: 1 }); store.add({ id: 2 });
console.log([...store].map((i) => i.id), store.size, legacy.value, import.meta.url.endsWith('main.ts'), typeof (await readFile(new URL(import.meta.url), 'utf8')));
try { store.get(9); } catch (e) { console.log((e as Error).stack!.split('\n').slice(0, 3).join('\n')); }
const { dynamic } = await import('./lib/dynamic'); console.log(await dynamic<string>('x'), Store.name, Store.prototype.get.toString());
async function last(): Promise<never> {
  await null;
  throw new RangeError('the end') as Error;
}
await last();
