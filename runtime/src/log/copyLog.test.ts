import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PalError } from '../errors';
import { copyLog } from './copyLog';
import { openLog } from './openLog';
import { openPalrecReader } from './palrec/palrecReader';
import { PalrecWriter } from './palrec/palrecWriter';
import { record, recordingHeader } from './palrec/testing/recordings';

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'pal-copy-'));
});
afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});
const recording = (name: string): string => path.join(dir, `${name}.palrec`);
const queue = (name: string): string => `file:${path.join(dir, name)}`;

function makeRecording(name: string, close = true): number {
  const writer = PalrecWriter.create(recording(name), recordingHeader, { blockEntries: 200 });
  const expected = record(writer, { seed: 21, operations: 3000, sources: 2 });
  if (close) writer.close();
  else writer.flush();
  return expected.length;
}

async function messages(name: string): Promise<string[]> {
  const reader = await openLog(name);
  try {
    const all: string[] = [];
    for (;;) {
      const entries = await reader.read(1000);
      if (entries.length === 0) return all;
      for (const entry of entries) {
        expect(entry.offset).toBe(all.length);
        all.push(`${entry.messageType} ${Buffer.from(entry.bytes()).toString('hex')}`);
      }
    }
  } finally {
    await reader.close();
  }
}

/** Digests of a queue's data files: all their bytes, but not their names, which depend on the clock. */
function queueDigests(name: string): string[] {
  const folder = path.join(dir, name);
  return readdirSync(folder)
    .filter((file) => file.endsWith('.cq4'))
    .sort()
    .map((file) =>
      createHash('sha256')
        .update(readFileSync(path.join(folder, file)))
        .digest('hex'),
    );
}

describe('copying a log', () => {
  it('takes a recording to a queue, back, and to a queue again: the queues are identical', async () => {
    const count = makeRecording('a');
    const steps: [number, number][] = [];
    expect(await copyLog(recording('a'), queue('q1'), { onProgress: (done, total) => steps.push([done, total]) })).toBe(
      count,
    );
    expect(steps.at(-1)).toEqual([count, count]);
    expect(await copyLog(queue('q1'), recording('b'))).toBe(count);
    expect(await copyLog(recording('b'), queue('q2'))).toBe(count);
    const expected = await messages(recording('a'));
    expect(await messages(queue('q1'))).toEqual(expected);
    expect(await messages(recording('b'))).toEqual(expected);
    expect(await messages(queue('q2'))).toEqual(expected);
    expect(queueDigests('q2')).toEqual(queueDigests('q1'));
  });

  it('keeps what was recorded beside the messages', async () => {
    makeRecording('a');
    await copyLog(recording('a'), queue('q'));
    await copyLog(queue('q'), recording('b'));
    for (const name of [queue('q'), recording('b')]) {
      const reader = await openLog(name);
      expect((await reader.info()).header).toEqual(recordingHeader);
      await reader.close();
    }
  });

  it('copies a recording to a recording entry by entry', async () => {
    const count = makeRecording('a');
    expect(await copyLog(recording('a'), recording('b'))).toBe(count);
    expect(readFileSync(recording('b')).equals(readFileSync(recording('a')))).toBe(true);
  });

  it('makes a complete recording of one that is still being written or was cut off', async () => {
    const count = makeRecording('a', false);
    const reader = await openPalrecReader(recording('a'));
    const { entries } = reader;
    await reader.close();
    truncateSync(recording('a'), readFileSync(recording('a')).length - 3);
    const copied = await copyLog(recording('a'), recording('b'));
    expect(copied).toBeLessThan(count);
    const copy = await openPalrecReader(recording('b'));
    expect(await copy.info()).toMatchObject({ state: 'clean', last: copied - 1 });
    expect(copy.entries).toBeLessThan(entries);
    await copy.close();
    expect(await messages(recording('b'))).toEqual(await messages(recording('a')));
  });

  it('leaves nothing behind when the original is damaged, and never touches what exists', async () => {
    makeRecording('a');
    const bytes = readFileSync(recording('a'));
    bytes[Math.floor(bytes.length / 2)]! ^= 1;
    writeFileSync(recording('a'), bytes);
    for (const to of [queue('q'), recording('b')]) {
      await expect(copyLog(recording('a'), to)).rejects.toSatisfy((error) => PalError.is(error, 'corrupt'));
    }
    expect(readdirSync(dir)).toEqual(['a.palrec']);
    mkdirSync(path.join(dir, 'empty'));
    await expect(copyLog(recording('a'), queue('empty'))).rejects.toThrow();
    expect(readdirSync(path.join(dir, 'empty'))).toEqual([]);
    writeFileSync(recording('there'), 'mine');
    await expect(copyLog(recording('a'), recording('there'))).rejects.toThrow(/exists already/);
    expect(readFileSync(recording('there'), 'utf8')).toBe('mine');
  });

  it('stops when it is told to, and leaves nothing behind', async () => {
    makeRecording('a');
    for (const to of [queue('q'), recording('b')]) {
      const controller = new AbortController();
      const copying = copyLog(recording('a'), to, { signal: controller.signal, onProgress: () => controller.abort() });
      await expect(copying).rejects.toHaveProperty('name', 'AbortError');
    }
    expect(readdirSync(dir)).toEqual(['a.palrec']);
    expect(existsSync(recording('a'))).toBe(true);
  });
});
