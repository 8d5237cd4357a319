import { Money } from './money.js';
import type { OrderBook } from './orders.js';

export interface Report {
  orders: number;
  revenue: string;
  byCustomer: Record<string, string>;
}

/** Revenue over all paid orders. */
export async function makeReport(orders: OrderBook): Promise<Report> {
  const sums = new Map<string, Money>();
  let revenue = Money.zero;
  let count = 0;
  for await (const order of orders.paid()) {
    count += 1;
    revenue = revenue.plus(order.total);
    const { name } = order.customer;
    sums.set(name, (sums.get(name) ?? Money.zero).plus(order.total));
  }
  return {
    orders: count,
    revenue: String(revenue),
    byCustomer: Object.fromEntries([...sums].map(([name, sum]) => [name, String(sum)])),
  };
}
