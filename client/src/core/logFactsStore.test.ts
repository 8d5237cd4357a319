import type { LogRecord } from 'pal-runtime/directory/directory';
import type { LogInfo } from 'pal-runtime/log/log';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { logRecord, silentLogger } from '../testing/fakeDirectory';
import { LogFactsStore, type LogFactsSource } from './logFactsStore';

const facts = (state: LogInfo['state'], last = 0): LogInfo => ({
  kind: 'palrec',
  name: 'x',
  path: undefined,
  size: 1,
  first: 0,
  last,
  created: undefined,
  state,
  issue: undefined,
  header: undefined,
});

class Source implements LogFactsSource {
  state: LogInfo['state'] = 'clean';
  reads = 0;
  active = 0;
  mostActive = 0;
  readonly watched = new Map<string, () => void>();

  async read(record: LogRecord): Promise<LogInfo> {
    this.active++;
    this.mostActive = Math.max(this.mostActive, this.active);
    await Promise.resolve();
    this.active--;
    this.reads++;
    if (record.name === 'gone') throw new Error('There is no such file');
    return facts(this.state, this.reads);
  }

  watch(record: LogRecord, onChange: () => void) {
    this.watched.set(record.uuid, onChange);
    return { dispose: () => this.watched.delete(record.uuid) };
  }
}

let source: Source;
let store: LogFactsStore;
beforeEach(() => {
  vi.useFakeTimers();
  source = new Source();
  store = new LogFactsStore(source, silentLogger);
});
afterEach(() => {
  store.dispose();
  vi.useRealTimers();
});

const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);
const many = (count: number): LogRecord[] => Array.from({ length: count }, (_, i) => logRecord({ uuid: `u${i}` }));

describe('facts about logs', () => {
  it('are read once for a closed log, a few logs at a time', async () => {
    store.show(many(30));
    await settle();
    store.show(many(30));
    await settle();
    expect(source.reads).toBe(30);
    expect(source.mostActive).toBe(4);
    expect(store.get('u29')).toMatchObject({ kind: 'known' });
  });

  it('say why a log cannot be read', async () => {
    store.show([logRecord({ uuid: 'g', name: 'gone' })]);
    await settle();
    expect(store.get('g')).toEqual({ kind: 'unreadable', message: 'There is no such file' });
  });

  it('follow a log that is being written, at most once a second, until it is closed', async () => {
    source.state = 'open';
    const log = logRecord({ uuid: 'o' });
    store.show([log]);
    await settle();
    for (let i = 0; i < 100; i++) source.watched.get('o')!();
    await vi.advanceTimersByTimeAsync(1000);
    expect(source.reads).toBe(2);
    source.state = 'clean';
    source.watched.get('o')!();
    await vi.advanceTimersByTimeAsync(1000);
    expect(store.get('o')).toMatchObject({ info: { state: 'clean' } });
    expect(source.watched.size).toBe(0);
  });

  it('are not followed while nothing is on screen', async () => {
    source.state = 'open';
    store.show(many(2));
    await settle();
    source.watched.get('u0')!();
    store.hide();
    expect(source.watched.size).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('are forgotten with their log', async () => {
    store.show(many(2));
    await settle();
    store.show(many(1));
    expect(store.get('u1')).toBeUndefined();
  });
});
