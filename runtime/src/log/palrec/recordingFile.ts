/**
 * The file under a writer: exclusive creation, whole-block appends, sync, and errors that say what to do. Everything is synchronous so
 * that it serves the host thread and, in durable mode, the app thread.
 *
 * Invariant: after a failed append the file is cut back to the last whole block, so that what was written before stays readable.
 */
import {
  closeSync,
  fdatasyncSync,
  fstatSync,
  ftruncateSync,
  linkSync,
  mkdirSync,
  openSync,
  readSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { PalError } from '../../errors';
import type { PalErrorCode } from '../../errors';
import { BLOCK_HEADER_SIZE, BlockType, parseFileHeader, readBlockHeader } from './format';
import { isWriterAlive } from './writerIdentity';

const NO_BYTES = new Uint8Array(0);

export class RecordingFile {
  /** End of the last whole block. */
  size = 0;

  private constructor(
    readonly path: string,
    private readonly fd: number,
    private readonly isNew: boolean,
  ) {}

  /**
   * Creates the file with `head` in it: whoever finds the file finds its head, whatever moment the process dies at.
   * @throws PalError `io` (exists already; `data.reason` = `exists`), `locked` (a live process writes it), `permission`, `disk-full`.
   */
  static create(path: string, overwrite: boolean, head: Uint8Array = NO_BYTES): RecordingFile {
    try {
      mkdirSync(dirname(path), { recursive: true });
    } catch (error) {
      throw fileError('create', path, error);
    }
    const created = RecordingFile.complete(path, head);
    if (created !== undefined) return created;
    const pid = liveWriter(path);
    if (pid !== undefined) {
      const why = `${path} is being written by process ${pid}: choose another file, or stop that process first`;
      throw new PalError('locked', why, { data: { path, pid } });
    }
    if (!overwrite) {
      const why = `${path} exists already: choose another file, or remove it first`;
      throw new PalError('io', why, { data: { path, reason: 'exists' } });
    }
    let file: RecordingFile | undefined;
    try {
      file = new RecordingFile(path, openSync(path, 'w'), false);
      file.append(head, head.length);
      return file;
    } catch (error) {
      file?.close();
      throw PalError.is(error) ? error : fileError('overwrite', path, error);
    }
  }

  /** Writes the head to a draft and gives that the name. Undefined: the name is taken. */
  private static complete(path: string, head: Uint8Array): RecordingFile | undefined {
    const draft = `${path}.${process.pid}.new`;
    let file: RecordingFile | undefined;
    try {
      file = new RecordingFile(path, openSync(draft, 'w'), true);
      file.append(head, head.length);
      if (!linked(draft, path)) {
        file.close();
        file = undefined;
        file = new RecordingFile(path, openSync(path, 'wx'), true); // no hard links here: the head follows the name
        file.append(head, head.length);
      }
      return file;
    } catch (error) {
      file?.close();
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return undefined;
      throw PalError.is(error) ? error : fileError('create', path, error);
    } finally {
      rmSync(draft, { force: true });
    }
  }

  /** Appends one or more whole blocks. */
  append(bytes: Uint8Array, length: number): void {
    try {
      for (let done = 0; done < length;) done += writeSync(this.fd, bytes, done, length - done, this.size + done);
    } catch (error) {
      this.cutBack();
      throw fileError('write', this.path, error);
    }
    this.size += length;
  }

  /** Waits until everything appended is on the device. */
  sync(): void {
    try {
      fdatasyncSync(this.fd);
    } catch (error) {
      // Pipes, and file systems that cannot, have nothing to wait for.
      if ((error as NodeJS.ErrnoException).code !== 'EINVAL') throw fileError('sync', this.path, error);
    }
  }

  close(): void {
    try {
      closeSync(this.fd);
    } catch (error) {
      throw fileError('close', this.path, error);
    }
  }

  /** Closes the file and removes it if `create` made it. */
  discard(): void {
    this.close();
    if (this.isNew) rmSync(this.path, { force: true });
  }

  private cutBack(): void {
    try {
      ftruncateSync(this.fd, this.size);
    } catch {
      // The half block stays; readers stop before it.
    }
  }
}

/** False when the file system has no hard links. */
function linked(draft: string, path: string): boolean {
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if (['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes((error as NodeJS.ErrnoException).code ?? ''))
      return false;
    throw error;
  }
}

/** Pid of the live process that writes the recording at `path`; undefined when none does. */
function liveWriter(path: string): number | undefined {
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch {
    return undefined;
  }
  try {
    let bytes = Buffer.alloc(4096);
    bytes = bytes.subarray(0, readSync(fd, bytes, 0, bytes.length, 0));
    let parsed = parseFileHeader(path, bytes);
    if (!('header' in parsed)) {
      bytes = Buffer.alloc(parsed.size);
      parsed = parseFileHeader(path, bytes.subarray(0, readSync(fd, bytes, 0, bytes.length, 0)));
    }
    if (!('header' in parsed)) return undefined;
    const writer = parsed.header.writer;
    return isWriterAlive(writer) === true && !hasEnd(fd) ? writer.pid : undefined;
  } catch {
    return undefined; // no recording: nobody writes one there
  } finally {
    closeSync(fd);
  }
}

/** A recording that ends with an END block is complete, whoever wrote it. */
function hasEnd(fd: number): boolean {
  const size = fstatSync(fd).size;
  const tail = Buffer.alloc(BLOCK_HEADER_SIZE);
  if (size < tail.length || readSync(fd, tail, 0, tail.length, size - tail.length) < tail.length) return false;
  return readBlockHeader(tail, 0, size - tail.length)?.type === BlockType.END;
}

const ADVICE: Readonly<Record<string, readonly [PalErrorCode, string]>> = {
  ENOSPC: ['disk-full', 'the disk is full; free some space or record to another disk'],
  EDQUOT: ['disk-full', 'your disk quota is used up; free some space or record to another disk'],
  EFBIG: ['disk-full', 'the file is as large as the file system or its limit allows; record to a new file'],
  EACCES: ['permission', 'permission denied; choose a place you may write to'],
  EPERM: ['permission', 'permission denied; choose a place you may write to'],
  EROFS: ['permission', 'the file system is read-only; choose a place you may write to'],
  ENOENT: ['not-found', 'no such file or directory; check the path'],
  EISDIR: ['io', 'it is a directory; name a file'],
  ENOTDIR: ['io', 'a part of the path is a file, not a directory; check the path'],
  EEXIST: ['io', 'a part of the path is a file, not a directory; check the path'],
  EMFILE: ['io', 'too many open files; close some or raise the limit (ulimit -n)'],
};

/** A system error on a recording as a PalError: what failed, where, and the next step. */
export function fileError(action: string, path: string, cause: unknown): PalError {
  const code = (cause as NodeJS.ErrnoException).code ?? '';
  const [kind, advice] = ADVICE[code] ?? ['io', (cause as Error).message];
  return new PalError(kind, `cannot ${action} ${path}: ${advice}`, { cause, data: { path, system: code } });
}
