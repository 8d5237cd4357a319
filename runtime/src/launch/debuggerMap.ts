/**
 * Source map from woven text to the file on disk, for JavaScript debuggers: breakpoints bind on the author's lines, stepping goes over what the weaver
 * put in. Written only when a debugger is wanted, since making it costs more than weaving.
 */
import type { SourceMapSegment } from './sourceMaps';
import { encodeMappings, SourceMap } from './sourceMaps';
import { lineStartsOf, PlaceMap } from './placeMap';
import type { WovenFile } from './wovenFile';
import { pathToFileURL } from 'node:url';

/** True when this process was started so that a debugger can attach. */
export function debuggerWanted(execArgv: readonly string[], env: NodeJS.ProcessEnv): boolean {
  return (
    execArgv.some((argument) => argument.startsWith('--inspect')) ||
    /(?:^|\s)--inspect/.test(env['NODE_OPTIONS'] ?? '') ||
    env['VSCODE_INSPECTOR_OPTIONS'] !== undefined ||
    env['PAL_SOURCE_MAPS'] === '1'
  );
}

/** `//# sourceMappingURL=` comment with the whole map, on a line of its own. */
export function inlineMapComment(
  code: string,
  woven: Pick<WovenFile, 'details'>,
  file: string,
  source: string,
): string {
  const map = {
    version: 3,
    sources: [pathToFileURL(file).href],
    sourcesContent: [source],
    names: [],
    mappings: encodeMappings(wovenSegments(code, woven, file)),
  };
  const data = Buffer.from(JSON.stringify(map)).toString('base64');
  return `\n//# sourceMappingURL=data:application/json;base64,${data}`;
}

/** Segments per woven line: one at every word of the program and wherever an edit ends. */
export function wovenSegments(code: string, woven: Pick<WovenFile, 'details'>, file: string): SourceMapSegment[][] {
  const details = woven.details();
  const places = new PlaceMap(code, details, file);
  const compiled = details.mappings === undefined ? undefined : new SourceMap(details.mappings, [file]);
  const starts = lineStartsOf(code);
  // Woven offsets at which an edit's text begins or ends.
  const breaks: number[] = [];
  let shift = 0;
  for (let i = 0; i < details.edits.length; i += 3) {
    const start = details.edits[i]! + shift;
    const length = details.edits[i + 2]!;
    breaks.push(start + length);
    shift += length - (details.edits[i + 1]! - details.edits[i]!);
  }
  const input = places.inputText();
  const inputStarts = lineStartsOf(input);
  let next = 0;
  return starts.map((start, line) => {
    const end = starts[line + 1] ?? code.length + 1;
    const columns = new Set<number>([0]);
    while (next < breaks.length && breaks[next]! < end) columns.add(breaks[next++]! - start);
    for (const word of code.slice(start, end).matchAll(/[\w$#]+/g)) {
      if (!places.isInserted(start + word.index)) columns.add(word.index);
    }
    if (compiled === undefined) {
      return [...columns]
        .sort((a, b) => a - b)
        .map((column): SourceMapSegment => [column, 0, line, places.toInput(start + column) - inputStarts[line]!]);
    }
    const out: SourceMapSegment[] = [];
    for (const segment of compiled.segmentsOf(line)) {
      if (segment.length === 1) continue;
      columns.add(wovenColumn(places, start, end, segment[0], inputStarts[line]!));
    }
    for (const column of [...columns].sort((a, b) => a - b)) {
      const original = compiled.trace(line, places.toInput(start + column) - inputStarts[line]!);
      if (original !== undefined) out.push([column, 0, original.line, original.column]);
    }
    return out;
  });
}

/** First woven column of a line whose input place is the given input column. */
function wovenColumn(places: PlaceMap, start: number, end: number, inputColumn: number, inputStart: number): number {
  let low = 0;
  let high = Math.max(end - start - 1, 0);
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (places.toInput(start + middle) - inputStart >= inputColumn) high = middle;
    else low = middle + 1;
  }
  return low;
}
