/**
 * Waits for a file to change: events of the system, looked at again on each; a slow look (`POLL_MS`) only where the system gives no
 * events (network file systems, exhausted watches).
 */
import { type FSWatcher, watch } from 'node:fs';

const POLL_MS = 200;

export class FileChanges {
  private watcher: FSWatcher | undefined;
  private polling = false;
  private readonly waiting = new Set<() => void>();

  constructor(private readonly path: string) {}

  /** Begins to listen; changes from here on wake `next`. Idempotent. */
  start(): void {
    if (this.watcher !== undefined || this.polling) return;
    try {
      this.watcher = watch(this.path, { persistent: false }, () => this.wake());
      this.watcher.on('error', () => this.fallBack());
    } catch {
      this.polling = true;
    }
  }

  /** Resolves when `isReady` holds after a change, after `timeoutMs`, or when `signal` aborts. */
  next(timeoutMs: number, signal: AbortSignal | undefined, isReady: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timeout);
        clearInterval(poll);
        signal?.removeEventListener('abort', done);
        this.waiting.delete(look);
        resolve();
      };
      const look = (): void => {
        if (isReady()) done();
      };
      const timeout = setTimeout(done, timeoutMs);
      const poll = this.polling ? setInterval(look, POLL_MS) : undefined;
      this.waiting.add(look);
      signal?.addEventListener('abort', done);
      if (signal?.aborted === true) done();
      else look(); // what changed between the caller's look and this line
    });
  }

  /** Stops listening; who waits is let go. */
  close(): void {
    this.watcher?.close();
    this.watcher = undefined;
    this.wake();
  }

  private wake(): void {
    for (const look of [...this.waiting]) look();
  }

  private fallBack(): void {
    this.watcher?.close();
    this.watcher = undefined;
    this.polling = true;
    this.wake();
  }
}
