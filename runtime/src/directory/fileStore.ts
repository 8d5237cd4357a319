/**
 * Small JSON records as files, safe for several processes: a record appears whole or not at all, and one of several creators wins.
 * Nothing here waits or locks; everything is synchronous because a record is a few hundred bytes.
 */
import {
  closeSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { PalError } from '../errors';

let serial = 0;
const temporaryName = (path: string): string => `${path}.${process.pid}.${Date.now().toString(36)}.${serial++}.tmp`;

const isCode = (error: unknown, ...codes: readonly string[]): boolean =>
  codes.includes((error as NodeJS.ErrnoException).code ?? '');

/** Puts a refusal of the system into words. */
export function storeError(error: unknown, path: string): PalError {
  if (error instanceof PalError) return error;
  const code = (error as NodeJS.ErrnoException).code ?? '';
  const data = { path, code };
  if (isCode(error, 'EACCES', 'EPERM', 'EROFS')) {
    return new PalError('permission', `No permission to write the PAL directory ${path} (${code})`, {
      cause: error,
      data,
    });
  }
  if (isCode(error, 'ENOSPC', 'EDQUOT')) {
    return new PalError('disk-full', `No space left for the PAL directory ${path} (${code})`, { cause: error, data });
  }
  return new PalError('io', `Cannot use the PAL directory ${path} (${code || String(error)})`, { cause: error, data });
}

function writeTemporary(path: string, value: unknown): string {
  const temporary = temporaryName(path);
  const text = JSON.stringify(value);
  const open = (): number => openSync(temporary, 'wx', 0o644);
  let file: number;
  try {
    file = open();
  } catch (error) {
    if (!isCode(error, 'ENOENT')) throw error;
    mkdirSync(dirname(path), { recursive: true });
    file = open();
  }
  try {
    writeSync(file, text);
  } finally {
    closeSync(file);
  }
  return temporary;
}

/** Creates or replaces. */
export function putRecord(path: string, value: unknown): void {
  const temporary = writeTemporary(path, value);
  try {
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** Creates; false when the record exists already. */
export function createRecord(path: string, value: unknown): boolean {
  const temporary = writeTemporary(path, value);
  try {
    linkSync(temporary, path);
    return true;
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false;
    if (!isCode(error, 'EPERM', 'ENOTSUP', 'ENOSYS', 'EMLINK')) throw error;
    return createWithoutLinks(path, value); // a file system without hard links
  } finally {
    rmSync(temporary, { force: true });
  }
}

function createWithoutLinks(path: string, value: unknown): boolean {
  let file: number;
  try {
    file = openSync(path, 'wx', 0o644);
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false;
    throw error;
  }
  try {
    writeSync(file, JSON.stringify(value));
    return true;
  } finally {
    closeSync(file);
  }
}

/** The record as an object, or undefined when there is none or it is not readable as one. */
export function readRecord(path: string): Record<string, unknown> | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (isCode(error, 'ENOENT', 'ENOTDIR', 'EISDIR')) return undefined;
    throw error;
  }
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

/** Names of a folder's files; empty when the folder does not exist. */
export function listRecords(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (isCode(error, 'ENOENT')) return [];
    throw error;
  }
}

/** False when there was none. */
export function removeRecord(path: string): boolean {
  try {
    rmSync(path);
    return true;
  } catch (error) {
    if (isCode(error, 'ENOENT')) return false;
    throw error;
  }
}
