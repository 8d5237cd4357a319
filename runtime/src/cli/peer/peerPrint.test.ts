import { afterEach, describe, expect, it } from 'vitest';
import { Publisher } from 'zeromq';
import { encodeInternalHeader, encodeMessage } from '../../wire/colfer';
import type { Message } from '../../wire/messages';
import { dispatch } from '../dispatch';
import { testContext, watchOutput } from '../testSupport.testUtil';

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0).reverse()) close();
});

async function publisher(): Promise<{ socket: Publisher; address: string }> {
  const socket = new Publisher({ linger: 0 });
  closers.push(() => socket.close());
  await socket.bind('tcp://127.0.0.1:*');
  return { socket, address: (socket.lastEndpoint ?? '').replace('tcp://', '') };
}

const framesOf = (message: Message): (Buffer | Uint8Array | string)[] => [
  Buffer.from([message.messageType!]),
  Buffer.from([1]),
  '1',
  encodeInternalHeader({ headerType: 1, value: '1c89cd0c-4faa-475d-b208-f217d0feb6bb' }),
  message.execMessage?.messageId ?? '',
  '',
  encodeMessage(message),
];
const call = (messageId: string, name: string): Message => ({
  messageType: 3,
  execMessage: { messageId, threadName: 't', classMethodCall: { clazz: { name: 'shop.Main' }, name } },
});
const done = (messageId: string): Message => ({
  messageType: 11,
  execMessage: { messageId, threadName: 't', returnValue: { isVoid: true } },
});

const published = [call('1', 'a'), call('2', 'b'), done('3'), done('4')];

describe('peer print', () => {
  it.each([
    [[], 'id=1 message=call Main.a\nid=2 message=call Main.b\nid=3 message=return void\nid=4 message=return void\n'],
    [['--tree'], 'call Main.a\n  call Main.b\n  return void\nreturn void\n'],
    [['--types', 'RETURN_VALUE'], 'id=3 message=return void\nid=4 message=return void\n'],
    [['--filter', 'method=b'], 'id=2 message=call Main.b\n'],
  ])('%j shows what is published until it is interrupted, exit 130', async (options, expected) => {
    const { socket, address } = await publisher();
    const interrupt = new AbortController();
    const context = testContext({ signal: interrupt.signal });
    const code = dispatch(['peer', 'print', address, ...options], context);
    // A subscription takes effect some time after it was sent, so the same is published again and again.
    while (!context.stdout.text.includes(expected)) {
      for (const message of published) await socket.send(framesOf(message));
      await new Promise((resolve) => setImmediate(resolve));
    }
    interrupt.abort();
    expect(await code).toBe(130);
    expect(context.stderr.text).toBe('');
  });

  it('tells that it is not connected, and goes on trying', async () => {
    const interrupt = new AbortController();
    const context = testContext({ signal: interrupt.signal });
    const told = watchOutput(context.stderr);
    const code = dispatch(['peer', 'print', '127.0.0.1:1'], context);
    await told('Not connected yet');
    interrupt.abort();
    expect(await code).toBe(130);
  });
});
