/**
 * Copies a log into a new one of the same or another kind, without loss: every message keeps its offset and its bytes. Between two
 * recordings the compact entries are copied as they are; a queue's messages go into a recording as they are.
 *
 * Invariants: the copy ends where the original ended when the copy began; after a failure or an abort nothing of the copy is left.
 */
import { existsSync } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { PalError } from '../errors';
import type { LogReader, LogWriter } from './log';
import { type LogPlace, openLog, openLogWriter, resolveLogName } from './openLog';
import { copyRecording } from './palrec/copyRecording';
import { PalrecReader } from './palrec/palrecReader';
import { RecordingFile } from './palrec/recordingFile';

export interface CopyOptions extends LogPlace {
  /** Called after each batch: messages copied so far, and the number there are. */
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/** Messages copied between two turns of the event loop. */
const BATCH = 2000;

/**
 * @param from name of a log, as `openLog` takes it.
 * @param to name of a log that does not exist yet.
 * @returns the number of messages copied.
 * @throws PalError as `openLog` and `openLogWriter`; `io` when `to` exists; `corrupt` where `from` is damaged. The reason of `signal`
 * when it aborts.
 */
export async function copyLog(from: string, to: string, options: CopyOptions = {}): Promise<number> {
  const target = resolveLogName(to, options);
  const reader = await openLog(from, options);
  try {
    if (existsSync(target.path) && (target.kind === 'palrec' || !(await isEmptyDirectory(target.path)))) {
      throw new PalError('io', `${target.path} exists already: choose another name, or remove it first`, {
        data: { path: target.path, reason: 'exists' },
      });
    }
    const existed = existsSync(target.path);
    try {
      return await copyInto(reader, to, target.path, options);
    } catch (error) {
      await removeCopy(target.path, existed);
      throw error;
    }
  } finally {
    await reader.close();
  }
}

async function copyInto(reader: LogReader, to: string, path: string, options: CopyOptions): Promise<number> {
  const info = await reader.info();
  const total = info.last + 1;
  options.signal?.throwIfAborted();
  if (reader instanceof PalrecReader && !to.startsWith('file:')) {
    const file = RecordingFile.create(path, false);
    try {
      return await copyRecording(reader.name, reader.wholeBytes, file, {
        ...(options.signal === undefined ? {} : { signal: options.signal }),
        onProgress: (done) => options.onProgress?.(done, total),
      });
    } finally {
      file.close();
    }
  }
  const writer = await openLogWriter(to, { ...options, header: info.header });
  try {
    await copyMessages(reader, writer, total, options);
  } catch (error) {
    await writer.close();
    throw error;
  }
  await writer.close();
  return total;
}

async function copyMessages(reader: LogReader, writer: LogWriter, total: number, options: CopyOptions): Promise<void> {
  for (let done = 0; done < total;) {
    options.signal?.throwIfAborted();
    const entries = await reader.read(Math.min(BATCH, total - done));
    if (entries.length === 0) {
      throw new PalError('corrupt', `${reader.name} ends at offset ${done}, not at ${total} as it said`, {
        data: { offset: done },
      });
    }
    for (const entry of entries) writer.append(entry.messageType, entry.bytes());
    done += entries.length;
    options.onProgress?.(done, total);
    await new Promise(setImmediate);
  }
}

async function isEmptyDirectory(path: string): Promise<boolean> {
  return (await stat(path)).isDirectory() && (await readdir(path)).length === 0;
}

/** An empty directory that was there before stays. */
async function removeCopy(path: string, existed: boolean): Promise<void> {
  if (!existed) return rm(path, { recursive: true, force: true });
  for (const name of await readdir(path)) await rm(join(path, name), { force: true });
}
