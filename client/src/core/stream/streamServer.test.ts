/** The receiving side with a real ZeroMQ publisher and a real message channel; only the thread is missing. */
import { once } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { MessageChannel } from 'node:worker_threads';
import { afterEach, describe, expect, it } from 'vitest';
import { Publisher } from 'zeromq';
import { FakePeer } from '../../testing/pubMessages';
import { noFilter } from './streamFilter';
import type { StreamCounters, StreamEvent, StreamOrder } from './streamMessages';
import { batchMillis, serveStream } from './streamServer';

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0).reverse()) close();
});

async function publisherAt(port = 0): Promise<{ socket: Publisher; port: number }> {
  const socket = new Publisher({ linger: 0, sendHighWaterMark: 0 });
  closers.push(() => socket.close());
  await socket.bind(`tcp://127.0.0.1:${port === 0 ? '*' : port}`);
  return { socket, port: Number(socket.lastEndpoint?.split(':').at(-1)) };
}

/** The host's side: what arrived, and a way to wait for more. */
class Host {
  readonly events: StreamEvent[] = [];
  readonly lines: string[] = [];
  counters: StreamCounters | undefined;
  acknowledges = true;
  readonly #port;

  constructor(port: number) {
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    closers.push(() => port1.close());
    port1.on('message', (event: StreamEvent) => this.#take(event));
    serveStream(port2, { host: '127.0.0.1', port, filter: noFilter, base: '' });
  }

  send(order: StreamOrder): void {
    this.#port.postMessage(order);
  }

  /** Resolves when it holds, asked after every event. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) await once(this.#port, 'message');
  }

  /** The next event, or `millis` later. */
  async eventWithin(millis: number): Promise<void> {
    await once(this.#port, 'message', { signal: AbortSignal.timeout(millis) }).catch(() => undefined);
  }

  batches(): number {
    return this.events.filter(({ kind }) => kind === 'batch').length;
  }

  #take(event: StreamEvent): void {
    this.events.push(event);
    if (event.kind !== 'batch') return;
    this.counters = event.counters;
    this.lines.push(...event.items.map((item) => ('text' in item ? item.text : 'gap')));
    if (this.acknowledges) this.send({ kind: 'ack' });
  }
}

/** Publishes until the subscription works; numbers go on from there. A few probes only: a flood of them would be left out of the panel. */
async function subscribed(socket: Publisher, host: Host, peer: FakePeer): Promise<void> {
  while (host.counters === undefined) {
    await socket.send(peer.call('Probe', 'p'));
    await host.eventWithin(20);
  }
}

/** @returns how many messages */
async function publishFor(millis: number, socket: Publisher, peer: FakePeer): Promise<number> {
  let published = 0;
  for (const end = performance.now() + millis; performance.now() < end; published++) {
    await socket.send(peer.call('Cart', 'add'));
    await nextTurn();
  }
  return published;
}

describe('the receiving thread', () => {
  it('hands on in batches what is published, in order and complete', async () => {
    const { socket, port } = await publisherAt();
    const host = new Host(port);
    const peer = new FakePeer();
    await subscribed(socket, host, peer);
    for (let n = 0; n < 500; n++) await socket.send(peer.call('Cart', `add${n}`));
    await host.until(() => host.lines.some((line) => line.includes('add499')));
    const calls = host.lines.filter((line) => line.includes('Cart')).map((line) => /add(\d+)/.exec(line)![1]);
    expect(calls).toEqual(Array.from({ length: 500 }, (_, n) => String(n)));
    expect(host.counters!.lost).toBe(0);
    expect(host.events[0]).toEqual({ kind: 'connected' });
  });

  it('sends nothing more until the last batch is on the screen, and keeps counting', async () => {
    const { socket, port } = await publisherAt();
    const host = new Host(port);
    host.acknowledges = false;
    const peer = new FakePeer();
    await subscribed(socket, host, peer);
    const before = host.counters!.received;
    const published = await publishFor(3 * batchMillis, socket, peer);
    expect(host.batches()).toBe(1);
    host.acknowledges = true;
    host.send({ kind: 'ack' });
    await host.until(() => host.counters!.received >= before + published);
    expect(host.counters!.lost).toBe(0);
  });

  it('sends what is left when it is closed, whatever the host does', async () => {
    const { socket, port } = await publisherAt();
    const host = new Host(port);
    host.acknowledges = false;
    const peer = new FakePeer();
    await subscribed(socket, host, peer);
    const before = host.counters!.received;
    await publishFor(2 * batchMillis, socket, peer);
    host.send({ kind: 'close' });
    await host.until(() => host.events.at(-1)?.kind === 'closed');
    expect(host.counters!.received).toBeGreaterThan(before);
    expect(host.batches()).toBe(2);
  });

  it('obeys pause and filter', async () => {
    const { socket, port } = await publisherAt();
    const host = new Host(port);
    const peer = new FakePeer();
    await subscribed(socket, host, peer);
    host.send({ kind: 'filter', filter: { ...noFilter, className: 'Item' } });
    const until = async (holds: (counters: StreamCounters) => boolean, className: string): Promise<void> => {
      while (!holds(host.counters!)) {
        await socket.send(peer.call(className, 'x'));
        await nextTurn();
      }
    };
    await until(({ filtered }) => filtered > 0, 'Probe');
    const { filtered: before, shown } = host.counters!;
    await until(({ filtered }) => filtered > before, 'Cart');
    await until((counters) => counters.shown > shown, 'Item');
    host.send({ kind: 'pause', paused: true });
    await until(({ paused }) => paused > 0, 'Item');
    expect(host.lines.filter((line) => line.includes('Cart'))).toEqual([]);
  });

  it('connects again by itself when the peer comes back, and says so', async () => {
    const first = await publisherAt();
    const host = new Host(first.port);
    await host.until(() => host.events.some(({ kind }) => kind === 'connected'));
    first.socket.close();
    await host.until(() => host.events.some(({ kind }) => kind === 'disconnected'));
    await publisherAt(first.port);
    await host.until(() => host.events.filter(({ kind }) => kind === 'connected').length === 2);
  });

  it('tells why it cannot connect, and goes on trying', async () => {
    const port = 1; // tcpmux: nobody listens there
    const host = new Host(port);
    await host.until(() => host.events.length >= 2);
    expect(host.events[0]).toMatchObject({
      kind: 'disconnected',
      reason: expect.stringContaining(`127.0.0.1:${port}`) as string,
    });
    host.send({ kind: 'close' });
    await host.until(() => host.events.at(-1)?.kind === 'closed');
  });
});
