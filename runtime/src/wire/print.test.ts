import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isCompletion, isOperation } from './codes';
import { decodeMessage, encodeMessage } from './colfer';
import { jsonTree, prettyJson } from './json';
import type { Message } from './messages';
import { messageSummary } from './summary';

const fixture = (name: string): string =>
  readFileSync(new URL(`../../../test/fixtures/wire/print/${name}`, import.meta.url), 'utf8');
const hexOf = (name: string): string[] => fixture(name).trimEnd().split('\n');
const decode = (hex: string): Message => decodeMessage(new Uint8Array(Buffer.from(hex, 'hex')));

const logs = ['wal-main', 'wal-roll', 'wal-svc', 'kafka'] as const;

describe.each(logs)('records of %s', (log) => {
  const records = hexOf(`${log}.hex`);

  it('survive decoding and encoding', () => {
    expect(records.map((hex) => Buffer.from(encodeMessage(decode(hex))).toString('hex'))).toEqual(records);
  });

  it("print as PAL's JSON, byte for byte", () => {
    const text = records.map((hex, offset) => `${prettyJson(decode(hex), { offset })}\n`).join('');
    expect(text).toBe(fixture(`${log}.json.txt`));
  });

  it("print as PAL's compact lines, byte for byte", () => {
    const text = records.map((hex, offset) => {
      const message = decode(hex);
      return `offset=${offset} id=${message.execMessage!.messageId!} message=${messageSummary(message)}\n`;
    });
    expect(text.join('')).toBe(fixture(`${log}.compact.txt`));
  });
});

it("the tree of wal-main reads as PAL's", () => {
  let depth = 0;
  const lines = hexOf('wal-main.hex').map((hex, offset) => {
    const message = decode(hex);
    if (isCompletion(message.messageType!)) depth--;
    const line = `${'  '.repeat(depth)}[${offset}] ${messageSummary(message)}\n`;
    if (isOperation(message.messageType!)) depth++;
    return line;
  });
  expect(lines.join('')).toBe(fixture('wal-main.tree.txt'));
});

describe('requests, answers and callbacks', () => {
  const pairs = fixture('rpc.jsonl')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { label: string; hex: string; json: unknown });

  it.each(pairs.map((pair, index) => [`${index} ${pair.label}`, pair] as const))('%s', (_, { hex, json }) => {
    const message = decode(hex);
    const tree = jsonTree(message);
    expect(tree).toEqual(json);
    expect(JSON.stringify(tree)).toBe(JSON.stringify(json)); // key order
    expect(Buffer.from(encodeMessage(message)).toString('hex')).toBe(hex);
  });
});

describe('a summary', () => {
  it('escapes line breaks and is cut at 100 characters', () => {
    const message = (text: string): Message => ({
      messageType: 10,
      execMessage: { raisedThrowable: { throwable: { Type: 'js.Error', message: text } } },
    });
    expect(messageSummary(message('a\nb\rc'))).toBe('throw Error: "a\\nb\\rc"');
    expect(messageSummary(message('x'.repeat(200)))).toBe(`throw Error: "${'x'.repeat(86)}`);
  });
});
