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
  const at = text.lastIndexOf('  (');
  if (at < 0) return undefined;
  const match = /^([^()\s][^()]*):(\d{1,9})\)(?: {2}#|\s*$)/.exec(text.slice(at + 3));
  if (match === null) return undefined;
  const [, file, line] = match as unknown as [string, string, string];
  return { start: at + 3, length: file.length + 1 + line.length, file, line: Number(line) };
}
