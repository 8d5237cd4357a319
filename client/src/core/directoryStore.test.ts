import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeDirectory, logRecord, peerRecord, silentLogger } from '../testing/fakeDirectory';
import { DirectoryStore, type DirectoryPhase } from './directoryStore';

let directory: FakeDirectory;
let opened: number;
let store: DirectoryStore;
let phases: DirectoryPhase[];

beforeEach(() => {
  vi.useFakeTimers();
  directory = new FakeDirectory();
  directory.peers = [peerRecord()];
  opened = 0;
  store = new DirectoryStore(
    () => {
      opened++;
      return directory;
    },
    silentLogger,
    () => 77,
  );
  phases = [];
  store.onDidChange(({ phase }) => phases.push(phase));
});
afterEach(() => {
  store.dispose();
  vi.useRealTimers();
});

const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);

describe('the directory store', () => {
  it('does nothing until somebody looks', async () => {
    await vi.advanceTimersByTimeAsync(600_000);
    expect({ opened, reads: directory.reads, phase: store.snapshot.phase }).toEqual({
      opened: 0,
      reads: 0,
      phase: 'idle',
    });
  });

  it('loads when it is held, and follows events as one read per burst', async () => {
    store.hold();
    await settle();
    expect(phases).toEqual(['loading', 'ready']);
    expect(store.snapshot).toMatchObject({ phase: 'ready', updatedAt: 77, peers: [{ name: 'shop' }] });
    directory.peers.push(peerRecord({ uuid: 'b', name: 'audit' }));
    for (let i = 0; i < 50; i++) directory.changed();
    await vi.advanceTimersByTimeAsync(1000);
    expect(directory.reads).toBe(2);
    expect(store.snapshot.peers.map(({ name }) => name)).toEqual(['shop', 'audit']);
  });

  it('rests when the last holder lets go: no watch, no timer, no read', async () => {
    const first = store.hold();
    const second = store.hold();
    await settle();
    first.dispose();
    first.dispose();
    expect(directory.watchers.size).toBe(1);
    second.dispose();
    expect(directory.watchers.size).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
    const { reads } = directory;
    await vi.advanceTimersByTimeAsync(600_000);
    expect(directory.reads).toBe(reads);
  });

  it('keeps the last good data when a read fails, says so, and recovers', async () => {
    store.hold();
    await settle();
    directory.failure = new Error('no such folder');
    await store.refresh();
    expect(store.snapshot).toMatchObject({ phase: 'stale', error: 'no such folder', updatedAt: 77 });
    expect(store.snapshot.peers).toHaveLength(1);
    directory.failure = undefined;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(store.snapshot).toMatchObject({ phase: 'ready', error: undefined });
    expect(opened).toBe(2);
    expect(directory.watchers.size).toBe(1);
  });

  it('is in error when there never was any data', async () => {
    directory.failure = new Error('denied');
    store.hold();
    await settle();
    expect(phases).toEqual(['loading', 'error']);
    expect(store.snapshot.error).toBe('denied');
  });

  it('reads once more when it is asked while reading', async () => {
    store.hold();
    await Promise.all([store.refresh(), store.refresh(), store.refresh()]);
    expect(directory.reads).toBe(2);
  });

  it('shows a removal at once', async () => {
    store.hold();
    await settle();
    expect(await store.removePeers([peerRecord().uuid, 'unknown'])).toBe(1);
    expect(store.snapshot.peers).toEqual([]);
  });

  it('prunes dead peers only', async () => {
    directory.peers = [
      peerRecord(),
      peerRecord({ uuid: 'd1', alive: false }),
      peerRecord({ uuid: 'd2', alive: false }),
    ];
    expect(await store.pruneDeadPeers()).toBe(2);
    expect(directory.peers.map(({ uuid }) => uuid)).toEqual([peerRecord().uuid]);
  });

  it('removes logs', async () => {
    directory.logs = [logRecord()];
    store.hold();
    await settle();
    expect(await store.removeLogs([logRecord().uuid])).toBe(1);
    expect(store.snapshot.logs).toEqual([]);
  });

  it('reads one peer anew without reading all', async () => {
    store.hold();
    await settle();
    directory.peers = [peerRecord({ pub: 'tcp://h:1' })];
    await store.refreshPeer(peerRecord().uuid);
    expect(store.peer(peerRecord().uuid)?.pub).toBe('tcp://h:1');
    expect(directory.reads).toBe(1);
    directory.peers = [];
    await store.refreshPeer(peerRecord().uuid);
    expect(store.snapshot.peers).toEqual([]);
  });

  it('renames a log without losing its peer', async () => {
    directory.logs = [logRecord()];
    store.hold();
    await settle();
    await store.renameLog(logRecord().uuid, '/w/.pal/better.palrec');
    expect(store.logRecord(logRecord().uuid)?.name).toBe('/w/.pal/better.palrec');
    expect(directory.logs).toMatchObject([{ uuid: logRecord().uuid, name: '/w/.pal/better.palrec' }]);
  });

  it('ignores reads that end after it was disposed, and closes the directory', async () => {
    store.hold();
    store.dispose();
    await settle();
    expect(phases).toEqual(['loading']);
    expect(vi.getTimerCount()).toBe(0);
    expect(directory.watchers.size).toBe(0);
  });
});
