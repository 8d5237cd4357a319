/**
 * Copies a recording block by block, entries as they are. The copy is complete and has an index even where the original was cut off or is
 * still being written.
 */
import { PalError } from '../../errors';
import { BlockOutput } from './blockOutput';
import { damaged } from './contentBlocks';
import {
  BLOCK_HEADER_SIZE,
  type BlockHeader,
  BlockType,
  DataField,
  fieldU64,
  MessagesField,
  parseFileHeader,
} from './format';
import { RecordingBytes } from './recordingBytes';
import { RecordingFile } from './recordingFile';

const FIRST_READ = 4096;

export interface RecordingCopyOptions {
  /** Called now and then with the number of messages copied. */
  readonly onProgress?: (messages: number) => void;
  readonly signal?: AbortSignal;
}

/**
 * @param end position in `from` after its last whole block, as a reader found it.
 * @param target a new file; closed by the caller, on failure too.
 * @returns the number of messages.
 * @throws PalError `corrupt` when a block of the original is damaged: a copy must not hide that.
 */
export async function copyRecording(
  from: string,
  end: number,
  target: RecordingFile,
  options: RecordingCopyOptions,
): Promise<number> {
  const bytes = RecordingBytes.open(from);
  try {
    const output = new BlockOutput(target);
    const { size } = parseFileHeader(from, bytes.read(0, FIRST_READ));
    target.append(bytes.read(0, size), size);
    let messages = 0;
    let entries = 0;
    for (let position = size; position < end;) {
      options.signal?.throwIfAborted();
      const header = bytes.header(position);
      if (header === undefined) throw damaged(from, messages, messages, position);
      const length = BLOCK_HEADER_SIZE + header.length;
      if (header.type !== BlockType.INDEX && header.type !== BlockType.END) {
        bytes.block(position, header.length); // checks it
        output.addCopy(header.type, header.source, header.fields, bytes.read(position, length), BLOCK_HEADER_SIZE);
        output.write();
        messages = messagesAfter(header, messages);
        if (header.type === BlockType.DATA) entries += header.fields[DataField.ENTRIES]!;
      }
      position += length;
      options.onProgress?.(messages);
      await new Promise(setImmediate);
    }
    output.addEnd(messages, entries);
    output.write();
    target.sync();
    return messages;
  } catch (error) {
    if (!PalError.is(error, 'corrupt')) throw error;
    throw new PalError('corrupt', `cannot copy ${from}: ${error.message}`, { cause: error, data: error.data });
  } finally {
    bytes.close();
  }
}

function messagesAfter(header: BlockHeader, before: number): number {
  if (header.type === BlockType.DATA) {
    return fieldU64(header.fields, DataField.FIRST_OFFSET) + header.fields[DataField.MESSAGES]!;
  }
  if (header.type === BlockType.MESSAGES) {
    return fieldU64(header.fields, MessagesField.FIRST_OFFSET) + header.fields[MessagesField.MESSAGES]!;
  }
  return before;
}
