/** Places in the source that lines of a log name: `  (src/cart.ts:12)` at the end, as `pal log print --with-location` writes them. */
export interface SourceLink {
  /** Of the file and its line, in UTF-16 units. */
  readonly start: number;
  readonly length: number;
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

/** The last place of a line; what looks like one within a value is not the last. */
export function sourceLink(text: string): SourceLink | undefined {
  const match = /^.* {2}\(([^()\s][^()]*):(\d{1,9})\)(?= {2}#|\s*$)/.exec(text);
  if (match === null) return undefined;
  const [whole, file, line] = match as unknown as [string, string, string];
  const length = file.length + 1 + line.length;
  return { start: whole.length - 1 - length, length, file, line: Number(line) };
}
