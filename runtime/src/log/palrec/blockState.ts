/** The state that a DATA block restates (`docs/palrec.md` 5.3): what an expander must be given to start at the block. */
import type { ErrorState, ExpanderState, FrameState, PendingState, ThreadState } from '../../entry/expanderState';
import { ByteReader } from './byteReader';

/**
 * @param offset first offset of the block; the clock comes from its header too.
 * @throws PalError `corrupt`.
 */
export function readState(bytes: Uint8Array, offset: number, timeLow: number, timeHigh: number): ExpanderState {
  const reader = new ByteReader(bytes, 0, bytes.length);
  const current = reader.varint();
  const threads: ThreadState[] = list(reader, 4, () => {
    const thread = reader.varint();
    const messages = reader.varint();
    reader.varint(); // depth: says how much of the stack is not listed
    let inner = offset;
    const frames = list(reader, 2, () => {
      const frame = readFrame(reader, inner);
      inner = frame.offset;
      return frame;
    });
    return { thread, messages, frames };
  });
  const pending: PendingState[] = list(reader, 3, () => {
    const frame = reader.varint() | 0;
    return { frame, ...readFrame(reader, offset) };
  });
  const errors: ErrorState[] = list(reader, 4, () => ({
    ref: reader.varint(),
    classId: reader.varint(),
    message: reader.varint(),
    cause: reader.varint(),
  }));
  const thread = Math.floor(current / 2);
  return { offset, thread, entryPoint: current % 2 === 1, timeLow, timeHigh, threads, pending, errors };
}

function readFrame(reader: ByteReader, inner: number): FrameState {
  const packed = reader.varint();
  return { site: Math.floor(packed / 2), entryPoint: packed % 2 === 1, offset: Math.max(0, inner - reader.varint()) };
}

function list<T>(reader: ByteReader, size: number, read: () => T): T[] {
  return Array.from({ length: reader.count(size) }, read);
}
