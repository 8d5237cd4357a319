/**
 * The publishing socket of a peer (wire specification 6): options of the Java tool (linger 0, 10,000 messages per subscriber, never
 * blocking), bound to the loopback unless the user named another host.
 *
 * It is an XPUB socket, which subscribers cannot tell from PUB and which says whether anybody listens. Invariant: no receive is ever pending:
 * one that is pending when the process ends would abort it. `close` must be called before the thread ends, for the same reason.
 */
import type { XPublisher } from 'zeromq';
import { PalError } from '../errors';

/** Messages that ZeroMQ keeps per subscriber; beyond it drops. */
const HIGH_WATER_MARK = 10_000;
const SUBSCRIBE = 1;

export class PubSocket {
  readonly #topics = new Set<string>();
  #open = true;

  private constructor(
    private readonly socket: XPublisher,
    /** As registered: the host that the user gave, and the port that was bound. */
    readonly endpoint: string,
  ) {}

  /**
   * @param endpoint `tcp://host:port`; port 0 picks a free one
   * @throws PalError `port-in-use`, `permission`, `usage`
   */
  static async bind(endpoint: string): Promise<PubSocket> {
    const { host, port } = parts(endpoint);
    const { XPublisher } = await import('zeromq');
    const socket = new XPublisher({
      linger: 0,
      sendTimeout: 0,
      receiveTimeout: 0,
      sendHighWaterMark: HIGH_WATER_MARK,
    });
    // Some systems refuse host names in bind.
    const address = host === 'localhost' ? '127.0.0.1' : host;
    try {
      await socket.bind(`tcp://${address}:${port === 0 ? '*' : port}`);
    } catch (error) {
      socket.close();
      throw bindError(error, host, port);
    }
    const bound = socket.lastEndpoint?.split(':').at(-1) ?? String(port);
    return new PubSocket(socket, `tcp://${host}:${bound}`);
  }

  /** True while somebody subscribes to anything. */
  get hasSubscribers(): boolean {
    return this.#topics.size > 0;
  }

  /** Takes note of subscriptions that came or went since the last call. */
  async poll(): Promise<void> {
    while (this.#open) {
      let message: Buffer | undefined;
      try {
        [message] = await this.socket.receive();
      } catch {
        return; // nothing there
      }
      if (message === undefined || message.length === 0) continue;
      const topic = message.toString('latin1', 1);
      if (message[0] === SUBSCRIBE) this.#topics.add(topic);
      else this.#topics.delete(topic);
    }
  }

  /** Hands one message to ZeroMQ, which sends or drops it, without waiting. False when it was refused. */
  send(frames: readonly (Uint8Array | string)[]): boolean {
    try {
      this.socket.send(frames as (Buffer | string)[]).catch(() => undefined);
      return true;
    } catch {
      return false;
    }
  }

  close(): void {
    this.#open = false;
    this.#topics.clear();
    if (!this.socket.closed) this.socket.close();
  }
}

function parts(endpoint: string): { readonly host: string; readonly port: number } {
  const match = /^tcp:\/\/(.*):(\d+)$/.exec(endpoint);
  const port = Number(match?.[2]);
  if (match === null || !(port <= 65_535)) {
    throw new PalError('usage', `'${endpoint}' is no PUB address: use --tcp-pub [HOST:]PORT or auto`, { exitCode: 1 });
  }
  const host = match[1]!;
  return { host: host === '' || host === '*' ? (host === '*' ? '0.0.0.0' : 'localhost') : host, port };
}

function bindError(error: unknown, host: string, port: number): PalError {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  const where = `${host}:${port}`;
  const data = { host, port, code };
  if (code === 'EADDRINUSE') {
    return new PalError(
      'port-in-use',
      `PUB port ${where} is in use: choose another with --tcp-pub, or --tcp-pub auto`,
      {
        cause: error,
        data,
      },
    );
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return new PalError('permission', `no permission to open PUB port ${where} (${code})`, { cause: error, data });
  }
  return new PalError('io', `cannot open PUB port ${where} (${code === '' ? String(error) : code})`, {
    cause: error,
    data,
  });
}
