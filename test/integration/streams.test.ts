import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { PubSubscriber } from 'pal-runtime/pub/subscriber';
import { decodeMessage } from 'pal-runtime/wire/colfer';
import { findNodes } from '../nodes';
import { buildRuntime, deferred, PeerLab, readLog } from './peers';

const lab = new PeerLab();
const subscribers: PubSubscriber[] = [];
beforeAll(buildRuntime, 300_000);
beforeEach(() => lab.freshHome());
afterAll(() => {
  for (const subscriber of subscribers) subscriber.close();
  lab.cleanUp();
});

let logs = 0;
const newLog = (): string => lab.path(`log${logs++}.palrec`);

async function publicationOf(name: string): Promise<string> {
  const peer = await lab.directory().findPeer(name);
  expect(peer?.pub).toMatch(/^tcp:\/\/localhost:\d+$/);
  return peer!.pub!;
}

test('two subscribers of different speed: the slow one loses messages that are counted, the program does not wait', async () => {
  const program = lab.program(
    'app.cjs',
    `class Feed { emit(n) { return n; } }
     const feed = new Feed();
     let n = 0;
     console.log('up');
     setInterval(() => { for (let i = 0; i < 150; i++) feed.emit(n++); }, 5);
     process.on('SIGTERM', () => process.exit(0));`,
  );
  const wal = newLog();
  const peer = lab.start(program, { wal, tcpPub: 'tcp://localhost:0', name: 'feed' });
  await peer.said('up');
  const address = await publicationOf('feed');
  const enough = deferred<undefined>();
  const lost = deferred<undefined>();
  const quick = new Listener(address, (listener) => {
    if (listener.ids.size > 60_000 && slow.ids.size >= 10) enough.resolve(undefined);
  });
  const slow: Listener = new Listener(address, (listener) => {
    if (listener.ids.size === 10) listener.subscriber.pause();
    if (listener.subscriber.missed > 0) lost.resolve(undefined);
  });
  await enough.promise;
  slow.subscriber.resume();
  await lost.promise;
  peer.child.kill('SIGTERM');
  expect(await peer.ended).toMatchObject({ code: 0 });
  expect(slow.subscriber.missed).toBeGreaterThan(quick.subscriber.missed);
  for (const { ids, subscriber, first, last } of [quick, slow]) {
    expect(ids.size + subscriber.missed).toBe(last - first + 1); // every message was received or counted as missed
  }
  // What was published is what was recorded, with the same ids.
  const recorded = new Set((await readLog(wal)).messages.map((message) => message.execMessage?.messageId));
  for (const id of quick.ids) expect(recorded.has(id)).toBe(true);
}, 60_000);

/** A subscriber that keeps ids and sequence numbers of the messages of the program's only interval. */
class Listener {
  readonly ids = new Set<string>();
  readonly subscriber: PubSubscriber;
  first = 0;
  last = 0;

  constructor(address: string, onMessage: (listener: Listener) => void) {
    this.subscriber = new PubSubscriber({
      address,
      onMessage: ({ messageId, body }) => {
        const exec = decodeMessage(body).execMessage;
        if (exec?.threadName?.includes('interval') !== true) return;
        this.ids.add(messageId);
        if (this.first === 0) this.first = exec.builderSeq ?? 0;
        this.last = exec.builderSeq ?? 0;
        onMessage(this);
      },
    });
    subscribers.push(this.subscriber);
  }
}

test('a stream without a log has the messages as a log would have them', async () => {
  const program = lab.program(
    'app.cjs',
    `class Greeter { greet(name) { return 'hello ' + name; } }
     const greeter = new Greeter();
     console.log('up');
     setInterval(() => greeter.greet('world'), 5);`,
  );
  const peer = lab.start(program, { tcpPub: 'tcp://localhost:0', name: 'greeter' });
  await peer.said('up');
  const address = await publicationOf('greeter');
  const call = deferred<ReturnType<typeof decodeMessage>>();
  const subscriber = new PubSubscriber({
    address,
    onMessage: (message) => {
      const decoded = decodeMessage(Uint8Array.from(message.body));
      if (decoded.execMessage?.instanceMethodCall?.name === 'greet') call.resolve(decoded);
    },
  });
  subscribers.push(subscriber);
  const { execMessage } = await call.promise;
  expect(execMessage?.instanceMethodCall).toMatchObject({ name: 'greet', args: [{ value: '"world"' }] });
  expect(execMessage?.threadName).toMatch(/interval/);
  peer.child.kill('SIGTERM');
  expect((await peer.ended).signal).toBe('SIGTERM');
});

describe.each(findNodes())('on Node $major', ({ path: node }) => {
  test('workers of the program are recorded in the log of their process', async () => {
    const program = lab.program(
      'app.cjs',
      `const { Worker, isMainThread, parentPort, workerData } = require('node:worker_threads');
       class Job { constructor(n) { this.n = n; } run() { return this.n * 2; } }
       if (isMainThread) {
         const got = [];
         for (let i = 1; i <= 3; i++) new Worker(__filename, { workerData: i }).on('message', (m) => got.push(m));
         process.on('exit', () => console.log(got.sort().join()));
       } else if (workerData === 3) {
         new Job(3).run();
         parentPort.postMessage(6);
         process.exit(0);
       } else parentPort.postMessage(new Job(workerData).run());`,
    );
    for (const wal of [newLog(), `file:${lab.path(`queue${logs++}`)}`]) {
      expect(await lab.run(program, { wal }, node)).toEqual({ code: 0, signal: null, stdout: '2,4,6\n', stderr: '' });
      const { lines, info } = await readLog(wal);
      expect(info.state).toBe('clean');
      for (const worker of [1, 2, 3]) {
        const own = lines
          .filter((line) => line.startsWith(`worker-${worker}/`))
          .map((line) => line.replace(/^.*: /, ''));
        expect(own.some((line) => line.startsWith('new Job'))).toBe(true);
        expect(own.some((line) => line.startsWith('call Job.run'))).toBe(true);
      }
    }
  });

  test('workers that are ended from outside leave what they did', async () => {
    const program = lab.program(
      'app.mjs',
      `import { Worker, isMainThread, parentPort } from 'node:worker_threads';
       class Step { take(n) { return n; } }
       if (isMainThread) {
         const worker = new Worker(new URL(import.meta.url));
         worker.once('message', async () => { await worker.terminate(); console.log('terminated'); });
       } else {
         new Step().take(7);
         parentPort.postMessage('done');
         setInterval(() => {}, 1000);
       }`,
    );
    const wal = newLog();
    expect(await lab.run(program, { wal }, node)).toMatchObject({ code: 0, stdout: 'terminated\n' });
    const { lines, info } = await readLog(wal);
    expect(info.state).toBe('clean');
    expect(lines.some((line) => /^worker-1\/.*call Step\.take/.test(line))).toBe(true);
  });
});
