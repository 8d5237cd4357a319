import { expect, it } from 'vitest';
import { Kind } from '../entry/words';
import { CONTROL_WORDS, Control } from './ringLayout';
import { Ring } from './ring';
import { Strings } from './strings';
import { Threads } from './threads';

/** Names of the threads that SWITCH entries select, read from the words as a host reads them. */
function switches(act: (threads: Threads) => void, maxId?: number): string[] {
  const buffer = new SharedArrayBuffer((CONTROL_WORDS + (1 << 14)) * 4);
  const ring = new Ring(buffer, () => undefined);
  const texts: string[] = [];
  const strings = new Strings(ring, 1024);
  const id = strings.id.bind(strings);
  strings.id = (text: string): number => {
    const number = id(text);
    texts[number] = text;
    return number;
  };
  act(new Threads(ring, strings, 'self-caller', maxId));
  const names = new Map<number, string>();
  const out: string[] = [];
  const { data } = ring;
  for (let at = 0; at < ring.control[Control.APP_INDEX]!;) {
    const header = data[at]!;
    switch (header & 31) {
      case Kind.TIME:
        at += 3;
        break;
      case Kind.DEF_STRING:
        at += 3 + (((data[at + 2]! & 0x7fffffff) + 3) >> 2);
        break;
      case Kind.DEF_THREAD: {
        const parent = data[at + 2]!;
        const kind = texts[data[at + 3]!]!;
        names.set(data[at + 1]!, parent === 0 ? kind : `${names.get(parent)!}/${kind}#${data[at + 4]!}`);
        at += 5;
        break;
      }
      case Kind.SWITCH:
        out.push(names.get(header >>> 8)!);
        at += 1;
        break;
      default:
        throw new Error(`unexpected entry ${header & 31}`);
    }
  }
  return out;
}

it('names threads by parent, kind and a count per parent', () => {
  const names = switches((threads) => {
    const first = threads.fork(threads.root, 'async');
    threads.resume(threads.fork(first, 'timeout'));
    threads.resume(threads.fork(threads.root, 'async'));
    threads.resume(threads.fork(first, 'timeout'));
  });
  expect(names).toEqual([
    'self-caller',
    'self-caller/async#1/timeout#1',
    'self-caller/async#2',
    'self-caller/async#1/timeout#2',
  ]);
});

it('a chain of timers that start each other has names of bounded length', () => {
  const names = switches((threads) => {
    let thread = threads.root;
    for (let i = 0; i < 100; i++) thread = threads.fork(thread, 'timeout');
    threads.resume(thread);
  });
  expect(names.at(-1)).toBe(`self-caller${'/timeout#1'.repeat(7)}/timeout#93`);
});

it('a thread that outlives the numbers keeps its name', () => {
  const names = switches((threads) => {
    const old = threads.fork(threads.root, 'interval');
    const inner = threads.fork(old, 'async');
    for (let i = 0; i < 20; i++) threads.fork(threads.root, 'async');
    threads.resume(inner);
    threads.resume(old);
    threads.resume(threads.root);
  }, 16);
  expect(names.slice(1)).toEqual(['self-caller/interval#1/async#1', 'self-caller/interval#1', 'self-caller']);
});
