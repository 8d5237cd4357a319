/**
 * A process that appends numbered messages as fast as it can, to be killed at any moment. Arguments: directory, number of the first
 * message. Writes a line with the count to stdout whenever that many messages have been flushed.
 */
import { writeSync } from 'node:fs';
import { openChronicleWriter } from './chronicleWriter';

/** Message n: its number, then `n % 200` bytes that follow from it. */
export function numberedMessage(n: number): Uint8Array {
  const bytes = Buffer.alloc(4 + (n % 200), n);
  bytes.writeUInt32LE(n, 0);
  return bytes;
}

async function main(dir: string, first: number): Promise<void> {
  let n = first;
  const writer = await openChronicleWriter(dir, {
    settings: { rollCycle: 'FIVE_MINUTELY', indexCount: 64, indexSpacing: 16, blockSize: 1024 * 1024 },
    clock: () => 1_760_000_000_000 + n * 40, // a new file every 7,500 messages
  });
  for (;;) {
    const batch = 1 + ((n * 7919) % 2000);
    for (let i = 0; i < batch; i++) writer.append(1 + (n % 11), numberedMessage(n++));
    writer.flushSync();
    writeSync(1, `${n}\n`);
  }
}

if (process.env['PAL_WRITER_CHILD'] === '1') void main(process.argv[2]!, Number(process.argv[3]));
