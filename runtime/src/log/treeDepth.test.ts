import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { MessageType } from '../wire/codes';
import type { LogEntry } from './log';
import { decodeMessage, encodeMessage } from '../wire/colfer';
import type { Message } from '../wire/messages';
import { messageSummary } from '../wire/summary';
import { findAsyncCalls, type AsyncCalls } from './asyncCalls';
import { TreeDepth } from './treeDepth';

/** `>id thread` an operation (`!` = entry point), `<id thread` its completion, `<id? thread` one without `responseToId`. */
function depths(script: string, calls?: AsyncCalls): string[] {
  const tree = new TreeDepth(calls);
  return messages(script).map(([label, message], offset) => {
    tree.next(message, offset);
    return `${'  '.repeat(tree.lineDepth)}${label}${tree.interleaved ? ' *' : ''}`;
  });
}

function messages(script: string): [string, Message][] {
  return script
    .trim()
    .split('\n')
    .map((line) => {
      const [, kind, id, mark, thread] = /^([<>])(\w+)([!?]?) (.+)$/.exec(line.trim())!;
      const message: Message =
        kind === '>'
          ? {
              messageType: MessageType.EXEC_CLASS_METHOD,
              execMessage: { messageId: id!, threadName: thread!, entryPoint: mark === '!' },
            }
          : {
              messageType: MessageType.EXEC_RETURN_VALUE,
              execMessage: { threadName: thread!, ...(mark === '?' ? {} : { responseToId: id! }) },
            };
      return [`${kind}${id!}`, message];
    });
}

/** The look ahead over the same script. */
function ahead(script: string): Promise<AsyncCalls> {
  const entries = messages(script).map(([, message], offset) => entryOf(offset, message));
  let at = 0;
  const reader = {
    read: (max: number) => Promise.resolve(entries.slice(at, (at += max))),
    seek: (offset: number) => Promise.resolve(void (at = offset)),
  };
  return findAsyncCalls(reader, entries.length, () => undefined);
}

const entryOf = (offset: number, message: Message): LogEntry => ({
  offset,
  index: BigInt(offset),
  messageType: message.messageType!,
  key: undefined,
  bytes: () => encodeMessage(message),
  message: () => message,
});

it('indents a log of a Java peer whose two threads take turns as PAL does', () => {
  const read = (name: string): string =>
    readFileSync(new URL(`../../../test/fixtures/wire/print/${name}`, import.meta.url), 'utf8');
  const tree = new TreeDepth();
  const lines = read('wal-main.hex')
    .trimEnd()
    .split('\n')
    .map((hex, offset) => {
      const message = decodeMessage(new Uint8Array(Buffer.from(hex, 'hex')));
      tree.next(message);
      return `${'  '.repeat(tree.lineDepth)}[${offset}] ${messageSummary(message)}\n`;
    });
  expect(lines.join('')).toBe(read('wal-main.tree.txt'));
  expect(tree.interleaved).toBe(false);
});

describe('operations that nest like brackets', () => {
  it('are indented by the number of open ones, whatever their threads', () => {
    expect(depths('>a A\n>b B\n<b? B\n>c A\n<c? A\n<a? A')).toEqual(['>a', '  >b', '  <b', '  >c', '  <c', '<a']);
  });

  it('include an async call that completes on its own thread', () => {
    expect(depths('>m T\n>a T\n>x T/async#1\n<x? T/async#1\n<a T/async#1\n<m T/async#2')).toEqual([
      '>m',
      '  >a',
      '    >x',
      '    <x',
      '  <a',
      '<m',
    ]);
  });

  it('stand at the edge when a completion has no operation', () => {
    expect(depths('<a? A\n>b A\n<b? A')).toEqual(['<a', '>b', '<b']);
  });
});

describe('threads that interleave', () => {
  it('are indented each by their own operations from the first completion out of order', () => {
    expect(depths('>a A\n>b B\n<a? A\n>b1 B\n<b1? B\n<b? B\n>c A\n>d B\n<c? A\n<d? B')).toEqual([
      '>a',
      '  >b',
      '<a *',
      '    >b1 *',
      '    <b1 *',
      '  <b *',
      '>c *',
      '>d *',
      '<c *',
      '<d *',
    ]);
  });

  it('continue below the operation whose async part they are', () => {
    const script = `
      >m! T
      >a T
      >r! T/request#1
      <a T/async#1
      >m1 T/async#2
      >m2 T/async#2
      <m2? T/async#2
      <m1? T/async#2
      <r? T/request#1
      <m T/async#2`;
    expect(depths(script)).toEqual([
      '>m',
      '  >a',
      '    >r',
      '  <a *',
      '  >m1 *',
      '    >m2 *',
      '    <m2 *',
      '  <m1 *',
      '    <r *',
      '<m *',
    ]);
  });

  it('begin at the edge with every entry point, although a promise of theirs is open', () => {
    const script = `
      >a! T
      >b! U
      <a T/async#1
      >c! T
      >d! T
      <c T/async#2
      <d T/async#3`;
    expect(depths(script).slice(3)).toEqual(['>c *', '>d *', '<c *', '<d *']);
  });
});

describe('a finished recording of a JavaScript peer', () => {
  /** `await Promise.all([order(), order()])`, each order awaiting a price. */
  const PARALLEL = `
    >m! T
    >o1 T
    >p1 T
    >t T
    <t? T
    >o2 T
    >p2 T
    >r2 T/async#3
    <r2? T/async#3
    <p2 T/async#3
    >s2 T/async#4
    <s2? T/async#4
    <o2 T/async#4
    <p1 T/async#1
    >s1 T/async#2
    <s1? T/async#2
    <o1 T/async#2
    <m? T`;

  it('shows calls that run side by side beside each other, each with what it does later', async () => {
    expect(depths(PARALLEL, await ahead(PARALLEL))).toEqual([
      '>m',
      '  >o1',
      '    >p1',
      '      >t',
      '      <t',
      '  >o2 *',
      '    >p2 *',
      '      >r2 *',
      '      <r2 *',
      '    <p2 *',
      '    >s2 *',
      '    <s2 *',
      '  <o2 *',
      '    <p1 *',
      '    >s1 *',
      '    <s1 *',
      '  <o1 *',
      '<m *',
    ]);
  });

  it('keeps below an async call what it calls before its first await', async () => {
    const script = '>m T\n>a T\n>b T\n>x T/async#1\n<x? T/async#1\n<b T/async#1\n<a T/async#2\n<m? T';
    expect(depths(script, await ahead(script))).toEqual([
      '>m',
      '  >a',
      '    >b',
      '      >x',
      '      <x',
      '    <b',
      '  <a',
      '<m',
    ]);
  });

  it('takes nothing that comes after a turn of the event loop for a callee', async () => {
    const script = '>a! T\n>u! U\n<u? U\n>b T\n<b? T\n<a T/async#1';
    expect(depths(script, await ahead(script))).toEqual(['>a', '>u *', '<u *', '>b *', '<b *', '<a *']);
  });

  it('does not take messages of another thread of the system for a turn', async () => {
    const script = '>a! T\n>w! worker-1/T\n>b T\n<b? T\n<w? worker-1/T\n<a T/async#1';
    expect(depths(script, await ahead(script))).toEqual(['>a', '>w *', '  >b *', '  <b *', '<w *', '<a *']);
  });

  it('says which call a thread continues', async () => {
    const tree = new TreeDepth(await ahead(PARALLEL));
    expect([tree.placeOf('T/async#3'), tree.placeOf('T')]).toEqual(['in [6]', 'T']);
  });
});

it('names the operation that a message completed', () => {
  const tree = new TreeDepth();
  tree.next({ messageType: 3, execMessage: { messageId: 'a', threadName: 'T' } });
  expect(tree.closedId).toBeUndefined();
  tree.next({ messageType: 11, execMessage: { threadName: 'T' } });
  expect(tree.closedId).toBe('a');
});
