/**
 * Messages per second: expanding compact entries to Colfer bytes, decoding, encoding; JSON of the same messages in the same run is
 * the baseline. Every figure is the median of interleaved rounds.
 */
import { Expander, type ExpandSink } from '../runtime/src/entry/expand';
import { MessageCollector } from '../runtime/src/entry/expandMessages';
import { type Site, SiteKind, type SiteTable } from '../runtime/src/entry/sites';
import { WordBuilder } from '../runtime/src/entry/wordBuilder';
import { decodeMessage, encodeMessage } from '../runtime/src/wire/colfer';
import { prettyJson } from '../runtime/src/wire/json';
import { messageSummary } from '../runtime/src/wire/summary';

const ROUNDS = 7;
const ORDERS = 500;

const site = (kind: SiteKind, className: string, member: string, line: number): Site => ({
  kind,
  className,
  member,
  line,
  column: 1,
  flags: 0,
});
const table: SiteTable = {
  url: 'file:///srv/shop/orders.ts',
  source: '/srv/shop/orders.ts',
  moduleClass: 'shop.orders.$module',
  hash: '',
  sites: [
    site(SiteKind.FUNCTION, 'shop.orders.$module', 'validate', 3),
    site(SiteKind.CONSTRUCTOR, 'shop.orders.Order', 'new', 10),
    site(SiteKind.METHOD, 'shop.orders.Order', 'add', 20),
    site(SiteKind.FIELD_GET, '', 'quantity', 21),
    site(SiteKind.FIELD_PUT, '', 'total', 22),
  ],
};

/** Calls and field accesses in the proportions of an order program: about four accesses per call. */
function program(): Int32Array {
  const builder = new WordBuilder().thread(1, 'self-caller').time(1_795_408_279_364_949_096n).switchTo(1);
  for (let i = 0; i < ORDERS; i++) {
    builder.call(1, undefined, `customer-${i % 40}`);
    const order = builder.object('shop.orders.Order');
    builder.put(4, order, 0).return(1, order);
    for (let j = 0; j < 4; j++) {
      const item = builder.object('shop.orders.Item');
      builder.call(2, order, item, j);
      builder
        .get(3, item, j)
        .get(3, item, 1.25 * j)
        .get(3, order, 'EUR')
        .put(4, order, i * j);
      builder.return(2, order);
    }
    builder.call(0, undefined, order).get(3, order, null).return(0, true);
    if (i % 4 === 0) builder.time(1_795_408_279_364_949_096n + BigInt(i) * 1000n);
  }
  return builder.build();
}

const words = program();
const expander = new Expander({ peerUuid: '0f1e2d3c-4b5a-6978-b1a2-9384756f5e4d' });
expander.addSites(0, table);
const collector = new MessageCollector();
expander.feed(words, 0, words.length, collector);
const encoded = collector.bytes;
const decoded = collector.messages();
const json = decoded.map((message) => prettyJson(message));
const plain = json.map((text) => JSON.parse(text) as unknown);
const bytes = encoded.reduce((sum, message) => sum + message.length, 0);

let total = 0;
const counting: ExpandSink = { message: (_type, _phase, _bytes, start, end) => (total += end - start) };

interface Task {
  readonly name: string;
  readonly run: () => void;
}
const tasks: readonly Task[] = [
  {
    name: 'JSON.stringify (baseline)',
    run: () => plain.forEach((message) => (total += JSON.stringify(message).length)),
  },
  { name: 'JSON.parse', run: () => json.forEach((text) => (total += (JSON.parse(text) as object) ? 1 : 0)) },
  { name: 'expand words to Colfer', run: () => void expander.feed(words, 0, words.length, counting) },
  { name: 'encode', run: () => decoded.forEach((message) => (total += encodeMessage(message).length)) },
  { name: 'decode', run: () => encoded.forEach((message) => (total += decodeMessage(message).messageType!)) },
  {
    name: 'decode, one-line summary',
    run: () => encoded.forEach((m) => (total += messageSummary(decodeMessage(m)).length)),
  },
  { name: 'decode, pretty JSON', run: () => encoded.forEach((m) => (total += prettyJson(decodeMessage(m)).length)) },
];

const times = tasks.map(() => [] as number[]);
for (let round = -2; round < ROUNDS; round++) {
  tasks.forEach((task, index) => {
    let runs = 0;
    const begin = process.hrtime.bigint();
    let elapsed: number;
    do {
      task.run();
      runs++;
      elapsed = Number(process.hrtime.bigint() - begin);
    } while (elapsed < 200e6);
    if (round >= 0) times[index]!.push(elapsed / runs / encoded.length);
  });
}
const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!;
const baseline = median(times[0]!);
console.log(
  `${encoded.length} messages, ${(bytes / encoded.length).toFixed(0)} bytes each (words: ${((4 * words.length) / encoded.length).toFixed(1)})`,
);
console.log('wire'.padEnd(34) + 'ns/message'.padStart(12) + 'M/s'.padStart(8) + 'x JSON.stringify'.padStart(18));
tasks.forEach((task, index) => {
  const nanos = median(times[index]!);
  console.log(
    task.name.padEnd(34) +
      nanos.toFixed(0).padStart(12) +
      (1000 / nanos).toFixed(2).padStart(8) +
      (baseline / nanos).toFixed(2).padStart(18),
  );
});
if (total < 0) throw new Error('unreachable');
