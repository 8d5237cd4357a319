import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openChronicleReader } from './chronicleReader';
import { openChronicleWriter } from './chronicleWriter';
import { testFolder } from './fixtures.testUtil';
import { numberedMessage } from './writerChild.testUtil';

const folder = testFolder();
afterAll(() => folder.remove());
const child = path.join(folder.path, 'child.cjs');

beforeAll(async () => {
  await build({
    entryPoints: [path.join(import.meta.dirname, 'writerChild.testUtil.ts')],
    bundle: true,
    platform: 'node',
    outfile: child,
    logLevel: 'silent',
  });
});

/** Lets a writer run for about so many flushes and kills it; the count it had reported. */
async function writeAndKill(dir: string, first: number, flushes: number): Promise<number> {
  const writer = spawn(process.execPath, [child, dir, String(first)], {
    env: { ...process.env, PAL_WRITER_CHILD: '1' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  writer.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString('latin1');
    if (output.split('\n').length > flushes) writer.kill('SIGKILL');
  });
  await once(writer, 'close');
  const lines = output.slice(0, output.lastIndexOf('\n')).split('\n');
  return Number(lines.at(-1));
}

/** Checks every message and returns how many there are. */
async function check(dir: string): Promise<number> {
  const reader = await openChronicleReader(dir);
  let n = 0;
  for (;;) {
    const entries = await reader.read(10_000);
    if (entries.length === 0) break;
    for (const entry of entries) {
      const expected = numberedMessage(n);
      if (entry.offset !== n || entry.messageType !== 1 + (n % 11) || Buffer.compare(entry.bytes(), expected) !== 0)
        expect([entry.offset, entry.messageType, entry.bytes()]).toEqual([n, 1 + (n % 11), expected]);
      n += 1;
    }
  }
  expect((await reader.info()).last).toBe(n - 1);
  // Seeking agrees with walking wherever the dead writers left holes in the index.
  for (let k = 0; k < 20; k++) {
    const place = Math.floor((n * k) / 20);
    await reader.seek(place);
    expect(Buffer.compare((await reader.read(1))[0]!.bytes(), numberedMessage(place))).toBe(0);
  }
  await reader.close();
  return n;
}

describe('a writer killed with SIGKILL', () => {
  it('loses nothing it had flushed, and the next one goes on', { timeout: 60_000 }, async () => {
    const dir = path.join(folder.path, 'queue');
    let count = 0;
    for (let round = 0; round < 10; round++) {
      const reported = await writeAndKill(dir, count, 1 + ((round * 37) % 17));
      const found = await check(dir);
      expect(found).toBeGreaterThanOrEqual(reported);
      count = found;
    }
    const reader = await openChronicleReader(dir);
    expect((await reader.info()).state).toBe('interrupted');
    await reader.close();
    await (await openChronicleWriter(dir)).close();
    expect(await check(dir)).toBe(count);
    expect(readdirSync(dir).length).toBeGreaterThan(3);
  });
});
