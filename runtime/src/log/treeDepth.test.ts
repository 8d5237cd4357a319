import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { MessageType } from '../wire/codes';
import { decodeMessage } from '../wire/colfer';
import type { Message } from '../wire/messages';
import { messageSummary } from '../wire/summary';
import { TreeDepth } from './treeDepth';

/** `>id thread` an operation (`!` = entry point), `<id thread` its completion, `<id? thread` one without `responseToId`. */
function depths(script: string): string[] {
  const tree = new TreeDepth();
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
      tree.next(message);
      return `${'  '.repeat(tree.lineDepth)}${kind}${id!}${tree.interleaved ? ' *' : ''}`;
    });
}

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

it('names the operation that a message completed', () => {
  const tree = new TreeDepth();
  tree.next({ messageType: 3, execMessage: { messageId: 'a', threadName: 'T' } });
  expect(tree.closedId).toBeUndefined();
  tree.next({ messageType: 11, execMessage: { threadName: 'T' } });
  expect(tree.closedId).toBe('a');
});
