// TypeScript as CommonJS: enums, namespaces, parameter properties, import =, aliases, extensionless and .js imports, stacks, interop.
import path, { basename } from 'node:path';
import * as ns from './lib/models';
import { Order, type OrderLine, Status } from './lib/models.js';
import fallback, { helper } from '@lib/helper';
import { Order as Same } from 'exact';
import fs = require('node:fs');
import * as folder from './lib';
import type { Unused } from './does-not-exist';

const enum Inline { A = 'a', B = 'b' }
enum Numbers { One = 1, Two, Computed = 'xyz'.length, Neg = -1 }
namespace Geometry { export const unit = 1; export namespace Inner { export function area(r: number): number { return r * r * unit; } } }
declare global { interface Array<T> { custom?: T } }
abstract class Shape<T extends object = {}> { abstract area(): number; protected constructor(protected readonly name: string, public options?: T) {} declare ghost: string; definite!: string; }
class Square extends Shape<{ q: number }> { static #made = 0; constructor(private side: number) { super('square', { q: 1 }); Square.#made++; } override area(): number { return this.side ** 2; } get made(): number { return Square.#made; } }
function overloaded(a: string): string; function overloaded(a: number): number; function overloaded(a: unknown): unknown { return a; }
function assertIsString(v: unknown): asserts v is string { if (typeof v !== 'string') throw new TypeError(`not a string: ${String(v)}`); }
const generic = <T,>(value: T): T => value; const sat = { a: 1 } satisfies Record<string, number>; let bang: string | undefined = 'x';
console.log(Inline.A, Numbers.Two, Numbers[2], Numbers.Computed, Numbers.Neg, Geometry.Inner.area(3), new Square(4).area(), new Square(1).made, Object.keys(new Square(2)));
console.log(overloaded('a'), generic<number>(5), sat.a, bang!.length, (<any>bang).length, basename(__filename), path.sep, typeof fs.readFileSync, typeof require, module === require.main, exports !== undefined);
console.log(Order === Same, ns.Order === Order, Status.Open, new Order(1, [{ sku: 'a', price: 2, qty: 3 }] as OrderLine[]).total(), helper(2), fallback, folder.where, Object.keys(ns));
try { assertIsString(5); } catch (e) { console.log((e as Error).stack!.split('\n').slice(0, 3).join('\n')); }
class Deep { run(): string { return this.inner(); } private inner(): string { return new Error('deep').stack!.split('\n').slice(0, 4).join('\n'); } }
console.log(new Deep().run(), Deep.prototype.run.toString());
(async () => { const m = await import('./lib/esm.mjs'); console.log(Object.keys(m), m.default, (await import('./lib/models.js')).Status.Closed); const { late } = await import('./lib/esm2.mts' as string); console.log(late); })();
function fails(order?: Order): number {
  const lines: OrderLine[] | undefined = order?.lines;
  return lines!.length;
}
setTimeout(() => {
  console.log(fails(new Order(2, [])));
  fails();
}, 300);
