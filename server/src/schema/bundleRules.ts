/**
 * Rules of an intercept bundle that concern more than one key: a field needs `fieldOp`, every entry needs a peer, two entries must not have the same identity.
 * Source: PAL's bundle parser and the identity of an intercept (bundle, class, member, type, callback, params; neither kind nor fieldOp).
 */
import { isMap, isScalar, isSeq, type Document, type Pair, type YAMLMap } from 'yaml';
import type { Report } from './validate';
import { keyText, pairsOf, rangeOf, resolved, scalarText, type OffsetRange } from './yamlNodes';

export function checkBundleRules(document: Document, report: Report): void {
  const root = document.contents;
  if (!isMap(root)) return;
  const defaults = valueOf(root, 'defaults', document);
  const defaultPeer = isMap(defaults) && find(defaults, 'peer') !== undefined;
  const intercepts = valueOf(root, 'intercepts', document);
  if (!isSeq(intercepts)) return;
  const identities = new Map<string, number>();
  for (const [index, item] of intercepts.items.entries()) {
    const entry = resolved(item, document);
    if (!isMap(entry)) continue;
    checkFieldKeys(entry, document, report);
    if (!defaultPeer && find(entry, 'peer') === undefined && find(entry, '<<') === undefined) {
      report({
        code: 'missing-peer',
        severity: 'warning',
        message: "No callback peer here or in 'defaults': the bundle cannot be applied.",
        range: entryRange(entry),
      });
    }
    const identity = identityOf(entry, document);
    if (identity === undefined) continue;
    const earlier = identities.get(identity);
    if (earlier === undefined) identities.set(identity, index);
    else {
      report({
        code: 'duplicate-intercept',
        severity: 'warning',
        message: `PAL takes this for the same intercept as entry ${earlier + 1} (same target, type, callback and params) and skips it.`,
        range: entryRange(entry),
      });
    }
  }
}

function checkFieldKeys(entry: YAMLMap, document: Document, report: Report): void {
  const kind = find(entry, 'kind');
  const isField = textOf(entry, 'kind', document)?.toLowerCase() === 'field';
  const ignored = (key: string, message: string): void => {
    const pair = find(entry, key);
    const range = pair && rangeOf(pair.key);
    if (range) report({ code: 'ignored-key', severity: 'hint', message, range });
  };
  if (!isField) {
    ignored('fieldOp', "'fieldOp' has no effect on a method; set 'kind: field' if a field is meant.");
    return;
  }
  ignored('params', "'params' has no effect on a field.");
  const range = kind && rangeOf(kind.value);
  if (find(entry, 'fieldOp') === undefined && range) {
    report({
      code: 'missing-field-op',
      severity: 'error',
      message: "'kind: field' needs 'fieldOp: GET' or 'fieldOp: PUT'.",
      range,
    });
  }
}

/** What makes an intercept the same one for PAL; undefined while the entry is incomplete. */
function identityOf(entry: YAMLMap, document: Document): string | undefined {
  const callback = valueOf(entry, 'callback', document);
  if (!isMap(callback)) return undefined;
  const parts = [
    textOf(entry, 'target', document),
    textOf(entry, 'type', document)?.toUpperCase(),
    textOf(callback, 'class', document),
    textOf(callback, 'method', document),
  ];
  if (parts.includes(undefined)) return undefined;
  const params = valueOf(entry, 'params', document);
  const names = isSeq(params) ? params.items.map((item) => (isScalar(item) ? scalarText(item) : '')) : [];
  // The peer is part of the key under which an intercept is stored.
  return [...parts, names.join(','), textOf(entry, 'peer', document) ?? ''].join('|');
}

function find(map: YAMLMap, key: string): Pair | undefined {
  return pairsOf(map).findLast((pair) => keyText(pair) === key);
}

function valueOf(map: YAMLMap, key: string, document: Document): unknown {
  return resolved(find(map, key)?.value, document);
}

function textOf(map: YAMLMap, key: string, document: Document): string | undefined {
  const value = valueOf(map, key, document);
  return isScalar(value) ? scalarText(value) : undefined;
}

function entryRange(entry: YAMLMap): OffsetRange {
  const first = pairsOf(entry)[0];
  return (first && rangeOf(first.key)) ?? rangeOf(entry) ?? [0, 0];
}
