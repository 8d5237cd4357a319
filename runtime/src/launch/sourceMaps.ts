/**
 * Source maps: reading the map that a compiled file names, tracing places through it, and composing the map from woven text to
 * original source for debuggers.
 *
 * Lines and columns are 0-based here, as in the format. A file whose map cannot be read has no map.
 */
import type { SourceMapSegment } from '@jridgewell/sourcemap-codec';
import { decode, encode } from '@jridgewell/sourcemap-codec';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export interface OriginalPlace {
  /** Index into `sources`. */
  readonly source: number;
  readonly line: number;
  readonly column: number;
}

export class SourceMap {
  /** Absolute paths (or URLs of other schemes). */
  readonly sources: readonly string[];
  readonly sourcesContent: readonly (string | null)[];
  readonly #lines: SourceMapSegment[][];

  constructor(mappings: string, sources: readonly string[], sourcesContent: readonly (string | null)[] = []) {
    this.#lines = decode(mappings);
    this.sources = sources;
    this.sourcesContent = sourcesContent;
  }

  /** Original place of a generated one, or undefined when the text was made by the compiler alone. */
  trace(line: number, column: number): OriginalPlace | undefined {
    const segment = this.segmentAt(line, column);
    if (segment === undefined || segment.length === 1) return undefined;
    return { source: segment[1], line: segment[2], column: segment[3] };
  }

  /** The last segment that starts at or before the place, on its line. */
  segmentAt(line: number, column: number): SourceMapSegment | undefined {
    const segments = this.#lines[line];
    if (segments === undefined) return undefined;
    let low = 0;
    let high = segments.length - 1;
    let found: SourceMapSegment | undefined;
    while (low <= high) {
      const middle = (low + high) >>> 1;
      if (segments[middle]![0] <= column) {
        found = segments[middle];
        low = middle + 1;
      } else high = middle - 1;
    }
    return found;
  }

  segmentsOf(line: number): readonly SourceMapSegment[] {
    return this.#lines[line] ?? [];
  }
}

export { encode as encodeMappings };
export type { SourceMapSegment };

const COMMENT = /^[ \t]*\/\/[#@][ \t]+sourceMappingURL=(\S+)[ \t]*$/gm;

/** The map that a file's last `//# sourceMappingURL=` names: inline data or a file beside it. Undefined: none, or unreadable. */
export function readSourceMap(filename: string, code: string): SourceMap | undefined {
  const text = sourceMapText(filename, code);
  if (text === undefined) return undefined;
  try {
    const raw = JSON.parse(text.json.replace(/^\)\]\}'[^\n]*\n/, '')) as {
      mappings?: unknown;
      sources?: unknown;
      sourceRoot?: unknown;
      sourcesContent?: unknown;
    };
    if (typeof raw.mappings !== 'string' || !Array.isArray(raw.sources)) return undefined;
    const root = typeof raw.sourceRoot === 'string' ? raw.sourceRoot : '';
    return new SourceMap(
      raw.mappings,
      raw.sources.map((source) => resolveSource(String(source ?? ''), root, text.directory)),
      Array.isArray(raw.sourcesContent) ? (raw.sourcesContent as (string | null)[]) : [],
    );
  } catch {
    return undefined;
  }
}

/** JSON text of the named map (part of cache keys), with the directory its sources are relative to. */
export function sourceMapText(filename: string, code: string): { json: string; directory: string } | undefined {
  const url = sourceMapUrl(code);
  if (url === undefined) return undefined;
  const directory = path.dirname(filename);
  const inline = /^data:application\/json[^,]*?(;base64)?,/.exec(url);
  try {
    if (inline !== null) {
      const data = url.slice(inline[0].length);
      return {
        json: inline[1] === undefined ? decodeURIComponent(data) : Buffer.from(data, 'base64').toString('utf8'),
        directory,
      };
    }
    const file = url.startsWith('file:') ? fileURLToPath(url) : path.resolve(directory, decodeURIComponent(url));
    return { json: readFileSync(file, 'utf8'), directory: path.dirname(file) };
  } catch {
    return undefined;
  }
}

function sourceMapUrl(code: string): string | undefined {
  if (!code.includes('sourceMappingURL=')) return undefined;
  let last: string | undefined;
  for (const match of code.matchAll(COMMENT)) last = match[1];
  return last;
}

function resolveSource(source: string, root: string, directory: string): string {
  const full =
    root === '' || /^[a-z]+:/i.test(source) || path.isAbsolute(source)
      ? source
      : `${root.replace(/\/$/, '')}/${source}`;
  if (full.startsWith('file:')) {
    try {
      return fileURLToPath(full);
    } catch {
      return full;
    }
  }
  return /^[a-z][a-z0-9+.-]+:\/\//i.test(full) ? full : path.resolve(directory, full);
}
