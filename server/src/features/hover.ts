/** Documentation of the key or word under the pointer. */
import { MarkupKind, type Hover, type Position } from 'vscode-languageserver';
import type { PalDocument } from '../documents';
import { locate } from '../schema/locate';
import { rangeOf, type OffsetRange } from '../schema/yamlNodes';
import { isScalar } from 'yaml';
import { documentationOf } from './completion';

export class HoverFeature {
  hover(document: PalDocument, position: Position): Hover | null {
    const text = document.text.getText();
    const offset = document.text.offsetAt(position);
    const { pair, field, part } = locate(document.parsed().yaml, text, offset, document.schema);
    if (pair === undefined || field === undefined) return null;
    const key = rangeOf(pair.key);
    if (part === 'key' && key) return this.#show(document, documentationOf(field), key);
    const value = rangeOf(pair.value);
    if (value && isScalar(pair.value) && value[0] <= offset && offset <= value[1] && field.value.kind === 'enum') {
      const written = text.slice(value[0], value[1]).replace(/^["']|["']$/g, '');
      const word = field.value.values.find((candidate) => candidate.value.toLowerCase() === written.toLowerCase());
      if (word) return this.#show(document, `**${word.value}** ${word.doc}`, value);
    }
    return null;
  }

  #show(document: PalDocument, value: string, range: OffsetRange): Hover {
    return {
      contents: { kind: MarkupKind.Markdown, value },
      range: { start: document.text.positionAt(range[0]), end: document.text.positionAt(range[1]) },
    };
  }
}
