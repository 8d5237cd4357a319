/**
 * The one error class of the project. `code` comes from a closed union so that callers branch on it and never on text;
 * `exitCode` is what the `pal` command ends with (spec: PAL's exit code tables, `docs/compatibility.md`).
 */
export type PalErrorCode =
  | 'usage' // bad flag, bad combination, bad value of a flag
  | 'io' // a file or directory could not be read or written
  | 'not-found' // no such file, log, peer
  | 'permission' // the system refused access
  | 'disk-full'
  | 'port-in-use'
  | 'not-a-log' // the file exists but is no log that PAL knows
  | 'corrupt' // bytes that contradict the format; data.offset says where
  | 'decode' // a message that does not decode; data.position says where
  | 'limit' // larger than the format allows
  | 'scope' // unreadable or malformed recording scope
  | 'duplicate-peer-name'
  | 'directory-unreachable'
  | 'locked' // another writer owns the log
  | 'weave' // source that does not parse
  | 'unsupported'
  | 'internal';

/** Structured facts about an error: paths, positions, names. Plain JSON values only. */
export type PalErrorData = Readonly<Record<string, string | number | boolean | undefined>>;

export interface PalErrorOptions {
  readonly cause?: unknown;
  readonly data?: PalErrorData;
  /** Exit code of the `pal` command; 1 unless PAL's tables say otherwise. */
  readonly exitCode?: number;
}

/** Message = what failed, on what, and the next step, in one line. */
export class PalError extends Error {
  override readonly name = 'PalError';
  readonly code: PalErrorCode;
  readonly data: PalErrorData;
  readonly exitCode: number;

  constructor(code: PalErrorCode, message: string, options: PalErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.data = options.data ?? {};
    this.exitCode = options.exitCode ?? 1;
  }

  static is(error: unknown, code?: PalErrorCode): error is PalError {
    return error instanceof PalError && (code === undefined || error.code === code);
  }
}
