/**
 * What is known about each log beside its entry in the directory: size, offsets, health. Read when the log is shown first, again when a log that is being
 * written changes. Few at a time: opening a log touches the disk.
 */
import type { LogRecord } from 'pal-runtime/directory/directory';
import type { LogInfo } from 'pal-runtime/log/log';
import type { Disposable } from './disposableStore';
import { Emitter, type Event } from './emitter';
import { describeError, type Logger } from './logger';

const readsAtOnce = 4;
/** A log under a busy writer changes all the time; more often than this nobody reads the numbers. */
const coalesceMillis = 1000;

export type LogFacts =
  { readonly kind: 'known'; readonly info: LogInfo } | { readonly kind: 'unreadable'; readonly message: string };

export interface LogFactsSource {
  read(record: LogRecord): Promise<LogInfo>;
  /** Tells about changes of the log's content; undefined where the system cannot. */
  watch(record: LogRecord, onChange: () => void): Disposable | undefined;
}

export class LogFactsStore implements Disposable {
  readonly #facts = new Map<string, LogFacts>();
  readonly #watches = new Map<string, Disposable>();
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #waiting = new Map<string, LogRecord>();
  #reading = 0;
  #disposed = false;
  readonly #changes: Emitter<void>;

  constructor(
    private readonly source: LogFactsSource,
    private readonly log: Logger,
  ) {
    this.#changes = new Emitter((error) => this.log.error(`logs: ${describeError(error)}`));
  }

  get onDidChange(): Event<void> {
    return this.#changes.event;
  }

  get(uuid: string): LogFacts | undefined {
    return this.#facts.get(uuid);
  }

  /** These logs are on screen: know their facts and follow those that are being written. */
  show(records: readonly LogRecord[]): void {
    const shown = new Set(records.map((record) => record.uuid));
    for (const uuid of [...this.#facts.keys()]) if (!shown.has(uuid)) this.#facts.delete(uuid);
    for (const uuid of [...this.#watches.keys()]) if (!shown.has(uuid)) this.#unwatch(uuid);
    for (const record of records) {
      const known = this.#facts.get(record.uuid);
      if (known === undefined || (known.kind === 'known' && known.info.state === 'open')) this.#enqueue(record);
    }
  }

  /** Reads the facts of one log anew. */
  reread(record: LogRecord): void {
    this.#enqueue(record);
  }

  /** Forgets what is known about some logs, so that the next `show` reads it again. */
  invalidate(): void {
    this.#facts.clear();
  }

  /** Nothing is on screen: no file is watched, no timer runs. */
  hide(): void {
    for (const uuid of [...this.#watches.keys()]) this.#unwatch(uuid);
    this.#waiting.clear();
  }

  dispose(): void {
    this.#disposed = true;
    this.hide();
    this.#changes.dispose();
  }

  #enqueue(record: LogRecord): void {
    this.#waiting.set(record.uuid, record);
    while (this.#reading < readsAtOnce && !this.#disposed) {
      const next = this.#waiting.entries().next().value;
      if (next === undefined) return;
      this.#waiting.delete(next[0]);
      this.#reading++;
      void this.#read(next[1]).finally(() => {
        this.#reading--;
        const [waiting] = this.#waiting.values();
        if (waiting !== undefined) this.#enqueue(waiting);
      });
    }
  }

  async #read(record: LogRecord): Promise<void> {
    let facts: LogFacts;
    try {
      facts = { kind: 'known', info: await this.source.read(record) };
    } catch (error) {
      facts = { kind: 'unreadable', message: describeError(error) };
    }
    if (this.#disposed) return;
    this.#facts.set(record.uuid, facts);
    const open = facts.kind === 'known' && facts.info.state === 'open';
    if (!open) this.#unwatch(record.uuid);
    else if (!this.#watches.has(record.uuid)) {
      const watch = this.source.watch(record, () => this.#changed(record));
      if (watch !== undefined) this.#watches.set(record.uuid, watch);
    }
    this.#changes.fire();
  }

  #changed(record: LogRecord): void {
    if (this.#timers.has(record.uuid)) return;
    const timer = setTimeout(() => {
      this.#timers.delete(record.uuid);
      this.#enqueue(record);
    }, coalesceMillis);
    this.#timers.set(record.uuid, timer);
  }

  #unwatch(uuid: string): void {
    this.#watches.get(uuid)?.dispose();
    this.#watches.delete(uuid);
    clearTimeout(this.#timers.get(uuid));
    this.#timers.delete(uuid);
  }
}
