/** Documentation of the key or word under the pointer. */
import { MarkupKind, type Hover, type Position } from 'vscode-languageserver';
import type { PalDocument } from '../documents';
import { locate } from '../schema/locate';
import { keyText, pairsOf, rangeOf, resolved, scalarText, type OffsetRange } from '../schema/yamlNodes';
import { isMap, isScalar, type YAMLMap } from 'yaml';
import { overrideFields } from '../schema/bundleSchema';
import type { FieldSchema } from '../schema/schema';
import { documentationOf } from './completion';

export class HoverFeature {
  hover(document: PalDocument, position: Position): Hover | null {
    const text = document.text.getText();
    const offset = document.text.offsetAt(position);
    const { pair, field, part, map } = locate(document.parsed().yaml, text, offset, document.schema);
    if (pair === undefined || field === undefined) return null;
    const key = rangeOf(pair.key);
    if (part === 'key' && key) {
      const effective = effectiveValue(document, field, map);
      return this.#show(document, documentationOf(field) + (effective === undefined ? '' : `\n\n${effective}`), key);
    }
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

/** What holds for this key in this entry: its own value, else the default of the bundle. Only where the two can differ. */
function effectiveValue(document: PalDocument, field: FieldSchema, map: YAMLMap | undefined): string | undefined {
  const { yaml } = document.parsed();
  if (map === undefined || !overrideFields.includes(field) || !isMap(yaml.contents)) return undefined;
  const defaults = valueOf(yaml.contents, 'defaults');
  if (!isMap(defaults) || defaults === map) return undefined;
  const text = (node: unknown): string | undefined => (isScalar(node) ? scalarText(node) : undefined);
  const own = text(valueOf(map, field.key));
  const inherited = text(valueOf(defaults, field.key));
  if (own === undefined || inherited === undefined) return undefined;
  return own === inherited
    ? `The same as the default of this bundle.`
    : `Effective here: \`${own}\`, instead of the default \`${inherited}\` of this bundle.`;

  function valueOf(owner: YAMLMap, key: string): unknown {
    return resolved(pairsOf(owner).findLast((pair) => keyText(pair) === key)?.value, yaml);
  }
}
