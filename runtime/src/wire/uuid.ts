/**
 * UUIDs on the wire: the least significant eight bytes first, then the most significant eight, each half big-endian (wire
 * specification 1.4). Holds for every binary UUID: `peerUuid`, `fromPeer`, `interceptedPeer`, Kafka id headers, routing ids.
 */
import { PalError } from '../errors';

const DASHED = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Sixteen wire bytes of a dashed UUID. @throws PalError `usage` when the text is none. */
export function uuidToBytes(uuid: string): Uint8Array {
  if (!DASHED.test(uuid)) throw new PalError('usage', `Not a UUID: ${JSON.stringify(uuid)}.`);
  const plain = Buffer.from(uuid.replaceAll('-', ''), 'hex');
  const bytes = new Uint8Array(16);
  bytes.set(plain.subarray(8), 0);
  bytes.set(plain.subarray(0, 8), 8);
  return bytes;
}

/** Dashed lower-case text of sixteen wire bytes; plain hex of anything else (a message may hold any binary). */
export function bytesToUuid(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
  if (bytes.length !== 16) return hex;
  return `${hex.slice(16, 24)}-${hex.slice(24, 28)}-${hex.slice(28)}-${hex.slice(0, 4)}-${hex.slice(4, 16)}`;
}
