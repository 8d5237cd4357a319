/**
 * Message ids: 22 characters, two numbers below 2^64 in eleven base-62 digits each, as PAL makes them (wire specification 4.2).
 *
 * Ids of recorded messages are derived from the peer's UUID and the message's offset, so that a message has the same id
 * in a recording, on the PUB socket and in a copy of the log, and so that an id leads back to the offset without a search.
 * The first number carries the offset through a permutation keyed by the UUID, the second is a check value of both.
 *
 * Deliberately absent: secrecy. Whoever knows the UUID can compute every id.
 */
import { randomFillSync } from 'node:crypto';

export const MESSAGE_ID_LENGTH = 22;

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const PAIR = 62 * 62;
/** First digit of a number below 2^64: `0` to `K` are safe whatever follows. */
const FIRST_DIGITS = 21;
/** Numbers of five digits hold 29 bits. */
const GROUP_BITS = 29;
const GROUP_MASK = (1 << GROUP_BITS) - 1;
const ZERO = 0x30;

const digitCodes = Uint8Array.from(DIGITS, (digit) => digit.charCodeAt(0));
const digitValues = new Int8Array(128).fill(-1);
digitCodes.forEach((code, value) => (digitValues[code] = value));
const pairHigh = Uint8Array.from({ length: PAIR }, (_, i) => digitCodes[Math.floor(i / 62)]!);
const pairLow = Uint8Array.from({ length: PAIR }, (_, i) => digitCodes[i % 62]!);

/** A new random id. */
export function randomMessageId(): string {
  const random = randomFillSync(new Uint32Array(6));
  const id = Buffer.allocUnsafe(MESSAGE_ID_LENGTH);
  for (let half = 0; half < 2; half++) {
    const at = half * 11;
    id[at] = digitCodes[random[half]! % FIRST_DIGITS]!;
    writeGroup(id, at + 1, random[2 + half]! & GROUP_MASK);
    writeGroup(id, at + 6, random[4 + half]! & GROUP_MASK);
  }
  return id.toString('latin1');
}

function writeGroup(target: Uint8Array, at: number, value: number): void {
  const upper = (value / PAIR) | 0;
  const lower = value - upper * PAIR;
  const top = (upper / PAIR) | 0;
  const middle = upper - top * PAIR;
  target[at] = digitCodes[top]!;
  target[at + 1] = pairHigh[middle]!;
  target[at + 2] = pairLow[middle]!;
  target[at + 3] = pairHigh[lower]!;
  target[at + 4] = pairLow[lower]!;
}

function mix(value: number, key: number): number {
  let x = Math.imul(value ^ key, 0x9e3779b1);
  x = Math.imul(x ^ (x >>> 15), 0x85ebca6b);
  return x ^ (x >>> 13);
}

/** The ids of one peer's recorded messages. */
export class MessageIds {
  private readonly k0: number;
  private readonly k1: number;
  private readonly k2: number;
  private readonly k3: number;
  private readonly check: number;
  private readonly scratch = Buffer.alloc(MESSAGE_ID_LENGTH);

  /** @param peerUuid the 16 wire bytes of the recording peer. */
  constructor(peerUuid: Uint8Array) {
    const view = new DataView(peerUuid.buffer, peerUuid.byteOffset, 16);
    const keys: number[] = [];
    let state = 0x50414c31;
    for (let i = 0; i < 10; i++) {
      state = mix(state ^ view.getInt32((i % 4) * 4), 0x9e3779b9 + i);
      if (i >= 5) keys.push(state);
    }
    [this.k0, this.k1, this.k2, this.k3, this.check] = keys as [number, number, number, number, number];
  }

  /** Writes the 22 characters of the message at `offset`. */
  write(target: Uint8Array, at: number, offset: number): void {
    let left = (offset / 0x2000_0000) | 0;
    let right = offset & GROUP_MASK;
    left ^= mix(right, this.k0) & GROUP_MASK;
    right ^= mix(left, this.k1) & GROUP_MASK;
    left ^= mix(right, this.k2) & GROUP_MASK;
    right ^= mix(left, this.k3) & GROUP_MASK;
    const a = mix(left ^ Math.imul(right, 0xc2b2ae35), this.check);
    const b = mix(right, a);
    target[at] = ZERO + ((a >>> 29) & 7);
    writeGroup(target, at + 1, left);
    writeGroup(target, at + 6, right);
    target[at + 11] = ZERO + ((b >>> 29) & 7);
    writeGroup(target, at + 12, a & GROUP_MASK);
    writeGroup(target, at + 17, b & GROUP_MASK);
  }

  /** The id of the message at `offset`. */
  text(offset: number): string {
    this.write(this.scratch, 0, offset);
    return this.scratch.toString('latin1');
  }

  /** The offset whose message has this id; undefined when the id is not one of this peer's. */
  offsetOf(id: string): number | undefined {
    if (id.length !== MESSAGE_ID_LENGTH) return undefined;
    let left = readGroup(id, 1);
    let right = readGroup(id, 6);
    if (left < 0 || right < 0) return undefined;
    right ^= mix(left, this.k3) & GROUP_MASK;
    left ^= mix(right, this.k2) & GROUP_MASK;
    right ^= mix(left, this.k1) & GROUP_MASK;
    left ^= mix(right, this.k0) & GROUP_MASK;
    const offset = left * 0x2000_0000 + right;
    return Number.isSafeInteger(offset) && this.text(offset) === id ? offset : undefined;
  }
}

/** Value of five digits, negative when it is none of ours. */
function readGroup(id: string, at: number): number {
  let value = 0;
  for (let i = at; i < at + 5; i++) {
    const digit = digitValues[id.charCodeAt(i)] ?? -1;
    if (digit < 0) return -1;
    value = value * 62 + digit;
  }
  return value <= GROUP_MASK ? value : -1;
}
