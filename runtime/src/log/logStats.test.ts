import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openChronicleReader } from './chronicle/chronicleReader';
import { FIXTURES, readAll, testFolder } from './chronicle/fixtures.testUtil';
import { javaHashOrder } from './javaHashOrder';
import { LogStats } from './logStats';
import { formatStatsJson, formatStatsText } from './logStatsText';

const folder = testFolder();
afterAll(() => folder.remove());
const golden = (name: string): string => readFileSync(path.join(FIXTURES, 'wal-main', name), 'utf8');

describe('statistics of a log', () => {
  it('print what PAL prints, in its order', async () => {
    const reader = await openChronicleReader(folder.unpack('wal1'));
    const stats = new LogStats();
    for (const message of await readAll(reader, (entry) => entry.message())) stats.add(message);
    await reader.close();
    expect(
      formatStatsText(stats)
        .map((line) => `${line}\n`)
        .join(''),
    ).toBe(golden('stats.txt'));
    expect(`${formatStatsJson(stats)}\n`).toBe(golden('stats.json'));
  });

  it('count messages that record no execution', () => {
    const stats = new LogStats();
    stats.add({ messageType: 31, controlMessage: { fromPeer: new Uint8Array(16) } });
    stats.add({ messageType: 200 });
    expect(stats.byType.counts).toEqual(
      new Map([
        ['CONTROL_MESSAGE_REQUEST', 1],
        ['UNKNOWN', 1],
      ]),
    );
    expect(stats.byPeer.counts.get('00000000-0000-0000-0000-000000000000')).toBe(1);
    expect(formatStatsText(stats).at(-1)).toBe('='.repeat(63));
  });

  it('round the rate as Java does', () => {
    const rate = (messages: number, nanos: bigint): string => {
      const stats = new LogStats();
      for (let i = 0; i < messages; i++)
        stats.add({ messageType: 11, execMessage: { currentTime: i === 0 ? 1n : 1n + nanos } });
      return formatStatsText(stats).at(-1)!;
    };
    expect(rate(7, 20_000_000_000n)).toBe('message rate: 0.4 msgs/sec'); // 0.35
    expect(rate(2, 40_000_000_000n)).toBe('message rate: 0.1 msgs/sec'); // 0.05
    expect(rate(3, 1_000_000_000n)).toBe('message rate: 3.0 msgs/sec');
    expect(rate(3, 3n)).toBe('message rate: 1000000000.0 msgs/sec');
  });
});

describe("Java's hash order", () => {
  it('depends on the order of arrival where buckets collide', () => {
    expect(javaHashOrder(['Aa', 'BB'], true)).toEqual(['BB', 'Aa']);
    expect(javaHashOrder(['BB', 'Aa'], true)).toEqual(['Aa', 'BB']);
  });

  it('follows the table as it grows', () => {
    // Single letters a to z: hash = code, buckets modulo the capacity (16 for up to 13 keys, 32 for up to 25).
    const letters = Array.from('abcdefghijklmnopqrstuvwxyz');
    const order = (keys: readonly string[], lastIsNew: boolean): string => javaHashOrder(keys, lastIsNew).join('');
    expect(order(['p', ...letters.slice(0, 12)], true)).toBe('pabcdefghijkl');
    expect(order(['p', ...letters.slice(0, 12)], false)).toBe('abcdefghijklp');
    expect(order(['p', ...letters.slice(0, 13)], true)).toBe('abcdefghijklmp');
    expect(order(letters.toReversed(), true)).toBe(letters.join(''));
  });
});
