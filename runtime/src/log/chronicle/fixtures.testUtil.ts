/** Unpacks the golden queues of `test/fixtures/chronicle`, and small helpers of the tests in this folder. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { LogEntry, LogReader } from '../log';

export const FIXTURES = path.resolve(import.meta.dirname, '../../../../test/fixtures/chronicle');

export interface TestFolder {
  readonly path: string;
  /** Directory of a fresh copy of the golden queue. */
  unpack(queue: string): string;
  remove(): void;
}

export function testFolder(): TestFolder {
  const folder = mkdtempSync(path.join(tmpdir(), 'pal-chronicle-'));
  let copies = 0;
  return {
    path: folder,
    unpack(queue) {
      const target = path.join(folder, `copy${++copies}`);
      mkdirSync(target);
      execFileSync('tar', ['-xzf', path.join(FIXTURES, `${queue}.tar.gz`), '-C', target]);
      return path.join(target, queue);
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

export interface Expected {
  readonly offset: number;
  readonly index: string;
  readonly type: number;
  readonly len: number;
  readonly sha256: string;
}

/**
 * What the queue holds. The files list what Java's reader said, which gives the first message of a file the index that follows the
 * file before it; the message itself has sequence 0 of its own cycle, one below its successor.
 */
export function expectedOf(queue: string): Expected[] {
  const file = readFileSync(path.join(FIXTURES, `${queue}.expected.json`), 'utf8');
  const { entries } = JSON.parse(file) as { entries: Expected[] };
  return entries.map((entry, i) => {
    const next = entries[i + 1];
    const first = next !== undefined && BigInt.asUintN(32, BigInt(next.index)) === 1n;
    return first ? { ...entry, index: String(BigInt(next.index) - 1n) } : entry;
  });
}

export const describeEntry = (entry: LogEntry): Expected => {
  const bytes = entry.bytes();
  return {
    offset: entry.offset,
    index: String(entry.index),
    type: entry.messageType,
    len: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
  };
};

/** Everything up to the end of what is written, each entry through `map` while it is valid. */
export async function readAll<T>(reader: LogReader, map: (entry: LogEntry) => T, batch = 1000): Promise<T[]> {
  const all: T[] = [];
  for (;;) {
    const entries = await reader.read(batch);
    if (entries.length === 0) return all;
    for (const entry of entries) all.push(map(entry));
  }
}

/** The next `count` entries, however many calls they take. */
export async function take<T>(reader: LogReader, count: number, map: (entry: LogEntry) => T): Promise<T[]> {
  const taken: T[] = [];
  while (taken.length < count) {
    const entries = await reader.read(count - taken.length);
    if (entries.length === 0) break;
    for (const entry of entries) taken.push(map(entry));
  }
  return taken;
}
