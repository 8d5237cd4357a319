/** Errors of the command line itself: they print a message and the usage, and end with exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  /** A second line that tells what to write instead. */
  readonly hint: string | undefined;

  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint;
  }
}

/** Thrown by an option's `parse`; becomes `Invalid value for option '--x': <message>`. */
export class InvalidValue extends Error {
  override readonly name = 'InvalidValue';
}
