/**
 * Frames of a PUB message (wire specification 6): type, phase, number of headers, headers, message id, id of the operation answered, body.
 *
 * A reader takes any number of headers and all three spellings of "answers nothing": an empty frame, `0`, no id.
 */
import { PalError } from '../errors';
import { InternalHeaderType } from './codes';
import { decodeInternalHeader, encodeInternalHeader } from './colfer';
import type { InternalHeader } from './messages';

export interface PubMessage {
  /** `MessageType`; also the prefix that subscriptions filter by. */
  readonly type: number;
  /** `ExecPhase` */
  readonly phase: number;
  readonly headers: readonly InternalHeader[];
  readonly messageId: string;
  /** Undefined when the message answers none. */
  readonly responseToId: string | undefined;
  /** Colfer bytes of the `Message`. */
  readonly body: Uint8Array;
}

/** Frames besides headers: type, phase, count, two ids, body. */
const FIXED_FRAMES = 6;
const HEADERS_MAX = 1000;

/** The one header that a peer sends: its UUID. Encode it once. */
export const peerHeader = (peerUuid: string): Uint8Array =>
  encodeInternalHeader({ headerType: InternalHeaderType.WRITE_AHEAD, value: peerUuid });

export function encodePubFrames(message: PubMessage): Uint8Array[] {
  return [
    Uint8Array.of(message.type),
    Uint8Array.of(message.phase),
    Buffer.from(String(message.headers.length), 'latin1'),
    ...message.headers.map(encodeInternalHeader),
    Buffer.from(message.messageId, 'utf8'),
    Buffer.from(message.responseToId ?? '', 'utf8'),
    message.body,
  ];
}

/** @throws PalError `decode` when the frames are no PUB message (`data.kind` `frames`), or a header does not decode. */
export function decodePubFrames(frames: readonly Uint8Array[]): PubMessage {
  const count = Number(text(frames[2]) || 'NaN');
  if (!Number.isInteger(count) || count < 0 || count > HEADERS_MAX || frames.length !== FIXED_FRAMES + count) {
    throw malformed(`${frames.length} frames with a header count of ${JSON.stringify(text(frames[2]))}`);
  }
  const [type, phase] = frames;
  if (type?.length !== 1 || phase?.length !== 1) throw malformed('type and phase are one byte each');
  const responseToId = text(frames[4 + count]);
  return {
    type: type[0]!,
    phase: phase[0]!,
    headers: frames.slice(3, 3 + count).map(decodeInternalHeader),
    messageId: text(frames[3 + count]),
    responseToId: responseToId === '' || responseToId === '0' ? undefined : responseToId,
    body: frames[5 + count]!,
  };
}

const text = (frame: Uint8Array | undefined): string =>
  frame === undefined ? '' : Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength).toString('utf8');

const malformed = (what: string): PalError =>
  new PalError('decode', `Not a PUB message: ${what}.`, { data: { kind: 'frames' } });
