/**
 * The stream of a peer in the editor: messages a second through the receiving thread (socket, decoding, filter, lines, batches to the host) against a bare
 * ZeroMQ subscriber that takes the same bytes from the same server in the same run; then a flood of 50,000 messages a second, with what it does to the
 * event loop of the host (`PAL_BENCH_SECONDS=60` for a minute of it), beside the same event loop at rest.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import net from 'node:net';
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { build } from 'esbuild';
import { zmtpGreeting, zmtpReady } from 'pal-runtime/pub/zmtpFrames';
import { Publisher, Subscriber } from 'zeromq';
import { noFilter, type StreamFilter } from '../client/src/core/stream/streamFilter';
import type { StreamCounters, StreamEvent, StreamStart } from '../client/src/core/stream/streamMessages';
import { StreamModel } from '../client/src/core/stream/streamModel';
import { english } from '../client/src/core/translate';
import { FakePeer } from '../client/src/testing/pubMessages';

const root = process.env['PAL_ROOT'] ?? process.cwd();
const MESSAGES = 100_000;
const ROUNDS = 5;
const FLOOD_RATE = 50_000;
const FLOOD_SECONDS = Number(process.env['PAL_BENCH_SECONDS'] ?? 10);
/** As a peer's PUB socket. */
const HIGH_WATER_MARK = 10_000;

/** Calls with an argument, a field read, their completions: what a service publishes. */
function* traffic(peer: FakePeer): Generator<Buffer[]> {
  for (let n = 0; ; n++) {
    const call = peer.call(`shop.orders.Order${n % 10}`, 'add', 'main', [`customer-${n % 40}`]);
    yield call;
    const get = peer.get('shop.orders.Item', 'quantity');
    yield get;
    yield peer.done(get);
    yield peer.done(call);
    peer.messages.length = 0;
  }
}

/** The messages as the bytes a publisher writes. */
function zmtpBytes(messages: readonly Buffer[][]): Buffer {
  const parts = messages.flatMap((frames) =>
    frames.flatMap((frame, index) => {
      const more = index < frames.length - 1 ? 1 : 0;
      if (frame.length < 256) return [Buffer.from([more, frame.length]), frame];
      const head = Buffer.alloc(9);
      head[0] = more | 2;
      head.writeBigUInt64BE(BigInt(frame.length), 1);
      return [head, frame];
    }),
  );
  return Buffer.concat(parts);
}

/** Child process: a publisher that has everything ready and writes as fast as it is read, to each who connects. */
async function serveBytes(): Promise<void> {
  const messages: Buffer[][] = [];
  for (const frames of traffic(new FakePeer())) if (messages.push(frames) === MESSAGES) break;
  const bytes = zmtpBytes(messages);
  const server = net.createServer((socket) => {
    socket.on('error', () => undefined);
    socket.write(Buffer.concat([zmtpGreeting(), zmtpReady('PUB')]));
    // Once the reader has subscribed; bytes of its handshake are no matter.
    let received = 0;
    socket.on('data', (chunk) => {
      const before = received;
      received += chunk.length;
      if (before <= 64 + 28 && received > 64 + 28) setTimeout(() => socket.write(bytes), 50);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  process.send!((server.address() as net.AddressInfo).port);
}

/** Child process: publishes at a steady rate through ZeroMQ from the first subscriber on; tells how many when asked. */
async function publishSteadily(): Promise<void> {
  const socket = new Publisher({ linger: 0, sendHighWaterMark: HIGH_WATER_MARK, sendTimeout: 0 });
  await socket.bind('tcp://127.0.0.1:*');
  process.send!(Number(socket.lastEndpoint!.split(':').at(-1)));
  await once(process, 'message');
  const messages = traffic(new FakePeer());
  let sent = 0;
  let late = 0;
  const begin = performance.now();
  for (let elapsed = 0; elapsed < FLOOD_SECONDS * 1000; elapsed = performance.now() - begin) {
    const due = Math.floor((elapsed * FLOOD_RATE) / 1000);
    // A machine that cannot keep up publishes less; how much is told.
    if (due - sent > FLOOD_RATE) late = Math.max(late, due - sent);
    for (const end = Math.min(due, sent + 2_000); sent < end; sent++) {
      socket.send(messages.next().value as Buffer[]).catch(() => undefined);
    }
    await new Promise((resolve) => setImmediate(resolve));
    if (due - sent <= 0) await pause(1);
  }
  process.send!(sent);
}

async function child(role: string): Promise<{ process: ChildProcess; port: number }> {
  const forked = fork(fileURLToPath(import.meta.url), [role]);
  const [port] = (await once(forked, 'message')) as [number];
  return { process: forked, port };
}

let workerFile = '';
/** Longest time that the host's side took for one event, in ms. */
let longestTurn = 0;
/** The receiving thread with the host's side of it, as the extension wires them; the panel is a counter. */
function watch(
  port: number,
  filter: StreamFilter,
  onCounters: (counters: StreamCounters) => void,
): { stop(): Promise<number> } {
  const start: StreamStart = { host: '127.0.0.1', port, filter, base: '/w' };
  const worker = new Worker(workerFile, { workerData: start });
  const view = { append: () => undefined, replace: () => undefined, status: () => undefined, trouble: () => undefined };
  const options = { name: 'bench', address: '', filter };
  const model = new StreamModel(options, view, (order) => worker.postMessage(order), english);
  worker.on('message', (event: StreamEvent) => {
    const begin = performance.now();
    model.event(event);
    longestTurn = Math.max(longestTurn, performance.now() - begin);
    if (event.kind === 'batch') onCounters(event.counters);
  });
  return { stop: () => worker.terminate() };
}

interface Cost {
  readonly rate: number;
  /** Microseconds of processor time a message costs the receiving process. */
  readonly cpu: number;
}

async function measured(receive: (done: () => void) => () => unknown): Promise<Cost> {
  const cpu = process.cpuUsage();
  const begin = performance.now();
  let stop: (() => unknown) | undefined;
  await new Promise<void>((resolve) => (stop = receive(resolve)));
  const seconds = (performance.now() - begin - 50) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  await stop?.();
  return { rate: MESSAGES / seconds, cpu: (user + system) / MESSAGES };
}

const throughPipeline = (port: number, filter: StreamFilter): Promise<Cost> =>
  measured((done) => {
    const watched = watch(port, filter, ({ received }) => {
      if (received === MESSAGES) done();
    });
    return () => watched.stop();
  });

const throughZeroMq = (port: number): Promise<Cost> =>
  measured((done) => {
    const socket = new Subscriber({ receiveHighWaterMark: 0 });
    socket.connect(`tcp://127.0.0.1:${port}`);
    socket.subscribe();
    void (async () => {
      let received = 0;
      while (received < MESSAGES) received += (await socket.receive()).length > 0 ? 1 : 0;
      done();
    })();
    return () => socket.close();
  });

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!;

async function ingest(): Promise<void> {
  const server = await child('bytes');
  const cases: readonly (readonly [string, () => Promise<Cost>])[] = [
    ['bare ZeroMQ subscriber', () => throughZeroMq(server.port)],
    ['stream, everything', () => throughPipeline(server.port, noFilter)],
    ['stream, filter on a class', () => throughPipeline(server.port, { ...noFilter, className: 'Order7' })],
    ['stream, filter on text', () => throughPipeline(server.port, { ...noFilter, text: 'customer-7' })],
  ];
  const results = new Map<string, Cost[]>(cases.map(([name]) => [name, []]));
  for (let round = 0; round < ROUNDS; round++) for (const [name, run] of cases) results.get(name)!.push(await run());
  server.process.kill();
  const bare = median(results.get(cases[0]![0])!.map(({ rate }) => rate));
  console.log(
    `${MESSAGES} messages of 7 frames`.padEnd(34) +
      'msg/s'.padStart(10) +
      'x bare'.padStart(9) +
      'cpu µs/msg'.padStart(12),
  );
  for (const [name, costs] of results) {
    const rate = median(costs.map((cost) => cost.rate));
    const cpu = median(costs.map((cost) => cost.cpu));
    console.log(
      name.padEnd(34) +
        Math.round(rate).toString().padStart(10) +
        (rate / bare).toFixed(2).padStart(9) +
        cpu.toFixed(2).padStart(12),
    );
  }
}

/** Longest and usual delay of the event loop, in ms. */
async function delays(during: () => Promise<void>): Promise<string> {
  const histogram = monitorEventLoopDelay({ resolution: 5 });
  histogram.enable();
  await during();
  histogram.disable();
  // The histogram measures the time between two timers, so 5 ms of each value are its own.
  const ms = (nanos: number): string => Math.max(0, nanos / 1e6 - 5).toFixed(1);
  return `p50 ${ms(histogram.percentile(50))}, p99 ${ms(histogram.percentile(99))}, longest ${ms(histogram.max)} ms`;
}

async function flood(): Promise<void> {
  console.log(`\nflood of ${FLOOD_RATE} messages/s for ${FLOOD_SECONDS} s`);
  console.log(`event loop at rest:      ${await delays(() => pause(3_000))}`);
  const publisher = await child('steady');
  let counters: StreamCounters | undefined;
  const watched = watch(publisher.port, noFilter, (now) => (counters = now));
  await pause(1_000);
  let sent = 0;
  longestTurn = 0;
  const before = performance.eventLoopUtilization();
  const loop = await delays(async () => {
    publisher.process.send('go');
    [sent] = (await once(publisher.process, 'message')) as [number];
    await pause(1_000);
  });
  publisher.process.kill();
  await watched.stop();
  const { received, shown, skipped, lost } = counters!;
  const busy = (performance.eventLoopUtilization(before).utilization * 100).toFixed(1);
  console.log(`event loop in the flood: ${loop}; busy ${busy} %, longest turn of ours ${longestTurn.toFixed(1)} ms`);
  console.log(
    `published ${sent} (${Math.round(sent / FLOOD_SECONDS)}/s), received ${received}, lost ${lost}, shown ${shown}, skipped ${skipped}`,
  );
  console.log(
    `unaccounted for: ${sent - received - lost} (lost after the last arrival), ${received - shown - skipped} of the received`,
  );
}

const role = process.argv[2];
if (role === 'bytes') await serveBytes();
else if (role === 'steady') await publishSteadily();
else {
  workerFile = path.join(root, '.cache/bench/streamWorker.cjs');
  await build({
    entryPoints: [path.join(root, 'client/src/core/stream/streamWorker.ts')],
    outfile: workerFile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    minify: true,
    external: ['zeromq'],
    alias: { 'pal-runtime': path.join(root, 'runtime', 'src') },
    logLevel: 'error',
  });
  if (process.env['PAL_BENCH_PART'] !== 'flood') await ingest();
  await flood();
}
