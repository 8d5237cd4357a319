/**
 * Publishes the entries of a peer as PAL messages (wire specification 6), best effort: the program and the log come first.
 *
 * Invariants: without a subscriber nothing is expanded; the stream never makes the program wait: when a ring fills up to the limit because
 * publishing is slow, the oldest unpublished messages are left out and counted; what is left out still counts in `builder_seq`, so that
 * a subscriber sees a gap as a gap.
 */
import { entryEnd } from '../entry/wordLength';
import type { SiteTable } from '../entry/sites';
import type { EntrySink } from '../peer/entrySink';
import { PeerCounter, type PeerMemory } from '../peer/peerControl';
import { SourceExpander } from '../peer/sourceExpander';
import { MESSAGE_ID_LENGTH } from '../wire/messageId';
import { PubSocket } from './publisher';

/** Words that are published between two looks at the ring. */
const SLICE = 1024;
/** Share of a ring that may be filled while messages are published; beyond it they are left out. */
const PRESSURE = 0.5;
const ONE_HEADER = Buffer.from('1', 'latin1');
const NO_ID = Buffer.alloc(0);

export interface StreamOptions {
  readonly sourceContext: boolean;
}

export class StreamSink implements EntrySink {
  readonly #expander: SourceExpander;
  readonly #header: Uint8Array;
  readonly #counters: Float64Array;
  /** Filled share of the ring that is drained now; set by the host. */
  pressure: () => number = () => 0;

  private constructor(
    private readonly socket: PubSocket,
    uuid: string,
    options: StreamOptions,
    memory: PeerMemory,
  ) {
    this.#expander = new SourceExpander({ peerUuid: uuid, sourceContext: options.sourceContext });
    this.#header = internalHeaderFrame(uuid);
    this.#counters = memory.counters;
  }

  /** @throws PalError `port-in-use` and others of `PubSocket.bind` */
  static async bind(endpoint: string, uuid: string, options: StreamOptions, memory: PeerMemory): Promise<StreamSink> {
    return new StreamSink(await PubSocket.bind(endpoint), uuid, options, memory);
  }

  /** Address for the directory. */
  get registeredAs(): string {
    return this.socket.endpoint;
  }

  async poll(): Promise<void> {
    await this.socket.poll();
    this.#counters[PeerCounter.SUBSCRIBERS] = this.socket.hasSubscribers ? 1 : 0;
  }

  addSites(base: number, table: SiteTable): void {
    this.#expander.addSites(base, table);
  }

  append(words: Int32Array, start: number, end: number, source: number): void {
    if (!this.socket.hasSubscribers) {
      this.#expander.skip(words, start, end, source);
      return;
    }
    let at = start;
    while (at < end) {
      if (this.pressure() > PRESSURE) {
        this.#counters[PeerCounter.PUB_DROPPED]! += this.#expander.skip(words, at, end, source);
        return;
      }
      const next = sliceEnd(words, at, end);
      this.#expander.feed(words, at, next, source, this);
      at = next;
    }
  }

  /** One message from the expander: copied, because ZeroMQ sends it later. */
  message(
    type: number,
    phase: number,
    bytes: Buffer,
    start: number,
    end: number,
    idAt: number,
    responseAt: number,
  ): void {
    const body = Buffer.from(bytes.subarray(start, end));
    const sent = this.socket.send([
      Uint8Array.of(type),
      Uint8Array.of(phase),
      ONE_HEADER,
      this.#header,
      body.subarray(idAt - start, idAt - start + MESSAGE_ID_LENGTH),
      responseAt < 0 ? NO_ID : body.subarray(responseAt - start, responseAt - start + MESSAGE_ID_LENGTH),
      body,
    ]);
    this.#counters[sent ? PeerCounter.PUB_SENT : PeerCounter.PUB_DROPPED]! += 1;
  }

  flush(): void {
    // ZeroMQ sends by itself
  }

  idle(): void {
    // nothing is held back
  }

  close(): void {
    this.socket.close();
  }

  abandon(): void {
    this.socket.close();
  }
}

/** End of the last entry that begins within the next slice. */
function sliceEnd(words: Int32Array, start: number, end: number): number {
  const limit = Math.min(end, start + SLICE);
  let at = start;
  while (at < limit) at = Math.max(at + 1, entryEnd(words, at, end));
  return at;
}

/** The one header of every message: type 1, the dashed UUID of the peer, as Colfer `InternalHeader`. */
const internalHeaderFrame = (uuid: string): Uint8Array =>
  Buffer.concat([Uint8Array.of(0, 1, 1, uuid.length), Buffer.from(uuid, 'latin1'), Uint8Array.of(0x7f)]);
