import { describe, expect, it } from 'vitest';
import { MessageType } from '../wire/codes';
import { decodeMessage, encodeMessage } from '../wire/colfer';
import { messageSummary } from '../wire/summary';
import { uuidToBytes } from '../wire/uuid';
import { Expander } from './expand';
import {
  ADD,
  BASE,
  GET,
  LIMIT,
  MAIN,
  NEW,
  NOW,
  PUT,
  SECRET,
  TOTAL,
  expand,
  ids,
  newExpander,
  peerUuid,
  start,
  summaries,
  table,
} from './expand.testUtil';
import { SiteFlag, SiteKind } from './sites';
import { expandMessages, MessageCollector } from './expandMessages';
import { Kind } from './words';

describe('calls', () => {
  it('make an operation and a completion with the fields of a recorded call', () => {
    const builder = start();
    const order = builder.object('shop.orders.Order');
    const item = builder.object('shop.orders.Item');
    builder.call(ADD, order, item, 3, 'two "€"').return(ADD, 4.5);
    const [call, result] = expandMessages(newExpander(), builder.build());
    const clazz = { name: 'shop.orders.Order' };
    expect(call).toEqual({
      messageType: MessageType.EXEC_INSTANCE_METHOD,
      execMessage: {
        peerUuid: uuidToBytes(peerUuid),
        messageId: ids.text(0),
        threadName: 'self-caller',
        currentTime: 1_700_000_000_000_000_001n,
        dispatchSeq: 1,
        builderSeq: 1,
        instanceMethodCall: {
          clazz,
          name: 'add',
          objectRef: 1,
          modifiers: 1,
          args: [
            { clazz: { name: 'shop.orders.Item' }, ref: 2 },
            { value: '3', clazz: { name: 'int' } },
            { value: '"two \\"€\\""', clazz: { name: 'java.lang.String' } },
          ],
        },
        entryPoint: true,
      },
    });
    expect(result!.execMessage).toMatchObject({
      messageId: ids.text(1),
      builderSeq: 2,
      returnValue: {
        object: { value: '4.5', clazz: { name: 'double' } },
        from: { method: { clazz, name: 'add', modifiers: 1 } },
      },
      entryPoint: true,
    });
  });

  it('encode exactly as the codec does', () => {
    const builder = start();
    const order = builder.object('shop.orders.Order');
    builder
      .call(NEW, undefined, 1, -2, 1.5, null, undefined, true, 7n)
      .put(PUT, order, null)
      .get(GET, order, 'x')
      .return(NEW, order);
    const collector = new MessageCollector();
    newExpander({ sourceContext: true }).feed(builder.build(), 0, builder.length, collector);
    expect(collector.bytes).toHaveLength(6);
    for (const bytes of collector.bytes) expect(Buffer.from(bytes)).toEqual(encodeMessage(decodeMessage(bytes)));
  });

  it('of functions, static methods and built-ins are static; a constructor makes its object', () => {
    const builder = start();
    builder.call(MAIN, undefined, ...[1, 2, 3, 4, 5, 6, 7, 8]);
    builder.call(NOW, undefined).return(NOW, 1.7e12);
    builder.call(NEW, undefined);
    const order = builder.object('shop.orders.Order');
    builder
      .return(NEW, order)
      .call(BASE + 10, undefined, 5)
      .return(BASE + 10, null)
      .return(MAIN, undefined);
    expect(summaries(builder)).toEqual([
      'call $module.main',
      'call Date.now',
      'return double(=1.7E12)',
      'new Order',
      'return new Order@1',
      'call Order.of',
      'return Object=NULL',
      'return void',
    ]);
    const [main, now, , make] = expand(builder);
    expect(main!.classMethodCall!.args).toHaveLength(8);
    expect(main!.classMethodCall!.modifiers).toBe(9);
    expect(now!.classMethodCall!.args).toBeUndefined();
    expect(make!.constructorCall).toEqual({ clazz: { name: 'shop.orders.Order' }, modifiers: 1 });
  });

  it('of private members say so', () => {
    const builder = start();
    builder.call(SECRET, builder.object('shop.orders.Order'));
    expect(expand(builder)[0]!.instanceMethodCall).toMatchObject({ name: '#secret', modifiers: 2 });
  });

  it('without a site table are shown all the same', () => {
    const builder = start();
    const asked: number[] = [];
    const expander = new Expander({ peerUuid, onUnknownSite: (number) => asked.push(number) });
    builder.call(7, undefined).get(8, builder.object('a.B'), 1).return(0, undefined);
    const texts = expandMessages(expander, builder.build()).map(messageSummary);
    expect(texts).toEqual(['call unknown.site7', 'get B.site8@1', 'return int(=1) (site8)', 'return void']);
    expect(asked).toContain(7);
  });

  it('find tables that arrive when they are asked for', () => {
    const expander: Expander = new Expander({ peerUuid, onUnknownSite: () => expander.addSites(BASE, table) });
    expect(messageSummary(expandMessages(expander, start().call(MAIN, undefined).build())[0]!)).toBe(
      'call $module.main',
    );
  });
});

describe('field access', () => {
  it('is two messages, the class comes from the receiver', () => {
    const builder = start().call(MAIN, undefined);
    const order = builder.object('shop.orders.Order');
    const clazz = builder.object('shop.orders.Order', 3);
    builder.put(PUT, order, 1).get(GET, order, 1).get(GET, clazz, 'all').put(PUT, clazz, null);
    builder.get(GET, builder.object('other.Thing'), undefined).get(GET, 'text', 4);
    expect(summaries(builder).slice(1)).toEqual([
      'put Order.count@1 ⇦ (=1)',
      'put_done Order.count',
      'get Order.count@1',
      'return int(=1) (count)',
      'get Order.count',
      'return String(="all") (count)',
      'put Order.count ⇦ =NULL',
      'put_done Order.count',
      'get Thing.count@3',
      'return undefined=NULL (count)',
      'get String.count',
      'return int(=4) (count)',
    ]);
    const messages = expand(builder);
    const field = { clazz: { name: 'shop.orders.Order' }, name: 'count', modifiers: 1 };
    expect(messages[1]!.instanceFieldPut).toEqual({
      clazz: field.clazz,
      objectRef: 1,
      field,
      valueObject: { value: '1', clazz: { name: 'int' } },
      context: {},
    });
    expect(messages[2]!.instanceFieldPutDone).toEqual({ field });
    expect(messages[3]!.instanceFieldGet).toEqual({ clazz: field.clazz, objectRef: 1, field, context: {} });
    expect(messages[4]!.returnValue!.from).toEqual({ field });
    expect(messages[5]!.staticFieldGet).toEqual({ clazz: field.clazz, field: { ...field, modifiers: 9 }, context: {} });
    expect(messages[7]!.staticFieldPut!.valueObject).toEqual({ clazz: {}, isNull: true });
    expect(messages[8]!.staticFieldPutDone).toEqual({ field: { ...field, modifiers: 9 } });
  });

  it('of a site that names its class is of that class', () => {
    const fields = ['$module', 'Base'].flatMap((name) => [
      {
        kind: SiteKind.FIELD_GET,
        className: `shop.${name}`,
        member: '#x',
        line: 1,
        column: 1,
        flags: SiteFlag.PRIVATE,
      },
    ]);
    const builder = start().call(MAIN, undefined);
    const derived = builder.object('shop.Derived');
    const base = builder.object('shop.Base', 3);
    builder.get(0, undefined, 1).get(1, derived, 1).get(1, base, 1);
    const expander = newExpander();
    expander.addSites(0, { ...table, sites: fields });
    const texts = expandMessages(expander, builder.build()).map(messageSummary);
    expect(texts.filter((text) => text.startsWith('get'))).toEqual(['get $module.#x', 'get Base.#x@1', 'get Base.#x']);
  });

  it('through accessors nests the accessor body and completes as a field', () => {
    const builder = start();
    const order = builder.object('shop.orders.Order');
    builder.accessorCall(TOTAL, order).get(GET, order, 2).return(TOTAL, undefined);
    builder.accessorCall(LIMIT, order, 9).put(PUT, order, 9).return(LIMIT, undefined);
    builder.accessorCall(TOTAL, order).throw(TOTAL, builder.error('js.RangeError', 'too much'));
    expect(summaries(builder)).toEqual([
      'get Order.total@1',
      'get Order.count@1',
      'return int(=2) (count)',
      'return undefined=NULL (total)',
      'put Order.limit@1 ⇦ (=9)',
      'put Order.count@1 ⇦ (=9)',
      'put_done Order.count',
      'put_done Order.limit',
      'get Order.total@1',
      'throw RangeError: "too much"',
    ]);
  });
});

describe('thrown values', () => {
  it('show class, message, causes and the open calls', () => {
    const builder = start().call(MAIN, undefined);
    const order = builder.object('shop.orders.Order');
    builder.call(ADD, order);
    const cause = builder.error('js.Error', 'root');
    builder.throw(ADD, builder.error('shop.orders.OrderError', 'line\nbreak', cause));
    const raised = expand(builder)[2]!.raisedThrowable!;
    expect(raised).toEqual({
      from: { method: { clazz: { name: 'shop.orders.Order' }, name: 'add', modifiers: 1 } },
      modifiers: 1,
      throwable: {
        Type: 'shop.orders.OrderError',
        message: 'line\nbreak',
        stackTraceElements: ['shop.orders.Order.add(orders.ts:20)', 'shop.orders.$module.main(orders.ts:3)'],
        cause: { Type: 'js.Error', message: 'root' },
      },
    });
  });

  it('that are no errors have a type and a text', () => {
    const builder = start();
    for (const value of ['text', 4, 2.5, null, undefined, true, 9n, builder.symbol('s')]) builder.throw(MAIN, value);
    expect(summaries(builder)).toEqual([
      'throw string: "text"',
      'throw number: "4"',
      'throw number: "2.5"',
      'throw object: "null"',
      'throw undefined: "undefined"',
      'throw boolean: "true"',
      'throw bigint: "9"',
      'throw symbol: "Symbol(s)"',
    ]);
  });

  it('show 64 calls at most, and survive causes in a circle', () => {
    const builder = start();
    for (let i = 0; i < 100; i++) builder.call(MAIN, undefined);
    const first = builder.object('js.Error', 0);
    const second = builder.error('js.Error', 'second', first);
    builder.raw(Kind.DEF_ERROR | (3 << 5), 1, builder.class('js.Error', 0), builder.string('first'), 2);
    builder.throw(MAIN, second);
    const throwable = expand(builder).at(-1)!.raisedThrowable!.throwable!;
    expect(throwable.stackTraceElements).toHaveLength(64);
    expect(throwable.cause).toEqual({ Type: 'js.Error', message: 'first' });
  });
});

describe('values', () => {
  it.each([
    [0, '0', 'int'],
    [-7, '-7', 'int'],
    [1_000_000_000, '1000000000', 'int'],
    [2 ** 31 - 1, '2147483647', 'int'],
    [-(2 ** 31), '-2147483648', 'int'],
    [2 ** 31, '2.147483648E9', 'double'],
    [0.1, '0.1', 'double'],
    [NaN, '"NaN"', 'double'],
    [-Infinity, '"-Infinity"', 'double'],
    [-0, '-0.0', 'double'],
    [true, 'true', 'boolean'],
    ['a\u0001', '"a\\u0001"', 'java.lang.String'],
    ['\ud800', '"?"', 'java.lang.String'],
    ['x'.repeat(300), `"${'x'.repeat(300)}"`, 'java.lang.String'],
    [9_223_372_036_854_775_807n, '9223372036854775807', 'long'],
    [-9_223_372_036_854_775_809n, '-9223372036854775809', 'java.math.BigInteger'],
  ])('%s', (value, text, name) => {
    const messages = expand(start().call(MAIN, undefined, value, value));
    const expected = { value: text, clazz: { name } };
    expect(messages[0]!.classMethodCall!.args).toEqual([expected, expected]);
  });

  it('that are objects are references, with the copy made for this entry', () => {
    const builder = start();
    const data = builder.object('js.Object', 0);
    builder
      .snapshot(data, { a: 1, b: [true, null] })
      .call(MAIN, undefined, data, builder.uncaptured, builder.symbol('s'));
    builder.call(MAIN, undefined, data);
    const [first, second] = expand(builder);
    expect(first!.classMethodCall!.args).toEqual([
      { value: '{"a":1,"b":[true,null]}', clazz: { name: 'js.Object' }, ref: 1 },
      { clazz: { name: 'js.unknown' } },
      { value: '"Symbol(s)"', clazz: { name: 'js.Symbol' } },
    ]);
    expect(second!.classMethodCall!.args).toEqual([{ clazz: { name: 'js.Object' }, ref: 1 }]);
  });

  it('of undefined are void as results, null otherwise; classes are functions', () => {
    const builder = start();
    builder.call(MAIN, undefined, undefined, null, builder.object('shop.orders.Order', 3)).return(MAIN, undefined);
    const [call, result] = expand(builder);
    expect(call!.classMethodCall!.args).toEqual([
      { clazz: { name: 'js.undefined' }, isNull: true },
      { clazz: { name: 'java.lang.Object' }, isNull: true },
      { value: '"shop.orders.Order"', clazz: { name: 'js.Function' }, ref: 1 },
    ]);
    expect(result!.returnValue!.isVoid).toBe(true);
  });
});

describe('source context', () => {
  it('is in every operation when asked for', () => {
    const builder = start().call(MAIN, undefined).get(GET, null, 1);
    const [call, get] = expand(builder, newExpander({ sourceContext: true }));
    expect(call!.classMethodCall!.context).toEqual({
      sourceLocationFile: '/srv/shop/orders.ts',
      sourceLocationLine: 3,
      sourceLocationType: 'shop.orders.$module',
    });
    expect(get!.instanceFieldGet!.context).toMatchObject({ sourceLocationLine: 21 });
  });
});
