/** A log of the directory together with what the log itself knows. */
import type { LogRecord } from '../../directory/directory';
import type { LogInfo } from '../../log/log';
import { openLog } from '../../log/openLog';
import { fromRecord, isPresent } from './logResolver';

/** Undefined when the log cannot be opened; a listing must not fail because of one log. */
export async function logInfo(record: LogRecord): Promise<LogInfo | undefined> {
  try {
    const reader = await openLog(fromRecord(record).name);
    try {
      return await reader.info();
    } finally {
      await reader.close();
    }
  } catch {
    return undefined;
  }
}

/** Kafka topics count as absent: this version cannot reach them. */
export function hasFiles(record: LogRecord): boolean {
  return record.kind !== 'kafka' && isPresent(fromRecord(record));
}
