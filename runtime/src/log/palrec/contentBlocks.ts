/**
 * Decoded content blocks: compact entries (DATA) or ready messages (MESSAGES). Decoding is checked against the header, so that a block
 * that decodes holds exactly the messages its header announces.
 */
import type { ExpanderState } from '../../entry/expanderState';
import { type DecodedWords, decodeWords } from '../../entry/wordDecoder';
import { PalError } from '../../errors';
import type { ContentBlock } from './blockIndex';
import { readState } from './blockState';
import { ByteReader } from './byteReader';
import { BlockType, DataField, MessagesField } from './format';
import type { RecordingBytes } from './recordingBytes';

/** A DATA block. Entries after its last message prepare the next block and are repeated there. */
export interface DataBlock extends DecodedWords {
  readonly type: typeof BlockType.DATA;
  readonly place: ContentBlock;
  /** State before the first entry. */
  readonly state: ExpanderState;
}

export interface MessagesBlock {
  readonly type: typeof BlockType.MESSAGES;
  readonly place: ContentBlock;
  readonly types: Uint8Array;
  /** Colfer bytes of message i: `content[starts[i], ends[i])`. */
  readonly content: Buffer;
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
}

/** @throws PalError `corrupt` with `data.offset` (logical), `data.position` (byte) and `data.next` (offset after the block). */
export function loadContent(bytes: RecordingBytes, place: ContentBlock): DataBlock | MessagesBlock {
  try {
    return place.type === BlockType.DATA ? loadData(bytes, place) : loadMessages(bytes, place);
  } catch (error) {
    if (!PalError.is(error, 'corrupt')) throw error;
    throw damaged(bytes.path, place.firstOffset, place.firstOffset + place.messages, place.position, error);
  }
}

/** Damage in the content of a recording. */
export function damaged(path: string, offset: number, next: number, position: number, cause?: PalError): PalError {
  const lost = next - offset === 1 ? `message ${offset}` : `messages ${offset} to ${next - 1}`;
  return new PalError(
    'corrupt',
    `${path} is damaged at byte ${position}: ${lost} cannot be read; reading can go on at ${next}`,
    {
      ...(cause === undefined ? {} : { cause }),
      data: { path, offset, position, next },
    },
  );
}

function loadData(bytes: RecordingBytes, place: ContentBlock): DataBlock {
  const { header, payload } = bytes.block(place.position, place.length);
  const { fields } = header;
  const stateLength = fields[DataField.STATE_LENGTH]!;
  const end = payload.length - stateLength;
  if (end < 0) throw inconsistent();
  const low = fields[DataField.TIME]! | 0;
  const high = fields[DataField.TIME + 1]! | 0;
  const decoded = decodeWords(payload, 0, end, fields[DataField.ENTRIES]!, fields[DataField.WORDS]!, low, high);
  if (decoded.messages[fields[DataField.ENTRIES]!] !== place.messages) throw inconsistent();
  const state = readState(payload.subarray(end), place.firstOffset, low, high);
  return { type: BlockType.DATA, place, state, ...decoded };
}

function loadMessages(bytes: RecordingBytes, place: ContentBlock): MessagesBlock {
  const { header, payload } = bytes.block(place.position, place.length);
  const content = bytes.content(header, payload, header.fields[MessagesField.CONTENT_LENGTH]!);
  const count = header.fields[MessagesField.MESSAGES]!;
  if (count * 2 > content.length || count !== place.messages) throw inconsistent();
  const types = new Uint8Array(count);
  const starts = new Uint32Array(count);
  const ends = new Uint32Array(count);
  const reader = new ByteReader(content, 0, content.length);
  for (let i = 0; i < count; i++) {
    types[i] = reader.byte();
    const length = reader.varint();
    starts[i] = reader.at;
    reader.take(length);
    ends[i] = reader.at;
  }
  if (reader.at !== content.length) throw inconsistent();
  return { type: BlockType.MESSAGES, place, types, content, starts, ends };
}

const inconsistent = (): PalError => new PalError('corrupt', 'the content of a block contradicts its header');

/** Index of the entry that holds message `message` (counted from the start of the block). */
export function entryOf(block: DecodedWords, message: number): number {
  let low = 0;
  let high = block.messages.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (block.messages[middle + 1]! <= message) low = middle + 1;
    else high = middle;
  }
  return low;
}
