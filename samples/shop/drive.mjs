// Sends the shop a few requests. usage: node drive.mjs http://127.0.0.1:PORT
const base = process.argv[2] ?? 'http://127.0.0.1:8321';

async function ask(method, path, body) {
  const answer = await fetch(base + path, body === undefined ? { method } : { method, body: JSON.stringify(body) });
  console.log(`${method} ${path} -> ${answer.status} ${(await answer.text()).trim()}`);
}

const order = (customer, items, more = {}) => ask('POST', '/orders', { customer, card: '4111-1234', items, ...more });

await ask('GET', '/products');
await order('ann', [{ sku: 'pen', quantity: 2 }]);
await order('bob', [{ sku: 'ink', quantity: 3 }], { coupon: 'SAVE15' });
await order('cem', [{ sku: 'bread', quantity: 9 }]);
await order('dee', [{ sku: 'book', quantity: 1 }], { card: '4111-0000' });
await order('eve', [
  { sku: 'pen', quantity: 1 },
  { sku: 'milk', quantity: 4 },
]);
await ask('GET', '/orders/order-5');
await ask('GET', '/report');
