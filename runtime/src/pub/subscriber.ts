/**
 * Reads a peer's PUB stream: frames (wire specification 6) to messages, and how many were missed.
 *
 * A stream has no sequence of its own. The peer numbers the messages of each of its threads without a gap (`builder_seq`), so a jump in a thread's
 * numbers is the number of its messages that were dropped between two that arrived. Only what lies between arrivals can be counted: messages
 * missed before a thread's first and after its last arrival leave no trace.
 */
import { PalError } from '../errors';
import { decodeMessage } from '../wire/colfer';
import type { Message } from '../wire/messages';
import { ZmtpSubscriber } from './zmtpSubscriber';

export interface PubMessage {
  readonly type: number;
  /** `ExecPhase` */
  readonly phase: number;
  readonly messageId: string;
  /** Id of the operation answered, undefined when there is none. */
  readonly responseToId: string | undefined;
  /** Colfer bytes of the `Message`; valid during the call only. */
  readonly body: Uint8Array;
}

export interface PubSubscriberOptions {
  /** `tcp://host:port`, or `host:port` */
  readonly address: string;
  /** Message types to receive; none = all. The publisher filters. */
  readonly types?: readonly number[];
  onMessage(message: PubMessage): void;
  onConnected?(): void;
  onDisconnected?(error: PalError | undefined, retryInMs: number): void;
  /** A message that is not as specified; it is skipped. */
  onMalformed?(error: PalError): void;
}

export class PubSubscriber {
  /** Messages received. */
  received = 0;
  readonly #gaps = new GapCounter();
  readonly #socket: ZmtpSubscriber;

  /** Connects at once, and again when the connection is lost. The caller must `close`. */
  constructor(options: PubSubscriberOptions) {
    const { host, port } = pubAddressOf(options.address);
    const types = options.types ?? [];
    this.#socket = new ZmtpSubscriber({
      host,
      port,
      prefixes: types.length === 0 ? [new Uint8Array(0)] : types.map((type) => Uint8Array.of(type)),
      onMessage: (frames) => {
        const message = pubMessageOf(frames);
        if (PalError.is(message)) {
          options.onMalformed?.(message);
          return;
        }
        this.received++;
        if (types.length === 0) this.#gaps.add(message.body);
        options.onMessage(message);
      },
      ...(options.onConnected === undefined ? {} : { onConnected: options.onConnected.bind(options) }),
      ...(options.onDisconnected === undefined ? {} : { onDisconnected: options.onDisconnected.bind(options) }),
    });
  }

  /** Messages that were dropped between received ones; 0 while a filter on types is set, since the others are not expected then. */
  get missed(): number {
    return this.#gaps.missed;
  }

  /** Stops reading; the publisher then drops what does not fit its queue. */
  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  close(): void {
    this.#socket.close();
  }
}

/** Counts jumps of `builder_seq` per thread name. */
export class GapCounter {
  missed = 0;
  readonly #last = new Map<string, number>();

  add(body: Uint8Array): void {
    let message: Message;
    try {
      message = decodeMessage(body);
    } catch {
      return; // told as malformed by whoever shows it
    }
    const exec = message.execMessage;
    if (exec?.builderSeq === undefined) return;
    const thread = exec.threadName ?? '';
    const last = this.#last.get(thread);
    this.#last.set(thread, exec.builderSeq);
    if (last !== undefined && exec.builderSeq > last + 1) this.missed += exec.builderSeq - last - 1;
  }
}

/** The message in the frames, or what is wrong with them. */
export function pubMessageOf(frames: readonly Uint8Array[]): PubMessage | PalError {
  const bad = (what: string): PalError =>
    new PalError('decode', `A published message of ${frames.length} frames ${what}`, {
      data: { frames: frames.length },
    });
  const text = (frame: Uint8Array): string =>
    Buffer.from(frame.buffer, frame.byteOffset, frame.length).toString('utf8');
  const [type, phase, count] = frames;
  if (type?.length !== 1 || phase?.length !== 1 || count === undefined)
    return bad('does not begin with type, phase and header count');
  const headers = Number(text(count));
  if (!Number.isInteger(headers) || headers < 0 || frames.length !== headers + 6)
    return bad('has a wrong number of headers');
  const [messageId, responseTo, body] = frames.slice(3 + headers) as [Uint8Array, Uint8Array, Uint8Array];
  const answered = text(responseTo);
  return {
    type: type[0]!,
    phase: phase[0]!,
    messageId: text(messageId),
    responseToId: answered === '' || answered === '0' ? undefined : answered,
    body,
  };
}

/** Host and port of `tcp://host:port` or `host:port`. @throws PalError `usage` */
export function pubAddressOf(address: string): { readonly host: string; readonly port: number } {
  const match = /^(?:tcp:\/\/)?\[?([^\]]+?)\]?:(\d{1,5})$/.exec(address.trim());
  const port = Number(match?.[2]);
  if (match === null || port < 1 || port > 65_535) {
    throw new PalError('usage', `'${address}' is no PUB address: give HOST:PORT or tcp://HOST:PORT`);
  }
  return { host: match[1]!, port };
}
