import { tmpdir } from 'node:os';
import path from 'node:path';
import { Catalog, Product } from './catalog.js';
import { Customers } from './customers.js';
import { Inventory } from './inventory.js';
import { Journal } from './journal.js';
import { OrderBook } from './orders.js';
import { PaymentGateway } from './payment.js';
import { ShopServer } from './server.js';

const port = Number(process.argv[2] ?? 8321);
const journal = new Journal(process.argv[3] ?? path.join(tmpdir(), `shop-${process.pid}.jsonl`));

const catalog = await Catalog.load(new URL('../data/catalog.json', import.meta.url));
const inventory = new Inventory(catalog.stock);
const orders = new OrderBook(catalog, inventory, new PaymentGateway(), journal);
const server = new ShopServer(catalog, inventory, new Customers(), orders);

const bound = await server.listen(port);
console.log(`shop: ${Product.count} products on http://127.0.0.1:${bound}`);

process.once('SIGTERM', () => {
  server.close();
  console.log('shop: closed');
});
