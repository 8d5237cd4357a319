/** The result of parsing one command line: typed access by option key. Absent and not given are the same. */
import { PalError } from '../errors';

export type ValueSource = 'flag' | 'env';

export class ParsedCommand {
  readonly args: readonly string[];
  private readonly values: ReadonlyMap<string, unknown>;
  private readonly sources: ReadonlyMap<string, ValueSource>;

  constructor(
    args: readonly string[],
    values: ReadonlyMap<string, unknown>,
    sources: ReadonlyMap<string, ValueSource>,
  ) {
    this.args = args;
    this.values = values;
    this.sources = sources;
  }

  text(key: string): string | undefined {
    const value = this.values.get(key);
    if (value === undefined || typeof value === 'string') return value;
    throw new PalError('internal', `Option ${key} holds no text.`);
  }

  number(key: string): number | undefined {
    const value = this.values.get(key);
    if (value === undefined || typeof value === 'number') return value;
    throw new PalError('internal', `Option ${key} holds no number.`);
  }

  /** `fallback` when neither the option nor its variable is given. */
  flag(key: string, fallback = false): boolean {
    const value = this.values.get(key);
    return typeof value === 'boolean' ? value : fallback;
  }

  list(key: string): readonly string[] {
    const value = this.values.get(key);
    return Array.isArray(value) ? (value as readonly string[]) : [];
  }

  has(key: string): boolean {
    return this.values.has(key);
  }

  source(key: string): ValueSource | undefined {
    return this.sources.get(key);
  }
}
