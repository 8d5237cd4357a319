/**
 * What the directory holds, as an immutable snapshot that views draw from.
 *
 * Invariants: the directory is opened, watched and read only while somebody holds the store (a visible view); one read is in flight at a time; the
 * last good data stays when a read fails and is then called stale. Events of the directory come first, a slow poll is the safety net.
 */
import type { Directory, LogRecord, PeerRecord } from 'pal-runtime/directory/directory';
import { toDisposable, type Disposable } from './disposableStore';
import { Emitter, type Event } from './emitter';
import { describeError, type Logger } from './logger';

/** Bursts of events within this many milliseconds are one read. */
const coalesceMillis = 300;
/** Safety net for events that never came. */
const pollMillis = 60_000;

export type DirectoryPhase = 'idle' | 'loading' | 'ready' | 'stale' | 'error';

export interface DirectorySnapshot {
  /** `idle`: nobody looked yet. `stale`: `peers` and `logs` are those of `updatedAt`, the last read failed. `error`: it failed and there are none. */
  readonly phase: DirectoryPhase;
  readonly peers: readonly PeerRecord[];
  readonly logs: readonly LogRecord[];
  readonly updatedAt: number | undefined;
  readonly error: string | undefined;
}

export class DirectoryStore implements Disposable {
  #snapshot: DirectorySnapshot = { phase: 'idle', peers: [], logs: [], updatedAt: undefined, error: undefined };
  #holders = 0;
  #directory: Directory | undefined;
  #watch: Disposable | undefined;
  #poll: NodeJS.Timeout | undefined;
  #soon: NodeJS.Timeout | undefined;
  #reading: Promise<void> | undefined;
  #readAgain = false;
  #disposed = false;
  readonly #changes: Emitter<DirectorySnapshot>;

  /** @param open opens the directory; called when somebody looks, again after a failure. */
  constructor(
    private readonly open: () => Directory | Promise<Directory>,
    private readonly log: Logger,
    private readonly now: () => number = Date.now,
  ) {
    this.#changes = new Emitter((error) => this.log.error(`directory: ${describeError(error)}`));
  }

  get snapshot(): DirectorySnapshot {
    return this.#snapshot;
  }

  get onDidChange(): Event<DirectorySnapshot> {
    return this.#changes.event;
  }

  /** Keeps the snapshot fresh until the result is disposed. */
  hold(): Disposable {
    if (this.#holders++ === 0) {
      void this.refresh();
      this.#poll = setInterval(() => void this.refresh(), pollMillis);
    }
    return toDisposable(() => {
      if (--this.#holders === 0) this.#rest();
    });
  }

  /** Reads now; resolves when the snapshot is what the directory held at or after the call. Never rejects. */
  async refresh(): Promise<void> {
    if (this.#disposed) return;
    if (this.#reading !== undefined) {
      this.#readAgain = true;
      return this.#reading;
    }
    this.#reading = this.#readUntilQuiet().finally(() => (this.#reading = undefined));
    return this.#reading;
  }

  /** The directory itself, for commands that change it. */
  async directory(): Promise<Directory> {
    this.#directory ??= await this.open();
    return this.#directory;
  }

  peer(uuid: string): PeerRecord | undefined {
    return this.#snapshot.peers.find((peer) => peer.uuid === uuid);
  }

  logRecord(uuid: string): LogRecord | undefined {
    return this.#snapshot.logs.find((log) => log.uuid === uuid);
  }

  /** Removes entries and shows it at once. @returns how many were there. */
  async removePeers(uuids: readonly string[]): Promise<number> {
    const directory = await this.directory();
    let removed = 0;
    for (const uuid of uuids) if (await directory.removePeer(uuid)) removed++;
    this.#set({ peers: this.#snapshot.peers.filter((peer) => !uuids.includes(peer.uuid)) });
    return removed;
  }

  async removeLogs(uuids: readonly string[]): Promise<number> {
    const directory = await this.directory();
    let removed = 0;
    for (const uuid of uuids) if (await directory.removeLog(uuid)) removed++;
    this.#set({ logs: this.#snapshot.logs.filter((log) => !uuids.includes(log.uuid)) });
    return removed;
  }

  /** Reads one peer anew, and nothing else. */
  async refreshPeer(uuid: string): Promise<void> {
    const fresh = await (await this.directory()).findPeer(uuid);
    const others = this.#snapshot.peers.filter((peer) => peer.uuid !== uuid);
    this.#set({ peers: fresh === undefined ? others : [...others, fresh] });
  }

  /** The log has moved to `name`; it keeps its UUID, so that its peer still leads to it. */
  async renameLog(uuid: string, name: string): Promise<void> {
    const directory = await this.directory();
    const record = (await directory.listLogs()).find((log) => log.uuid === uuid);
    if (record === undefined) return;
    await directory.removeLog(uuid);
    const renamed = await directory.registerLog({ ...record, name });
    this.#set({ logs: [...this.#snapshot.logs.filter((log) => log.uuid !== uuid), renamed] });
  }

  /** Removes the entries of all peers whose process is gone. */
  async pruneDeadPeers(): Promise<number> {
    const directory = await this.directory();
    const dead = (await directory.listPeers()).filter((peer) => !peer.alive);
    return this.removePeers(dead.map((peer) => peer.uuid));
  }

  dispose(): void {
    this.#disposed = true;
    this.#rest();
    this.#changes.dispose();
    const directory = this.#directory;
    this.#directory = undefined;
    directory?.close().catch((error: unknown) => this.log.warn(`closing the directory: ${describeError(error)}`));
  }

  #rest(): void {
    clearInterval(this.#poll);
    clearTimeout(this.#soon);
    this.#soon = undefined;
    this.#watch?.dispose();
    this.#watch = undefined;
  }

  #changed(): void {
    this.#soon ??= setTimeout(() => {
      this.#soon = undefined;
      void this.refresh();
    }, coalesceMillis);
  }

  async #readUntilQuiet(): Promise<void> {
    do {
      this.#readAgain = false;
      await this.#read();
    } while (this.#readAgain && !this.#disposed);
  }

  async #read(): Promise<void> {
    if (this.#snapshot.updatedAt === undefined) this.#set({ phase: 'loading', error: undefined });
    try {
      const directory = await this.directory();
      if (this.#holders > 0 && !this.#disposed) this.#watch ??= directory.watch(() => this.#changed());
      const [peers, logs] = await Promise.all([directory.listPeers(), directory.listLogs()]);
      this.#set({ phase: 'ready', peers, logs, updatedAt: this.now(), error: undefined });
    } catch (error) {
      const text = describeError(error);
      if (this.#snapshot.error !== text) this.log.warn(`directory: ${text}`);
      this.#set({ phase: this.#snapshot.updatedAt === undefined ? 'error' : 'stale', error: text });
      await this.#reopenNextTime();
    }
  }

  async #reopenNextTime(): Promise<void> {
    this.#watch?.dispose();
    this.#watch = undefined;
    const directory = this.#directory;
    this.#directory = undefined;
    await directory?.close().catch(() => undefined);
  }

  #set(change: Partial<DirectorySnapshot>): void {
    if (this.#disposed) return;
    this.#snapshot = { ...this.#snapshot, ...change };
    this.#changes.fire(this.#snapshot);
  }
}
