/**
 * A ZeroMQ SUB socket in plain TypeScript (ZMTP 3.0, NULL mechanism) for a PAL peer's PUB stream: no native module, so that it runs
 * in an editor's extension host and starts at once.
 *
 * Invariant: messages arrive in the publisher's order; what the publisher dropped is gone (PUB is lossy by design). When the connection
 * breaks, the subscriber connects again with growing pauses until it is closed; messages sent in between are missed.
 */
import net from 'node:net';
import { PalError } from '../errors';
import { ZmtpDecoder, zmtpCommand, zmtpGreeting, zmtpReady, zmtpShortMessage } from './zmtpFrames';

export interface SubscriberOptions {
  readonly host: string;
  readonly port: number;
  /** Prefixes of the first frame (the message type byte); none = everything. */
  readonly prefixes?: readonly Uint8Array[];
  /** All frames of one message; the buffers are valid during the call only. */
  onMessage(frames: readonly Buffer[]): void;
  /** Connected and subscribed (again). */
  onConnected?(): void;
  /** Connection lost or refused; another attempt follows after `retryInMs`. */
  onDisconnected?(error: PalError | undefined, retryInMs: number): void;
  readonly maxMessage?: number;
}

const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 5_000;

export class ZmtpSubscriber {
  readonly #options: SubscriberOptions;
  #socket: net.Socket | undefined;
  #timer: NodeJS.Timeout | undefined;
  #retryMs = FIRST_RETRY_MS;
  #closed = false;

  /** Connects at once. The caller must `close`. */
  constructor(options: SubscriberOptions) {
    this.#options = options;
    this.#connect();
  }

  /** Stops receiving: the publisher notices by TCP back-pressure and drops at its high-water mark. */
  pause(): void {
    this.#socket?.pause();
  }

  resume(): void {
    this.#socket?.resume();
  }

  /** Ends the connection; no callback is called after it. Idempotent. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#socket?.destroy();
    this.#socket = undefined;
  }

  #connect(): void {
    const { host, port } = this.#options;
    const socket = net.connect({ host, port });
    this.#socket = socket;
    let failure: PalError | undefined;
    const decoder = new ZmtpDecoder(
      {
        greeting: () => void socket.write(zmtpReady('SUB')),
        command: (name, body) => this.#command(socket, name, body),
        message: (frames) => {
          if (!this.#closed) this.#options.onMessage(frames);
        },
      },
      this.#options.maxMessage,
    );
    socket.once('connect', () => void socket.write(zmtpGreeting()));
    socket.on('data', (chunk: Buffer) => {
      try {
        decoder.push(chunk);
      } catch (error) {
        failure = PalError.is(error) ? error : new PalError('internal', String(error), { cause: error });
        socket.destroy();
      }
    });
    socket.on('error', (error) => {
      failure = new PalError('io', `cannot reach tcp://${host}:${port}: ${error.message}`, { cause: error });
    });
    socket.once('close', () => this.#lost(failure));
  }

  #command(socket: net.Socket, name: string, body: Buffer): void {
    if (name === 'READY') {
      const prefixes = this.#options.prefixes ?? [new Uint8Array(0)];
      for (const prefix of prefixes) socket.write(zmtpShortMessage(Buffer.concat([Buffer.from([1]), prefix])));
      this.#retryMs = FIRST_RETRY_MS;
      this.#options.onConnected?.();
    } else if (name === 'PING') {
      socket.write(zmtpCommand('PONG', body.subarray(2)));
    }
  }

  #lost(error: PalError | undefined): void {
    if (this.#closed) return;
    const retryInMs = this.#retryMs;
    this.#retryMs = Math.min(LONGEST_RETRY_MS, retryInMs * 2);
    this.#options.onDisconnected?.(error, retryInMs);
    this.#timer = setTimeout(() => this.#connect(), retryInMs);
  }
}
