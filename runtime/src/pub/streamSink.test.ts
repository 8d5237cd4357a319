import { once } from 'node:events';
import { createServer } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { Expander } from '../entry/expand';
import { RandomStream } from '../log/palrec/testing/randomWords';
import { PalError } from '../errors';
import { PeerMemory } from '../peer/peerControl';
import { StreamSink } from './streamSink';
import { PubSubscriber, type PubMessage } from './subscriber';

const uuid = '0f1e2d3c-4b5a-4978-b1a2-9384756f5e4d';
const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0).reverse()) close();
});

async function sinkOf(endpoint = 'tcp://localhost:0'): Promise<{ sink: StreamSink; memory: PeerMemory }> {
  const memory = new PeerMemory();
  const sink = await StreamSink.bind(endpoint, uuid, { sourceContext: false }, memory);
  closers.push(() => sink.close());
  return { sink, memory };
}

function subscribe(sink: StreamSink, onMessage: (message: PubMessage) => void): PubSubscriber {
  const subscriber = new PubSubscriber({ address: sink.registeredAs, onMessage });
  closers.push(() => subscriber.close());
  return subscriber;
}

const until = async (sink: StreamSink, condition: () => boolean): Promise<void> => {
  while (!condition()) {
    await sink.poll();
    await nextTurn();
  }
};

/** Ids of the messages of the words, as any expander gives them. */
function idsOf(words: Int32Array): string[] {
  const ids: string[] = [];
  new Expander({ peerUuid: uuid }).feed(words, 0, words.length, {
    message: (_type, _phase, bytes, _start, _end, idAt) => ids.push(bytes.toString('latin1', idAt, idAt + 22)),
  });
  return ids;
}

test('a subscriber receives frames as specified, from its subscription on, with the ids of the log', async () => {
  const { sink, memory } = await sinkOf();
  const stream = new RandomStream(7);
  const before = stream.grow(500).take();
  sink.append(before, 0, before.length, 0); // nobody listens yet
  expect(memory.stats().pubSent).toBe(0);
  const got: PubMessage[] = [];
  const subscriber = subscribe(sink, (message) => got.push({ ...message, body: Uint8Array.from(message.body) }));
  await until(sink, () => memory.stats().subscribers === 1);
  const words = stream.grow(500).take();
  sink.append(words, 0, words.length, 0);
  const all = new Int32Array(before.length + words.length);
  all.set(before);
  all.set(words, before.length);
  const expected = idsOf(all).slice(idsOf(before).length);
  await until(sink, () => got.length === expected.length);
  expect(got.map((message) => message.messageId)).toEqual(expected);
  expect(memory.stats()).toMatchObject({ pubSent: expected.length, pubDropped: 0 });
  expect(new Set(got.map((message) => message.phase))).toEqual(new Set([1, 2]));
  expect(
    got.some(
      (message) => message.responseToId !== undefined && expected.concat(idsOf(before)).includes(message.responseToId),
    ),
  ).toBe(true);
  expect(subscriber.missed).toBe(0);
});

test('of two subscribers the slow one loses messages, which it can count; nobody waits', async () => {
  const { sink, memory } = await sinkOf();
  let quick = 0;
  let slow = 0;
  let lastQuick = '';
  let lastSlow = '';
  const reader = subscribe(sink, (message) => (quick++, (lastQuick = message.messageId)));
  const sleeper = subscribe(sink, (message) => (slow++, (lastSlow = message.messageId)));
  const stream = new RandomStream(3, { fields: 0.9 });
  const send = (): string => {
    const words = stream.grow(2_000).take();
    sink.append(words, 0, words.length, 0);
    return '';
  };
  await until(sink, () => {
    if (quick > 0 && slow > 0) return true;
    send();
    return false;
  });
  sleeper.pause();
  // More than the kernel's buffers and ZeroMQ's queue take for a reader that does not read.
  for (let i = 0; i < 30; i++) {
    const before = memory.stats().pubSent;
    send();
    const sent = memory.stats().pubSent;
    await until(sink, () => quick + reader.missed >= sent - 5_000 || sent === before);
  }
  sleeper.resume();
  await until(sink, () => {
    send();
    return lastQuick !== '' && slow > 0 && sleeper.missed > 0;
  });
  expect(lastSlow).not.toBe('');
  expect(sleeper.missed).toBeGreaterThan(0);
  // On a busy machine the quick one may miss some too.
  expect(reader.missed).toBeLessThan(sleeper.missed);
  expect(slow).toBeLessThan(quick);
});

test('under pressure the stream leaves messages out, counts them, and subscribers see the gap', async () => {
  const { sink, memory } = await sinkOf();
  let got = 0;
  const subscriber = subscribe(sink, () => got++);
  await until(sink, () => memory.stats().subscribers === 1);
  // One logical thread, so that every message left out lies between two of the same thread.
  const stream = new RandomStream(11, { fields: 1 });
  const send = (count: number): void => {
    const words = stream.grow(count).take();
    sink.append(words, 0, words.length, 0);
  };
  send(100);
  sink.pressure = () => 0.9;
  send(1_000);
  sink.pressure = () => 0;
  send(100);
  const { pubSent, pubDropped } = memory.stats();
  expect(pubDropped).toBe(2_000);
  await until(sink, () => got === pubSent);
  expect(subscriber.missed).toBe(2_000);
});

test('a busy port is an error with the way out', async () => {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => server.close());
  const { port } = server.address() as { port: number };
  const refused = sinkOf(`tcp://localhost:${port}`);
  await expect(refused).rejects.toThrow(new RegExp(`PUB port localhost:${port} is in use.*--tcp-pub auto`));
  await refused.catch((error: unknown) => expect(PalError.is(error, 'port-in-use')).toBe(true));
});

test('subscribers that leave are noticed', async () => {
  const { sink, memory } = await sinkOf();
  const subscriber = subscribe(sink, () => undefined);
  await until(sink, () => memory.stats().subscribers === 1);
  subscriber.close();
  await until(sink, () => memory.stats().subscribers === 0);
});
