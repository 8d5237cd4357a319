import { Worker } from 'node:worker_threads';
import { afterEach, expect, test, vi } from 'vitest';
import { Control, CONTROL_WORDS } from '../engine/ringLayout';
import type { SiteTable } from '../entry/sites';
import type { EntrySink } from './entrySink';
import { HostLoop } from './hostLoop';
import type { AppMessage } from './hostMessages';
import { PeerControl, PeerMemory } from './peerControl';

const CAPACITY = 64;

/** The app's end of a ring, as plain as can be. */
class Producer {
  readonly buffer = new SharedArrayBuffer((CONTROL_WORDS + CAPACITY) * 4);
  readonly control = new Int32Array(this.buffer, 0, CONTROL_WORDS);
  readonly data = new Int32Array(this.buffer, CONTROL_WORDS * 4);
  at = 0;

  write(...words: number[]): void {
    for (const word of words) this.data[this.at++ & (CAPACITY - 1)] = word;
    this.control[Control.APP_INDEX] = this.at & (CAPACITY - 1);
  }

  publish(): void {
    Atomics.store(this.control, Control.WRITE, this.at);
  }

  get room(): number {
    return CAPACITY - (this.at - Atomics.load(this.control, Control.READ));
  }
}

/** Keeps what it is given. */
class Keeper implements EntrySink {
  readonly events: (string | number)[] = [];
  failure: Error | undefined;
  addSites(base: number, table: SiteTable): void {
    this.events.push(`sites ${base} ${table.moduleClass}`);
  }
  append(words: Int32Array, start: number, end: number, source: number): void {
    if (this.failure !== undefined) throw this.failure;
    if (source !== 0) this.events.push(`source ${source}`);
    this.events.push(...words.subarray(start, end));
  }
  flush(): void {
    this.events.push('flush');
  }
  idle(): void {
    // nothing held back
  }
  close(): void {
    this.events.push('close');
  }
  abandon(): void {
    this.events.push('abandon');
  }
  /** Everything but flushes, whose moments depend on the clock. */
  get facts(): (string | number)[] {
    return this.events.filter((event) => event !== 'flush');
  }
  get words(): number[] {
    return this.events.filter((event) => typeof event === 'number');
  }
}

const table = (moduleClass: string): SiteTable => ({ url: '', source: '', moduleClass, hash: '', sites: [] });

/** A loop on this thread: `step` runs before each of its rounds; the loop ends when `step` says so. */
function loopOf(step: () => boolean, parts: { log?: EntrySink; stream?: EntrySink } = {}) {
  const producer = new Producer();
  const memory = new PeerMemory();
  const messages: AppMessage[] = [];
  const failures: unknown[] = [];
  const loop = new HostLoop({
    memory,
    ring: producer.buffer,
    receive: () => messages.shift(),
    log: parts.log,
    stream: parts.stream,
    logFailed: (error) => failures.push(error),
    everyRound: () => {
      if (step()) Atomics.store(memory.control, PeerControl.FINISH, 1);
    },
  });
  return { loop, producer, memory, messages, failures };
}

const workers: Worker[] = [];
afterEach(async () => {
  for (const worker of workers.splice(0)) await worker.terminate();
});

test('takes entries in order across many laps of the ring, each exactly once', async () => {
  const log = new Keeper();
  let next = 0;
  const { loop, producer } = loopOf(
    () => {
      while (next < 1000 && producer.room >= 7) {
        producer.write(...Array.from({ length: 7 }, () => next++));
        producer.publish();
      }
      return next >= 1000;
    },
    { log },
  );
  await loop.run();
  expect(log.words).toEqual(Array.from({ length: next }, (_, i) => i));
});

test('takes what a quiet app did not publish, and never half a batch of a busy one', async () => {
  const log = new Keeper();
  let rounds = 0;
  const { loop, producer, memory } = loopOf(
    () => {
      if (rounds++ === 0) producer.write(1, 2, 3); // not published
      return log.words.length === 3;
    },
    { log },
  );
  await loop.run();
  expect(log.words).toEqual([1, 2, 3]);
  expect(memory.stats().words).toBe(3);
  expect(rounds).toBeGreaterThan(1);
});

test('at the end takes what was written last, published or not', async () => {
  const log = new Keeper();
  const { loop, producer } = loopOf(() => true, { log });
  producer.write(1);
  producer.publish();
  producer.write(2);
  await loop.run();
  await loop.close();
  expect(log.facts).toEqual([1, 2, 'close']);
});

test('knows a site table before the entries that were published after it', async () => {
  const log = new Keeper();
  const { loop, producer, messages } = loopOf(() => true, { log });
  messages.push({ type: 'sites', base: 5, table: table('a') });
  producer.write(1);
  producer.publish();
  await loop.run();
  expect(log.facts).toEqual(['sites 5 a', 1]);
});

test('answers a drain request after the log was flushed', async () => {
  const log = new Keeper();
  let rounds = 0;
  const { loop, producer } = loopOf(
    () => {
      if (rounds++ === 0) {
        producer.write(1);
        producer.publish();
        Atomics.store(producer.control, Control.DRAIN_REQUEST, 4);
      }
      return Atomics.load(producer.control, Control.DRAIN_DONE) === 4;
    },
    { log },
  );
  await loop.run();
  expect(log.events.slice(0, 2)).toEqual([1, 'flush']);
});

test('a log that fails ends recording once; the app is told and nobody waits for it', async () => {
  const log = new Keeper();
  log.failure = new Error('disk full');
  const { loop, producer, failures } = loopOf(() => true, { log });
  producer.write(1);
  producer.publish();
  Atomics.store(producer.control, Control.DRAIN_REQUEST, 1);
  await loop.run();
  await loop.close();
  expect(failures).toEqual([log.failure]);
  expect(log.events).toEqual(['abandon']);
  expect(Atomics.load(producer.control, Control.HOST_FAILED)).toBe(1);
  expect(Atomics.load(producer.control, Control.DRAIN_DONE)).toBe(1);
});

test('a stream goes on when the log fails', async () => {
  const log = new Keeper();
  const stream = new Keeper();
  log.failure = new Error('disk full');
  let rounds = 0;
  const { loop, producer } = loopOf(
    () => {
      producer.write(rounds);
      producer.publish();
      return rounds++ === 2;
    },
    { log, stream },
  );
  await loop.run();
  expect(stream.words.slice(0, 3)).toEqual([0, 1, 2]);
  expect(Atomics.load(producer.control, Control.HOST_FAILED)).toBe(0);
});

test('rings of workers are sources of their own, and are let go when their thread has ended', async () => {
  const log = new Keeper();
  const worker = new Producer();
  let rounds = 0;
  const { loop, messages } = loopOf(
    () => {
      if (rounds++ === 0) messages.push({ type: 'ring', source: 3, ring: worker.buffer, threadId: 9 });
      if (rounds === 2) {
        worker.write(7); // then ended from outside: never published
        messages.push({ type: 'ended', threadId: 9 });
      }
      return log.words.length === 1;
    },
    { log },
  );
  await loop.run();
  expect(log.facts).toEqual(['source 3', 7]);
});

test('ends although a worker goes on', async () => {
  const log = new Keeper();
  const worker = new Producer();
  let next = 0;
  const { loop, messages } = loopOf(
    () => {
      if (next === 0) messages.push({ type: 'ring', source: 1, ring: worker.buffer, threadId: 2 });
      if (worker.room > 0) worker.write(next++);
      worker.publish();
      return next > 20;
    },
    { log },
  );
  await loop.run();
  await loop.close();
  expect(log.words.length).toBeGreaterThan(15);
  expect(log.words).toEqual(Array.from(log.words.keys()));
  expect(Atomics.load(worker.control, Control.HOST_FAILED)).toBe(1);
});

test('a thread that waits for room goes on as soon as there is some', async () => {
  const log = new Keeper();
  const done = vi.fn();
  const { loop, producer } = loopOf(() => done.mock.calls.length > 0, { log });
  producer.write(...Array.from({ length: CAPACITY }, (_, i) => i));
  producer.publish();
  const worker = new Worker(
    `const { workerData, parentPort } = require('node:worker_threads');
     const control = new Int32Array(workerData, 0, ${CONTROL_WORDS});
     parentPort.postMessage(Atomics.wait(control, ${Control.READ}, 0, 10000));`,
    { eval: true, workerData: producer.buffer },
  );
  workers.push(worker);
  worker.on('message', done);
  await loop.run();
  expect(['ok', 'not-equal']).toContain(done.mock.calls[0]?.[0]);
});
