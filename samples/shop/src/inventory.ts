import type { Product } from './catalog.js';

export class OutOfStock extends Error {
  override readonly name = 'OutOfStock';
}

/** Takes products out of stock for an order; what is not confirmed in time goes back. */
export class Inventory {
  readonly #stock: Map<string, number>;
  readonly #timers = new Map<string, NodeJS.Timeout>();
  static readonly holdMillis = 2_000;

  constructor(stock: Map<string, number>) {
    this.#stock = stock;
  }

  reserve(orderId: string, product: Product, quantity: number): void {
    const left = this.#stock.get(product.sku) ?? 0;
    if (left < quantity) throw new OutOfStock(`${product.label()}: ${left} left, ${quantity} wanted`);
    this.#stock.set(product.sku, left - quantity);
    const timer = setTimeout(() => this.release(orderId, product, quantity), Inventory.holdMillis);
    timer.unref();
    this.#timers.set(`${orderId}/${product.sku}`, timer);
  }

  confirm(orderId: string): void {
    for (const [key, timer] of this.#timers) {
      if (!key.startsWith(`${orderId}/`)) continue;
      clearTimeout(timer);
      this.#timers.delete(key);
    }
  }

  release(orderId: string, product: Product, quantity: number): void {
    this.#timers.delete(`${orderId}/${product.sku}`);
    this.#stock.set(product.sku, (this.#stock.get(product.sku) ?? 0) + quantity);
  }

  left(sku: string): number {
    return this.#stock.get(sku) ?? 0;
  }
}
