import { describe, expect, it } from 'vitest';
import { PalError } from '../errors';
import { ExecPhase } from '../wire/codes';
import { randomFrom } from '../wire/wireFuzz.testUtil';
import { Expander } from './expand';
import {
  ADD,
  BASE,
  GET,
  LOAD,
  MAIN,
  NOW,
  PUT,
  TOTAL,
  expand,
  ids,
  newExpander,
  peerUuid,
  start,
  summaries,
  table,
} from './expand.testUtil';
import { expandMessages, MessageCollector } from './expandMessages';
import type { WordBuilder } from './wordBuilder';
import { Kind } from './words';

describe('threads', () => {
  it('carry names, their own sequences, and entry points', () => {
    const builder = start();
    builder.call(MAIN, undefined);
    builder
      .thread(2, 'timeout', 1, 3)
      .switchTo(2)
      .call(MAIN, undefined)
      .get(GET, builder.object('a.B'), 1)
      .return(MAIN, undefined);
    builder.switchTo(1, false).call(NOW, undefined).return(NOW, 1).return(MAIN, undefined);
    const messages = expand(builder);
    expect(messages.map((m) => [m.threadName, m.builderSeq, m.entryPoint ?? false])).toEqual([
      ['self-caller', 1, true],
      ['self-caller/timeout#3', 1, true],
      ['self-caller/timeout#3', 2, false],
      ['self-caller/timeout#3', 3, false],
      ['self-caller/timeout#3', 4, true],
      ['self-caller', 2, false],
      ['self-caller', 3, false],
      ['self-caller', 4, true],
    ]);
  });

  it('keep their sequence when they rest', () => {
    const builder = start().call(MAIN, undefined).return(MAIN, undefined);
    builder.thread(2, 'timeout', 1, 1).switchTo(2).call(MAIN, undefined).return(MAIN, undefined);
    builder.switchTo(1).call(MAIN, undefined);
    expect(expand(builder).map((m) => m.builderSeq)).toEqual([1, 2, 1, 2, 3]);
  });

  it('come and go by the thousand', () => {
    const builder = start().call(MAIN, undefined);
    for (let id = 2; id < 5_000; id++) {
      builder
        .thread(id, 'timeout', 1, id)
        .time(1_700_000_000_000_000_001n + BigInt(id))
        .switchTo(id);
      builder.call(NOW, undefined);
      if (id % 3 !== 0) builder.return(NOW, 1);
    }
    for (let id = 2; id < 5_000; id += 7) builder.switchTo(id, false).get(GET, null, 1);
    builder.switchTo(1, false).return(MAIN, undefined);
    const messages = expand(builder);
    const numbers = new Map<string, number>();
    for (const { threadName, builderSeq } of messages) {
      expect(builderSeq).toBe((numbers.get(threadName!) ?? 0) + 1);
      numbers.set(threadName!, builderSeq!);
    }
    expect(numbers.size).toBe(4_999);
    expect(messages.at(-1)).toMatchObject({
      threadName: 'self-caller',
      currentTime: 1_700_000_000_000_005_000n,
      entryPoint: true,
    });
  });

  it('with endless ancestors have names of bounded length, all different', () => {
    const builder = start();
    const names = new Set<string>();
    for (let id = 2; id < 60; id++)
      builder
        .thread(id, 'timeout', id - 1, 1)
        .switchTo(id)
        .call(MAIN, undefined)
        .return(MAIN, 1);
    for (const { threadName } of expand(builder)) names.add(threadName!);
    expect(names.size).toBe(58);
    expect(Math.max(...[...names].map((name) => name.length))).toBeLessThan(90);
  });

  it('never go back in time', () => {
    const builder = start().call(MAIN, undefined);
    builder.time(1_600_000_000_000_000_000n).return(MAIN, undefined);
    builder.time(1_700_000_000_500_000_000n).call(MAIN, undefined);
    expect(expand(builder).map((m) => m.currentTime)).toEqual([
      1_700_000_000_000_000_001n,
      1_700_000_000_000_000_001n,
      1_700_000_000_500_000_000n,
    ]);
  });
});

describe('asynchronous calls', () => {
  it('complete with a reference to their operation', () => {
    const builder = start();
    const order = builder.object('shop.orders.Order');
    builder.call(MAIN, undefined);
    const frame = builder.asyncCall(LOAD, order, 'a');
    builder.return(MAIN, undefined).thread(2, 'async', 1, 1).switchTo(2, false).asyncReturn(LOAD, frame, 'done');
    const [, load, main, settled] = expand(builder);
    expect(load!.entryPoint).toBeUndefined();
    expect(main!.responseToId).toBeUndefined();
    expect(settled).toMatchObject({ threadName: 'self-caller/async#1', responseToId: load!.messageId });
    expect(settled!.returnValue!.object!.value).toBe('"done"');
  });

  it('that reject throw, and are entry points when their call was', () => {
    const builder = start();
    const order = builder.object('shop.orders.Order');
    const frame = builder.asyncCall(LOAD, order);
    builder.asyncThrow(LOAD, frame, builder.error('js.TypeError'));
    const [call, thrown] = expand(builder);
    expect([call!.entryPoint, thrown!.entryPoint]).toEqual([true, true]);
    expect(thrown!.responseToId).toBe(call!.messageId);
    expect(thrown!.raisedThrowable!.throwable).toEqual({
      Type: 'js.TypeError',
      stackTraceElements: ['shop.orders.Order.load(orders.ts:50)'],
    });
  });

  it('of plain functions that returned a promise complete when it settles', () => {
    const builder = start().call(MAIN, undefined).call(NOW, undefined);
    const frame = builder.returnPending(NOW);
    builder.return(MAIN, undefined).asyncReturn(NOW, frame, 1);
    const [, now, main, settled] = expand(builder);
    expect(main!.returnValue!.from!.method!.name).toBe('main');
    expect(settled!.responseToId).toBe(now!.messageId);
  });

  it('report the position of the answered id to the sink', () => {
    const builder = start();
    const frame = builder.asyncCall(LOAD, builder.object('shop.orders.Order'));
    builder.asyncReturn(LOAD, frame, 1);
    const seen: [number, string, string][] = [];
    newExpander().feed(builder.build(), 0, builder.length, {
      message: (_type, phase, bytes, start, end, idAt, responseAt) => {
        const text = (at: number): string => (at < 0 ? '' : bytes.toString('latin1', at, at + 22));
        seen.push([phase, text(idAt), text(responseAt)]);
        expect(start <= idAt && idAt < end).toBe(true);
      },
    });
    expect(seen).toEqual([
      [ExecPhase.BEFORE, ids.text(0), ''],
      [ExecPhase.AFTER, ids.text(1), ids.text(0)],
    ]);
  });
});

describe('a stream in pieces', () => {
  const program = (): WordBuilder => {
    const builder = start().call(MAIN, undefined, 'long enough to take words', 1.5);
    const order = builder.object('shop.orders.Order');
    const data = builder.object('js.Object', 0);
    const frame = builder.asyncCall(LOAD, order);
    for (let i = 0; i < 30; i++) {
      builder
        .snapshot(data, { i })
        .call(ADD, order, data, i)
        .put(PUT, order, i * 0.5)
        .get(GET, order, -i)
        .return(ADD, data);
      if (i % 5 === 0) {
        builder.time(1_700_000_000_000_000_001n + BigInt(i));
        builder
          .thread(i + 2, 'timeout', 1, i)
          .switchTo(i + 2)
          .call(NOW, undefined);
        builder.throw(NOW, builder.error('js.Error', `number ${i}`));
        builder.switchTo(1, false);
      }
    }
    return builder.asyncReturn(LOAD, frame, null).return(MAIN, undefined);
  };
  const whole = new MessageCollector();
  const words = program().build();
  newExpander().feed(words, 0, words.length, whole);

  it('gives the same bytes however it is cut', () => {
    for (const size of [1, 2, 3, 7, 64, 200]) {
      const expander = newExpander();
      const collector = new MessageCollector();
      let at = 0;
      for (let end = size; at < words.length; end = Math.min(end + size, words.length)) {
        at = expander.feed(words, at, Math.min(end, words.length), collector);
      }
      expect(collector.bytes).toEqual(whole.bytes);
    }
  });

  it('can be taken up anywhere with the state and the definitions', () => {
    const expander = newExpander();
    let at = 0;
    for (let end = 1; at < words.length; end++) {
      const before = at;
      at = expander.feed(words, at, Math.min(end, words.length), new MessageCollector());
      if (at === before || end % 47 !== 0) continue;
      const other = new Expander({ peerUuid, definitions: expander.definitions });
      other.addSites(BASE, table);
      other.restore(JSON.parse(JSON.stringify(expander.state())) as ReturnType<Expander['state']>);
      const collector = new MessageCollector();
      const from = other.offset;
      other.feed(words, at, words.length, collector);
      // a snapshot given before the cut belongs to an entry after it, and is not part of the state
      if ((words[before]! & 31) !== Kind.SNAPSHOT) expect(collector.bytes).toEqual(whole.bytes.slice(from));
    }
  });

  it('counts what the app lost and skips padding', () => {
    const expander = newExpander();
    expandMessages(expander, start().pad().lost(3).pad().lost(2).build());
    expect([expander.lost, expander.offset]).toEqual([5, 0]);
  });

  it('is refused at a word that is no entry', () => {
    const builder = start().call(MAIN, undefined).raw(31);
    expect(() => expand(builder)).toThrow(PalError);
  });

  it('takes completions without a call as they come', () => {
    const builder = start().return(MAIN, 1).asyncReturn(LOAD, 99, 1);
    builder.returnPending(MAIN);
    expect(summaries(builder)).toEqual(['return int(=1)', 'return int(=1)']);
  });
});

describe('words that were damaged', () => {
  it('give messages that decode, or an error: 2,000 mutations', () => {
    const builder = start().call(MAIN, undefined, 'text', 1.5, 2 ** 30);
    const order = builder.object('shop.orders.Order');
    builder
      .snapshot(order, { a: [1, 'x'], b: new Date(0) })
      .put(PUT, order, 3n)
      .get(GET, order, null);
    const frame = builder.asyncCall(LOAD, order, builder.symbol('s'));
    builder
      .thread(2, 'timeout', 1, 1)
      .switchTo(2)
      .call(NOW, undefined)
      .throw(NOW, builder.error('js.Error', 'bad', order));
    builder.accessorCall(TOTAL, order).return(TOTAL, 1).asyncReturn(LOAD, frame, order).return(MAIN, undefined);
    const valid = builder.build();
    const random = randomFrom(20_261_124);
    const below = (limit: number): number => Math.floor(random() * limit);
    let refused = 0;
    for (let round = 0; round < 2_000; round++) {
      const words = valid.slice();
      for (let times = 1 + below(3); times > 0; times--) {
        const at = below(words.length);
        words[at] = below(3) === 0 ? below(2 ** 32) | 0 : words[at]! ^ (1 << below(32));
      }
      const collector = new MessageCollector();
      const expander = newExpander();
      try {
        expect(expander.feed(words, 0, words.length, collector)).toBeLessThanOrEqual(words.length);
      } catch (error) {
        if (!(error instanceof PalError)) throw error;
        refused++;
      }
      expect(() => collector.messages()).not.toThrow();
      expect(expander.offset).toBe(collector.bytes.length);
    }
    expect(refused).toBeGreaterThan(10);
  });
});
