// The realistic program of the benchmarks: 64 JSON orders are parsed, validated, priced, grouped and formatted each round, about
// 4,000 calls and 15,000 field accesses. Prints one JSON line: median microseconds per round after warm-up, rounds, calls.
// usage: node orders.mjs [seconds]

class Money {
  constructor(cents, currency) {
    this.cents = cents;
    this.currency = currency;
  }
  plus(other) {
    return new Money(this.cents + other.cents, this.currency);
  }
  times(quantity) {
    return new Money(this.cents * quantity, this.currency);
  }
  format() {
    const whole = Math.trunc(this.cents / 100);
    const rest = this.cents % 100;
    return whole + '.' + (rest < 10 ? '0' : '') + rest + ' ' + this.currency;
  }
}

class Line {
  constructor(sku, quantity, price) {
    this.sku = sku;
    this.quantity = quantity;
    this.price = price;
    this.discount = 0;
  }
  total() {
    const gross = this.price.times(this.quantity);
    if (this.discount === 0) return gross;
    return new Money(Math.round((gross.cents * (100 - this.discount)) / 100), gross.currency);
  }
}

class Order {
  constructor(id, customer) {
    this.id = id;
    this.customer = customer;
    this.lines = [];
    this.state = 'new';
    this.net = null;
    this.tax = null;
  }
  add(line) {
    this.lines.push(line);
    return this;
  }
  sum() {
    let total = new Money(0, 'EUR');
    for (let i = 0; i < this.lines.length; i += 1) total = total.plus(this.lines[i].total());
    this.net = total;
    return total;
  }
}

class Validator {
  constructor(limits) {
    this.limits = limits;
    this.errors = 0;
  }
  text(value) {
    if (typeof value === 'string' && value.length <= this.limits.text) return true;
    this.errors += 1;
    return false;
  }
  count(value) {
    if (value > 0 && value <= this.limits.quantity) return true;
    this.errors += 1;
    return false;
  }
  order(raw) {
    if (!this.text(raw.id) || !this.text(raw.customer.name) || !this.text(raw.customer.country)) return false;
    for (let i = 0; i < raw.lines.length; i += 1) {
      const line = raw.lines[i];
      if (!this.text(line.sku) || !this.count(line.quantity)) return false;
    }
    return true;
  }
}

class Pricing {
  constructor(rates) {
    this.rates = rates;
    this.bulkFrom = 8;
    this.bulkPercent = 5;
  }
  discount(line) {
    if (line.quantity >= this.bulkFrom) line.discount = this.bulkPercent;
    return line;
  }
  tax(order) {
    const rate = this.rates[order.customer.country] ?? 20;
    order.tax = new Money(Math.round((order.net.cents * rate) / 100), order.net.currency);
    return order.tax;
  }
}

class Pipeline {
  constructor() {
    this.validator = new Validator({ text: 64, quantity: 1000 });
    this.pricing = new Pricing({ DE: 19, FR: 20, IE: 23 });
    this.done = 0;
  }
  build(raw) {
    const order = new Order(raw.id, raw.customer);
    for (let i = 0; i < raw.lines.length; i += 1) {
      const line = raw.lines[i];
      order.add(this.pricing.discount(new Line(line.sku, line.quantity, new Money(line.cents, 'EUR'))));
    }
    return order;
  }
  format(order) {
    let text = order.id + ' ' + order.customer.name + ':';
    for (let i = 0; i < order.lines.length; i += 1) {
      const line = order.lines[i];
      text += ' ' + line.quantity + 'x' + line.sku;
    }
    return text + ' = ' + order.net.plus(order.tax).format();
  }
  run(raw) {
    if (!this.validator.order(raw)) throw new Error('invalid order ' + raw.id);
    const order = this.build(raw);
    order.sum();
    this.pricing.tax(order);
    order.state = 'priced';
    this.done += 1;
    return this.format(order);
  }
}

const inputs = Array.from({ length: 64 }, (_, n) =>
  JSON.stringify({
    id: 'o-' + n,
    customer: { name: 'customer ' + (n % 7), country: ['DE', 'FR', 'IE', 'AT'][n % 4] },
    lines: Array.from({ length: 4 + (n % 5) }, (_unused, k) => ({
      sku: 'sku-' + ((n * 7 + k) % 40),
      quantity: 1 + ((n + k) % 11),
      cents: 199 + ((n * 13 + k * 7) % 900),
    })),
  }),
);

function round(pipeline) {
  let length = 0;
  for (let i = 0; i < inputs.length; i += 1) length += pipeline.run(JSON.parse(inputs[i])).length;
  return length;
}

const seconds = Number(process.argv[2] ?? 2);
const pipeline = new Pipeline();
let check = 0;
const warmUntil = performance.now() + 600;
while (performance.now() < warmUntil) check = round(pipeline);
const times = [];
const until = performance.now() + seconds * 1000;
while (performance.now() < until) {
  const begin = performance.now();
  for (let i = 0; i < 10; i += 1) check = round(pipeline);
  times.push((performance.now() - begin) * 100);
}
times.sort((a, b) => a - b);
console.log(JSON.stringify({ median: times[times.length >> 1], rounds: pipeline.done / inputs.length, check }));
