/**
 * The directory: who runs (peers) and what was written (logs). One interface, two homes: `local` (plain files under the user's PAL
 * home) and etcd (a later issue). Keys and values follow the directory specification; a store never shows partial records.
 */
export interface PeerRecord {
  readonly uuid: string;
  readonly name: string | undefined;
  readonly ctimeMillis: number;
  readonly zmqRpc: string | undefined;
  readonly jsonRpc: string | undefined;
  readonly pub: string | undefined;
  readonly jmx: string | undefined;
  /** Live lease (etcd) or live process (local). */
  readonly alive: boolean;
  readonly sourceLog: string | undefined; // log UUID
  readonly walLog: string | undefined; // log UUID
  /** Additions of ours, absent for Java peers. */
  readonly runtime: string | undefined; // `node 22.23.3`
  readonly pid: number | undefined;
  readonly main: string | undefined;
  readonly cwd: string | undefined;
}

export interface LogRecord {
  readonly uuid: string;
  /** Topic, absolute queue directory, or absolute path of a `.palrec`. */
  readonly name: string;
  readonly kind: 'chronicle' | 'palrec' | 'kafka';
  readonly ctimeMillis: number;
  readonly kafkaServers: string | undefined;
}

export interface PeerRegistration {
  /** Removes the entry (graceful stop). Idempotent. */
  unregister(): Promise<void>;
}

export interface Directory {
  /** What the user called it: `local` or the endpoints. */
  readonly name: string;
  listPeers(): Promise<readonly PeerRecord[]>;
  /** By UUID, else by name; undefined when there is none. */
  findPeer(uuidOrName: string): Promise<PeerRecord | undefined>;
  /** @throws PalError `duplicate-peer-name` (exit 3) when a live peer has the name; a dead peer's name is taken over. */
  registerPeer(record: PeerRecord): Promise<PeerRegistration>;
  removePeer(uuid: string): Promise<boolean>;
  listLogs(): Promise<readonly LogRecord[]>;
  /** Creates the record, or returns the one that already has this name and kind. */
  registerLog(record: Omit<LogRecord, 'uuid'> & { uuid?: string }): Promise<LogRecord>;
  removeLog(uuid: string): Promise<boolean>;
  /** Calls `onChange` after anything changed (coalesced); returns the disposer. Event driven, no polling while nothing changes. */
  watch(onChange: () => void): { dispose(): void };
  close(): Promise<void>;
}
