import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { MessageType } from '../wire/codes';
import { PalError } from '../errors';
import { encodeMessage } from '../wire/colfer';
import { openChronicleReader } from './chronicle/chronicleReader';
import { FIXTURES, readAll, testFolder } from './chronicle/fixtures.testUtil';
import { ExecHeadReader } from './execHead';
import { walEntryOf, type WalEntry } from './walEntry';
import { indexLog, WalIndexBuilder, type Pairing } from './walIndex';
import { formatIndexEntry, formatIndexSummary } from './walIndexText';

const folder = testFolder();
afterAll(() => folder.remove());
const golden = (name: string): string => readFileSync(path.join(FIXTURES, name), 'utf8');

async function index(queue: string, pairing: Pairing): Promise<{ verbose: string; summary: string }> {
  const reader = await openChronicleReader(folder.unpack(queue));
  const text = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');
  const summary = text(formatIndexSummary(await indexLog(reader, { pairing })));
  const lines: string[] = [];
  const all = await indexLog(reader, { pairing, onEntry: (entry) => lines.push(formatIndexEntry(entry)) });
  await reader.close();
  return { verbose: text([...lines, '', ...formatIndexSummary(all)]), summary };
}

describe('the output of PAL', () => {
  it.each(['threads', 'strict'] as const)('for a log of two threads (%s)', async (pairing) => {
    const { verbose, summary } = await index('wal1', pairing);
    expect(summary).toBe(golden('wal-main/index.txt'));
    expect(verbose).toBe(golden('wal-main/index-v.txt'));
  });

  it('for a log that rolled, except for the index of the first entry of the second file', async () => {
    const ours = (await index('wal-roll', 'threads')).verbose.split('\n');
    const theirs = golden('wal-roll/index-v.txt').split('\n');
    expect(ours.length).toBe(theirs.length);
    const different = ours.flatMap((line, i) => (line === theirs[i] ? [] : [i]));
    expect(different).toEqual([6]);
    expect(ours[6]).toMatch(/^\[12852771237658624\] /);
    expect(theirs[6]).toMatch(/^\[12852766942691334\] /);
  });

  it.each(['threads', 'strict'] as const)('pairs every call of a log of RPC sessions (%s)', async (pairing) => {
    expect((await index('wal-svc', pairing)).summary).toContain('  Issues:        0\n');
  });
});

let next = 0n;
const entry = (fields: Partial<WalEntry>): WalEntry => ({
  index: next++,
  kind: 'OPERATION',
  messageType: MessageType.EXEC_CLASS_METHOD,
  threadName: 'main',
  entryPoint: false,
  messageId: '',
  responseToId: '',
  className: 'C',
  member: 'm',
  parameterTypes: [],
  ...fields,
});
const op = (threadName: string, member: string, messageId = ''): WalEntry => entry({ threadName, member, messageId });
const done = (threadName: string, member: string | undefined, responseToId = ''): WalEntry =>
  entry({ kind: 'COMPLETION', messageType: MessageType.EXEC_RETURN_VALUE, threadName, member, responseToId });

/** Pairs as [operation, completion], numbered from 0 in the order given. */
function pairsOf(
  entries: readonly WalEntry[],
  pairing: Pairing = 'threads',
): { pairs: [number, number][]; issues: string[] } {
  const builder = new WalIndexBuilder(pairing);
  const pairs: [number, number][] = [];
  entries.forEach((e, i) => {
    const operation = builder.add(e, BigInt(i));
    if (operation !== undefined) pairs.push([Number(operation), i]);
  });
  const summary = builder.summary();
  expect(summary.pairs).toBe(pairs.length);
  expect(summary.operations + summary.completions).toBe(summary.entries);
  expect(2 * summary.pairs + summary.issues.length).toBe(summary.entries);
  return { pairs, issues: [...summary.issues] };
}

describe('the head of a message', () => {
  it.each(['wal1', 'wal-roll', 'wal-svc'])('is what the message says, for %s', async (queue) => {
    const reader = await openChronicleReader(folder.unpack(queue));
    const heads = await readAll(reader, (e) => ({ ...e.execHead!() }));
    await reader.seek(0);
    const entries = await readAll(reader, (e) => walEntryOf(e.index, e.message())!);
    await reader.close();
    expect(heads).toEqual(
      entries.map(({ kind, messageType, threadName, entryPoint, messageId, responseToId, member }) => ({
        messageType,
        threadName,
        entryPoint,
        messageId: kind === 'OPERATION' ? messageId : '',
        responseToId,
        member,
      })),
    );
    const both = [await index(queue, 'threads'), await index(queue, 'strict')];
    for (const { verbose, summary } of both) expect(verbose.endsWith(`\n\n${summary}`)).toBe(true);
  });

  it('tells the number of the message in its thread, in both of its forms', () => {
    const heads = new ExecHeadReader();
    for (const builderSeq of [7, 0xffff_fff0, 0]) {
      const bytes = encodeMessage({ messageType: 11, execMessage: { threadName: 't', builderSeq } });
      heads.read(bytes, 0, bytes.length);
      expect(heads.builderSeq).toBe(builderSeq);
    }
  });

  it('of bad bytes is an error, or one of the heads there can be', () => {
    const heads = new ExecHeadReader();
    const bytes = encodeMessage({
      messageType: 10,
      execMessage: {
        peerUuid: new Uint8Array(16),
        messageId: 'id',
        threadName: 't',
        currentTime: 1n << 60n,
        builderSeq: 1 << 25,
        declaredExceptions: ['a', 'b'],
        threadAffinity: 'fx-thread',
        entryPoint: true,
        raisedThrowable: {
          from: { method: { name: 'm' } },
          throwable: { stackTraceElements: ['x'], cause: { Type: 'T' } },
        },
      },
    });
    expect(heads.read(bytes, 0, bytes.length)).toMatchObject({ member: 'm', entryPoint: true, threadName: 't' });
    for (let at = 0; at < bytes.length; at++)
      for (let bit = 0; bit < 8; bit++) {
        const flipped = Uint8Array.from(bytes);
        flipped[at]! ^= 1 << bit;
        for (const end of [bytes.length, at]) {
          try {
            heads.read(flipped, 0, end);
          } catch (error) {
            expect(PalError.is(error)).toBe(true);
          }
        }
      }
    expect(heads.read(encodeMessage({ messageType: 31, controlMessage: {} }), 0, 5)).toBeUndefined();
  });
});

describe('pairing', () => {
  const interleaved = [op('A', 'a'), op('B', 'b'), done('A', 'a'), done('B', 'b')];

  it('keeps threads apart, which PAL does not', () => {
    expect(pairsOf(interleaved).pairs).toEqual([
      [0, 2],
      [1, 3],
    ]);
    expect(pairsOf(interleaved, 'strict').pairs).toEqual([
      [1, 2],
      [0, 3],
    ]);
  });

  it('follows the name of the operation, across threads and out of order', () => {
    const entries = [
      op('self-caller', 'load', '1'),
      op('self-caller', 'load', '2'),
      op('self-caller', 'sync', '3'),
      done('self-caller', 'sync'),
      done('self-caller/async#2', 'load', '2'),
      done('self-caller/async#1', 'load', '1'),
    ];
    expect(pairsOf(entries)).toEqual({
      pairs: [
        [2, 3],
        [1, 4],
        [0, 5],
      ],
      issues: [],
    });
  });

  it('lets a caller return while an asynchronous call inside it is open', () => {
    const entries = [
      op('t', 'outer', 'o'),
      op('t', 'load', 'l'),
      done('t', 'outer'),
      op('t', 'other'),
      done('t', 'other'),
      done('t/async#1', 'load', 'l'),
    ];
    expect(pairsOf(entries)).toEqual({
      pairs: [
        [0, 2],
        [3, 4],
        [1, 5],
      ],
      issues: [],
    });
  });

  it('blames the operation that never completed, not its callers', () => {
    const entries = [op('t', 'outer'), op('t', 'vetoed'), op('t', 'next'), done('t', 'next'), done('t', 'outer')];
    expect(pairsOf(entries)).toEqual({
      pairs: [
        [2, 3],
        [0, 4],
      ],
      issues: ['Unmatched operation at offset 1'],
    });
    expect(pairsOf(entries, 'strict').issues).toEqual(['Unmatched operation at offset 0']);
  });

  it('tells puts, gets and calls of one name apart', () => {
    const entries = [
      entry({ messageType: MessageType.EXEC_PUT_FIELD, member: 'x' }),
      entry({ messageType: MessageType.EXEC_GET_FIELD, member: 'x' }),
      entry({ kind: 'COMPLETION', messageType: MessageType.EXEC_PUT_FIELD_DONE, member: 'x' }),
    ];
    expect(pairsOf(entries).pairs).toEqual([[0, 2]]);
  });

  it('takes the latest of equal ids, as clients number their requests alike', () => {
    const entries = [op('r1', 'f', '1'), op('r2', 'f', '1'), done('r2', 'f', '1'), done('r1', 'f', '1')];
    expect(pairsOf(entries).pairs).toEqual([
      [1, 2],
      [0, 3],
    ]);
  });

  it('lists what does not pair as PAL does', () => {
    const entries = [
      done('t', 'x'),
      op('t', 'a'),
      op('t', 'b'),
      done('t', undefined),
      op('t', 'c'),
      done('u', undefined, 'gone'),
    ];
    expect(pairsOf(entries)).toEqual({
      pairs: [[2, 3]],
      issues: [
        'Orphaned completion at offset 0',
        'Orphaned completion at offset 5',
        'Unmatched operation at offset 4',
        'Unmatched operation at offset 1',
      ],
    });
    const builder = new WalIndexBuilder();
    entries.forEach((e) => builder.add(e, e.index));
    expect(formatIndexSummary(builder.summary()).slice(-6)).toEqual([
      '',
      'Structural Issues:',
      ...builder.summary().issues.map((issue) => `  - ${issue}`),
    ]);
  });
});
