import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { PalError } from '../errors';
import { ControlStatusType, MessageType, MetaStatusType } from './codes';
import { encodeMessage } from './colfer';
import { execMessageType, MessageBuilder, wrapControl, wrapExec, wrapMeta } from './envelopes';
import type { Message, Obj, Throwable } from './messages';
import { toObj } from './obj';
import { bytesToUuid } from './uuid';
import { fromVectorFields, type VectorFields } from './vectorFields.testUtil';

interface Vector {
  readonly name: string;
  readonly fields: VectorFields;
  readonly hex: string;
}
const file = new URL('../../../test/fixtures/wire/messageBuilder.json', import.meta.url);
const vectors = JSON.parse(readFileSync(file, 'utf8')) as readonly Vector[];

const account = 'demo.app.Account';
const method = (member: string, modifiers = 1) => ({ method: { className: account, member, modifiers } });
const field = (member: string, modifiers: number) => ({ field: { className: account, member, modifiers } });
const text = (value: string, ref = 0): Obj => toObj(value, ref);
const int = (value: number, ref = 0): Obj => toObj(value, ref);
const long = (value: number, ref: number): Obj => ({ value: String(value), clazz: { name: 'long' }, ref });
const recorded = { modifiers: 1 };
const throwable: Throwable = {
  Type: 'java.lang.IllegalStateException',
  message: 'no funds',
  stackTraceElements: ['demo.app.Account.deposit(Account.java:12)', 'demo.app.Main.main(Native Method)'],
  cause: { Type: 'java.lang.RuntimeException' },
};
const context = { sourceLocationFile: 'Account.java', sourceLocationLine: 42, sourceLocationType: account };
const request = (n: number): string => `REQ000000000000000000${n}`;
const flag = (value: boolean): Obj => ({ value: String(value), clazz: { name: 'java.lang.Boolean' } });

/** The calls that make PAL's messages of the same name. */
const recipes: Readonly<Record<string, (builder: MessageBuilder) => Message>> = {
  'cli/main': (b) => b.mainCall('demo.app.Main', []),
  'client/ctor-empty': (b) => b.constructorCall(account, []),
  'client/ctor': (b) => b.constructorCall(account, [text('A'), int(5)]),
  'client/instance': (b) => b.instanceMethodCall(account, 'deposit', 12, [int(4)]),
  'client/instance-ref-arg': (b) => b.instanceMethodCall(account, 'self', 12, [{ clazz: { name: account }, ref: 13 }]),
  'client/get-static': (b) => b.staticFieldGet(account, 'bankName'),
  'client/get-field': (b) => b.instanceFieldGet(account, 'balance', 12),
  'client/put-static': (b) => b.staticFieldPut(account, 'bankName', text('New')),
  'client/put-static-ref': (b) => b.staticFieldPut(account, 'tag', { valueRef: 5 }),
  'client/put-field': (b) => b.instanceFieldPut(account, 'balance', 12, { value: '2', clazz: { name: 'long' } }),
  'client/put-field-ref': (b) => b.instanceFieldPut(account, 'tag', 12, { valueRef: 13 }),
  'rpc/return': (b) => b.returnValue(method('describe', 9), text('done', 44), request(2)),
  'rpc/return-void': (b) => b.returnValue(method('rename'), undefined, request(3)),
  'rpc/return-field': (b) =>
    b.returnValue({ field: { className: account, member: 'owner' } }, text('o', 45), request(4)),
  'rpc/put-field-done': (b) =>
    b.fieldPutDone({ className: account, member: 'balance', modifiers: 4 }, false, request(5)),
  'rpc/put-static-done': (b) =>
    b.fieldPutDone({ className: account, member: 'bankName', modifiers: 9 }, true, request(6)),
  'rpc/throwable-response': (b) => b.raisedThrowable(method('deposit'), throwable, request(1)),
  'rpc/throwable-no-from': (b) => b.raisedThrowable(undefined, throwable, request(1)),
  'control/ping': (b) => b.ping(),
  'control/gc': (b) => b.gc(),
  'control/delete-object': (b) => b.deleteObject(17),
  'control/delete-session': (b) => b.deleteSession(),
  'control/status-OK': (b) => b.controlAnswer('CTL0000000000000000001', ControlStatusType.OK),
  'control/status-UNSUPPORTED': (b) => b.controlAnswer('CTL0000000000000000001', ControlStatusType.UNSUPPORTED, 'why'),
  'meta/request': (b) => b.fetchClassesInfo('META-1'),
  'meta/request-params': (b) =>
    b.fetchClassesInfo('META-2', [
      flag(false),
      { value: '["java."]', clazz: { name: '[Ljava.lang.String;' } },
      { isNull: true },
      flag(true),
    ]),
  'meta/response': (b) => b.fetchClassesInfoAnswer('META-2', '/tmp/x.json'),
  'meta/response-error': (b) => b.fetchClassesInfoAnswer('META-2', undefined, MetaStatusType.ERROR),
  'hot/ctor-before': (b) => b.constructorCall(account, [text('Alice', 1), int(100, 2)], recorded),
  'hot/ctor-after': (b) => b.returnValue({ constructorOf: account }, { clazz: { name: account }, ref: 3 }),
  'hot/instance-before': (b) => b.instanceMethodCall(account, 'deposit', 7, [int(250, 4)], recorded),
  'hot/instance-void-after': (b) => b.returnValue(method('rename'), undefined),
  'hot/throwable': (b) => b.raisedThrowable(method('deposit'), throwable),
  'hot/field-get': (b) => b.instanceFieldGet(account, 'balance', 7, { modifiers: 4 }),
  'hot/field-get-after': (b) => b.returnValue(field('balance', 4), long(0, 25)),
  'hot/field-put-null': (b) => b.instanceFieldPut(account, 'tag', 7, { clazz: {}, isNull: true }, recorded),
  'hot/field-put-done': (b) => b.fieldPutDone({ className: account, member: 'balance', modifiers: 4 }, false),
  'hot/static-get': (b) => b.staticFieldGet(account, 'bankName', { modifiers: 9 }),
  'hot/static-put': (b) => b.staticFieldPut(account, 'bankName', text('Bank', 27), { modifiers: 9 }),
  'hot/static-put-done': (b) => b.fieldPutDone({ className: account, member: 'bankName', modifiers: 9 }, true),
  'hot/static-get-srcctx': (b) => b.staticFieldGet(account, 'bankName', { modifiers: 9, context }),
  'hot/ctor0-before-srcctx': (b) => b.constructorCall(account, [], { modifiers: 1, context }),
};

describe("messages of PAL's own builder", () => {
  it.each(Object.entries(recipes))('%s', (name, build) => {
    const vector = vectors.find((candidate) => candidate.name === `full/${name}`)!;
    const message = fromVectorFields('Message', vector.fields) as Message;
    const { execMessage, controlMessage, metaMessage } = message;
    const envelope = execMessage ?? {
      ...(controlMessage ?? metaMessage!),
      peerUuid: (controlMessage ?? metaMessage!).fromPeer,
    };
    const builder = new MessageBuilder({
      peerUuid: bytesToUuid(envelope.peerUuid!),
      threadName: execMessage?.threadName ?? '',
      now: () => execMessage!.currentTime!,
      newId: () => envelope.messageId!,
    });
    for (let i = 1; i < (execMessage?.builderSeq ?? 1); i++) builder.constructorCall('x', []);
    expect(Buffer.from(encodeMessage(build(builder))).toString('hex')).toBe(vector.hex);
  });
});

describe('a builder', () => {
  const options = { peerUuid: '0f1e2d3c-4b5a-6978-b1a2-9384756f5e4d', threadName: 'main' };

  it('numbers its messages and starts again after each request', () => {
    const builder = new MessageBuilder(options);
    const numbers = (): (number | undefined)[] => {
      const { dispatchSeq, builderSeq } = builder.classMethodCall('a.B', 'c', []).execMessage!;
      return [dispatchSeq, builderSeq];
    };
    expect([numbers(), numbers()]).toEqual([
      [1, 1],
      [1, 2],
    ]);
    builder.requestDone();
    expect(numbers()).toEqual([2, 1]);
  });

  it('makes its own ids and takes the time', () => {
    const builder = new MessageBuilder(options);
    const before = BigInt(Date.now() - 1000) * 1_000_000n;
    const [first, second] = [builder.ping().controlMessage!, builder.gc().controlMessage!];
    expect(first.messageId).not.toBe(second.messageId);
    expect(builder.constructorCall('a.B', []).execMessage!.currentTime! > before).toBe(true);
  });

  it('names the request twice when it could not be dispatched', () => {
    const { execMessage } = new MessageBuilder(options).dispatchError('REQ', throwable);
    expect([execMessage!.messageId, execMessage!.responseToId]).toEqual(['REQ', 'REQ']);
  });
});

describe('the type of a message', () => {
  it('is that of the first struct in PAL order', () => {
    expect(execMessageType({ raisedThrowable: {}, returnValue: {} })).toBe(MessageType.EXEC_RETURN_VALUE);
    expect(execMessageType({ returnValue: {}, classMethodCall: {} })).toBe(MessageType.EXEC_CLASS_METHOD);
    expect(execMessageType({ staticFieldPutDone: {}, instanceFieldPutDone: {} })).toBe(MessageType.EXEC_PUT_FIELD_DONE);
    expect(wrapExec({ staticFieldGet: {} }).messageType).toBe(MessageType.EXEC_GET_STATIC);
    expect(() => execMessageType({ threadName: 'x' })).toThrow(PalError);
  });

  it.each(vectors.filter(({ name }) => name.startsWith('full/') && !name.startsWith('full/header')))(
    '$name is found from its content',
    ({ fields }) => {
      const message = fromVectorFields('Message', fields) as Message;
      if (message.execMessage) expect(wrapExec(message.execMessage)).toEqual(message);
      if (message.controlMessage) expect(wrapControl(message.controlMessage)).toEqual(message);
      if (message.metaMessage) expect(wrapMeta(message.metaMessage)).toEqual(message);
    },
  );
});
