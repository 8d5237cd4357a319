/** Small helpers over the nodes of the `yaml` library: ranges and texts, without its optional-everything types. */
import {
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  type Document,
  type Node,
  type Pair,
  type Scalar,
  type YAMLMap,
} from 'yaml';

/** Offsets into the text, end exclusive. */
export type OffsetRange = readonly [start: number, end: number];

/** Where the value of a node stands, without trailing blanks or comments. */
export function rangeOf(node: unknown): OffsetRange | undefined {
  const range = (node as { range?: readonly number[] | null } | null | undefined)?.range;
  return range ? [range[0]!, range[1]!] : undefined;
}

/** The node an alias stands for, else the node itself. */
export function resolved(node: unknown, document: Document): unknown {
  return isAlias(node) ? node.resolve(document) : node;
}

export function pairsOf(map: YAMLMap): readonly Pair[] {
  return map.items.filter((item): item is Pair => isPair(item));
}

/** Text of a scalar key; undefined for the odd keys that YAML also allows. */
export function keyText(pair: Pair): string | undefined {
  if (!isScalar(pair.key)) return undefined;
  const { value, source } = pair.key;
  return typeof value === 'string' ? value : source;
}

/** Text of a scalar as the user wrote it, quotes and escapes undone; `null` written or absent gives undefined. */
export function scalarText(scalar: Scalar): string | undefined {
  if (typeof scalar.value === 'string') return scalar.value;
  if (scalar.value === null || scalar.value === undefined) return undefined;
  return scalar.source ?? JSON.stringify(scalar.value);
}

/** How a node is called in messages. */
export function describeNode(node: unknown): string {
  if (isMap(node)) return 'a mapping';
  if (isSeq(node)) return 'a list';
  if (isScalar(node)) {
    if (node.value === null) return 'nothing';
    return typeof node.value === 'string' ? 'text' : typeof node.value;
  }
  return 'nothing';
}

export type { Node };
