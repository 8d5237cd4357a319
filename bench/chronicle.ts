/**
 * Chronicle queues and what reads whole logs: append, scan, `log index`, `log stats` of a million entries, each in million entries a
 * second and as a ratio to a plain copy of the same bytes (append) or a plain read of them (the rest) in the same run. Medians.
 */
import { closeSync, fsyncSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { openChronicleReader } from '../runtime/src/log/chronicle/chronicleReader';
import { openChronicleWriter } from '../runtime/src/log/chronicle/chronicleWriter';
import type { LogEntry } from '../runtime/src/log/log';
import { LogStats } from '../runtime/src/log/logStats';
import { indexLog } from '../runtime/src/log/walIndex';
import { encodeMessage } from '../runtime/src/wire/colfer';
import type { Message } from '../runtime/src/wire/messages';

const ENTRIES = 1_000_000;
const REPEATS = 5;
const folder = mkdtempSync(path.join(os.tmpdir(), 'pal-chronicle-'));

/** A round of messages as a recorded program produces them: nested calls, a constructor, field reads and writes. */
function messages(): { type: number; bytes: Uint8Array }[] {
  const peerUuid = Uint8Array.from({ length: 16 }, (_, i) => i * 7);
  const clazz = { name: 'shop.orders.OrderBook' };
  const method = { clazz, name: 'add', modifiers: 1 };
  const field = { clazz, name: 'total', modifiers: 1 };
  const value = { value: '17', clazz: { name: 'number' } };
  const reference = { clazz, ref: 41 };
  const shapes: Message[] = [
    {
      messageType: 2,
      execMessage: { instanceMethodCall: { clazz, name: 'add', objectRef: 7, modifiers: 1, args: [reference, value] } },
    },
    { messageType: 5, execMessage: { instanceFieldGet: { clazz, objectRef: 7, field, context: {} } } },
    { messageType: 11, execMessage: { returnValue: { object: value, from: { field } } } },
    {
      messageType: 7,
      execMessage: { instanceFieldPut: { clazz, objectRef: 7, field, valueObject: value, context: {} } },
    },
    { messageType: 9, execMessage: { instanceFieldPutDone: { field } } },
    { messageType: 1, execMessage: { constructorCall: { clazz, args: [value] } } },
    { messageType: 11, execMessage: { returnValue: { object: reference, from: { constructor_: { clazz } } } } },
    { messageType: 11, execMessage: { returnValue: { isVoid: true, from: { method } } } },
  ];
  return Array.from({ length: 4096 }, (_, n) => {
    const shape = shapes[n % shapes.length]!;
    const execMessage = {
      peerUuid,
      messageId: `6fyRzcglrn9A9cGu${String(100_000 + n)}`,
      threadName: 'self-caller',
      currentTime: 1_795_508_281_398_058_768n + BigInt(n * 1000),
      dispatchSeq: 1,
      builderSeq: n + 1,
      ...shape.execMessage,
    };
    const message: Message = { messageType: shape.messageType!, execMessage };
    return { type: shape.messageType!, bytes: encodeMessage(message) };
  });
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!;

async function measure(work: (round: number) => void | Promise<void>): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < REPEATS; round++) {
    const begin = performance.now();
    await work(round);
    times.push(performance.now() - begin);
  }
  return median(times);
}

async function scan(dir: string, each?: (entry: LogEntry) => void): Promise<void> {
  const reader = await openChronicleReader(dir);
  let count = 0;
  for (;;) {
    const entries = await reader.read(4096);
    if (entries.length === 0) break;
    count += entries.length;
    if (each !== undefined) for (const entry of entries) each(entry);
  }
  await reader.close();
  if (count !== ENTRIES) throw new Error(`${count} entries read`);
}

async function main(): Promise<void> {
  const round = messages();
  const bytes = round.reduce((sum, { bytes: b }) => sum + 9 + b.length, 0) * (ENTRIES / round.length);
  const queue = (n: number): string => path.join(folder, `queue${n}`);
  const plain = path.join(folder, 'plain');
  const chunk = Buffer.alloc(1024 * 1024, 1);
  const row = (what: string, ms: number, baseline: number): void =>
    console.log(
      `${what.padEnd(34)}${ms.toFixed(0).padStart(8)}${(ENTRIES / 1000 / ms).toFixed(1).padStart(11)}${(ms / baseline).toFixed(2).padStart(9)}`,
    );

  console.log(
    `${ENTRIES.toLocaleString('en')} entries, ${(bytes / ENTRIES).toFixed(0)} bytes each`.padEnd(34) +
      'ms'.padStart(8) +
      'M/s'.padStart(11) +
      'x plain'.padStart(9),
  );
  const copy = await measure(() => {
    const fd = openSync(plain, 'w');
    for (let left = bytes; left > 0; left -= chunk.length) writeSync(fd, chunk);
    closeSync(fd);
  });
  row('plain writes of 1 MiB', copy, copy);
  const append = await measure(async (n) => {
    rmSync(queue(n - 1), { recursive: true, force: true });
    const writer = await openChronicleWriter(queue(n), { syncOnClose: false });
    for (let i = 0; i < ENTRIES; i++) {
      const { type, bytes: body } = round[i & 4095]!;
      writer.append(type, body);
    }
    await writer.close();
  });
  row('append to file:', append, copy);
  const dir = queue(REPEATS - 1);
  const sync = openSync(plain, 'r+');
  fsyncSync(sync);
  closeSync(sync);

  const read = await measure(() => {
    const fd = openSync(plain, 'r');
    while (readSync(fd, chunk) > 0);
    closeSync(fd);
  });
  row('plain reads of 1 MiB', read, read);
  row('scan', await measure(() => scan(dir)), read);
  row('scan, every message decoded', await measure(() => scan(dir, (entry) => void entry.message())), read);
  row(
    'log index',
    await measure(async () => {
      const reader = await openChronicleReader(dir);
      const summary = await indexLog(reader);
      await reader.close();
      if (summary.entries !== ENTRIES) throw new Error(`${summary.entries} entries indexed`);
    }),
    read,
  );
  row(
    'log stats',
    await measure(async () => {
      const stats = new LogStats();
      await scan(dir, (entry) => stats.add(entry.message()));
    }),
    read,
  );
  console.log(`resident: ${(process.memoryUsage().rss / 1024 / 1024).toFixed(0)} MB`);
}

main()
  .finally(() => rmSync(folder, { recursive: true, force: true }))
  .catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  });
