/** Outline and folding of a bundle. */
import { FoldingRangeKind, SymbolKind, type DocumentSymbol, type FoldingRange } from 'vscode-languageserver';
import { isMap, isScalar, isSeq, type YAMLMap } from 'yaml';
import type { PalDocument } from '../documents';
import { keyText, pairsOf, rangeOf, resolved, scalarText, type OffsetRange } from '../schema/yamlNodes';

export class StructureFeature {
  symbols(document: PalDocument): DocumentSymbol[] {
    const { yaml } = document.parsed();
    if (!isMap(yaml.contents)) return [];
    const root = yaml.contents;
    const range = (offsets: OffsetRange): DocumentSymbol['range'] => {
      const text = document.text.getText();
      const end = offsets[0] + text.slice(offsets[0], offsets[1]).trimEnd().length;
      return { start: document.text.positionAt(offsets[0]), end: document.text.positionAt(end) };
    };
    const text = (map: YAMLMap, key: string): string | undefined => {
      const value = resolved(pairsOf(map).findLast((pair) => keyText(pair) === key)?.value, yaml);
      return isScalar(value) ? scalarText(value) : undefined;
    };
    return pairsOf(root).flatMap((pair): DocumentSymbol[] => {
      const key = rangeOf(pair.key);
      const name = keyText(pair);
      if (key === undefined || name === undefined || name === '') return [];
      const value = resolved(pair.value, yaml);
      const whole = range([key[0], Math.max(key[1], rangeOf(pair.value)?.[1] ?? 0)]);
      const children: DocumentSymbol[] = [];
      if (name === 'intercepts' && isSeq(value)) {
        for (const [index, item] of value.items.entries()) {
          const entry = resolved(item, yaml);
          const place = rangeOf(item);
          if (!isMap(entry) || place === undefined) continue;
          const callback = resolved(pairsOf(entry).find((one) => keyText(one) === 'callback')?.value, yaml);
          const handler = isMap(callback)
            ? [text(callback, 'class'), text(callback, 'method')].filter(Boolean).join('.')
            : '';
          children.push({
            name: text(entry, 'target') || `intercept ${index + 1}`,
            detail: [text(entry, 'type'), handler && `→ ${handler}`].filter(Boolean).join(' '),
            kind: SymbolKind.Event,
            range: range(place),
            selectionRange: range(rangeOf(pairsOf(entry)[0]?.key) ?? place),
          });
        }
      }
      const detail = isScalar(value) ? (scalarText(value) ?? '') : '';
      const kind =
        name === 'bundle' ? SymbolKind.Package : name === 'intercepts' ? SymbolKind.Array : SymbolKind.Property;
      return [
        { name, detail, kind, range: whole, selectionRange: range(key), ...(children.length > 0 ? { children } : {}) },
      ];
    });
  }

  folding(document: PalDocument): FoldingRange[] {
    const { yaml } = document.parsed();
    const text = document.text.getText();
    const ranges: FoldingRange[] = [];
    const add = (start: number, end: number): void => {
      const startLine = document.text.positionAt(start).line;
      const endLine = document.text.positionAt(start + text.slice(start, end).trimEnd().length).line;
      if (endLine > startLine) ranges.push({ startLine, endLine });
    };
    const visit = (node: unknown): void => {
      if (isMap(node)) {
        for (const pair of pairsOf(node)) {
          const key = rangeOf(pair.key);
          const value = rangeOf(pair.value);
          if (key && value && (isMap(pair.value) || isSeq(pair.value))) add(key[0], value[1]);
          visit(pair.value);
        }
      } else if (isSeq(node)) {
        for (const item of node.items) {
          const range = rangeOf(item);
          if (range && isMap(item)) add(range[0], range[1]);
          visit(item);
        }
      }
    };
    visit(yaml.contents);
    ranges.push(...commentBlocks(text));
    return ranges;
  }
}

function commentBlocks(text: string): FoldingRange[] {
  const ranges: FoldingRange[] = [];
  let start = -1;
  const lines = text.split('\n');
  for (let line = 0; line <= lines.length; line++) {
    const isComment = /^\s*#/.test(lines[line] ?? '');
    if (isComment && start < 0) start = line;
    if (!isComment && start >= 0) {
      if (line - 1 > start) ranges.push({ startLine: start, endLine: line - 1, kind: FoldingRangeKind.Comment });
      start = -1;
    }
  }
  return ranges;
}
