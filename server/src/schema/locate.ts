/**
 * Where an offset lies in a document, seen from the schema: in which mapping, at which key, in which value. Works from the parsed nodes, and by
 * indentation where there is nothing parsed yet: a blank line belongs to the innermost open container whose column it does not undercut.
 */
import { isMap, isSeq, type Document, type Pair, type YAMLMap } from 'yaml';
import { fieldOf, type FieldSchema, type MappingSchema, type ValueSchema } from './schema';
import { keyText, pairsOf, rangeOf, resolved, type OffsetRange } from './yamlNodes';

export interface Location {
  /** Schema of the innermost mapping at the offset. */
  readonly mapping: MappingSchema;
  /** Its node; undefined when nothing of it is written yet. */
  readonly map: YAMLMap | undefined;
  /** The key the offset is on or whose value it is in. */
  readonly pair: Pair | undefined;
  readonly field: FieldSchema | undefined;
  readonly part: 'key' | 'value' | 'none';
}

export function locate(document: Document, text: string, offset: number, root: MappingSchema): Location {
  const column = offset - lineStart(text, offset);
  return inValue(document.contents, root, undefined);

  function inValue(value: unknown, schema: ValueSchema, owner: Location | undefined): Location {
    const node = resolved(value, document);
    if (schema.kind === 'mapping') {
      if (isMap(node)) return inMap(node, schema);
      return { mapping: schema, map: undefined, pair: undefined, field: undefined, part: 'none' };
    }
    if (schema.kind === 'list' && isSeq(node) && schema.item.kind === 'mapping') {
      const item = node.items.findLast((candidate) => (rangeOf(candidate)?.[0] ?? Infinity) <= offset);
      if (item !== undefined) return inValue(item, schema.item, owner);
      const empty: Location = { mapping: schema.item, map: undefined, pair: undefined, field: undefined, part: 'none' };
      return empty;
    }
    return owner ?? { mapping: root, map: undefined, pair: undefined, field: undefined, part: 'none' };
  }

  function inMap(map: YAMLMap, schema: MappingSchema): Location {
    const pair = pairsOf(map).findLast((candidate) => (rangeOf(candidate.key)?.[0] ?? Infinity) <= offset);
    const outside: Location = { mapping: schema, map, pair: undefined, field: undefined, part: 'none' };
    if (pair === undefined) return outside;
    const key = keyText(pair);
    const field = key === undefined ? undefined : fieldOf(schema, key);
    const keyRange = rangeOf(pair.key)!;
    if (offset <= keyRange[1]) return { mapping: schema, map, pair, field, part: 'key' };
    const sameLine = lineStart(text, offset) === lineStart(text, keyRange[0]);
    const keyColumn = keyRange[0] - lineStart(text, keyRange[0]);
    const inside = map.flow || sameLine ? !isPast(pair, offset) : column > keyColumn || touches(pair, offset);
    if (!inside) return outside;
    const here: Location = { mapping: schema, map, pair, field, part: 'value' };
    if (field === undefined || (field.value.kind !== 'mapping' && field.value.kind !== 'list')) return here;
    // Text behind the colon on the key's own line is the value itself, unless a flow collection is open there.
    if (sameLine && !isMap(pair.value) && !isSeq(pair.value)) return here;
    return inValue(pair.value, field.value, here);
  }

  /** Behind the end of a flow collection, or of a scalar followed by a comma. */
  function isPast(pair: Pair, at: number): boolean {
    const range = rangeOf(pair.value);
    return range !== undefined && range[1] < at && /[,}\]]/.test(text.slice(range[1], at));
  }

  function touches(pair: Pair, at: number): boolean {
    const range: OffsetRange | undefined = rangeOf(pair.value);
    return range !== undefined && range[0] <= at && at <= range[1] && !/\n[^\S\n]*$/.test(text.slice(range[0], at));
  }
}

function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}
