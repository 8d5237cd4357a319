/**
 * Opens the peer's log for writing, by its name: `.palrec` takes compact entries as they are, a Chronicle queue takes the PAL messages that
 * they expand to.
 */
import { existsSync, rmSync, statSync } from 'node:fs';
import type { ExpandSink } from '../entry/expand';
import type { SiteTable } from '../entry/sites';
import { PalError } from '../errors';
import { openChronicleWriter, type ChronicleWriter } from '../log/chronicle/chronicleWriter';
import type { LogKind, RecordingHeader } from '../log/log';
import { PalrecWriter } from '../log/palrec/palrecWriter';
import type { EntrySink } from './entrySink';
import { PeerCounter, type PeerMemory } from './peerControl';
import { SourceExpander } from './sourceExpander';

export interface LogSink extends EntrySink {
  readonly kind: LogKind;
  /** Absolute path, without `file:`. */
  readonly path: string;
  /** Undoes the creation, if this peer created the log and wrote nothing. */
  discard(): void;
}

export interface LogSinkOptions {
  readonly header: RecordingHeader;
  readonly uuid: string;
  readonly rollCycle: string;
  readonly sourceContext: boolean;
  readonly memory: PeerMemory;
}

/** @throws PalError `permission`, `disk-full`, `locked`, `io`, `not-a-log`. */
export async function openLogSink(name: string, options: LogSinkOptions): Promise<LogSink> {
  if (name.startsWith('file:')) return QueueSink.open(name.slice('file:'.length), options);
  if (name.endsWith('.palrec')) return new RecordingSink(name, options);
  throw new PalError(
    'unsupported',
    `'${name}' is a Kafka topic, which this version does not write: use file:DIR or NAME.palrec`,
  );
}

class RecordingSink implements LogSink {
  readonly kind = 'palrec';
  readonly #writer: PalrecWriter;
  readonly #counters: Float64Array;

  constructor(
    readonly path: string,
    options: LogSinkOptions,
  ) {
    if (existsSync(path) && statSync(path).isDirectory()) {
      throw new PalError('io', `${path} is a directory: give the name of a file`, { data: { path } });
    }
    this.#writer = PalrecWriter.create(path, options.header);
    this.#counters = options.memory.counters;
  }

  addSites(base: number, table: SiteTable): void {
    this.#writer.addSites(base, table);
  }

  append(words: Int32Array, start: number, end: number, source: number): void {
    this.#writer.append(words, start, end, source);
    this.#count();
  }

  flush(): void {
    this.#writer.flush();
    this.#count();
  }

  idle(): void {
    this.#writer.idle();
    this.#count();
  }

  close(): void {
    this.#writer.close();
    this.#count();
  }

  abandon(): void {
    this.#writer.abandon();
  }

  discard(): void {
    this.#writer.abandon();
    rmSync(this.path, { force: true });
  }

  #count(): void {
    this.#counters[PeerCounter.MESSAGES] = this.#writer.offset;
    this.#counters[PeerCounter.BYTES] = this.#writer.size;
  }
}

class QueueSink implements LogSink, ExpandSink {
  readonly kind = 'chronicle';
  readonly #counters: Float64Array;
  readonly #expander: SourceExpander;

  static async open(path: string, options: LogSinkOptions): Promise<QueueSink> {
    const existed = existsSync(path);
    const writer = await openChronicleWriter(path, {
      settings: { rollCycle: options.rollCycle },
      recording: options.header,
    });
    return new QueueSink(path, writer, existed, options);
  }

  private constructor(
    readonly path: string,
    private readonly writer: ChronicleWriter,
    private readonly existed: boolean,
    options: LogSinkOptions,
  ) {
    this.#counters = options.memory.counters;
    this.#expander = new SourceExpander({ peerUuid: options.uuid, sourceContext: options.sourceContext });
  }

  addSites(base: number, table: SiteTable): void {
    this.#expander.addSites(base, table);
  }

  append(words: Int32Array, start: number, end: number, source: number): void {
    this.#expander.feed(words, start, end, source, this);
  }

  message(type: number, _phase: number, bytes: Buffer, start: number, end: number): void {
    this.writer.append(type, bytes.subarray(start, end));
    this.#counters[PeerCounter.MESSAGES]! += 1;
    this.#counters[PeerCounter.BYTES]! += end - start;
  }

  flush(): void {
    this.writer.flushSync();
  }

  idle(): void {
    this.writer.flushSync();
  }

  close(): void {
    this.writer.closeSync();
  }

  abandon(): void {
    this.writer.closeSync();
  }

  discard(): void {
    this.writer.closeSync();
    if (!this.existed) rmSync(this.path, { recursive: true, force: true });
  }
}
