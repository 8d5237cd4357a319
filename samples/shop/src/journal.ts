import { appendFile } from 'node:fs/promises';

/** One JSON line per event, in order, on disk. */
export class Journal {
  #tail: Promise<void> = Promise.resolve();

  constructor(private readonly file: string) {}

  write(event: string, data: Record<string, unknown>): Promise<void> {
    const line = `${JSON.stringify({ event, ...data })}\n`;
    this.#tail = this.#tail.then(() => appendFile(this.file, line));
    return this.#tail;
  }
}
