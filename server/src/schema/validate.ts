/**
 * Checks a parsed YAML document against a schema: shapes, required and unknown keys, words, numbers, durations. Every problem stands at
 * the key or value that causes it. Knows nothing of one file type; rules between keys are in `bundleRules.ts`.
 *
 * Where PAL is lenient we warn and where it refuses we report an error: unknown and doubled keys are taken silently by PAL (the last one
 * wins), which is hardly what somebody wants who wrote them.
 */
import { isMap, isScalar, isSeq, type Document, type Pair, type Scalar, type YAMLMap } from 'yaml';
import { nearestWord } from './nearestWord';
import type { Problem } from './problems';
import { describeValue, fieldOf, type MappingSchema, type ValueSchema } from './schema';
import { describeNode, keyText, pairsOf, rangeOf, resolved, scalarText, type OffsetRange } from './yamlNodes';

export type Report = (problem: Problem) => void;

const durationPattern = /^(?:0|\d+(?:ms|s|m|h|d))$/;
const integerPattern = /^[+-]?\d+$/;
const mergeKey = '<<';

/** Validates one value. `place` is where to report when the value has no text of its own (an empty value after its key). */
export function validateValue(
  value: unknown,
  schema: ValueSchema,
  place: OffsetRange,
  document: Document,
  report: Report,
): void {
  const node = resolved(value, document);
  const range = rangeOf(value) ?? place;
  switch (schema.kind) {
    case 'mapping':
      if (isMap(node)) validateMapping(node, schema, place, document, report);
      else report(wrongType(node, schema, visible(range, place)));
      return;
    case 'list':
      if (!isSeq(node)) {
        report(wrongType(node, schema, visible(range, place)));
        return;
      }
      if (schema.nonEmpty && node.items.length === 0) {
        report({ code: 'empty-list', severity: 'error', message: 'The list must have at least one entry.', range });
      }
      for (const item of node.items) validateValue(item, schema.item, rangeOf(item) ?? range, document, report);
      return;
    default:
      if (isScalar(node)) validateScalar(node, schema, visible(range, place), report);
      else report(wrongType(node, schema, visible(range, place)));
  }
}

function validateMapping(
  map: YAMLMap,
  schema: MappingSchema,
  place: OffsetRange,
  document: Document,
  report: Report,
): void {
  const seen = new Map<string, Pair>();
  let merged = false;
  for (const pair of pairsOf(map)) {
    const key = keyText(pair);
    const keyRange = rangeOf(pair.key) ?? place;
    if (key === mergeKey) {
      merged = true;
      continue;
    }
    const field = key === undefined ? undefined : fieldOf(schema, key);
    if (key === undefined || field === undefined) {
      report(unknownKey(key, keyRange, schema));
      continue;
    }
    if (seen.has(key)) {
      report({
        code: 'duplicate-key',
        severity: 'warning',
        message: `'${key}' is given twice; PAL takes the last one.`,
        range: keyRange,
      });
    }
    seen.set(key, pair);
    validateValue(pair.value, field.value, keyRange, document, report);
  }
  if (merged) return; // what a merge brings is not followed, so nothing is known to be missing
  const missing = schema.fields.filter((field) => field.required && !seen.has(field.key)).map((field) => field.key);
  for (const key of missing) {
    report({
      code: 'missing-key',
      severity: 'error',
      message: `'${key}' is missing in this ${schema.name}.`,
      range: firstKeyRange(map) ?? place,
      key,
    });
  }
}

function validateScalar(scalar: Scalar, schema: ValueSchema, range: OffsetRange, report: Report): void {
  const text = scalarText(scalar);
  if (text === undefined || (text === '' && schema.kind !== 'text')) {
    report({
      code: 'empty-value',
      severity: 'error',
      message: `A value is missing here: ${describeValue(schema)}.`,
      range,
    });
    return;
  }
  const error = (code: Problem['code'], message: string, suggestion?: string): void =>
    report({ code, severity: 'error', message, range, ...(suggestion === undefined ? {} : { suggestion }) });
  switch (schema.kind) {
    case 'enum': {
      const words = schema.values.map((word) => word.value);
      if (!words.some((word) => word.toLowerCase() === text.toLowerCase())) {
        const suggestion = nearestWord(text, words);
        error('invalid-word', `'${text}' is not ${describeValue(schema)}.${didYouMean(suggestion)}`, suggestion);
      }
      return;
    }
    case 'duration':
      if (!durationPattern.test(text)) {
        const suggestion = /^\d+$/.test(text) ? `${text}s` : undefined;
        error('invalid-duration', `'${text}' is not ${describeValue(schema)}.`, suggestion);
      }
      return;
    case 'integer':
      if (typeof scalar.value === 'number') {
        if (!Number.isInteger(scalar.value)) {
          report({
            code: 'invalid-integer',
            severity: 'warning',
            message: `PAL cuts the fraction: '${text}' counts as ${Math.trunc(scalar.value)}.`,
            range,
          });
        }
      } else if (!integerPattern.test(text)) error('invalid-integer', `'${text}' is not an integer.`);
      return;
    case 'boolean':
      if (typeof scalar.value !== 'boolean' && !/^(?:true|false)$/i.test(text)) {
        report({
          code: 'invalid-boolean',
          severity: 'warning',
          message: `'${text}' counts as false; write true or false.`,
          range,
        });
      }
      return;
    case 'target':
      if (text.lastIndexOf('.') <= 0) {
        error('invalid-target', `'${text}' has no dot between class and member, as in com.acme.OrderService.place.`);
      } else if (text.endsWith('.')) {
        report({
          code: 'invalid-target',
          severity: 'warning',
          message: `'${text}' ends with a dot: the member is empty and matches nothing.`,
          range,
        });
      }
      return;
    default:
  }
}

function unknownKey(key: string | undefined, range: OffsetRange, schema: MappingSchema): Problem {
  if (key === undefined) {
    return { code: 'unknown-key', severity: 'warning', message: 'A key of this kind is not known to PAL.', range };
  }
  const suggestion = nearestWord(
    key,
    schema.fields.map((field) => field.key),
  );
  return {
    code: 'unknown-key',
    severity: 'warning',
    message: `'${key}' is no key of this ${schema.name}; PAL ignores it.${didYouMean(suggestion)}`,
    range,
    ...(suggestion === undefined ? {} : { suggestion }),
  };
}

function wrongType(node: unknown, schema: ValueSchema, range: OffsetRange): Problem {
  return {
    code: 'wrong-type',
    severity: 'error',
    message: `This must be ${describeValue(schema)}, but is ${describeNode(node)}.`,
    range,
  };
}

function didYouMean(suggestion: string | undefined): string {
  return suggestion === undefined ? '' : ` Did you mean '${suggestion}'?`;
}

/** An empty value has an empty range, which editors cannot show: report at the key instead. */
function visible(range: OffsetRange, place: OffsetRange): OffsetRange {
  return range[0] === range[1] ? place : range;
}

function firstKeyRange(map: YAMLMap): OffsetRange | undefined {
  const first = pairsOf(map)[0];
  return first === undefined ? undefined : rangeOf(first.key);
}
