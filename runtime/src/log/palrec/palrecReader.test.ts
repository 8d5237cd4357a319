import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { identityOf } from '../../directory/processIdentity';
import { WordBuilder } from '../../entry/wordBuilder';
import { PalError } from '../../errors';
import type { LogReader } from '../log';
import { BLOCK_HEADER_SIZE, encodeFileHeader, parseFileHeader, readBlockHeader } from './format';
import { openPalrecReader, type PalrecReader } from './palrecReader';
import { PalrecWriter } from './palrecWriter';
import { seededRandom } from './testing/randomWords';
import { type ExpectedMessage, record, recordingHeader } from './testing/recordings';

let dir = '';
const open: LogReader[] = [];
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'pal-palrec-'));
});
afterEach(async () => {
  for (const reader of open.splice(0)) await reader.close();
  rmSync(dir, { recursive: true, force: true });
});
const file = (name = 'x'): string => path.join(dir, `${name}.palrec`);

async function reader(name?: string): Promise<PalrecReader> {
  const opened = await openPalrecReader(file(name));
  open.push(opened);
  return opened;
}

async function readAll(log: LogReader, batch = 1000): Promise<ExpectedMessage[]> {
  const all: ExpectedMessage[] = [];
  for (;;) {
    const entries = await log.read(batch);
    if (entries.length === 0) return all;
    expect(entries.length).toBeLessThanOrEqual(batch);
    for (const entry of entries) {
      expect(entry.offset).toBe(all.length);
      expect(entry.index).toBe(BigInt(all.length));
      all.push({ type: entry.messageType, bytes: entry.bytes() });
    }
  }
}

const hex = (messages: readonly ExpectedMessage[]): string[] =>
  messages.map((message) => `${message.type} ${Buffer.from(message.bytes).toString('hex')}`);

async function failure(promise: Promise<unknown>): Promise<PalError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof PalError) return error;
    throw error;
  }
  throw new Error('it did not fail');
}

/** A small closed recording; returns what it holds. */
function small(seed: number, operations = 120, blockEntries = 20, sites = 25): ExpectedMessage[] {
  const writer = PalrecWriter.create(file(), recordingHeader, { blockEntries });
  const expected = record(writer, { seed, operations, sites });
  writer.close();
  return expected;
}

describe('reading a recording', () => {
  it.each(Array.from({ length: 12 }, (_, seed) => seed))(
    'gives every message as the live stream had it, seed %i',
    async (seed) => {
      const writer = PalrecWriter.create(file(), recordingHeader, { blockEntries: [4096, 300, 25][seed % 3]! });
      const expected = record(writer, {
        seed,
        operations: 1500,
        sources: 1 + (seed % 3),
        flushes: seed % 2 === 0 ? 0 : 0.5,
      });
      writer.close();
      expect(hex(await readAll(await reader(), [1, 7, 1000][seed % 3]))).toEqual(hex(expected));
    },
  );

  it('gives the same message when it is sought as when it is read through', async () => {
    const expected = small(3, 400, 40);
    const log = await reader();
    const random = seededRandom(5);
    for (let i = 0; i < 300; i++) {
      const offset = Math.floor(random() * expected.length);
      await log.seek(offset);
      const [entry] = await log.read(1);
      expect(entry?.offset).toBe(offset);
      expect(hex([{ type: entry!.messageType, bytes: entry!.bytes() }])).toEqual(hex([expected[offset]!]));
    }
    await log.seek(1e9);
    expect(await log.read(1)).toEqual([]);
    await log.seek(-5);
    expect((await log.read(1))[0]?.offset).toBe(0);
  });

  it('restates deep stacks as far as their completions and traces need them', async () => {
    const writer = PalrecWriter.create(file(), recordingHeader, { blockEntries: 64 });
    const builder = new WordBuilder();
    const frames = 1000;
    for (let i = 0; i < frames; i++) builder.raw((7 << 8) | 1, 3);
    for (let i = 0; i < frames; i++) builder.raw((7 << 8) | 2, i << 3);
    const words = builder.build();
    writer.append(words, 0, words.length);
    writer.close();
    const log = await reader();
    await log.seek(frames + 500);
    const [entry] = await log.read(1);
    expect(entry?.message().execMessage?.builderSeq).toBe(frames + 501);
    const middle = await log.readCompact(frames + 500);
    const [thread] = middle!.data!.state.threads;
    expect(thread?.frames.length).toBeGreaterThanOrEqual(128);
    expect(thread?.frames[0]?.offset).toBe(2 * frames - middle!.firstOffset - 1);
  });

  it('tells what was recorded, and that it is complete', async () => {
    const expected = small(1);
    const log = await reader();
    expect(await log.info()).toMatchObject({
      kind: 'palrec',
      name: file(),
      path: file(),
      size: readFileSync(file()).length,
      first: 0,
      last: expected.length - 1,
      created: new Date(recordingHeader.startedAt),
      state: 'clean',
      issue: undefined,
      header: JSON.parse(JSON.stringify(recordingHeader)) as unknown,
    });
  });

  it('finds definitions whose ids have gaps, go back, or are spread over blocks', async () => {
    const writer = PalrecWriter.create(file(), recordingHeader);
    const ids = [10, 3, 500, 4, 4000, 501, 1, 77777];
    for (const id of ids) {
      const builder = new WordBuilder().defString(id, `text ${id}`).raw(17, id, id, 18, id, 0, id, 0, 19, id, id);
      const words = builder.build();
      writer.append(words, 0, words.length);
      if (id !== 500 && id !== 1) writer.flush();
    }
    writer.close();
    const definitions = (await reader()).definitions(0);
    for (const id of ids) {
      expect(definitions.string(id)).toBe(`text ${id}`);
      expect(definitions.class(id)?.name).toBe(`text ${id}`);
      expect(definitions.classOf(id)?.id).toBe(id);
      expect(definitions.threadName(id)).toBe(`text ${id}`);
    }
    expect(definitions.string(5)).toBe('?string#5');
    expect(definitions.classOf(502)).toBeUndefined();
  });

  it('finds the block of a time', async () => {
    const writer = PalrecWriter.create(file(), recordingHeader, { blockEntries: 10 });
    const builder = new WordBuilder();
    for (let second = 0; second < 100; second++) {
      const nanos = BigInt(1_760_000_000 + second) * 1_000_000_000n;
      builder.raw(10, Number(nanos & 0xffffffffn) | 0, Number(nanos >> 32n) | 0, (1 << 8) | 1, 3);
    }
    const words = builder.build();
    writer.append(words, 0, words.length);
    writer.close();
    const log = await reader();
    expect(log.offsetNear(0)).toBe(0);
    expect(log.offsetNear(1_760_000_050_000)).toBeGreaterThan(40);
    expect(log.offsetNear(1_760_000_050_000)).toBeLessThanOrEqual(51);
  });

  it('keeps ready messages as they are', async () => {
    const random = seededRandom(8);
    const expected = Array.from({ length: 3000 }, () => ({
      type: Math.floor(random() * 256),
      bytes: Uint8Array.from({ length: Math.floor(random() * 400) }, () => random() * 256),
    }));
    const writer = PalrecWriter.create(file(), null);
    for (const { type, bytes } of expected) writer.appendMessage(type, bytes);
    writer.close();
    const log = await reader();
    expect(hex(await readAll(log, 77))).toEqual(hex(expected));
    expect((await log.info()).header).toBeUndefined();
  });

  it('reads entries and ready messages from one file', async () => {
    const writer = PalrecWriter.create(file(), recordingHeader);
    const expected = record(writer, { seed: 2, operations: 100 });
    writer.appendMessage(10, Uint8Array.of(1, 2, 3));
    const words = Int32Array.of((1 << 8) | 1, 3);
    writer.append(words, 0, 2);
    writer.close();
    const all = await readAll(await reader());
    expect(hex(all.slice(0, -1))).toEqual(hex([...expected, { type: 10, bytes: Uint8Array.of(1, 2, 3) }]));
    expect(all).toHaveLength(expected.length + 2);
  });
});

describe('a recording that is being written', () => {
  it('is read up to the last flush, and on', async () => {
    const writer = PalrecWriter.create(file(), recordingHeader);
    const log = await reader();
    expect(await log.info()).toMatchObject({ state: 'open', last: -1, issue: undefined });
    expect(await log.read(10)).toEqual([]);
    const more = log.waitForMore(10_000);
    const expected = record(writer, { seed: 4, operations: 300 });
    writer.flush();
    await more;
    expect(hex(await readAll(log))).toEqual(hex(expected));
    expect((await log.info()).state).toBe('open');
    const end = log.waitForMore(10_000);
    writer.close();
    await end;
    expect(await log.read(10)).toEqual([]);
    expect((await log.info()).state).toBe('clean');
  });

  it('resolves definitions that came after they were asked for', async () => {
    const writer = PalrecWriter.create(file(), recordingHeader);
    const log = await reader();
    expect(log.definitions(0).string(1)).toBe('?string#1');
    const words = new WordBuilder().defString(1, 'später').build();
    writer.append(words, 0, words.length);
    writer.flush();
    await log.refresh();
    expect(log.definitions(0).string(1)).toBe('später');
    writer.close();
  });

  it('does not wait when there is more already, nor longer than told, nor after an abort or close', async () => {
    const writer = PalrecWriter.create(file(), recordingHeader);
    const log = await reader();
    record(writer, { seed: 4, operations: 30 });
    writer.flush();
    await log.waitForMore(60_000);
    await readAll(log);
    await log.waitForMore(1);
    const controller = new AbortController();
    const aborted = log.waitForMore(60_000, controller.signal);
    controller.abort();
    await aborted;
    await log.waitForMore(60_000, controller.signal);
    const closed = log.waitForMore(60_000);
    await log.close();
    await closed;
    writer.close();
  });
});

describe('a recording that was cut off', () => {
  it('opens at its last whole block wherever it ends', async () => {
    const expected = small(6, 24, 8, 1);
    const whole = readFileSync(file());
    expect(expected.length).toBeGreaterThan(20);
    const headerEnd = parseFileHeader('x', whole).size;
    writeFileSync(file('cut'), whole);
    for (let size = whole.length - 1; size >= 0; size--) {
      truncateSync(file('cut'), size);
      if (size < headerEnd) {
        expect((await failure(openPalrecReader(file('cut')))).code).toBe('not-a-log');
        continue;
      }
      const log = await openPalrecReader(file('cut'));
      const found = await readAll(log);
      if (found.length !== wholeMessages(whole, size)) expect(found.length).toBe(wholeMessages(whole, size));
      if (size % 16 === 0) {
        expect(hex(found)).toEqual(hex(expected.slice(0, found.length)));
        expect((await log.info()).state).toBe('open'); // this very process wrote it and lives
      }
      await log.close();
    }
  });

  it('says that its writer ended, and up to where it is whole', async () => {
    const expected = small(6, 60, 12);
    withWriter({ ...identityOf(process.pid), pid: 0x3ffffff, start: '1' });
    const size = readFileSync(file()).length;
    truncateSync(file(), size - BLOCK_HEADER_SIZE - 1);
    const log = await reader();
    const info = await log.info();
    expect(info.state).toBe('interrupted');
    expect(info.issue).toMatch(
      new RegExp(
        `writer \\(process 67108863\\) ended: everything up to offset ${expected.length - 1} is there; the last \\d+ bytes`,
      ),
    );
    expect(hex(await readAll(log))).toEqual(hex(expected));
  });
});

/** Messages in the whole blocks of the first `size` bytes. */
function wholeMessages(bytes: Uint8Array, size: number): number {
  let messages = 0;
  for (let at = parseFileHeader('x', bytes).size; ;) {
    const header = readBlockHeader(bytes, at, at);
    if (header === undefined) return messages;
    at += BLOCK_HEADER_SIZE + header.length;
    if (at > size) return messages;
    if (header.type === 3) messages += header.fields[2]!;
    if (at === bytes.length) return messages;
  }
}

/** Replaces the header of the file by one of the same length that names another writer. */
function withWriter(writer: ReturnType<typeof identityOf>): void {
  const bytes = readFileSync(file());
  const size = parseFileHeader('x', bytes).size;
  let padding = '';
  for (;;) {
    const header = encodeFileHeader({ recording: { ...recordingHeader, runtime: `pal${padding}` }, writer });
    if (header.length === size) {
      bytes.set(header, 0);
      writeFileSync(file(), bytes);
      return;
    }
    if (header.length > size) throw new Error('no room for the header');
    padding += ' ';
  }
}

describe('a damaged recording', () => {
  it('never gives wrong messages, hangs or crashes, wherever a bit flips', async () => {
    const expected = hex(small(7, 100, 15));
    const whole = readFileSync(file());
    const headerEnd = parseFileHeader('x', whole).size;
    const random = seededRandom(11);
    let detected = 0;
    for (let i = 0; i < 500; i++) {
      const bytes = Buffer.from(whole);
      const at =
        i < 100 ? Math.floor(random() * headerEnd) : headerEnd + Math.floor(random() * (bytes.length - headerEnd));
      bytes[at]! ^= 1 << Math.floor(random() * 8);
      writeFileSync(file('flip'), bytes);
      let log: PalrecReader;
      try {
        log = await openPalrecReader(file('flip'));
      } catch (error) {
        expect(error).toBeInstanceOf(PalError);
        detected++;
        continue;
      }
      let complaints = 0;
      for (let offset = 0, steps = 0; steps < 1000; steps++) {
        try {
          await log.seek(offset);
          const entries = await log.read(50);
          if (entries.length === 0) break;
          for (const entry of entries) {
            const definitionLost = (await log.info()).state === 'damaged';
            const got = `${entry.messageType} ${Buffer.from(entry.bytes()).toString('hex')}`;
            if (!definitionLost) expect(got).toBe(expected[entry.offset]);
          }
          offset = entries.at(-1)!.offset + 1;
        } catch (error) {
          if (!PalError.is(error, 'corrupt')) throw error;
          expect(error.data['offset']).toBe(offset);
          expect(error.data['next']).toBeGreaterThan(offset);
          complaints++;
          offset = Number(error.data['next']);
        }
      }
      const info = await log.info();
      if (complaints > 0) expect(info.state).toBe('damaged');
      if (info.state !== 'clean') detected++;
      await log.close();
    }
    // The reserved bytes of the file header are the only ones without a checksum.
    expect(detected).toBeGreaterThan(350);
  });

  it('costs only the messages of the damaged block, and says where', async () => {
    const expected = hex(small(9, 300, 40));
    const bytes = readFileSync(file());
    const positions = dataBlocks(bytes);
    const { at, first, messages } = positions[3]!;
    bytes[at + BLOCK_HEADER_SIZE + 5]! ^= 0x10;
    writeFileSync(file(), bytes);
    const log = await reader();
    await log.seek(first - 1);
    expect(await log.read(1000)).toHaveLength(1);
    const error = await failure(log.read(1000));
    expect(error.code).toBe('corrupt');
    expect(error.data).toMatchObject({ offset: first, next: first + messages, position: at });
    expect(error.message).toContain(`reading can go on at ${first + messages}`);
    expect(await log.info()).toMatchObject({ state: 'damaged' });
    await log.seek(first + messages);
    const rest = await log.read(5000);
    expect(hex(rest.map((entry) => ({ type: entry.messageType, bytes: entry.bytes() })))).toEqual(
      expected.slice(first + messages),
    );
  });

  it('is stepped over when a block header is destroyed, index or not', async () => {
    const expected = hex(small(9, 300, 40));
    const whole = readFileSync(file());
    const { at, first, messages } = dataBlocks(whole)[2]!;
    for (const cut of [0, BLOCK_HEADER_SIZE]) {
      const bytes = Buffer.from(whole.subarray(0, whole.length - cut));
      bytes.fill(0xff, at, at + 70);
      writeFileSync(file('gap'), bytes);
      const log = await reader('gap');
      await log.seek(first);
      const error = await failure(log.read(10));
      expect(error.data).toMatchObject({ offset: first, next: first + messages, position: at });
      await log.seek(first + messages);
      const [entry] = await log.read(1);
      expect(`${entry!.messageType} ${Buffer.from(entry!.bytes()).toString('hex')}`).toBe(expected[first + messages]);
      expect((await log.info()).issue).toMatch(/damaged/);
    }
  });

  it('is noticed when bytes follow the end mark', async () => {
    small(1);
    writeFileSync(file(), Buffer.concat([readFileSync(file()), Buffer.from('more')]));
    withWriter({ ...identityOf(process.pid), pid: 0x3ffffff, start: '1' });
    expect((await (await reader()).info()).state).toBe('interrupted');
  });
});

function dataBlocks(bytes: Uint8Array): { at: number; first: number; messages: number }[] {
  const found = [];
  for (let at = parseFileHeader('x', bytes).size; at < bytes.length;) {
    const header = readBlockHeader(bytes, at, at)!;
    if (header.type === 3) found.push({ at, first: header.fields[0]!, messages: header.fields[2]! });
    at += BLOCK_HEADER_SIZE + header.length;
  }
  return found;
}

describe('what is no recording', () => {
  it.each([
    ['an empty file', Buffer.alloc(0), 'not-a-log', /empty/],
    ['text', Buffer.from('{"json": true}\n'), 'not-a-log', /does not start as one/],
    ['zeros', Buffer.alloc(5000), 'not-a-log', /does not start as one/],
    [
      'the start of a header',
      encodeFileHeader({ recording: null, writer: identityOf(1) }).subarray(0, 15),
      'not-a-log',
      /ends inside its header/,
    ],
  ])('%s is refused with a reason', async (_, bytes, code, message) => {
    writeFileSync(file(), bytes);
    const error = await failure(openPalrecReader(file()));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
    expect(error.message).toContain(file());
  });

  it('a newer format is refused with the way out', async () => {
    const bytes = Buffer.from(encodeFileHeader({ recording: null, writer: identityOf(1) }));
    bytes.writeUInt16LE(2, 8);
    writeFileSync(file(), bytes);
    const error = await failure(openPalrecReader(file()));
    expect(error.code).toBe('unsupported');
    expect(error.message).toMatch(/format 2.*update PAL/);
  });

  it('a missing file and a directory are told apart', async () => {
    expect((await failure(openPalrecReader(file('missing')))).code).toBe('not-found');
    mkdirSync(file('folder'));
    expect((await failure(openPalrecReader(file('folder')))).code).toBe('not-a-log');
  });

  it('a file that is replaced by a shorter one while it is read is noticed', async () => {
    const expected = small(1);
    copyFileSync(file(), file('copy'));
    const log = await reader('copy');
    await readAll(log);
    truncateSync(file('copy'), 500);
    expect((await failure(log.read(1))).message).toMatch(/shorter/);
    expect(expected.length).toBeGreaterThan(0);
  });
});
