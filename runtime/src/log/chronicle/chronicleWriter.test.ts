import { asOrdinaryUser } from '../../testing/ordinaryUser.testUtil';
import {
  appendFileSync,
  chmodSync,
  closeSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { PalError } from '../../errors';
import { openChronicleReader } from './chronicleReader';
import { openChronicleWriter, PEER_SETTINGS, TOOL_SETTINGS, type ChronicleWriterOptions } from './chronicleWriter';
import { expectedOf, describeEntry, readAll, testFolder } from './fixtures.testUtil';
import { readTableStore } from './tableStore';

const folder = testFolder();
afterAll(() => folder.remove());
let fresh = 0;
const newDir = (): string => path.join(folder.path, `new${++fresh}`);

interface Item {
  readonly offset: number;
  readonly type: number;
  readonly bytes: Uint8Array;
}
async function contentOf(dir: string): Promise<Item[]> {
  const reader = await openChronicleReader(dir);
  try {
    return await readAll(reader, (e) => ({ offset: e.offset, type: e.messageType, bytes: e.bytes() }));
  } finally {
    await reader.close();
  }
}
function start(file: string, length: number): Buffer {
  const fd = openSync(file, 'r');
  const buffer = Buffer.alloc(length);
  const read = readSync(fd, buffer, 0, length, 0);
  closeSync(fd);
  return buffer.subarray(0, read);
}
const failure = async (work: Promise<unknown>): Promise<PalError> => {
  const error: unknown = await work.then(
    () => undefined,
    (e: unknown) => e,
  );
  expect(error).toBeInstanceOf(PalError);
  return error as PalError;
};
const message = (n: number, size = 100): Uint8Array => Uint8Array.from({ length: size }, (_, i) => n * 31 + i);
const TIME = 1_760_000_000_000; // cycle 2933333 of ten minutes, 20251009-0850X

describe('the same bytes as Java', () => {
  const MINUTES = 60_000;
  const cases: [string, ChronicleWriterOptions, (offset: number) => number][] = [
    ['pal-default-5', { settings: PEER_SETTINGS, deltaCheckpointInterval: 64 }, () => TIME],
    ['thinpeer-fastdaily', { settings: TOOL_SETTINGS, deltaCheckpointInterval: 64 }, () => TIME],
    [
      'pal-3cycles',
      { settings: { ...PEER_SETTINGS, blockSize: 1024 * 1024 }, deltaCheckpointInterval: 64 },
      (offset) => TIME + [0, 20, 50][Math.floor(offset / 1500)]! * MINUTES,
    ],
    ['wal1', {}, () => Date.UTC(2026, 10, 24, 8, 15)],
    ['wal-svc', {}, () => Date.UTC(2026, 10, 24, 8, 25)],
    ['wal-roll', {}, (offset) => Date.UTC(2026, 10, 24, 9, offset < 6 ? 5 : 15)],
  ];

  it.each(cases)('%s', async (queue, options, timeOf) => {
    const golden = folder.unpack(queue);
    const dir = newDir();
    let now = 0;
    const writer = await openChronicleWriter(dir, { ...options, clock: () => now });
    for (const { offset, type, bytes } of await contentOf(golden)) {
      now = timeOf(offset);
      writer.append(type, bytes);
    }
    await writer.close();

    expect(readdirSync(dir).sort()).toEqual(readdirSync(golden).sort());
    for (const name of readdirSync(golden)) {
      const ours = path.join(dir, name);
      const theirs = path.join(golden, name);
      expect(statSync(ours).size).toBe(statSync(theirs).size);
      const [a, b] = [start(ours, 512 * 1024), start(theirs, 512 * 1024)];
      if (name === 'metadata.cq4t' && queue.startsWith('wal-')) {
        // Tools looked at these queues afterwards: one more change of the listing was counted.
        const at = (await readTableStore(golden))!.values.get('listing.modcount')!.at;
        a.writeBigInt64LE(b.readBigInt64LE(at), at);
      }
      expect(a.equals(b), name).toBe(true);
    }
  });
});

describe('append and read', () => {
  it('gives back random messages, through small and large batches', async () => {
    const dir = newDir();
    let seed = 42;
    const random = (n: number): number => (seed = (seed * 48_271) % 0x7fff_ffff) % n;
    let now = TIME;
    const writer = await openChronicleWriter(dir, {
      settings: { rollCycle: 'FIVE_MINUTELY', indexCount: 8, indexSpacing: 4, blockSize: 65_536 },
      clock: () => now,
    });
    const items: Item[] = [];
    for (let offset = 0; offset < 3000; offset++) {
      const size = random(400) === 0 ? 100_000 + random(2_500_000) : random(20) === 0 ? random(3) : random(300);
      const bytes = new Uint8Array(size).map((_, i) => (size > 1000 ? i : random(256)));
      const type = random(256);
      writer.append(type, bytes);
      items.push({ offset, type, bytes });
      if (random(30) === 0) await writer.flush();
      if (random(300) === 0) now += random(4) * 300_000;
    }
    await writer.close();
    const found = await contentOf(dir);
    expect(found.length).toBe(items.length);
    for (const [i, item] of items.entries()) {
      expect(found[i]!.type).toBe(item.type);
      expect(Buffer.compare(found[i]!.bytes, item.bytes), `offset ${i}`).toBe(0);
    }

    const reader = await openChronicleReader(dir);
    for (let k = 0; k < 200; k++) {
      const place = random(3000);
      await reader.seek(place);
      const [entry] = await reader.read(1);
      expect([entry!.offset, entry!.messageType, entry!.bytes().length]).toEqual([
        place,
        items[place]!.type,
        items[place]!.bytes.length,
      ]);
    }
    await reader.close();
  });

  it('keeps the entries of one call apart when documents end where the window does', async () => {
    const dir = newDir();
    const writer = await openChronicleWriter(dir, { clock: () => TIME });
    for (let n = 0; n < 40_000; n++) writer.append(1, Buffer.from(String(n).padStart(7))); // documents of 16 bytes
    await writer.close();
    for (const batch of [5000, 100_000]) {
      const reader = await openChronicleReader(dir);
      const texts = await readAll(reader, (e) => Buffer.from(e.bytes()).toString('latin1'), batch);
      expect(texts.findIndex((text, n) => Number(text) !== n)).toBe(-1);
      expect(texts).toHaveLength(40_000);
      await reader.close();
    }
  });

  it('shows a follower what was flushed, and nothing else', async () => {
    const dir = newDir();
    const writer = await openChronicleWriter(dir, { clock: () => TIME });
    const reader = await openChronicleReader(dir);
    expect(await reader.read(9)).toEqual([]);
    writer.append(2, message(1));
    expect(await reader.read(9)).toEqual([]);
    const more = reader.waitForMore(60_000);
    await writer.flush();
    await more;
    expect(await reader.info()).toMatchObject({ last: 0, state: 'open' });
    writer.append(3, message(2));
    expect(await readAll(reader, (e) => e.messageType)).toEqual([2]);
    await writer.close();
    expect(await readAll(reader, (e) => e.messageType)).toEqual([3]);
    expect(await reader.info()).toMatchObject({ last: 1, state: 'clean' });
    await reader.close();
  });

  it.each([
    ['FIVE_MINUTELY', '20251009-0850V', '20251009-0855V'],
    ['TEN_MINUTELY', '20251009-0850X', '20251009-0900X'],
    ['TWENTY_MINUTELY', '20251009-0840XX', '20251009-0900XX'],
    ['HALF_HOURLY', '20251009-0830H', '20251009-0900H'],
    ['FAST_HOURLY', '20251009-08F', '20251009-09F'],
    ['TWO_HOURLY', '20251009-08II', '20251009-10II'],
    ['FOUR_HOURLY', '20251009-08IV', '20251009-12IV'],
    ['SIX_HOURLY', '20251009-06VI', '20251009-12VI'],
    ['FAST_DAILY', '20251009F', '20251010F'],
    ['WEEKLY', '2025W41', '2025W42'],
  ])('rolls by %s', async (rollCycle, first, second) => {
    const dir = newDir();
    let now = TIME;
    const writer = await openChronicleWriter(dir, { settings: { ...TOOL_SETTINGS, rollCycle }, clock: () => now });
    writer.append(1, message(1));
    const before = writer.lastIndex;
    while (readdirSync(dir).length < 3) {
      now += 60_000;
      writer.append(1, message(2));
    }
    await writer.close();
    expect(readdirSync(dir).sort()).toEqual([`${first}.cq4`, `${second}.cq4`, 'metadata.cq4t']);
    expect(writer.lastIndex >> 32n).toBe((before >> 32n) + 1n);
    const reader = await openChronicleReader(dir);
    const indexes = await readAll(reader, (e) => e.index);
    expect([indexes[0], indexes.at(-1)]).toEqual([before, ((before >> 32n) << 32n) + (1n << 32n)]);
    await reader.close();
  });
});

describe('continuing a queue', () => {
  it("appends to Java's, keeping its roll cycle", async () => {
    const dir = folder.unpack('thinpeer-fastdaily');
    const writer = await openChronicleWriter(dir, { clock: () => TIME });
    writer.append(4, message(7));
    await writer.close();
    const reader = await openChronicleReader(dir);
    const entries = await readAll(reader, describeEntry);
    expect(entries.slice(0, 10)).toEqual(expectedOf('thinpeer-fastdaily'));
    expect(entries[10]).toMatchObject({ offset: 10, type: 4, index: String((20370n << 32n) + 10n) });
    await reader.close();
    expect(readdirSync(dir).sort()).toEqual(['20251009F.cq4', 'metadata.cq4t']);
  });

  it('adds end markers that older files lack, and overwrites an abandoned document', async () => {
    const dir = folder.unpack('pal-3cycles');
    const [first, , third] = readdirSync(dir).sort();
    const patch = (name: string, at: number, bytes: number[]): void => {
      const fd = openSync(path.join(dir, name), 'r+');
      writeSync(fd, Uint8Array.from(bytes), 0, bytes.length, at);
      closeSync(fd);
    };
    patch(first!, 0x3f444, [0, 0, 0, 0, 0, 0, 0, 0]);
    patch(third!, 0x3f450, [0x80, 0, 0, 0x80, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]);
    const writer = await openChronicleWriter(dir, { clock: () => TIME });
    writer.append(4, new Uint8Array(3));
    await writer.close();
    expect(start(path.join(dir, first!), 0x3f44c).subarray(0x3f444).toString('latin1')).toBe('\0\0\0\xc0\xc3EOF');
    const items = await contentOf(dir);
    expect(items.length).toBe(4501);
    expect(items[4500]).toMatchObject({ type: 4, bytes: new Uint8Array(3) });
  });

  it('goes on in a later file when the newest was ended, and when the clock was set back', async () => {
    const dir = newDir();
    let now = TIME;
    const writer = await openChronicleWriter(dir, { clock: () => now });
    writer.append(1, message(1));
    now -= 3_600_000;
    writer.append(1, message(2));
    await writer.close();
    expect(readdirSync(dir)).toContain('20251009-0850X.cq4');
    const reader = await openChronicleReader(dir);
    const size = (await reader.info()).size;
    await reader.close();
    const fd = openSync(path.join(dir, '20251009-0850X.cq4'), 'r+');
    writeSync(fd, Uint8Array.of(0, 0, 0, 0xc0, 0xc3, 0x45, 0x4f, 0x46), 0, 8, size + 112);
    closeSync(fd);
    const second = await openChronicleWriter(dir, { clock: () => now });
    second.append(1, message(3));
    await second.close();
    expect(readdirSync(dir)).toContain('20251009-0900X.cq4');
    expect(await contentOf(dir)).toHaveLength(3);
  });

  it('continues after any cut: what is whole stays, what follows is appended', async () => {
    const source = newDir();
    const writer = await openChronicleWriter(source, {
      settings: { ...PEER_SETTINGS, indexCount: 8, indexSpacing: 4, blockSize: 65_536 },
      clock: () => TIME,
    });
    for (let i = 0; i < 200; i++) writer.append(1, message(i, 40));
    await writer.close();
    const original = readFileSync(path.join(source, '20251009-0850X.cq4'));
    const table = readFileSync(path.join(source, 'metadata.cq4t'));
    const end = original.lastIndexOf(message(199, 40)) + 40;
    for (let cut = end + 8; cut > 1000; cut -= 331) {
      const dir = newDir();
      mkdirSync(dir);
      // The pages behind the cut never reached the file; the header was already up to date.
      writeFileSync(path.join(dir, 'metadata.cq4t'), table);
      writeFileSync(
        path.join(dir, '20251009-0850X.cq4'),
        Buffer.concat([original.subarray(0, cut), Buffer.alloc(65_536)]),
      );
      const reopened = await openChronicleWriter(dir, { clock: () => TIME }).catch((error: unknown) => error);
      if (reopened instanceof PalError) {
        expect(reopened.code).toBe('corrupt');
        continue;
      }
      const next = reopened as Awaited<ReturnType<typeof openChronicleWriter>>;
      next.append(9, message(9, 9));
      await next.close();
      const items = await contentOf(dir).catch((error: unknown) => error);
      if (!(items instanceof PalError))
        expect((items as Item[]).at(-1)).toMatchObject({ type: 9, bytes: message(9, 9) });
    }
  });
});

describe('damage', () => {
  it('is refused, or kept out of the way: never a crash, and what was appended is read', async () => {
    const golden = folder.unpack('pal-default-5');
    const names = ['metadata.cq4t', '20251009-0850X.cq4'];
    const original = names.map((name) => start(path.join(golden, name), 0x9000));
    let seed = 11;
    const random = (n: number): number => (seed = (seed * 48_271) % 0x7fff_ffff) % n;
    let appended = 0;
    for (let round = 0; round < 150; round++) {
      const dir = newDir();
      mkdirSync(dir);
      names.forEach((name, i) => {
        const content = Buffer.from(original[i]!);
        if (i === round % 2) content[random(i === 0 ? 0x210 : 0xc8)]! ^= 1 << random(8);
        writeFileSync(path.join(dir, name), content);
      });
      try {
        const writer = await openChronicleWriter(dir, {
          clock: () => TIME,
          settings: { ...PEER_SETTINGS, blockSize: 65_536 },
        });
        writer.append(7, message(round));
        await writer.close();
        const last = (await contentOf(dir)).at(-1)!;
        expect(Buffer.compare(last.bytes, message(round))).toBe(0);
        appended += 1;
      } catch (error) {
        if (!PalError.is(error)) throw error;
      }
      rmSync(dir, { recursive: true });
    }
    expect(appended).toBeGreaterThan(50);
  });
});

describe('refusals', () => {
  it('names the directory that cannot be written', async () => {
    const file = path.join(folder.path, 'file');
    appendFileSync(file, '');
    expect((await failure(openChronicleWriter(file))).code).toBe('not-a-log');
    expect((await failure(openChronicleWriter(newDir(), { settings: { rollCycle: 'YEARLY' } }))).code).toBe('usage');
  });

  it.skipIf(process.platform === 'win32')('says permission denied', async () => {
    const dir = newDir();
    mkdirSync(dir);
    chmodSync(dir, 0o500);
    const refused = await asOrdinaryUser(() => failure(openChronicleWriter(path.join(dir, 'queue'))));
    expect(refused.code).toBe('permission');
    chmodSync(dir, 0o700);
  });

  it('does not append to a file that contradicts the format', async () => {
    const dir = folder.unpack('pal-default-5');
    const file = path.join(dir, '20251009-0850X.cq4');
    const fd = openSync(file, 'r+');
    ftruncateSync(fd, 0x8320);
    closeSync(fd);
    expect(await failure(openChronicleWriter(dir))).toMatchObject({ code: 'corrupt', data: { path: file } });
    rmSync(dir, { recursive: true });
  });
});
