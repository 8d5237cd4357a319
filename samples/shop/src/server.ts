import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { UnknownProduct, type Catalog } from './catalog.js';
import type { Customers } from './customers.js';
import { OutOfStock, type Inventory } from './inventory.js';
import type { OrderBook, OrderRequest } from './orders.js';
import { CardDeclined } from './payment.js';
import { makeReport } from './report.js';

async function readJson(request: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return JSON.parse(text);
}

/** The HTTP API: GET /products, POST /orders, GET /orders/:id, GET /report. */
export class ShopServer {
  readonly #server: Server;

  constructor(
    private readonly catalog: Catalog,
    private readonly inventory: Inventory,
    private readonly customers: Customers,
    private readonly orders: OrderBook,
  ) {
    this.#server = createServer((request, response) => void this.#handle(request, response));
  }

  listen(port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, '127.0.0.1', () => {
        const address = this.#server.address();
        resolve(typeof address === 'object' && address !== null ? address.port : port);
      });
    });
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const { status, body } = await this.#route(request);
      this.#answer(response, status, body);
    } catch (error) {
      this.#answer(response, statusOf(error), { error: (error as Error).message });
    }
  }

  async #route(request: IncomingMessage): Promise<{ status: number; body: unknown }> {
    const { pathname } = new URL(request.url ?? '/', 'http://shop');
    switch (`${request.method} ${pathname}`) {
      case 'GET /products':
        return {
          status: 200,
          body: [...this.catalog].map((p) => ({ label: p.label(), left: this.inventory.left(p.sku) })),
        };
      case 'POST /orders': {
        const wanted = (await readJson(request)) as OrderRequest;
        const order = await this.orders.place(this.customers.named(wanted.customer), wanted);
        return { status: 201, body: { id: order.id, total: String(order.total) } };
      }
      case 'GET /report':
        return { status: 200, body: await makeReport(this.orders) };
      default: {
        const order = this.orders.find(pathname.replace('/orders/', ''));
        if (order === undefined) return { status: 404, body: { error: `nothing at ${pathname}` } };
        return { status: 200, body: { id: order.id, state: order.state, total: String(order.total) } };
      }
    }
  }

  #answer(response: ServerResponse, status: number, body: unknown): void {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(`${JSON.stringify(body)}\n`);
  }
}

function statusOf(error: unknown): number {
  if (error instanceof CardDeclined) return 402;
  if (error instanceof OutOfStock) return 409;
  if (error instanceof UnknownProduct) return 404;
  return 400;
}
