/** For tests: a directory in memory that counts what is asked of it, and fails on demand. */
import type { Directory, LogRecord, PeerRecord, PeerRegistration } from 'pal-runtime/directory/directory';

export function peerRecord(change: Partial<PeerRecord> = {}): PeerRecord {
  return {
    uuid: '00000000-0000-4000-8000-000000000001',
    name: 'shop',
    ctimeMillis: 1_000,
    zmqRpc: undefined,
    jsonRpc: undefined,
    pub: undefined,
    jmx: undefined,
    alive: true,
    sourceLog: undefined,
    walLog: undefined,
    runtime: undefined,
    pid: undefined,
    main: undefined,
    cwd: undefined,
    ...change,
  };
}

export function logRecord(change: Partial<LogRecord> = {}): LogRecord {
  return {
    uuid: '00000000-0000-4000-8000-0000000000aa',
    name: '/w/.pal/shop-1.palrec',
    kind: 'palrec',
    ctimeMillis: 1_000,
    kafkaServers: undefined,
    ...change,
  };
}

export class FakeDirectory implements Directory {
  readonly name = 'fake';
  peers: PeerRecord[] = [];
  logs: LogRecord[] = [];
  failure: Error | undefined;
  reads = 0;
  closed = 0;
  readonly watchers = new Set<() => void>();

  changed(): void {
    for (const watcher of this.watchers) watcher();
  }

  listPeers(): Promise<readonly PeerRecord[]> {
    this.reads++;
    return this.failure === undefined ? Promise.resolve([...this.peers]) : Promise.reject(this.failure);
  }

  listLogs(): Promise<readonly LogRecord[]> {
    return Promise.resolve([...this.logs]);
  }

  findPeer(uuidOrName: string): Promise<PeerRecord | undefined> {
    return Promise.resolve(this.peers.find(({ uuid, name }) => uuid === uuidOrName || name === uuidOrName));
  }

  registerPeer(record: PeerRecord): Promise<PeerRegistration> {
    this.peers.push(record);
    return Promise.resolve({
      unregister: async () => {
        await this.removePeer(record.uuid);
      },
    });
  }

  removePeer(uuid: string): Promise<boolean> {
    const before = this.peers.length;
    this.peers = this.peers.filter((peer) => peer.uuid !== uuid);
    return Promise.resolve(this.peers.length < before);
  }

  registerLog(record: Omit<LogRecord, 'uuid'> & { uuid?: string }): Promise<LogRecord> {
    const log = { uuid: `log-${this.logs.length}`, ...record };
    this.logs.push(log);
    return Promise.resolve(log);
  }

  removeLog(uuid: string): Promise<boolean> {
    const before = this.logs.length;
    this.logs = this.logs.filter((log) => log.uuid !== uuid);
    return Promise.resolve(this.logs.length < before);
  }

  watch(onChange: () => void): { dispose(): void } {
    this.watchers.add(onChange);
    return { dispose: () => this.watchers.delete(onChange) };
  }

  close(): Promise<void> {
    this.closed++;
    return Promise.resolve();
  }
}

export const silentLogger = {
  trace: () => undefined,
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
