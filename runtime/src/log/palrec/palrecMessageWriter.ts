/** A recording of ready messages: what `log copy` makes of a log that holds no compact entries. */
import type { LogWriter, RecordingHeader } from '../log';
import { PalrecWriter } from './palrecWriter';
import type { PalrecWriterOptions } from './palrecWriterOptions';

export class PalrecMessageWriter implements LogWriter {
  readonly kind = 'palrec';
  readonly name: string;
  private readonly writer: PalrecWriter;

  /** @throws PalError as `PalrecWriter.create`. */
  constructor(path: string, header: RecordingHeader | null, options: PalrecWriterOptions = {}) {
    this.writer = PalrecWriter.create(path, header, options);
    this.name = this.writer.path;
  }

  append(messageType: number, bytes: Uint8Array): void {
    this.writer.appendMessage(messageType, bytes);
  }

  async flush(): Promise<void> {
    this.writer.flush();
    return Promise.resolve();
  }

  async close(): Promise<void> {
    this.writer.close();
    return Promise.resolve();
  }
}
