/**
 * What can be told about a queue without reading its messages: size, state, who recorded it.
 *
 * Invariant: nothing here throws for a queue that opens; doubts become `issue`. Deliberately absent: judging damage inside data
 * files (the reader meets it).
 */
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { PalError } from '../../errors';
import type { LogInfo, RecordingHeader } from '../log';
import { holdsLock } from './lockHolder';
import { dataPath, metadataPath, modifiedAt } from './queueDirectory';
import { findEnd, lastWritten } from './storePosition';
import { openIfThere } from './storeReader';
import { readTableStore, TableKey, UNLOCKED } from './tableStore';

/** Beside the queue; Java ignores it. */
export const RECORDING_FILE = 'pal-recording.json';

/** A Java writer holds no lock between two messages: while its file changes, the log counts as open. */
const RECENT_MS = 60_000;

/** What one data file holds. */
export interface QueueContent {
  /** Messages. */
  readonly count: number;
  /** Java's measure of content (`log ls`): where the last message begins. */
  readonly size: number;
  /** Has its end marker: nothing will be added. */
  readonly ended: boolean;
}

export async function queueInfo(
  dir: string,
  files: readonly (QueueContent & { readonly name: string; readonly cycle: number })[],
  shift: number,
): Promise<LogInfo> {
  const [state, issue] = await stateOf(dir, files.at(-1), shift);
  const first = files[0];
  return {
    kind: 'chronicle',
    name: `file:${dir}`,
    path: dir,
    size: files.reduce((sum, file) => sum + file.size, 0),
    first: 0,
    last: files.reduce((sum, file) => sum + file.count, 0) - 1,
    created: await createdAt(first === undefined ? metadataPath(dir) : dataPath(dir, first.name)),
    state,
    issue,
    header: await readRecordingHeader(dir),
  };
}

const NOTHING: QueueContent = { count: 0, size: 0, ended: false };

export async function contentOfStore(dir: string, name: string): Promise<QueueContent> {
  const store = await openIfThere(dir, name);
  if (store === undefined) return NOTHING;
  try {
    const header = await store.header();
    if (header === undefined) return NOTHING;
    const end = await findEnd(store, header);
    return { count: end.sequence, size: (await lastWritten(store, header))[0], ended: end.stop === 'eof' };
  } finally {
    await store.close();
  }
}

/** The side file's content, or undefined when there is none that can be read. */
export async function readRecordingHeader(dir: string): Promise<RecordingHeader | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(path.join(dir, RECORDING_FILE), 'utf8'));
    if (typeof value === 'object' && value !== null && 'format' in value && value.format === 1)
      return value as RecordingHeader;
  } catch {
    // Java's queues have none, and a log stays readable without it.
  }
  return undefined;
}

async function stateOf(
  dir: string,
  newest: { readonly name: string; readonly cycle: number; readonly count: number } | undefined,
  shift: number,
): Promise<[LogInfo['state'], string | undefined]> {
  const table = await readTableStore(dir).catch((error: unknown) => {
    if (PalError.is(error)) return error;
    throw error;
  });
  if (PalError.is(table)) return ['damaged', table.message];
  const value = (key: string): bigint | undefined => table?.values.get(key.toLowerCase())?.value;
  const lock = value(TableKey.writeLock);
  if (lock !== undefined && lock !== UNLOCKED) {
    const pid = Number(BigInt.asIntN(32, lock));
    return holdsLock(pid, (await modifiedAt(metadataPath(dir))) ?? Infinity)
      ? ['open', undefined]
      : ['interrupted', `its writer (process ${pid}) ended without closing it; every whole message is readable`];
  }
  if (newest === undefined || newest.count === 0) return ['clean', undefined];
  const lastIndex = (BigInt(newest.cycle) << BigInt(shift)) + BigInt(newest.count - 1);
  if (value(TableKey.lastIndexMSynced) === lastIndex) return ['clean', undefined];
  const changed = await modifiedAt(dataPath(dir, newest.name));
  return changed !== undefined && Date.now() - changed < RECENT_MS
    ? ['open', undefined]
    : ['interrupted', 'no sign of an orderly close; every whole message is readable'];
}

async function createdAt(file: string): Promise<Date | undefined> {
  try {
    const { birthtime, mtime } = await stat(file);
    return birthtime.getTime() > 0 ? birthtime : mtime;
  } catch {
    return undefined;
  }
}
