/**
 * One interface over the three kinds of log (`file:` Chronicle queue, `.palrec`, Kafka topic).
 *
 * Invariants: offsets are logical, 0, 1, 2, … over PAL messages in log order; reading never loads a whole log; a reader may
 * follow a log that is being written; entries mean the same in every kind. Every opened log must be closed by its opener.
 */
import type { Message } from '../wire/messages';
import type { ExecHead } from './execHead';

export type LogKind = 'chronicle' | 'palrec' | 'kafka';

/** One PAL message of a log. Valid until the next call of the reader that yielded it, unless `detach`ed. */
export interface LogEntry {
  /** Logical offset. */
  readonly offset: number;
  /** Raw position: Chronicle index (`cycle << 32 | sequence`), Kafka offset; for `.palrec` the offset. */
  readonly index: bigint;
  readonly messageType: number;
  /** Record key (Kafka); undefined elsewhere. */
  readonly key: string | undefined;
  /** Colfer bytes of the `Message`. Owned by the caller. */
  bytes(): Uint8Array;
  /** Decoded message. Owned by the caller. */
  message(): Message;
  /** What pairing needs of an execution message, where that is quicker than `message()`; undefined for other messages. Valid until the next call. */
  execHead?(): ExecHead | undefined;
}

export interface LogInfo {
  readonly kind: LogKind;
  /** `file:/abs/dir`, `/abs/x.palrec`, topic. */
  readonly name: string;
  readonly path: string | undefined;
  /** Bytes on disk that hold content. */
  readonly size: number;
  /** Logical offsets; `last` is -1 for an empty log. */
  readonly first: number;
  readonly last: number;
  readonly created: Date | undefined;
  /** `open`: a live writer; `clean`: closed in order; `interrupted`: no end mark and no writer; `damaged`: see `issue`. */
  readonly state: 'open' | 'clean' | 'interrupted' | 'damaged';
  readonly issue: string | undefined;
  /** What was recorded, when the log knows (recording header, side file). */
  readonly header: RecordingHeader | undefined;
}

/** Stored in a `.palrec` header and beside a Chronicle queue (`pal-recording.json`, which Java ignores). */
export interface RecordingHeader {
  readonly format: 1;
  readonly peerUuid: string;
  readonly peerName: string | undefined;
  readonly main: string | undefined;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly startedAt: string; // ISO 8601
  readonly runtime: string; // e.g. `pal 0.1.0, node 22.23.3, linux x64`
  readonly scope: unknown; // the effective recording scope as plain JSON
  readonly values: string; // `refs`, `shallow`, `deep:4`
}

export interface LogReader {
  readonly kind: LogKind;
  readonly name: string;
  /** Fresh facts; cheap enough to call once a second. */
  info(): Promise<LogInfo>;
  /** Move to logical offset `offset` (clamped to the end). */
  seek(offset: number): Promise<void>;
  /**
   * The next entries, at most `max`, in order; empty = end of what is written now. Batches keep the per-entry cost low.
   * @throws PalError `corrupt` with `data.offset` where the log contradicts its format.
   */
  read(max: number): Promise<readonly LogEntry[]>;
  /** Resolves when more may be there (file change, broker), or after `timeoutMs`; never busy-waits. */
  waitForMore(timeoutMs: number, signal?: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

/** Appends ready Colfer messages (`log copy`, transformer, Java-format sinks). */
export interface LogWriter {
  readonly kind: LogKind;
  readonly name: string;
  /** Queue one message; bytes are copied before return. */
  append(messageType: number, bytes: Uint8Array): void;
  /** Everything appended is in the file (not necessarily synced). */
  flush(): Promise<void>;
  close(): Promise<void>;
}
