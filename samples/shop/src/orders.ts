import type { Catalog, Product } from './catalog.js';
import type { Customer } from './customers.js';
import type { Inventory } from './inventory.js';
import type { Journal } from './journal.js';
import { Money } from './money.js';
import type { PaymentGateway } from './payment.js';

export interface OrderRequest {
  customer: string;
  card: string;
  coupon?: string;
  items: { sku: string; quantity: number }[];
}

export type OrderState = 'new' | 'paid' | 'failed';

export class OrderLine {
  constructor(
    readonly product: Product,
    readonly quantity: number,
  ) {}

  get amount(): Money {
    return this.product.price.times(this.quantity);
  }
}

export class Order {
  readonly lines: OrderLine[] = [];
  state: OrderState = 'new';
  total: Money = Money.zero;
  charge: string | undefined;

  constructor(
    readonly id: string,
    readonly customer: Customer,
  ) {}

  price(): Money {
    let sum = Money.zero;
    for (const line of this.lines) sum = sum.plus(line.amount);
    this.total = sum.lessPercent(this.customer.terms.discountPercent);
    return this.total;
  }
}

export class OrderBook {
  readonly #orders = new Map<string, Order>();
  #next = 1;

  constructor(
    private readonly catalog: Catalog,
    private readonly inventory: Inventory,
    private readonly payment: PaymentGateway,
    private readonly journal: Journal,
  ) {}

  async place(customer: Customer, request: OrderRequest): Promise<Order> {
    const order = new Order(`order-${this.#next++}`, customer);
    this.#orders.set(order.id, order);
    if (request.coupon !== undefined) customer.redeem(request.coupon);
    try {
      for (const { sku, quantity } of request.items) {
        const product = this.catalog.find(sku);
        this.inventory.reserve(order.id, product, quantity);
        order.lines.push(new OrderLine(product, quantity));
      }
      order.charge = await this.payment.charge(request.card, order.price());
      this.inventory.confirm(order.id);
      order.state = 'paid';
      customer.orders.push(order.id);
    } catch (error) {
      order.state = 'failed';
      await this.journal.write('failed', { order: order.id, reason: (error as Error).message });
      throw error;
    }
    await this.journal.write('paid', { order: order.id, cents: order.total.cents });
    return order;
  }

  find(id: string): Order | undefined {
    return this.#orders.get(id);
  }

  async *paid(): AsyncGenerator<Order> {
    for (const order of this.#orders.values()) {
      await Promise.resolve();
      if (order.state === 'paid') yield order;
    }
  }
}
