import { expect, test } from 'vitest';
import { Expander } from '../entry/expand';
import { decodeMessage } from '../wire/colfer';
import type { Message } from '../wire/messages';
import { mainCallSites, mainCallWords, mainReturnWords, SIGNAL_OUTCOME } from './mainCall';

const SITE = 9;
const NOW = 1_764_000_000_123_456_789n;

function messagesOf(...parts: Int32Array[]): Message[] {
  const expander = new Expander({ peerUuid: '0f1e2d3c-4b5a-4978-b1a2-9384756f5e4d' });
  expander.addSites(SITE, mainCallSites('shop.app.$module', 'app.ts'));
  const messages: Message[] = [];
  for (const words of parts) {
    expander.feed(words, 0, words.length, {
      message: (_type, _phase, bytes, start, end) => messages.push(decodeMessage(bytes.subarray(start, end))),
    });
  }
  return messages;
}

test.each([[[]], [['one']], [['a b', 'ä€😀', '', '--flag=1']]])('main is called with %j', (args) => {
  const [message] = messagesOf(mainCallWords(SITE, args, NOW));
  expect(message?.execMessage).toMatchObject({
    threadName: 'self-caller',
    currentTime: NOW,
    entryPoint: true,
    classMethodCall: { clazz: { name: 'shop.app.$module' }, name: 'main' },
  });
  const [argument] = message?.execMessage?.classMethodCall?.args ?? [];
  expect(argument?.clazz?.name).toBe('[Ljava.lang.String;');
  expect(JSON.parse(argument?.value ?? 'null')).toEqual(args);
});

test.each([
  [0, undefined],
  [3, '3'],
  [SIGNAL_OUTCOME + 15, '143'],
])('outcome %d', (outcome, value) => {
  const [, message] = messagesOf(mainCallWords(SITE, [], NOW), mainReturnWords(SITE, outcome, NOW));
  const result = message?.execMessage?.returnValue;
  expect(message?.execMessage?.entryPoint).toBe(true);
  expect(result?.from?.method?.name).toBe('main');
  if (value === undefined) expect(result?.isVoid).toBe(true);
  else expect(result?.object).toMatchObject({ clazz: { name: 'int' }, value });
});
