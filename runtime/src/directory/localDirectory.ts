/**
 * The directory of one machine as plain files (`<home>/directory`), shared by every process of the user; no server.
 *
 * peers/UUID.json   a peer and the identity of its process    names/NAME/N   who holds a peer name (`peerNames.ts`)
 * logs/UUID.json    a log that was written                    log-names/…    one entry per log name and kind
 *
 * Invariants: records appear whole; a peer is alive exactly while its process runs; a log is listed once. Deliberately absent: facts
 * about a log's content (size, offsets), which only the log itself knows (`openLog`).
 */
import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, watch as watchFolder } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { PalError } from '../errors';
import type { Directory, LogRecord, PeerRecord, PeerRegistration } from './directory';
import { createRecord, listRecords, putRecord, readRecord, removeRecord, storeError } from './fileStore';
import { PeerNames } from './peerNames';
import { identityOf, isProcessAlive, type ProcessIdentity } from './processIdentity';

/** Changes within this many milliseconds are told as one. */
const WATCH_COALESCE = 50;
/** A crash changes no file: how often, in milliseconds, a watcher looks after the processes that it has seen alive. */
const LIVENESS_INTERVAL = 3_000;
/** Records read before other work of the thread gets a turn. */
const READ_BATCH = 250;

/** `$PAL_LOCAL_HOME`, else `~/.pal`. (`$PAL_HOME` is where the Java tool is installed.) */
export function palLocalHome(env: NodeJS.ProcessEnv = process.env): string {
  const given = env['PAL_LOCAL_HOME']?.trim();
  return given === undefined || given === '' ? join(homedir(), '.pal') : given;
}

type StoredPeer = Omit<PeerRecord, 'alive'> & { readonly process: ProcessIdentity };

export class LocalDirectory implements Directory {
  readonly name = 'local';
  readonly #peers: string;
  readonly #logs: string;
  readonly #logNames: string;
  readonly #names: PeerNames;
  readonly #seenAlive = new Map<string, ProcessIdentity>();
  readonly #watches = new Set<{ dispose(): void }>();

  /** @param home folder that holds `directory/`; created on the first write. */
  constructor(private readonly home: string = palLocalHome()) {
    const root = join(home, 'directory');
    this.#peers = join(root, 'peers');
    this.#logs = join(root, 'logs');
    this.#logNames = join(root, 'log-names');
    this.#names = new PeerNames(join(root, 'names'));
  }

  async listPeers(): Promise<readonly PeerRecord[]> {
    const peers = await this.#readAll(this.#peers, (stored) => this.#peerOf(stored));
    return peers.sort((a, b) => (a.uuid < b.uuid ? -1 : 1));
  }

  findPeer(uuidOrName: string): Promise<PeerRecord | undefined> {
    return this.#guarded(() => {
      const holder = this.#names.holder(uuidOrName);
      const byName = holder === undefined ? undefined : this.#readPeer(holder);
      return byName ?? this.#readPeer(uuidOrName);
    });
  }

  registerPeer(record: PeerRecord): Promise<PeerRegistration> {
    return this.#guarded(() => {
      const process_ = identityOf(record.pid ?? process.pid);
      const known = this.#readPeer(record.uuid);
      if (known?.alive === true) {
        throw new PalError(
          'duplicate-peer-name',
          `The UUID ${record.uuid} is taken by a live peer${known.name === undefined ? '' : ` named '${known.name}'`}: choose another with -u, or stop that peer`,
          { exitCode: 3, data: { uuid: record.uuid } },
        );
      }
      if (record.name !== undefined) this.#takeName(record.name, record.uuid, process_);
      putRecord(this.#peerPath(record.uuid), { ...record, alive: undefined, process: process_ });
      let registered = true;
      return {
        unregister: () =>
          this.#guarded(() => {
            if (registered) this.#removePeer(record.uuid);
            registered = false;
          }),
      };
    });
  }

  removePeer(uuid: string): Promise<boolean> {
    return this.#guarded(() => this.#removePeer(uuid));
  }

  async listLogs(): Promise<readonly LogRecord[]> {
    const logs = await this.#readAll(this.#logs, logOf);
    return logs.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.ctimeMillis - b.ctimeMillis));
  }

  registerLog(record: Omit<LogRecord, 'uuid'> & { uuid?: string }): Promise<LogRecord> {
    return this.#guarded(() => {
      const path = this.#logNamePath(record);
      for (;;) {
        const uuid = record.uuid ?? randomUUID();
        const created: LogRecord = { ...record, uuid };
        // The record goes first: whoever finds the name finds the log too.
        if (readRecord(path) === undefined) {
          putRecord(this.#logPath(uuid), created);
          if (createRecord(path, { uuid })) return created;
          removeRecord(this.#logPath(uuid));
        }
        const holder = readRecord(path)?.['uuid'];
        const known = typeof holder === 'string' ? readRecord(this.#logPath(holder)) : undefined;
        const log = known === undefined ? undefined : logOf(known);
        if (log !== undefined) return log;
        removeRecord(path); // its log was removed half-way
      }
    });
  }

  removeLog(uuid: string): Promise<boolean> {
    return this.#guarded(() => {
      const stored = isUuid(uuid) ? readRecord(this.#logPath(uuid)) : undefined;
      const log = stored === undefined ? undefined : logOf(stored);
      if (log !== undefined) {
        const path = this.#logNamePath(log);
        if (readRecord(path)?.['uuid'] === uuid) removeRecord(path);
      }
      return isUuid(uuid) && removeRecord(this.#logPath(uuid));
    });
  }

  watch(onChange: () => void): { dispose(): void } {
    let soon: NodeJS.Timeout | undefined;
    const changed = (): void => {
      soon ??= setTimeout(() => {
        soon = undefined;
        onChange();
      }, WATCH_COALESCE);
    };
    const watchers = [this.#peers, this.#logs].map((folder) => {
      try {
        mkdirSync(folder, { recursive: true });
        const watcher = watchFolder(folder, (_event, file) => {
          if (file?.endsWith('.tmp') !== true) changed();
        });
        watcher.on('error', changed);
        return watcher;
      } catch (error) {
        throw storeError(error, this.home);
      }
    });
    const liveness = setInterval(() => {
      for (const [uuid, identity] of this.#seenAlive) {
        if (isProcessAlive(identity)) continue;
        this.#seenAlive.delete(uuid);
        changed();
      }
    }, LIVENESS_INTERVAL);
    liveness.unref();
    const watch = {
      dispose: () => {
        clearTimeout(soon);
        clearInterval(liveness);
        for (const watcher of watchers) watcher.close();
        this.#watches.delete(watch);
      },
    };
    this.#watches.add(watch);
    return watch;
  }

  close(): Promise<void> {
    for (const watch of this.#watches) watch.dispose();
    return Promise.resolve();
  }

  /** A dead holder's record goes with its name. */
  #takeName(name: string, uuid: string, identity: ProcessIdentity): void {
    const before = this.#names.holder(name);
    this.#names.claim(name, uuid, identity);
    if (before !== undefined && before !== uuid) removeRecord(this.#peerPath(before));
  }

  #removePeer(uuid: string): boolean {
    const peer = this.#readPeer(uuid);
    if (peer?.name !== undefined) this.#names.release(peer.name, uuid);
    this.#seenAlive.delete(uuid);
    return isUuid(uuid) && removeRecord(this.#peerPath(uuid));
  }

  #readPeer(uuid: string): PeerRecord | undefined {
    const stored = isUuid(uuid) ? readRecord(this.#peerPath(uuid)) : undefined;
    return stored === undefined ? undefined : this.#peerOf(stored);
  }

  #peerOf(stored: Record<string, unknown>): PeerRecord | undefined {
    if (typeof stored['uuid'] !== 'string' || typeof stored['process'] !== 'object') return undefined;
    const { process: identity, ...record } = stored as unknown as StoredPeer;
    const alive = isProcessAlive(identity);
    if (alive) this.#seenAlive.set(record.uuid, identity);
    return { ...absentPeer, ...record, alive };
  }

  async #readAll<T>(folder: string, parse: (stored: Record<string, unknown>) => T | undefined): Promise<T[]> {
    const found: T[] = [];
    let read = 0;
    try {
      for (const file of listRecords(folder)) {
        if (!file.endsWith('.json')) continue;
        const stored = readRecord(join(folder, file));
        const value = stored === undefined ? undefined : parse(stored);
        if (value !== undefined) found.push(value);
        if (++read % READ_BATCH === 0) await nextTurn();
      }
    } catch (error) {
      throw storeError(error, this.home);
    }
    return found;
  }

  async #guarded<T>(work: () => T): Promise<T> {
    try {
      return await Promise.resolve(work());
    } catch (error) {
      throw storeError(error, this.home);
    }
  }

  readonly #peerPath = (uuid: string): string => join(this.#peers, `${uuid.toLowerCase()}.json`);
  readonly #logPath = (uuid: string): string => join(this.#logs, `${uuid.toLowerCase()}.json`);
  readonly #logNamePath = (log: {
    readonly kind: string;
    readonly name: string;
    readonly kafkaServers?: string | undefined;
  }): string =>
    join(
      this.#logNames,
      createHash('sha256')
        .update(`${log.kind}\n${log.name}\n${log.kafkaServers ?? ''}`)
        .digest('hex')
        .slice(0, 40),
    );
}

/** JSON leaves absent members out; a record always has them. */
const absentPeer = {
  name: undefined,
  zmqRpc: undefined,
  jsonRpc: undefined,
  pub: undefined,
  jmx: undefined,
  sourceLog: undefined,
  walLog: undefined,
  runtime: undefined,
  pid: undefined,
  main: undefined,
  cwd: undefined,
} as const;

const logOf = (stored: Record<string, unknown>): LogRecord | undefined =>
  typeof stored['uuid'] === 'string' && typeof stored['name'] === 'string' && typeof stored['kind'] === 'string'
    ? { kafkaServers: undefined, ...(stored as unknown as Omit<LogRecord, 'kafkaServers'>) }
    : undefined;

const isUuid = (text: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
