import { describe, expect, it } from 'vitest';
import { DisposableStore, toDisposable } from './disposableStore';

describe('the disposable store', () => {
  it('releases in reverse order, once', () => {
    const order: string[] = [];
    const store = new DisposableStore();
    for (const name of ['a', 'b', 'c']) store.push(toDisposable(() => order.push(name)));
    store.dispose();
    store.dispose();
    expect(order).toEqual(['c', 'b', 'a']);
  });

  it('releases late arrivals at once', () => {
    const store = new DisposableStore();
    store.dispose();
    let released = false;
    store.push(toDisposable(() => (released = true)));
    expect(released).toBe(true);
  });

  it('releases the rest when one fails, and reports it', () => {
    const store = new DisposableStore();
    let released = false;
    store.push(toDisposable(() => (released = true)));
    store.push({
      dispose: () => {
        throw new Error('stuck');
      },
    });
    expect(() => store.dispose()).toThrow(AggregateError);
    expect(released).toBe(true);
  });
});
