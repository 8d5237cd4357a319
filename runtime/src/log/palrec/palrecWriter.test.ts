import { asOrdinaryUser } from '../../testing/ordinaryUser.testUtil';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Kind, Tag } from '../../entry/words';
import { PalError } from '../../errors';
import {
  BLOCK_HEADER_SIZE,
  BlockType,
  crc32,
  DataField,
  fieldU64,
  parseFileHeader,
  portableCrc32,
  readBlockHeader,
} from './format';
import { PalrecWriter } from './palrecWriter';
import { header, RandomStream } from './testing/randomWords';

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'pal-palrec-'));
});
afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});
const file = (): string => path.join(dir, 'x.palrec');

/** Types of the blocks of a file, and that nothing is between or after them. */
function blocks(bytes: Uint8Array): { type: number; messages: number; first: number }[] {
  const parsed = parseFileHeader('x', bytes);
  const found = [];
  let at = parsed.size;
  while (at < bytes.length) {
    const block = readBlockHeader(bytes, at, at);
    if (block === undefined) throw new Error(`no block at ${at}`);
    const payload = bytes.subarray(at + BLOCK_HEADER_SIZE, at + BLOCK_HEADER_SIZE + block.length);
    expect(crc32(payload)).toBe(block.checksum);
    const data = block.type === BlockType.DATA;
    found.push({
      type: block.type,
      messages: data ? block.fields[DataField.MESSAGES]! : 0,
      first: data ? fieldU64(block.fields, DataField.FIRST_OFFSET) : 0,
    });
    at += BLOCK_HEADER_SIZE + block.length;
  }
  expect(at).toBe(bytes.length);
  return found;
}

const get = (ref: number): number[] => [header(Kind.GET, 1), (ref << 3) | Tag.REF, 8];

describe('PalrecWriter', () => {
  it('writes whole blocks that count every message once', () => {
    const stream = new RandomStream(1).grow(20_000);
    const writer = PalrecWriter.create(file(), null, { blockEntries: 500 });
    writer.append(stream.words, 0, stream.words.length);
    expect(writer.offset).toBe(stream.messages);
    writer.close();
    const found = blocks(readFileSync(file()));
    expect(found.at(-1)?.type).toBe(BlockType.END);
    expect(found.at(-2)?.type).toBe(BlockType.INDEX);
    let next = 0;
    for (const block of found.filter((b) => b.type === BlockType.DATA)) {
      expect(block.first).toBe(next);
      next += block.messages;
    }
    expect(next).toBe(stream.messages);
    expect(statSync(file()).size).toBe(writer.size);
  });

  it('puts definitions into the file before the entries that use them, on every flush', () => {
    const writer = PalrecWriter.create(file(), null);
    writer.addSites(1, { url: 'file:///a.js', source: '/a.ts', moduleClass: 'a.$module', hash: '', sites: [] });
    const words = Int32Array.from([header(Kind.DEF_OBJECT, 0), 1, 1, ...get(1)]);
    writer.append(words, 0, words.length);
    expect(blocks(readFileSync(file())).map((block) => block.type)).toEqual([BlockType.SITES]);
    writer.flush();
    expect(blocks(readFileSync(file())).map((block) => block.type)).toEqual([
      BlockType.SITES,
      BlockType.DEFS,
      BlockType.DATA,
    ]);
    writer.flush();
    expect(blocks(readFileSync(file()))).toHaveLength(3);
    writer.close();
  });

  it('writes in idle moments what has waited long enough, once', () => {
    const words = Int32Array.from(get(1));
    const patient = PalrecWriter.create(path.join(dir, 'patient.palrec'), null, { idleIntervalMs: 3_600_000 });
    const prompt = PalrecWriter.create(file(), null, { idleIntervalMs: 0 });
    for (const writer of [patient, prompt]) {
      writer.append(words, 0, words.length);
      writer.idle();
      writer.idle();
    }
    expect(blocks(readFileSync(patient.path))).toEqual([]);
    expect(blocks(readFileSync(prompt.path)).map((block) => block.messages)).toEqual([2]);
    for (const writer of [patient, prompt]) writer.close();
    expect(blocks(readFileSync(patient.path))[0]?.messages).toBe(2);
  });

  it('cuts small blocks for durable mode', () => {
    const stream = new RandomStream(2, { snapshots: false }).grow(4000);
    const writer = PalrecWriter.create(file(), null, { blockBytes: 4096, syncIntervalMs: 0 });
    writer.append(stream.words, 0, stream.words.length);
    const sizes = blocks(readFileSync(file())).filter((block) => block.type === BlockType.DATA).length;
    expect(sizes).toBeGreaterThan(4);
    writer.close();
  });

  it('never takes over a file silently', () => {
    PalrecWriter.create(file(), null).close();
    const before = readFileSync(file());
    expect(() => PalrecWriter.create(file(), null)).toThrow(/x\.palrec exists already/);
    expect(readFileSync(file())).toEqual(before);
    PalrecWriter.create(file(), null, { overwrite: true }).close();
    writeFileSync(file(), 'anything');
    expect(() => PalrecWriter.create(file(), null)).toThrow(/exists already/);
  });

  it('refuses a file that a live process writes, also when it may overwrite', () => {
    const writer = PalrecWriter.create(file(), null);
    let error: unknown;
    try {
      PalrecWriter.create(file(), null, { overwrite: true });
    } catch (e) {
      error = e;
    }
    expect(PalError.is(error, 'locked') && error.data['pid']).toBe(process.pid);
    writer.close();
    PalrecWriter.create(file(), null, { overwrite: true }).close();
  });

  it('makes missing directories, and says what to do when it cannot', () => {
    const deep = path.join(dir, 'a', 'b', 'x.palrec');
    PalrecWriter.create(deep, null).close();
    expect(existsSync(deep)).toBe(true);
    writeFileSync(path.join(dir, 'plain'), '');
    expect(() => PalrecWriter.create(path.join(dir, 'plain', 'x.palrec'), null)).toThrow(
      /cannot create .*plain.*; check the path/,
    );
    mkdirSync(path.join(dir, 'folder.palrec'));
    expect(() => PalrecWriter.create(path.join(dir, 'folder.palrec'), null, { overwrite: true })).toThrow(
      /is a directory/,
    );
  });

  it.skipIf(process.platform !== 'linux')('says that the disk is full', () => {
    expect(() => PalrecWriter.create('/dev/full', null, { overwrite: true })).toThrow(
      /cannot write \/dev\/full: the disk is full; free some space/,
    );
  });

  it.skipIf(process.platform === 'win32')('says that it has no permission', async () => {
    mkdirSync(path.join(dir, 'closed'), { mode: 0o555 });
    await asOrdinaryUser(() => {
      expect(() => PalrecWriter.create(path.join(dir, 'closed', 'x.palrec'), null)).toThrow(
        /permission denied; choose a place/,
      );
    });
  });

  it('refuses calls after close, and closes twice', () => {
    const writer = PalrecWriter.create(file(), null);
    writer.close();
    writer.close();
    expect(() => writer.append(Int32Array.of(), 0, 0)).toThrow(/is closed/);
  });

  it('refuses half an entry', () => {
    const writer = PalrecWriter.create(file(), null);
    const words = Int32Array.from(get(1));
    expect(() => writer.append(words, 0, 2)).toThrow(/beyond the 2 words/);
    writer.abandon();
  });
});

describe('crc32', () => {
  it('is the same with and without the one of zlib', () => {
    const bytes = Buffer.from('123456789');
    expect(portableCrc32(bytes)).toBe(0xcbf43926);
    expect(crc32(bytes)).toBe(0xcbf43926);
    expect(portableCrc32(bytes.subarray(4), portableCrc32(bytes.subarray(0, 4)))).toBe(0xcbf43926);
  });
});
