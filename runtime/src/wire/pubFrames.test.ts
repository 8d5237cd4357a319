import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { PalError } from '../errors';
import { isOperation } from './codes';
import { decodeMessage } from './colfer';
import { decodePubFrames, encodePubFrames, peerHeader } from './pubFrames';

const file = new URL('../../../test/fixtures/wire/pub/pub-during-rpc.jsonl', import.meta.url);
const captured = readFileSync(file, 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => (JSON.parse(line) as string[]).map((hex) => Buffer.from(hex, 'hex')));
const hexOf = (frames: readonly Uint8Array[]): string[] => frames.map((frame) => Buffer.from(frame).toString('hex'));

describe("a Java peer's stream", () => {
  it('decodes, and encodes to the same frames', () => {
    expect(captured).toHaveLength(96);
    for (const frames of captured) expect(hexOf(encodePubFrames(decodePubFrames(frames)))).toEqual(hexOf(frames));
  });

  it('says in the frames what is in the body', () => {
    for (const frames of captured) {
      const { type, phase, headers, messageId, responseToId, body } = decodePubFrames(frames);
      const { messageType, execMessage } = decodeMessage(body);
      expect(type).toBe(messageType);
      expect(phase).toBe(isOperation(type) ? 1 : 2);
      expect(messageId).toBe(execMessage!.messageId);
      expect(responseToId).toBe(execMessage!.responseToId);
      expect(headers).toEqual([{ headerType: 1, value: '48e90214-b04c-44b3-984c-b77acd5a31b0' }]);
    }
  });

  it('has the header that ours has', () => {
    expect(hexOf([peerHeader('48e90214-b04c-44b3-984c-b77acd5a31b0')])).toEqual(hexOf([captured[0]![3]!]));
  });
});

describe('a reader', () => {
  const frames = (...texts: string[]): Buffer[] => texts.map((text) => Buffer.from(text, 'latin1'));

  it('accepts 0 for "answers nothing", and any number of headers', () => {
    expect(decodePubFrames(frames('\u0001', '\u0001', '0', 'id', '0', '\u007f'))).toMatchObject({
      headers: [],
      messageId: 'id',
      responseToId: undefined,
    });
    const two = frames('\u0001', '\u0002', '2', '\u007f', '\u0000\u0001\u007f', 'id', 'other', '\u007f');
    expect(decodePubFrames(two)).toMatchObject({ headers: [{}, { headerType: 1 }], responseToId: 'other' });
  });

  it.each([
    ['no frames', []],
    ['too few frames', frames('\u0001', '\u0001', '1', 'id', '', '\u007f')],
    ['too many frames', frames('\u0001', '\u0001', '0', 'id', '', '\u007f', 'more')],
    ['a count that is none', frames('\u0001', '\u0001', 'x', 'id', '', '\u007f')],
    ['an empty count', frames('\u0001', '\u0001', '', 'id', '', '\u007f')],
    ['a count beyond reason', frames('\u0001', '\u0001', '4000000000', 'id', '', '\u007f')],
    ['a type of two bytes', frames('\u0001\u0001', '\u0001', '0', 'id', '', '\u007f')],
    ['a header that does not decode', frames('\u0001', '\u0001', '1', 'junk', 'id', '', '\u007f')],
  ])('refuses %s', (_, input) => {
    expect(() => decodePubFrames(input)).toThrow(PalError);
  });
});
