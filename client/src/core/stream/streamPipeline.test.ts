import { describe, expect, it } from 'vitest';
import { FakePeer } from '../../testing/pubMessages';
import { noFilter, type StreamFilter } from './streamFilter';
import type { StreamCounters, StreamItem } from './streamMessages';
import { StreamPipeline } from './streamPipeline';

const show = (items: readonly StreamItem[]): readonly string[] =>
  items.map((item) => ('text' in item ? item.text : `lost ${item.lost}, skipped ${item.skipped}`));

function pipelineOf(filter: Partial<StreamFilter> = {}): StreamPipeline {
  return new StreamPipeline({ ...noFilter, ...filter }, '/w');
}

function run(pipeline: StreamPipeline, frames: readonly (readonly Buffer[])[]): readonly string[] {
  for (const each of frames) pipeline.frames(each);
  return show(pipeline.take(0, true).items);
}

/** Every message counts once. */
function expectBalanced({ received, shown, filtered, paused, skipped, malformed }: StreamCounters): void {
  expect(shown + filtered + paused + skipped + malformed).toBe(received);
}

/** A call in a call, and a constructor that throws. */
function program(peer = new FakePeer()): Buffer[][] {
  const add = peer.call('shop.Cart', 'add', 'main', ['pen']);
  const items = peer.get('shop.Cart', 'items');
  const itemsDone = peer.done(items);
  const addDone = peer.done(add);
  const item = peer.create('shop.Item');
  return [add, items, itemsDone, addDone, item, peer.thrown(item)];
}

describe('lines of a stream', () => {
  it('are those of the log: offset, nesting, values, place relative to the folder', () => {
    expect(run(pipelineOf(), program())).toEqual([
      '[0] call Cart.add("pen")  (src/cart.ts:7)',
      '  [1] get Cart.items@2',
      '  [2] return void',
      '[3] return void',
      '[4] new Item()',
      '[5] throw Error: "no Pen"',
    ]);
  });

  it('name the thread where threads interleave', () => {
    const peer = new FakePeer();
    const a = peer.call('A', 'a', 'main');
    const b = peer.call('B', 'b', 'main/async#1');
    const lines = run(pipelineOf(), [a, b, peer.done(a, 'main'), peer.done(b, 'main/async#1')]);
    expect(lines[2]).toBe('[2] return void  # main');
    expect(lines[3]).toMatch(/^ *\[3\] return void {2}# main\/async#1$/);
  });

  it('carry the id of the message where it tells no offset', () => {
    const pipeline = pipelineOf();
    for (const frames of program(new FakePeer({ foreignIds: true })).slice(0, 1)) pipeline.frames(frames);
    expect(pipeline.take(0).items).toEqual([{ text: 'call Cart.add("pen")  (src/cart.ts:7)', id: 'id-0' }]);
  });

  it('of very deep calls stay on the screen', () => {
    const peer = new FakePeer();
    const lines = run(
      pipelineOf(),
      Array.from({ length: 200 }, () => peer.call('A', 'a')),
    );
    expect(lines.at(-1)!.length).toBeLessThan(150);
  });
});

describe('the filter', () => {
  const lines = (filter: Partial<StreamFilter>): readonly string[] =>
    run(pipelineOf(filter), program()).map((line) => line.trim());

  it.each<[string, Partial<StreamFilter>, readonly number[]]>([
    ['one kind', { kinds: ['reads'] }, [1]],
    ['several kinds', { kinds: ['constructors', 'throws'] }, [4, 5]],
    ['a class, with the completions of its operations', { className: 'Item' }, [4, 5]],
    ['a class by its qualified name', { className: 'shop.Cart' }, [0, 1, 2, 3]],
    ['a member', { member: 'items' }, [1, 2]],
    ['a member of a class', { className: 'Cart', member: 'add' }, [0, 3]],
    ['constructors by their name', { member: 'new' }, [4, 5]],
    ['the ends of the operations of a class', { kinds: ['returns'], className: 'Cart' }, [2, 3]],
    ['text of values, in upper and lower case', { text: 'PEN' }, [0, 3, 5]],
    ['text of the line itself', { text: 'call cart' }, [0, 3]],
    ['a thread', { thread: 'mai' }, [0, 1, 2, 3, 4, 5]],
    ['another thread', { thread: 'worker' }, []],
    ['a class nobody has', { className: 'Nothing' }, []],
  ])('lets through %s', (_, filter, offsets) => {
    expect(lines(filter).map((line) => Number(/^\[(\d+)\]/.exec(line)![1]))).toEqual(offsets);
  });

  it('counts what it keeps out, and can be changed while messages arrive', () => {
    const pipeline = pipelineOf({ className: 'Item' });
    const frames = program();
    run(pipeline, frames.slice(0, 4));
    expect(pipeline.counters).toMatchObject({ received: 4, shown: 0, filtered: 4 });
    pipeline.filter = noFilter;
    expect(run(pipeline, frames.slice(4))).toEqual(['[4] new Item()', '[5] throw Error: "no Pen"']);
    expectBalanced(pipeline.counters);
  });
});

describe('losses', () => {
  it.each([{ foreignIds: false }, { foreignIds: true }])(
    'are counted exactly and stand in their place: %j',
    (options) => {
      const pipeline = pipelineOf();
      const peer = new FakePeer(options);
      const frames = Array.from({ length: 100 }, () => peer.call('A', 'a'));
      const lines = run(pipeline, [...frames.slice(0, 2), ...frames.slice(10, 11), ...frames.slice(50)]);
      expect(pipeline.counters).toMatchObject({ received: 53, shown: 53, lost: 8 + 39 });
      expect(lines.indexOf('lost 8, skipped 0')).toBe(2);
      expect(lines.indexOf('lost 39, skipped 0')).toBe(4);
    },
  );

  it('are told apart from threads that take turns', () => {
    const pipeline = pipelineOf();
    const peer = new FakePeer({ foreignIds: true });
    run(
      pipeline,
      Array.from({ length: 100 }, (_, n) => peer.call('A', 'a', `t${n % 3}`)),
    );
    expect(pipeline.counters.lost).toBe(0);
  });

  it('begin the nesting anew: what was open may have ended unseen', () => {
    const peer = new FakePeer();
    const open = peer.call('A', 'a');
    peer.done(open);
    expect(run(pipelineOf(), [open, peer.call('B', 'b')])).toEqual([
      '[0] call A.a()  (src/cart.ts:7)',
      'lost 1, skipped 0',
      '[2] call B.b()  (src/cart.ts:7)',
    ]);
  });

  it('are not counted when another peer answers at the address', () => {
    const pipeline = pipelineOf();
    const first = new FakePeer();
    pipeline.frames(first.call('A', 'a'));
    pipeline.disconnected();
    const other = new FakePeer();
    const frames = Array.from({ length: 5 }, () => other.call('B', 'b'))[4]!;
    frames[3] = Buffer.from(frames[3]!);
    frames[3].write('f', 4, 'latin1'); // another digit of the UUID
    pipeline.frames(frames);
    expect(pipeline.counters).toMatchObject({ received: 2, shown: 2, lost: 0 });
  });
});

describe('a flood', () => {
  const limits = { perSecond: 200, burst: 50 };
  const flood = (count: number): Buffer[][] => {
    const peer = new FakePeer();
    return Array.from({ length: count }, () => peer.call('A', 'a'));
  };

  it('shows a burst whole, then as much as can be drawn, and counts the rest exactly', () => {
    const pipeline = new StreamPipeline(noFilter, '/w', limits);
    const frames = flood(limits.burst + 30);
    for (const each of frames.slice(0, limits.burst + 10)) pipeline.frames(each);
    const first = pipeline.take(0);
    expect(first.counters).toMatchObject({ shown: limits.burst, skipped: 10, lost: 0 });
    pipeline.take(100); // a tenth of a second later the budget has grown
    for (const each of frames.slice(limits.burst + 10)) pipeline.frames(each);
    const second = pipeline.take(200);
    expect(second.counters.shown - limits.burst).toBe(limits.perSecond / 10);
    expect(second.counters.skipped).toBe(30 - limits.perSecond / 10);
    expect(show(second.items)[0]).toBe('lost 0, skipped 10');
    expectBalanced(second.counters);
  });

  it('ends with a gap that is told when nothing follows', () => {
    const pipeline = new StreamPipeline(noFilter, '/w', limits);
    for (const each of flood(limits.burst + 7)) pipeline.frames(each);
    pipeline.take(0);
    expect(pipeline.waiting).toBe(true);
    expect(pipeline.take(500).items).toEqual([]);
    expect(pipeline.take(1_000).items).toEqual([{ lost: 0, skipped: 7 }]);
    expect(pipeline.waiting).toBe(false);
  });

  it('holds no more lines than may be shown', () => {
    const pipeline = new StreamPipeline(noFilter, '/w', limits);
    for (const each of flood(limits.burst * 2)) pipeline.frames(each);
    expect(pipeline.take(0).items).toHaveLength(limits.burst);
  });
});

describe('paused', () => {
  it('counts what passes by and loses nothing of the nesting', () => {
    const pipeline = pipelineOf();
    const peer = new FakePeer();
    const outer = peer.call('A', 'a');
    const inner = peer.call('B', 'b');
    pipeline.paused = true;
    pipeline.frames(outer);
    pipeline.paused = false;
    expect(run(pipeline, [inner, peer.done(inner), peer.done(outer)])).toEqual([
      '  [1] call B.b()  (src/cart.ts:7)',
      '  [2] return void',
      '[3] return void',
    ]);
    expect(pipeline.counters).toMatchObject({ received: 4, shown: 3, paused: 1, lost: 0 });
  });
});

describe('malformed messages', () => {
  it('are counted, said once, and do not stop the others', () => {
    const pipeline = pipelineOf();
    const [good, next] = program();
    const cut = [...good!.slice(0, 6), good![6]!.subarray(0, 9)];
    for (const frames of [[Buffer.from('nonsense')], [], cut, good!, next!]) pipeline.frames(frames);
    const { error, counters, items } = pipeline.take(0);
    expect(items).toHaveLength(2);
    expect(counters).toMatchObject({ received: 5, malformed: 3, shown: 2 });
    expect(error).toContain('published message');
    expect(pipeline.take(0).error).toBeUndefined();
    expectBalanced(counters);
  });
});
