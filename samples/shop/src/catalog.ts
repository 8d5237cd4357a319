import { readFile } from 'node:fs/promises';
import { Money } from './money.js';

interface CatalogLine {
  sku: string;
  name: string;
  cents: number;
  stock: number;
  bestBeforeDays?: number;
}

export class Product {
  static #count = 0;

  constructor(
    readonly sku: string,
    readonly name: string,
    readonly price: Money,
  ) {
    Product.#count += 1;
  }

  static get count(): number {
    return Product.#count;
  }

  label(): string {
    return `${this.name} (${this.sku})`;
  }
}

export class PerishableProduct extends Product {
  constructor(
    sku: string,
    name: string,
    price: Money,
    readonly bestBeforeDays: number,
  ) {
    super(sku, name, price);
  }

  override label(): string {
    return `${super.label()}, best within ${this.bestBeforeDays} days`;
  }
}

export class UnknownProduct extends Error {
  override readonly name = 'UnknownProduct';
}

export class Catalog {
  readonly #products = new Map<string, Product>();
  readonly stock = new Map<string, number>();

  static async load(file: URL): Promise<Catalog> {
    const catalog = new Catalog();
    const lines = JSON.parse(await readFile(file, 'utf8')) as CatalogLine[];
    for (const line of lines) catalog.add(line);
    return catalog;
  }

  add({ sku, name, cents, stock, bestBeforeDays }: CatalogLine): void {
    const price = new Money(cents);
    const product =
      bestBeforeDays === undefined
        ? new Product(sku, name, price)
        : new PerishableProduct(sku, name, price, bestBeforeDays);
    this.#products.set(sku, product);
    this.stock.set(sku, stock);
  }

  find(sku: string): Product {
    const product = this.#products.get(sku);
    if (product === undefined) throw new UnknownProduct(`no product "${sku}"`);
    return product;
  }

  *[Symbol.iterator](): IterableIterator<Product> {
    yield* this.#products.values();
  }
}
