/** Text edits on a parsed document that keep its style: block mappings get lines, flow mappings get a comma. */
import { isMap, type Pair, type YAMLMap } from 'yaml';
import type { TextEdit } from 'vscode-languageserver';
import type { PalDocument } from '../documents';
import { keyText, pairsOf, rangeOf, resolved } from '../schema/yamlNodes';

export class BundleEdits {
  readonly #text: string;

  constructor(private readonly document: PalDocument) {
    this.#text = document.text.getText();
  }

  get root(): YAMLMap | undefined {
    const { contents } = this.document.parsed().yaml;
    return isMap(contents) ? contents : undefined;
  }

  /** The mapping that has a key at this offset, or begins there. */
  mapAt(offset: number): YAMLMap | undefined {
    let found: YAMLMap | undefined;
    const visit = (value: unknown): void => {
      const node = resolved(value, this.document.parsed().yaml) as { items?: readonly unknown[] } | undefined;
      if (isMap(node)) {
        if (pairsOf(node).some(({ key }) => rangeOf(key)?.[0] === offset) || rangeOf(node)?.[0] === offset)
          found ??= node;
        for (const pair of pairsOf(node)) visit(pair.value);
      } else if (Array.isArray(node?.items)) node.items.forEach(visit);
    };
    visit(this.document.parsed().yaml.contents);
    return found;
  }

  pair(map: YAMLMap, key: string): Pair | undefined {
    return pairsOf(map).findLast((pair) => keyText(pair) === key);
  }

  pairAt(map: YAMLMap, offset: number): Pair | undefined {
    return pairsOf(map).find(({ key }) => rangeOf(key)?.[0] === offset);
  }

  replace(start: number, end: number, newText: string): TextEdit {
    const { text } = this.document;
    return { range: { start: text.positionAt(start), end: text.positionAt(end) }, newText };
  }

  /** `key: value` as a new last key of a mapping. A value of several lines is indented below its key. */
  addKey(map: YAMLMap, key: string, value: string): TextEdit | undefined {
    const range = rangeOf(map);
    const pairs = pairsOf(map);
    const first = pairs[0] && rangeOf(pairs[0].key);
    if (range === undefined) return undefined;
    const line = `${key}: ${value}`.trimEnd();
    if (map.flow === true) {
      const close = range[1] - 1;
      const inner = this.#text.slice(range[0] + 1, close).trimEnd();
      const at = range[0] + 1 + inner.length;
      return this.replace(at, close, `${pairs.length > 0 ? ', ' : ' '}${line} `);
    }
    if (first === undefined) return undefined;
    const indent = ' '.repeat(first[0] - this.#lineStart(first[0]));
    const end = this.#contentEnd(map);
    return this.replace(end, end, `\n${indent}${line.replaceAll('\n', `\n${indent}`)}`);
  }

  /** Removes a key with its value, and the line it leaves empty. */
  removePair(map: YAMLMap, pair: Pair): TextEdit | undefined {
    const key = rangeOf(pair.key);
    if (key === undefined) return undefined;
    const end = Math.max(rangeOf(pair.value)?.[1] ?? key[1], key[1]);
    if (map.flow === true) {
      const after = /^\s*,\s*/.exec(this.#text.slice(end));
      if (after) return this.replace(key[0], end + after[0].length, '');
      const before = /,?\s*$/.exec(this.#text.slice(0, key[0]))!;
      return this.replace(key[0] - before[0].length, end, '');
    }
    const start = this.#lineStart(key[0]);
    const ownLine = this.#text.slice(start, key[0]).trim() === '';
    const trimmed = start + this.#text.slice(start, end).trimEnd().length;
    const lineEnd = this.#text.indexOf('\n', trimmed);
    if (ownLine) return this.replace(start, lineEnd === -1 ? this.#text.length : lineEnd + 1, '');
    // First key behind a dash: the next key takes its place.
    const next = pairsOf(map)[1];
    const nextStart = next && rangeOf(next.key)?.[0];
    return nextStart === undefined ? undefined : this.replace(key[0], nextStart, '');
  }

  #lineStart(offset: number): number {
    return this.#text.lastIndexOf('\n', offset - 1) + 1;
  }

  /** Where the last line of a block mapping ends, without trailing blank lines and comments of what follows. */
  #contentEnd(map: YAMLMap): number {
    const last = pairsOf(map).at(-1)!;
    const key = rangeOf(last.key) ?? [0, 0];
    const range = rangeOf(last.value);
    const end = Math.max(range?.[1] ?? key[1], key[1]);
    const content = this.#text.slice(key[0], end).trimEnd().length + key[0];
    const lineEnd = this.#text.indexOf('\n', content);
    return lineEnd === -1 ? this.#text.length : lineEnd;
  }
}
