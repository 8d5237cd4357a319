import { describe, expect, it } from 'vitest';
import { Definitions, StringFlag } from './definitions';

describe('texts', () => {
  it('of the current table and the one before are known, older ones are forgotten', () => {
    const definitions = new Definitions();
    definitions.defineString(1, 'first');
    definitions.defineString(2, 'second', StringFlag.NEW_TABLE);
    expect(definitions.string(1)).toBe('first');
    definitions.defineString(3, 'third', StringFlag.NEW_TABLE);
    expect([1, 2, 3].map((id) => definitions.string(id))).toEqual(['?string#1', 'second', 'third']);
  });

  it('that were cut do not pile up', () => {
    const definitions = new Definitions();
    for (let id = 1; id <= 10_000; id++) definitions.defineString(id, `text ${id}`, StringFlag.CUT);
    expect(definitions.string(10_000)).toBe('text 10000');
    expect(definitions.string(1)).toBe('?string#1');
  });

  it('that name classes and threads outlive their table', () => {
    const definitions = new Definitions();
    definitions.defineString(1, 'shop.Order');
    definitions.defineString(2, 'self-caller');
    definitions.defineString(3, 'timeout');
    definitions.defineClass(7, 1, 1);
    definitions.defineThread(1, 0, 2, 0);
    definitions.defineThread(2, 1, 3, 5);
    definitions.defineObject(9, 7);
    for (let id = 4; id < 7; id++) definitions.defineString(id, '', StringFlag.NEW_TABLE);
    expect(definitions.classOf(9)).toEqual({ id: 7, name: 'shop.Order', flags: 1 });
    expect(definitions.threadName(2)).toBe('self-caller/timeout#5');
  });
});

it('what was never defined has a name that says so', () => {
  const definitions = new Definitions();
  expect(definitions.classOf(5)).toBeUndefined();
  expect(definitions.class(5)).toBeUndefined();
  expect(definitions.error(5)).toBeUndefined();
  expect(definitions.threadName(5)).toBe('thread#5');
  expect(definitions.threadName(0)).toBe('');
});

it('errors are remembered, the oldest go first', () => {
  const definitions = new Definitions();
  for (let ref = 1; ref <= 5000; ref++) definitions.defineError({ ref, classId: 1, message: 0, cause: 0 });
  expect(definitions.error(1)).toBeUndefined();
  expect(definitions.error(5000)).toEqual({ ref: 5000, classId: 1, message: 0, cause: 0 });
  expect(definitions.knownErrors().length).toBe(4096);
});
