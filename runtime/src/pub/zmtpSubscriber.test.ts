import net from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { Publisher } from 'zeromq';
import { PalError } from '../errors';
import { ZmtpDecoder, zmtpGreeting } from './zmtpFrames';
import { ZmtpSubscriber } from './zmtpSubscriber';

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0).reverse()) close();
});

async function publisher(port = 0): Promise<{ socket: Publisher; port: number }> {
  const socket = new Publisher({ linger: 0, sendHighWaterMark: 0 });
  closers.push(() => socket.close());
  await socket.bind(`tcp://127.0.0.1:${port}`);
  return { socket, port: Number(socket.lastEndpoint?.split(':').at(-1)) };
}

/** Publishes `probe` until the subscriber has seen one: a subscription takes effect some time after it was sent. */
async function untilSubscribed(socket: Publisher, seen: () => boolean, probe: Buffer): Promise<void> {
  while (!seen()) {
    await socket.send([probe]);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('ZmtpSubscriber against a real ZeroMQ publisher', () => {
  it('receives multi-frame messages in order, long ones too', async () => {
    const { socket, port } = await publisher();
    const got: string[][] = [];
    let probes = 0;
    let finish: () => void = () => undefined;
    const done = new Promise<void>((resolve) => (finish = resolve));
    const subscriber = new ZmtpSubscriber({
      host: '127.0.0.1',
      port,
      onMessage: (frames) => {
        if (frames[0]!.toString() === 'probe') probes += 1;
        else got.push(frames.map((frame) => (frame.length > 100 ? `${frame.length} bytes` : frame.toString())));
        if (got.length === 1_000) finish();
      },
    });
    closers.push(() => subscriber.close());
    await untilSubscribed(socket, () => probes > 0, Buffer.from('probe'));
    for (let n = 0; n < 1_000; n += 1)
      await socket.send([Buffer.from([65 + (n % 2)]), String(n), n % 100 === 0 ? Buffer.alloc(70_000) : '']);
    await done;
    expect(got.map((frames) => frames[1])).toEqual(Array.from({ length: 1_000 }, (_, n) => String(n)));
    expect(got[100]).toEqual(['A', '100', '70000 bytes']);
    expect(got[101]).toEqual(['B', '101', '']);
  });

  it('filters by prefix at the publisher', async () => {
    const { socket, port } = await publisher();
    const got: string[] = [];
    const subscriber = new ZmtpSubscriber({
      host: '127.0.0.1',
      port,
      prefixes: [Buffer.from('B')],
      onMessage: (frames) => got.push(frames[0]!.toString()),
    });
    closers.push(() => subscriber.close());
    await untilSubscribed(socket, () => got.length > 0, Buffer.from('B-probe'));
    await socket.send(['A']);
    await untilSubscribed(socket, () => got.includes('B-last'), Buffer.from('B-last'));
    expect(got).not.toContain('A');
  });

  it('says why it is not connected, and connects when the publisher comes', async () => {
    const { socket: first, port } = await publisher();
    first.close();
    closers.length = 0;
    const errors: PalError[] = [];
    let connected = false;
    let refused: () => void = () => undefined;
    const wasRefused = new Promise<void>((resolve) => (refused = resolve));
    let messages = 0;
    const subscriber = new ZmtpSubscriber({
      host: '127.0.0.1',
      port,
      onMessage: () => (messages += 1),
      onConnected: () => (connected = true),
      onDisconnected: (error) => {
        if (error !== undefined) errors.push(error);
        refused();
      },
    });
    closers.push(() => subscriber.close());
    await wasRefused;
    expect(errors[0]?.message).toContain(`tcp://127.0.0.1:${port}`);
    const { socket } = await publisher(port);
    await untilSubscribed(socket, () => messages > 0, Buffer.from('x'));
    expect(connected).toBe(true);
  });

  it('refuses what is not ZeroMQ', async () => {
    const server = net.createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closers.push(() => void server.close());
    const { port } = server.address() as net.AddressInfo;
    const error = await new Promise<PalError | undefined>((resolve) => {
      const subscriber = new ZmtpSubscriber({
        host: '127.0.0.1',
        port,
        onMessage: () => undefined,
        onDisconnected: resolve,
      });
      closers.push(() => subscriber.close());
    });
    expect(PalError.is(error, 'decode')).toBe(true);
  });
});

describe('ZmtpDecoder', () => {
  const ignore = { greeting: () => undefined, command: () => undefined, message: () => undefined };

  it('refuses a message larger than allowed before allocating it', () => {
    const decoder = new ZmtpDecoder(ignore, 1024);
    decoder.push(Buffer.from(zmtpGreeting()));
    const announce = Buffer.from([2, 0, 0, 0, 1, 0, 0, 0, 0]);
    expect(() => decoder.push(announce)).toThrow(/more than 1024 bytes/);
  });

  it('gives the same messages however the bytes are cut', () => {
    const bytes = Buffer.concat([
      zmtpGreeting(),
      Buffer.from([1, 2, 65, 66]),
      Buffer.from([2, 0, 0, 0, 0, 0, 0, 0, 1, 67]),
      Buffer.from([4, 3, 2, 72, 73]),
    ]);
    for (let cut = 1; cut < bytes.length; cut += 1) {
      const seen: string[] = [];
      const decoder = new ZmtpDecoder({
        greeting: () => seen.push('hello'),
        command: (name) => seen.push(`/${name}`),
        message: (frames) => seen.push(frames.join('|')),
      });
      decoder.push(bytes.subarray(0, cut));
      decoder.push(bytes.subarray(cut));
      expect(seen).toEqual(['hello', 'AB|C', '/HI']);
    }
  });
});
