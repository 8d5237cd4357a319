/**
 * What `pal run` / `pal exec` decided, handed to the preload (`runtime/register`) through the environment variable
 * `PAL_RUN_CONFIG` (JSON). The preload removes the variable for `run`; for `exec` children inherit it.
 */
export interface RunConfig {
  readonly version: 1;
  /** `run`: this one process; `exec`: every Node process that inherits the environment, each with its own log. */
  readonly mode: 'run' | 'exec';
  readonly uuid: string | undefined; // undefined: random v4
  readonly name: string | undefined;
  /** `file:/abs/dir`, `/abs/x.palrec`, or undefined = no WAL. In `exec` mode a template: `{pid}` and `{n}` are replaced. */
  readonly wal: string | undefined;
  readonly durable: boolean;
  /** `tcp://host:port` with port 0 for auto. */
  readonly tcpPub: string | undefined;
  /** `local` (default), `none`, or etcd endpoints. */
  readonly directory: string;
  readonly scope: ScopeConfig;
  readonly values: ValuesConfig;
  readonly sourceContext: boolean;
  readonly asyncCompletions: 'settle' | 'call';
  readonly asService: boolean;
  /** Write one JSON line when the peer is up: to stderr (`'stderr'`), or to a file descriptor. */
  readonly ready: 'none' | 'stderr' | number;
  readonly rollCycle: string; // Chronicle roll cycle name, default TEN_MINUTELY
  readonly walIncomingCli: boolean;
  /**
   * File in which the starting process notes the number of a signal that it passed on, so that a program too busy to react
   * (and without a handler of its own) can be ended as bare Node would have been. Made by `spawnPeer`.
   */
  readonly signalNote?: string | undefined;
  readonly main: string | undefined; // as given by the user
  readonly args: readonly string[];
}

/** Effective recording scope (first match wins; specification 2.2). Plain JSON so that it can be stored with the log. */
export interface ScopeConfig {
  readonly rules: readonly ScopeRule[];
  readonly defaultAction: 'RECORD' | 'SKIP';
  /** Packages of node_modules whose code is woven too, by name or pattern. */
  readonly packages: readonly string[];
  readonly fieldReads: boolean;
  readonly fieldWrites: boolean;
  readonly builtins: boolean;
}
export interface ScopeRule {
  readonly class: string;
  readonly member: string;
  readonly action: 'RECORD' | 'SKIP';
  readonly categories?: readonly ('METHOD' | 'STATIC_METHOD' | 'CONSTRUCTOR' | 'FIELD_GET' | 'FIELD_SET')[];
}

export interface ValuesConfig {
  readonly mode: 'refs' | 'shallow' | 'deep';
  readonly depth: number; // default 2
  readonly members: number; // default 32
  readonly bytes: number; // default 1024
}
