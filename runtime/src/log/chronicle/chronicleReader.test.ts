import {
  closeSync,
  cpSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { PalError } from '../../errors';
import { openChronicleReader } from './chronicleReader';
import { describeEntry, expectedOf, readAll, take, testFolder } from './fixtures.testUtil';

const folder = testFolder();
afterAll(() => folder.remove());

/** Overwrites bytes of a file in place. */
function patch(file: string, position: number, bytes: readonly number[]): void {
  const fd = openSync(file, 'r+');
  writeSync(fd, Uint8Array.from(bytes), 0, bytes.length, position);
  closeSync(fd);
}
function cut(file: string, size: number): void {
  const fd = openSync(file, 'r+');
  ftruncateSync(fd, size);
  closeSync(fd);
}
const dataFiles = (dir: string): string[] =>
  readdirSync(dir)
    .filter((name) => name.endsWith('.cq4'))
    .sort()
    .map((name) => path.join(dir, name));

async function offsets(dir: string): Promise<number[]> {
  const reader = await openChronicleReader(dir);
  try {
    return await readAll(reader, (entry) => entry.offset);
  } finally {
    await reader.close();
  }
}

describe('golden queues', () => {
  it.each(['pal-default-5', 'pal-3cycles', 'thinpeer-fastdaily'])('reads %s as Java does', async (queue) => {
    const reader = await openChronicleReader(folder.unpack(queue));
    const expected = expectedOf(queue);
    expect(await readAll(reader, describeEntry, 7)).toEqual(expected);
    const info = await reader.info();
    expect(info).toMatchObject({ kind: 'chronicle', first: 0, last: expected.length - 1, state: 'clean' });
    expect(await reader.read(1)).toEqual([]);
    await reader.close();
  });

  it.each([
    ['wal1', 206],
    ['wal-roll', 160],
    ['wal-svc', 282],
  ])('decodes every message of %s', async (queue, count) => {
    const reader = await openChronicleReader(folder.unpack(queue));
    const types = await readAll(reader, (entry) => [entry.messageType, entry.message().messageType]);
    expect(types).toHaveLength(count);
    for (const [outer, inner] of types) expect(outer).toBe(inner);
    await reader.close();
  });

  it('measures content as `pal log ls` does', async () => {
    const reader = await openChronicleReader(folder.unpack('wal-svc'));
    const { size } = await reader.info();
    expect((size / 1024).toFixed(1)).toBe('107.0');
    await reader.close();
  });
});

describe('seek', () => {
  const expected = expectedOf('pal-3cycles');
  const places = [0, 1, 1023, 1024, 1025, 1499, 1500, 2999, 3000, 3333, 4499];

  it.each([
    ['with its index', (): void => undefined],
    [
      'with an index of zeros',
      (dir: string) => dataFiles(dir).forEach((file) => patch(file, 0x4100, new Array<number>(64).fill(0))),
    ],
    [
      'with an index that points into messages',
      (dir: string) => dataFiles(dir).forEach((file) => patch(file, 0x4110, [0x14, 0x81])),
    ],
    ['without metadata', (dir: string) => rmSync(path.join(dir, 'metadata.cq4t'))],
  ])('finds every offset %s', async (_, damage) => {
    const dir = folder.unpack('pal-3cycles');
    damage(dir);
    const reader = await openChronicleReader(dir);
    for (const place of [...places, ...places.toReversed()]) {
      await reader.seek(place);
      expect(await take(reader, 2, describeEntry)).toEqual(expected.slice(place, place + 2));
    }
    await reader.close();
  });

  it('clamps beyond the end', async () => {
    const reader = await openChronicleReader(folder.unpack('pal-3cycles'));
    await reader.seek(99_999);
    expect(await reader.read(10)).toEqual([]);
    await reader.seek(4498);
    expect(await readAll(reader, (entry) => entry.offset)).toEqual([4498, 4499]);
    await reader.close();
  });

  it('finds a raw index, also one between two cycles', async () => {
    const reader = await openChronicleReader(folder.unpack('pal-3cycles'));
    expect(await reader.seekIndex(BigInt(expected[1700]!.index))).toBe(1700);
    expect((await reader.read(1)).map(describeEntry)).toEqual([expected[1700]]);
    expect(await reader.seekIndex(BigInt(expected[1499]!.index) + 1n)).toBe(1500);
    expect(await reader.seekIndex(0n)).toBe(0);
    expect(await reader.seekIndex(1n << 62n)).toBe(4500);
    await reader.close();
  });
});

describe('ends of files', () => {
  it('goes on past a rolled file that has no end marker', async () => {
    const dir = folder.unpack('pal-3cycles');
    patch(dataFiles(dir)[0]!, 0x3f444, [0, 0, 0, 0, 0, 0, 0, 0]);
    expect(await offsets(dir)).toEqual(Array.from({ length: 4500 }, (_, i) => i));
  });

  it('goes on past an abandoned document at the end of a rolled file', async () => {
    const dir = folder.unpack('pal-3cycles');
    patch(dataFiles(dir)[0]!, 0x3f444, [0x40, 0, 0, 0x80]);
    expect(await offsets(dir)).toHaveLength(4500);
  });

  it('reads files cut to their content', async () => {
    const dir = folder.unpack('pal-3cycles');
    cut(dataFiles(dir)[2]!, 0x3f450);
    expect(await offsets(dir)).toHaveLength(4500);
  });

  it('skips a file whose creation was cut short, if there is a newer one', async () => {
    const dir = folder.unpack('pal-3cycles');
    patch(dataFiles(dir)[1]!, 0, [0, 0, 0, 0x80]);
    expect(await offsets(dir)).toHaveLength(3000);
  });

  it('reads on when an old file was removed, and when the metadata file is damaged', async () => {
    const dir = folder.unpack('pal-3cycles');
    patch(path.join(dir, 'metadata.cq4t'), 4, [0x99, 0x99, 0x99]);
    const reader = await openChronicleReader(dir);
    expect(await reader.read(1)).toHaveLength(1);
    rmSync(dataFiles(dir)[1]!);
    expect(await readAll(reader, (entry) => entry.offset)).toHaveLength(2999);
    expect(await reader.info()).toMatchObject({ last: 2999, state: 'damaged' });
    await reader.close();
  });

  it('is empty while only the metadata file is there', async () => {
    const dir = folder.unpack('pal-default-5');
    rmSync(dataFiles(dir)[0]!);
    const reader = await openChronicleReader(dir);
    expect(await reader.read(10)).toEqual([]);
    expect(await reader.info()).toMatchObject({ first: 0, last: -1, size: 0 });
    await reader.seek(5);
    expect(await reader.read(10)).toEqual([]);
    await reader.close();
  });
});

describe('follow', () => {
  it('sees a document when its header appears, and not before', async () => {
    const dir = folder.unpack('pal-3cycles');
    const file = dataFiles(dir)[2]!;
    const reader = await openChronicleReader(dir);
    expect(await readAll(reader, (entry) => entry.offset)).toHaveLength(4500);
    const body = [0x0b, 3, 0, 0, 0, 0x00, 0x0b, 0x7f];
    patch(file, 0x3f450, [0, 0, 0, 0x80, ...body]);
    expect(await reader.read(10)).toEqual([]);
    const more = reader.waitForMore(60_000);
    patch(file, 0x3f450, [body.length, 0, 0, 0]);
    await more;
    expect((await reader.read(10)).map((entry) => [entry.offset, entry.message()])).toEqual([
      [4500, { messageType: 11 }],
    ]);
    await reader.close();
  });

  it('goes on to a file that appears after the end marker', async () => {
    const dir = folder.unpack('pal-3cycles');
    const third = dataFiles(dir)[2]!;
    const hidden = path.join(folder.path, 'hidden.cq4');
    cpSync(third, hidden);
    rmSync(third);
    const reader = await openChronicleReader(dir);
    expect(await readAll(reader, (entry) => entry.offset)).toHaveLength(3000);
    const more = reader.waitForMore(60_000);
    cpSync(hidden, third);
    await more;
    expect((await readAll(reader, (entry) => entry.offset)).at(-1)).toBe(4499);
    await reader.close();
  });

  it('stays in a file without end marker while the newer one is empty', async () => {
    const dir = folder.unpack('pal-3cycles');
    const [, second, third] = dataFiles(dir);
    patch(second!, 0x3f430, [0, 0, 0, 0, 0, 0, 0, 0]);
    const first = openSync(third!, 'r+');
    const document = Buffer.alloc(0x64);
    readSync(first, document, 0, document.length, 0x8110);
    // As if created ahead of time: nothing in it yet.
    writeSync(first, new Uint8Array(4), 0, 4, 0x8110);
    writeSync(first, new Uint8Array(16), 0, 16, 0x40);
    const reader = await openChronicleReader(dir);
    expect(await readAll(reader, (entry) => entry.offset)).toHaveLength(3000);
    await reader.waitForMore(0);
    // The older file goes on …
    const old = openSync(second!, 'r+');
    writeSync(old, document, 0, document.length, 0x3f430);
    closeSync(old);
    await reader.waitForMore(60_000);
    expect((await reader.read(10)).map((entry) => [entry.offset, entry.messageType])).toEqual([[3000, 1]]);
    // … until the newer one has a message.
    writeSync(first, document, 0, 4, 0x8110);
    closeSync(first);
    await reader.waitForMore(60_000);
    expect((await readAll(reader, (entry) => entry.offset)).at(-1)).toBe(4500);
    await reader.close();
  });

  it('stops waiting at once when aborted', async () => {
    const reader = await openChronicleReader(folder.unpack('pal-default-5'));
    await readAll(reader, () => 0);
    const abort = new AbortController();
    const waiting = reader.waitForMore(600_000, abort.signal);
    abort.abort();
    await waiting;
    await reader.waitForMore(600_000, abort.signal);
    await reader.close();
  });
});

describe('refusals', () => {
  const failure = async (work: Promise<unknown>): Promise<PalError> => {
    const error: unknown = await work.then(
      () => undefined,
      (e: unknown) => e,
    );
    expect(error).toBeInstanceOf(PalError);
    return error as PalError;
  };

  it('says what Java says of a queue that does not exist', async () => {
    const dir = path.join(folder.path, 'nosuchqueue');
    expect(await failure(openChronicleReader(dir))).toMatchObject({
      code: 'not-found',
      message: `Chronicle log does not exist at path: ${dir}`,
    });
    mkdirSync(dir);
    expect((await failure(openChronicleReader(dir))).code).toBe('not-found');
    writeFileSync(path.join(folder.path, 'plain'), '');
    expect((await failure(openChronicleReader(path.join(folder.path, 'plain')))).code).toBe('not-a-log');
  });

  it('gives what is whole, then where the damage is', async () => {
    const dir = folder.unpack('pal-default-5');
    patch(dataFiles(dir)[0]!, 0x81a4, [0xff, 0xff, 0xff, 0x3f]);
    const reader = await openChronicleReader(dir);
    expect((await reader.read(10)).map((entry) => entry.offset)).toEqual([0]);
    for (let i = 0; i < 2; i++) {
      const error = await failure(reader.read(10));
      expect(error).toMatchObject({ code: 'corrupt', data: { path: dataFiles(dir)[0], position: 0x81a4, offset: 1 } });
    }
    await reader.seek(0);
    expect(await reader.read(1)).toHaveLength(1);
    await reader.close();
  });

  it('says which message does not decode', async () => {
    const dir = folder.unpack('pal-default-5');
    patch(dataFiles(dir)[0]!, 0x81a4 + 9 + 3, [0x55]);
    const reader = await openChronicleReader(dir);
    const entries = await reader.read(5);
    expect(entries[0]!.message().messageType).toBe(1);
    for (const read of [(): unknown => entries[1]!.message(), (): unknown => entries[1]!.execHead!()])
      expect(read).toThrow(
        expect.objectContaining({
          code: 'decode',
          data: expect.objectContaining({ offset: 1, position: 3, path: dataFiles(dir)[0] }) as unknown,
        }) as Error,
      );
    await reader.close();
  });

  it('does not take another file for a data file', async () => {
    const dir = folder.unpack('pal-default-5');
    writeFileSync(dataFiles(dir)[0]!, 'an ordinary text that someone gave the wrong name');
    const reader = await openChronicleReader(dir);
    expect((await failure(reader.read(1))).code).toBe('not-a-log');
    await reader.close();
  });

  it('survives any flipped bit and any cut: entries, an end or an error', { timeout: 60_000 }, async () => {
    const dir = folder.unpack('pal-default-5');
    const file = dataFiles(dir)[0]!;
    cut(file, 0x8390);
    const original = Buffer.alloc(0x8390);
    const fd = openSync(file, 'r+');
    readSync(fd, original, 0, original.length, 0);
    let seed = 7;
    const random = (n: number): number => (seed = (seed * 48_271) % 0x7fff_ffff) % n;
    for (let round = 0; round < 300; round++) {
      // Mostly where the structure is: header, documents.
      const at = random(3) === 0 ? random(0x120) : 0x8100 + random(0x290);
      const byte = original[at]!;
      writeSync(fd, Uint8Array.of(byte ^ (1 << random(8))), 0, 1, at);
      const reader = await openChronicleReader(dir);
      try {
        expect((await readAll(reader, (entry) => entry.bytes().length)).length).toBeLessThan(400);
        await reader.info();
        await reader.seek(random(6));
        await reader.read(2);
      } catch (error) {
        expect(error).toBeInstanceOf(PalError);
      } finally {
        await reader.close();
      }
      writeSync(fd, Uint8Array.of(byte), 0, 1, at);
    }
    for (let size = statSync(file).size; size > 0; size -= 1 + random(200)) {
      ftruncateSync(fd, size);
      const result = await offsets(dir).catch((error: unknown) => error);
      if (!(result instanceof PalError)) expect((result as number[]).length).toBeLessThanOrEqual(5);
    }
    closeSync(fd);
  });
});
