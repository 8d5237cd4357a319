/** Facts about logs on disk, through the runtime's readers. The readers load when the first log is shown. */
import { watch } from 'node:fs';
import type { LogRecord } from 'pal-runtime/directory/directory';
import type { LogInfo } from 'pal-runtime/log/log';
import { toDisposable, type Disposable } from '../core/disposableStore';
import type { LogFactsSource } from '../core/logFactsStore';
import { logPath } from '../core/logModel';

export class LogFiles implements LogFactsSource {
  async read(record: LogRecord): Promise<LogInfo> {
    const { openLog } = await import(/* webpackChunkName: "logReaders" */ 'pal-runtime/log/openLog');
    const name = record.kind === 'chronicle' ? `file:${logPath(record)}` : record.name;
    const reader = await openLog(name);
    try {
      return await reader.info();
    } finally {
      await reader.close();
    }
  }

  watch(record: LogRecord, onChange: () => void): Disposable | undefined {
    if (record.kind === 'kafka') return undefined;
    try {
      const watcher = watch(logPath(record), { persistent: false }, onChange);
      watcher.on('error', () => watcher.close());
      return toDisposable(() => watcher.close());
    } catch {
      return undefined; // gone, or a file system that cannot tell: the slow poll of the directory is what is left
    }
  }
}
