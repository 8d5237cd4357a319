/**
 * Where commands write. Text is collected into blocks of 64 KB; a block is handed to the stream when it is full or the
 * command flushes, and the writer then waits for a slow reader, so that memory stays flat.
 *
 * Invariant: a closed reader (`pal log print x | head`) is no error: the process ends quietly with code 0.
 */
export interface Output {
  /** Colours and progress lines are allowed. */
  readonly colors: boolean;
  readonly isTerminal: boolean;
  readonly columns: number | undefined;
  /** Collects text. Await `flush` from time to time: at the latest when `full` says so. */
  write(text: string): void;
  /** A block or more is waiting. */
  readonly full: boolean;
  flush(): Promise<void>;
}

const BLOCK = 64 * 1024;

/** The part of a Node stream that is needed here. */
export interface ByteSink {
  write(text: string): boolean;
  once(event: 'drain', listener: () => void): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

export class StreamOutput implements Output {
  readonly colors: boolean;
  private parts: string[] = [];
  private waiting = 0;
  /** A function, so that Node does not open the stream for a command that prints nothing. */
  private readonly open: () => ByteSink;
  private sink: ByteSink | undefined;

  constructor(open: () => ByteSink, env: Readonly<Record<string, string | undefined>>, isTerminal: boolean) {
    this.open = open;
    this.isTerminal = isTerminal;
    this.colors = wantsColors(isTerminal, env);
  }

  readonly isTerminal: boolean;

  get columns(): number | undefined {
    return this.stream().columns;
  }

  get full(): boolean {
    return this.waiting >= BLOCK;
  }

  write(text: string): void {
    this.parts.push(text);
    this.waiting += text.length;
  }

  async flush(): Promise<void> {
    if (this.waiting === 0) return;
    const text = this.parts.join('');
    this.parts = [];
    this.waiting = 0;
    const sink = this.stream();
    if (!sink.write(text)) await new Promise<void>((resolve) => void sink.once('drain', resolve));
  }

  private stream(): ByteSink {
    return (this.sink ??= this.open());
  }
}

/** https://no-color.org; FORCE_COLOR as Node itself reads it. */
export function wantsColors(isTerminal: boolean, env: Readonly<Record<string, string | undefined>>): boolean {
  if ((env['NO_COLOR'] ?? '') !== '') return false;
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  return isTerminal && env['TERM'] !== 'dumb';
}
