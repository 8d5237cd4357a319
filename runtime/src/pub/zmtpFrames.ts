/**
 * ZMTP 3.0 framing (rfc.zeromq.org/spec/23): greeting, NULL handshake, commands and message frames, as bytes in and events out.
 *
 * Invariant: memory is bounded by one frame of at most `maxFrame` bytes and the frames of one message. Deliberately absent: sockets, security
 * mechanisms other than NULL, the server role.
 */
import { PalError } from '../errors';

const GREETING_BYTES = 64;
const FLAG_MORE = 1;
const FLAG_LONG = 2;
const FLAG_COMMAND = 4;

/** Greeting of a client that speaks version 3.0 with the NULL mechanism. */
export function zmtpGreeting(): Uint8Array {
  const bytes = new Uint8Array(GREETING_BYTES);
  bytes[0] = 0xff;
  bytes[8] = 1; // signature padding, as implementations of version 3 send it
  bytes[9] = 0x7f;
  bytes[10] = 3;
  bytes.set(Buffer.from('NULL', 'latin1'), 12);
  return bytes;
}

/** READY command with the socket type as its one property. */
export function zmtpReady(socketType: string): Uint8Array {
  const name = Buffer.from('\x05READY', 'latin1');
  const key = Buffer.from('\x0bSocket-Type', 'latin1');
  const value = Buffer.from(socketType, 'latin1');
  const length = Buffer.alloc(4);
  length.writeUInt32BE(value.length);
  const body = Buffer.concat([name, key, length, value]);
  return Buffer.concat([Buffer.from([FLAG_COMMAND, body.length]), body]);
}

/** One message of a single short frame (at most 255 bytes). */
export function zmtpShortMessage(body: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from([0, body.length]), body]);
}

/** A command frame; `name` like `PING`. */
export function zmtpCommand(name: string, body: Uint8Array): Uint8Array {
  const content = Buffer.concat([Buffer.from([name.length]), Buffer.from(name, 'latin1'), body]);
  return Buffer.concat([Buffer.from([FLAG_COMMAND, content.length]), content]);
}

export interface ZmtpEvents {
  greeting(): void;
  command(name: string, body: Buffer): void;
  /** All frames of one message. The buffers may share memory with the received chunk; copy to keep. */
  message(frames: readonly Buffer[]): void;
}

/** Takes bytes as they arrive and reports what they complete. */
export class ZmtpDecoder {
  /** Received and not yet decoded; joined only when a whole frame can be there, so that a large one costs one copy. */
  #pending: Buffer[] = [];
  #pendingBytes = 0;
  #neededBytes = 0;
  #greeted = false;
  #frames: Buffer[] = [];
  #messageBytes = 0;
  readonly #events: ZmtpEvents;
  readonly #maxMessage: number;

  /** @param maxMessage largest message accepted, in bytes; a larger announcement ends the connection before anything is allocated */
  constructor(events: ZmtpEvents, maxMessage = 64 * 1024 * 1024) {
    this.#events = events;
    this.#maxMessage = maxMessage;
  }

  /** @throws PalError `decode` when the peer does not speak ZMTP 3 with NULL, `limit` when a message is too large. */
  push(chunk: Buffer): void {
    this.#pending.push(chunk);
    this.#pendingBytes += chunk.length;
    if (this.#greeted && this.#pendingBytes < this.#neededBytes) return;
    const data = this.#pending.length === 1 ? chunk : Buffer.concat(this.#pending, this.#pendingBytes);
    let at = 0;
    if (!this.#greeted) {
      if (!looksLikeGreeting(data))
        throw new PalError('decode', 'the peer does not speak ZeroMQ (bad greeting); is this a PUB address?');
      if (data.length < GREETING_BYTES) return;
      checkGreeting(data);
      this.#greeted = true;
      at = GREETING_BYTES;
      this.#events.greeting();
    }
    this.#neededBytes = 0;
    for (;;) {
      const next = this.#frame(data, at);
      if (next < 0) break;
      at = next;
    }
    this.#pendingBytes = data.length - at;
    this.#pending = this.#pendingBytes === 0 ? [] : [data.subarray(at)];
  }

  /** Handles the frame at `at`; answers where the next one begins, or -1 when more bytes are needed. */
  #frame(data: Buffer, at: number): number {
    if (at + 2 > data.length) return -1;
    const flags = data[at]!;
    if ((flags & ~(FLAG_MORE | FLAG_LONG | FLAG_COMMAND)) !== 0)
      throw new PalError('decode', `reserved bits in a ZeroMQ frame (flags ${flags})`);
    let begin = at + 2;
    let length = data[at + 1]!;
    if ((flags & FLAG_LONG) !== 0) {
      begin = at + 9;
      if (begin > data.length) return -1;
      const long = data.readBigUInt64BE(at + 1);
      length = long > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : Number(long);
    }
    if (this.#messageBytes + length > this.#maxMessage) {
      throw new PalError('limit', `a ZeroMQ message of more than ${this.#maxMessage} bytes was announced`, {
        data: { length },
      });
    }
    const end = begin + length;
    if (end > data.length) {
      this.#neededBytes = end - at;
      return -1;
    }
    const body = data.subarray(begin, end);
    if ((flags & FLAG_COMMAND) !== 0) {
      const nameEnd = 1 + (body[0] ?? 0);
      this.#events.command(body.toString('latin1', 1, nameEnd), body.subarray(nameEnd));
    } else {
      this.#frames.push(body);
      this.#messageBytes += length;
      if ((flags & FLAG_MORE) === 0) {
        const frames = this.#frames;
        this.#frames = [];
        this.#messageBytes = 0;
        this.#events.message(frames);
      }
    }
    return end;
  }
}

function looksLikeGreeting(data: Buffer): boolean {
  return (data.length < 1 || data[0] === 0xff) && (data.length < 10 || data[9] === 0x7f);
}

function checkGreeting(data: Buffer): void {
  if (data[10]! < 3) throw new PalError('unsupported', `the peer speaks ZMTP ${data[10]}, version 3 is needed`);
  const mechanism = data.toString('latin1', 12, 32).replace(/\0+$/, '');
  if (mechanism !== 'NULL')
    throw new PalError('unsupported', `the peer wants security mechanism ${mechanism}; PAL uses NULL`);
}
