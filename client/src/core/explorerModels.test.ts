import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { logRecord, peerRecord } from '../testing/fakeDirectory';
import { bundleNodes, glanceAtBundle } from './bundleModel';
import { logDetails, peerDetails } from './detailsText';
import { filterNodes } from './filterNodes';
import { peerNodes } from './peerModel';
import { english as t } from './translate';
import { TreeIndex } from './treeIndex';

describe('the filter', () => {
  const nodes = peerNodes(
    [
      peerRecord({ uuid: '1', name: 'shop', main: '/w/server.ts' }),
      peerRecord({ uuid: '2', name: 'audit', alive: false }),
    ],
    { logs: [], now: 0, t },
  );
  const labels = (filter: string): readonly string[] => filterNodes(nodes, filter).map(({ label }) => label);

  it('keeps rows that contain every word, here or below', () => {
    expect(labels('')).toEqual(['shop', 'audit']);
    expect(labels('DEAD')).toEqual(['audit']);
    expect(labels('shop server')).toEqual(['shop']);
    expect(labels('shop dead')).toEqual([]);
  });
});

describe('details', () => {
  it('of a peer are YAML with what is known and nothing else', () => {
    const log = logRecord();
    const peer = peerRecord({
      name: 'a: b #c',
      walLog: log.uuid,
      sourceLog: 'unknown',
      pub: 'tcp://127.0.0.1:1',
      pid: 7,
    });
    const text = peerDetails(peer, [log], 61_000);
    expect(text).toMatch(/^# Peer a: b #c\n/);
    expect(parse(text)).toEqual({
      name: 'a: b #c',
      uuid: peer.uuid,
      state: 'running',
      started: '1970-01-01T00:00:01.000Z',
      uptime: '1m',
      process: 7,
      endpoints: { stream: 'tcp://127.0.0.1:1' },
      logs: { writes: log.name, reads: 'unknown' },
    });
  });

  it('of a log say where it is, how large, and who wrote it', () => {
    const info = {
      kind: 'palrec',
      name: 'x',
      path: undefined,
      size: 2048,
      first: 0,
      last: 41,
      created: undefined,
      state: 'interrupted',
      issue: undefined,
      header: undefined,
    } as const;
    const text = logDetails(logRecord(), { kind: 'known', info }, peerRecord());
    expect(parse(text)).toMatchObject({
      state: 'interrupted',
      size: '2.0 KiB (2048 bytes)',
      offsets: { first: 0, last: 41, messages: 42 },
      writtenBy: `shop (${peerRecord().uuid})`,
    });
    expect(parse(logDetails(logRecord(), { kind: 'unreadable', message: 'no: such' }, undefined))).toMatchObject({
      state: 'unreadable',
      issue: 'no: such',
    });
  });
});

describe('rows of bundles', () => {
  it('show the name and size that a glance gives', () => {
    expect(
      glanceAtBundle(
        '# bundle: no\nbundle: "the audit" # yes\nintercepts:\n  - target: A.b\n  - {target: C.d}\n  # - target: E.f\n',
      ),
    ).toEqual({
      name: 'the audit',
      intercepts: 2,
    });
    expect(glanceAtBundle('bundle:\n')).toEqual({ name: undefined, intercepts: 0 });
  });

  it('show problems in words and icon', () => {
    const file = { uri: 'file:///w/ops/a.pal.yaml', path: 'ops/a.pal.yaml', name: undefined, intercepts: 1 };
    const row = (errors: number, warnings: number) => bundleNodes([file], () => ({ errors, warnings }), t)[0]!;
    expect(row(0, 0)).toMatchObject({
      label: 'a.pal.yaml',
      description: 'ops/a.pal.yaml · 1 intercept',
      icon: { id: 'zap' },
    });
    expect(row(2, 1)).toMatchObject({
      description: 'ops/a.pal.yaml · 1 intercept · 2 errors · 1 warning',
      icon: { id: 'error' },
    });
    expect(row(0, 1).icon.id).toBe('warning');
    expect(row(2, 1).accessibilityLabel).toContain('2 errors');
  });
});

describe('many peers', () => {
  it('are one page, and one change is one row', () => {
    const many = (changed: number) =>
      peerNodes(
        Array.from({ length: 5000 }, (_, i) =>
          peerRecord({
            uuid: `u${i}`,
            name: `p${String(i).padStart(4, '0')}`,
            ...(i === changed ? { pub: 'tcp://h:1' } : {}),
          }),
        ),
        { logs: [], now: 0, t },
      );
    const index = new TreeIndex();
    index.update(many(-1));
    expect(index.page(undefined).ids.length + index.page(undefined).left).toBe(5000);
    expect(index.update(many(42))).toEqual({ kind: 'nodes', ids: ['peer:u42'] });
  });
});
