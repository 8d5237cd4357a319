import { describe, expect, it } from 'vitest';
import { english } from '../translate';
import { filterFrom, noFilter, type StreamFilter } from './streamFilter';
import type { StreamCounters, StreamItem, StreamOrder } from './streamMessages';
import { StreamModel } from './streamModel';
import { StreamPanel } from './streamPanel';
import type { StreamStatus } from './streamStatus';

class View {
  text = '';
  status!: StreamStatus;
  readonly orders: StreamOrder[] = [];
  readonly troubles: string[] = [];
  readonly model: StreamModel;

  constructor(filter: StreamFilter = noFilter) {
    this.model = new StreamModel(
      { name: 'shop', address: 'tcp://127.0.0.1:5570', filter },
      {
        append: (text) => (this.text += text),
        replace: (text) => (this.text = text),
        status: (status) => (this.status = status),
        trouble: (message) => this.troubles.push(message),
      },
      (order) => this.orders.push(order),
      english,
    );
  }

  batch(counters: Partial<StreamCounters>, items: readonly StreamItem[] = [], error?: string): void {
    const now = { ...this.model.state.counters, ...counters };
    this.model.event({ kind: 'batch', items, counters: now, ...(error === undefined ? {} : { error }) });
  }
}

const live = (filter?: StreamFilter): View => {
  const view = new View(filter);
  view.model.event({ kind: 'connected' });
  return view;
};

describe('a stream', () => {
  it('connecting says to what, and why it takes so long', () => {
    const view = new View();
    expect(view.text).toBe('# Connecting to shop at tcp://127.0.0.1:5570\n');
    expect(view.status.text).toBe('$(sync~spin) shop 0');
    view.model.event({ kind: 'disconnected', reason: 'refused', retryInMs: 100 });
    view.model.event({ kind: 'disconnected', reason: 'refused', retryInMs: 200 });
    expect(view.text.split('\n')).toHaveLength(2);
    expect(view.status.tooltip).toContain('refused');
    expect(view.status.accessibilityLabel).toBe('PAL stream of shop, connecting, 0');
  });

  it('live shows lines and counts, and asks for the next batch', () => {
    const view = live();
    view.batch({ received: 1_200, shown: 2 }, [{ text: '[0] call A.a()' }, { text: '[1] return void' }]);
    expect(view.text).toContain('# Connected.\n[0] call A.a()\n[1] return void\n');
    expect(view.status.text).toBe('$(broadcast) shop 1,200');
    expect(view.status.warning).toBe(false);
    expect(view.orders).toEqual([{ kind: 'ack' }]);
  });

  it('paused tells what passed by', () => {
    const view = live();
    view.batch({ received: 10, shown: 10 });
    view.model.pause(true);
    view.model.pause(true);
    expect(view.status.text).toBe('$(debug-pause) shop 10');
    view.batch({ received: 1_510, paused: 1_500 });
    view.model.pause(false);
    expect(view.text).toContain('# Paused.\n# Resumed: 1,500 messages passed by.\n');
    expect(view.orders.filter(({ kind }) => kind === 'pause')).toEqual([
      { kind: 'pause', paused: true },
      { kind: 'pause', paused: false },
    ]);
    expect(view.status.text).toBe('$(broadcast) shop 1,510');
  });

  it('filtered shows the filter in panel, status and tooltip, from the beginning on and when it changes', () => {
    const view = live({ ...noFilter, className: 'Cart', kinds: ['calls', 'throws'] });
    expect(view.text).toContain('# Filter: calls, throws · class “Cart”\n');
    view.batch({ received: 100, shown: 7, filtered: 93 });
    expect(view.status.text).toBe('$(broadcast) $(filter) shop 7 of 100');
    expect(view.status.tooltip).toContain('Kept out by the filter | 93');
    view.model.filter(noFilter);
    expect(view.orders.at(-1)).toEqual({ kind: 'filter', filter: noFilter });
    expect(view.text).toContain('# No filter: everything is shown.\n');
    expect(view.status.text).toBe('$(broadcast) shop 100');
  });

  it('flooded warns with exact numbers until it is over', () => {
    const view = live();
    view.batch({ received: 9_000, shown: 5_000, skipped: 4_000, lost: 12 }, [{ lost: 12, skipped: 4_000 }]);
    expect(view.text).toContain(
      '# 12 lost: the peer sends faster than they are taken; 4,000 not shown: too many for a screen\n',
    );
    expect(view.status).toMatchObject({ text: '$(warning) shop 9,000 · 12 lost · 4,000 skipped', warning: true });
    expect(view.status.tooltip).toContain('Lost before they arrived | 12');
    view.batch({});
    expect(view.status).toMatchObject({ text: '$(broadcast) shop 9,000 · 12 lost · 4,000 skipped', warning: false });
  });

  it('whose connection breaks says so once, and when it is back', () => {
    const view = live();
    view.model.event({ kind: 'disconnected', reason: undefined, retryInMs: 100 });
    view.model.event({ kind: 'disconnected', reason: 'refused', retryInMs: 200 });
    expect(view.status.text).toBe('$(sync~spin) shop 0');
    expect(view.status.accessibilityLabel).toContain('connection lost');
    view.model.event({ kind: 'connected' });
    expect(view.text.match(/The connection is lost/g)).toHaveLength(1);
    expect(view.text).toContain('# Connected again.\n');
    expect(view.status.text).toBe('$(broadcast) shop 0');
  });

  it('whose peer ended says so with the account, and stays as it is', () => {
    const view = live();
    view.batch({ received: 20, shown: 20, lost: 3 });
    view.model.peerEnded();
    const { text } = view;
    expect(text).toMatch(/# shop has ended\. 20 received, 3 lost, 0 skipped\n$/);
    expect(view.status.text).toBe('$(circle-slash) shop 20 · 3 lost');
    view.model.peerEnded();
    view.model.event({ kind: 'disconnected', reason: 'gone', retryInMs: 1 });
    view.model.pause(true);
    view.model.filter({ ...noFilter, text: 'x' });
    expect(view.text).toBe(text);
  });

  it('reports a malformed message to the log, not to the panel', () => {
    const view = live();
    const { text } = view;
    view.batch({ received: 1, malformed: 1 }, [], 'bad frames');
    expect(view.troubles).toEqual(['bad frames']);
    expect(view.text).toBe(text);
  });

  it('escapes what Markdown would interpret in the tooltip', () => {
    const view = live({ ...noFilter, text: '[x](command:evil)' });
    expect(view.status.tooltip).not.toContain('[x](');
  });
});

describe('the panel', () => {
  const lines = (from: number, count: number): StreamItem[] =>
    Array.from({ length: count }, (_, n) => ({ text: `[${from + n}] call A.a()` }));
  const panelOf = (): { panel: StreamPanel; text: () => string } => {
    let text = '';
    const output = { append: (more: string) => (text += more), replace: (all: string) => (text = all) };
    return { panel: new StreamPanel(output, english, { most: 20, kept: 10 }), text: () => text };
  };

  it('loses its beginning when it is long, and says how much', () => {
    const { panel, text } = panelOf();
    panel.add(lines(0, 20));
    expect(text().split('\n')).toHaveLength(21);
    panel.add(lines(20, 3));
    expect(text()).toMatch(
      /^# 13 earlier lines were removed from this panel; a recording of the peer has them\.\n\[13\]/,
    );
    panel.add(lines(23, 15));
    expect(text()).toMatch(/^# 28 earlier lines/);
    expect(text().trimEnd().split('\n')).toHaveLength(11);
  });

  it('knows the message of each line, also after it lost its beginning', () => {
    const { panel, text } = panelOf();
    panel.add(lines(0, 20));
    panel.say('Paused.');
    const all = text().split('\n');
    expect(panel.placeAt(all.findIndex((line) => line.startsWith('[15]')))).toEqual({ offset: 15 });
    expect(panel.placeAt(all.indexOf('# Paused.'))).toEqual({ offset: 19 });
    expect(panel.placeAt(0)).toBeUndefined();
    expect(panel.placeAt(10_000)).toEqual({ offset: 19 });
    panel.add([{ text: 'call B.b()', id: 'java-id' }]);
    expect(panel.placeAt(10_000)).toEqual({ id: 'java-id' });
    panel.clear();
    expect(text()).toBe('');
    expect(panel.placeAt(0)).toBeUndefined();
  });
});

describe('a stored filter', () => {
  it.each([undefined, null, 'x', 7, [], { kinds: 'calls', className: 3 }])(
    'that is none (%j) filters nothing',
    (value) => {
      expect(filterFrom(value)).toEqual(noFilter);
    },
  );

  it('comes back as it was, without what is unknown', () => {
    const filter: StreamFilter = { kinds: ['calls', 'throws'], className: 'Cart', member: '', thread: 't', text: 'é' };
    expect(filterFrom(JSON.parse(JSON.stringify({ ...filter, more: 1 })))).toEqual(filter);
    expect(filterFrom({ kinds: ['calls', 'nonsense'] }).kinds).toEqual(['calls']);
  });
});
