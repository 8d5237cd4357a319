import { describe, expect, it } from 'vitest';
import type { LogInfo } from 'pal-runtime/log/log';
import { logRecord, peerRecord } from '../testing/fakeDirectory';
import type { LogFacts } from './logFactsStore';
import { logLabel, logNodes, logPath } from './logModel';
import { peerLabel, peerNodes } from './peerModel';
import { english as t } from './translate';

const minute = 60_000;

describe('rows of peers', () => {
  const now = 10 * minute;

  it('put the living first, then go by name', () => {
    const peers = [
      peerRecord({ uuid: '1', name: 'zoo' }),
      peerRecord({ uuid: '2', name: 'dead', alive: false }),
      peerRecord({ uuid: '3', name: 'audit' }),
    ];
    expect(peerNodes(peers, { logs: [], now, t }).map(({ label }) => label)).toEqual(['audit', 'zoo', 'dead']);
  });

  it('show state, age and stream; say the same to a screen reader', () => {
    const [row] = peerNodes([peerRecord({ ctimeMillis: 0, pub: 'tcp://127.0.0.1:5555' })], { logs: [], now, t });
    expect(row).toMatchObject({
      label: 'shop',
      description: 'up 10m · :5555',
      accessibilityLabel: 'Peer shop, running for 10m',
      contextValue: 'peer.live hasStream',
      copyText: peerRecord().uuid,
    });
    const [dead] = peerNodes([peerRecord({ alive: false, pub: 'tcp://127.0.0.1:5555' })], { logs: [], now, t });
    expect(dead).toMatchObject({ description: 'dead', contextValue: 'peer.dead' });
    expect(dead!.accessibilityLabel).toContain('dead');
  });

  it('have what belongs to the peer below them: only what there is', () => {
    const log = logRecord();
    const peer = peerRecord({ walLog: log.uuid, pid: 42, main: '/w/app.ts', runtime: 'node 22.23.3' });
    const [row] = peerNodes([peer], { logs: [log], now, t });
    expect(row!.children!.map(({ label, description }) => `${label}=${description}`)).toEqual([
      'Log=shop-1',
      'Program=/w/app.ts',
      'Runtime=node 22.23.3',
      'Process=42',
    ]);
    expect(row!.contextValue).toBe('peer.live hasLog');
    const tooltip = row!.tooltip!();
    expect(tooltip).toContain('running for');
    expect(tooltip).toContain('app\\.ts');
  });

  it('have a label whatever is known', () => {
    expect(peerLabel(peerRecord({ name: undefined, main: 'src/app.ts' }))).toBe('app.ts');
    expect(peerLabel(peerRecord({ name: undefined }))).toBe('00000000');
  });

  it('do not let a name act as Markdown', () => {
    const [row] = peerNodes([peerRecord({ name: '[x](command:evil)|' })], { logs: [], now, t });
    expect(row!.tooltip!()).not.toContain('[x](command:evil)');
  });
});

describe('rows of logs', () => {
  const now = 2 * 60 * minute;
  const info = (change: Partial<LogInfo>): LogFacts => ({
    kind: 'known',
    info: {
      kind: 'palrec',
      name: '/w/.pal/shop-1.palrec',
      path: undefined,
      size: 5 * 1024 * 1024,
      first: 0,
      last: 12_344,
      created: undefined,
      state: 'clean',
      issue: undefined,
      header: undefined,
      ...change,
    },
  });
  const row = (facts: LogFacts | undefined) =>
    logNodes([logRecord({ ctimeMillis: now - 3 * minute })], {
      facts: () => facts,
      hasWriter: () => false,
      now,
      t,
    })[0]!;

  it('show size, messages and age', () => {
    expect(row(info({}))).toMatchObject({
      label: 'shop-1',
      description: '5.0 MiB · 12,345 messages · 3m ago',
      accessibilityLabel: 'Log shop-1, 5.0 MiB, 12,345 messages, 3m ago',
      contextValue: 'log.palrec clean',
      icon: { id: 'record' },
    });
  });

  it('show the age alone until the facts are known', () => {
    expect(row(undefined).description).toBe('3m ago');
  });

  it.each([
    ['open', 'recording', 'record'],
    ['interrupted', 'interrupted', 'warning'],
    ['damaged', 'damaged', 'error'],
  ] as const)('show health in words and icon: %s', (state, word, icon) => {
    const node = row(info({ state, issue: state === 'damaged' ? 'bad checksum at 17' : undefined }));
    expect(node.description).toContain(word);
    expect(node.icon.id).toBe(icon);
    expect(node.tooltip!()).toMatch(/written|without closing|bad checksum at 17/);
  });

  it('say why a log cannot be read', () => {
    const node = row({ kind: 'unreadable', message: 'There is no such file' });
    expect(node.description).toBe('unreadable · 3m ago');
    expect(node.tooltip!()).toContain('There is no such file');
  });

  it('count one and none', () => {
    expect(row(info({ last: 0 })).description).toContain('1 message ·');
    expect(row(info({ last: -1 })).description).toContain('0 messages');
  });

  it('are newest first and named by their last segment', () => {
    const logs = [logRecord({ uuid: 'a', ctimeMillis: 1 }), logRecord({ uuid: 'b', ctimeMillis: 2 })];
    expect(logNodes(logs, { facts: () => undefined, hasWriter: () => false, now, t }).map(({ id }) => id)).toEqual([
      'log:b',
      'log:a',
    ]);
    const chronicle = { kind: 'chronicle', name: 'file:/w/queues/orders/' } as const;
    expect(logLabel(logRecord(chronicle))).toBe('orders');
    expect(logPath(logRecord(chronicle))).toBe('/w/queues/orders/');
    expect(logLabel(logRecord({ kind: 'kafka', name: 'shop.orders' }))).toBe('shop.orders');
  });
});
