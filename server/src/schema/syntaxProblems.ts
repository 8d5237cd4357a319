/** Errors of the YAML parser as problems, at the place where a person would look for them. */
import { isScalar, visit, type Document } from 'yaml';
import type { ParsedDocument } from '../documents';
import type { Problem } from './problems';
import type { OffsetRange } from './yamlNodes';

export function syntaxProblems(parsed: ParsedDocument, text: string): readonly Problem[] {
  const problems: Problem[] = [];
  const add = (message: string, range: OffsetRange): void => {
    problems.push({ code: 'yaml-syntax', severity: 'error', message, range });
  };
  for (const error of parsed.yaml.errors) {
    const range = quoteRange(parsed.yaml, error.message, error.pos[0], text) ?? shown(error.pos, text);
    add(
      `YAML: ${error.message.replace(/closing "quote/, 'closing "quote"').replace(/closing 'quote/, "closing 'quote'")}.`,
      range,
    );
  }
  for (const warning of parsed.yaml.warnings) {
    if (warning.code === 'TAG_RESOLVE_FAILED') {
      const tag = text.slice(warning.pos[0], warning.pos[1]);
      add(`YAML: the tag '${tag}' is unknown; PAL reads plain YAML only.`, [warning.pos[0], warning.pos[1]]);
    }
  }
  if (parsed.secondDocument !== undefined) {
    const start = parsed.secondDocument;
    add('YAML: PAL reads one document per file; put this one into a file of its own.', [start, start + 3]);
  }
  return problems;
}

/** A quote that is never closed runs to the end of the file: show where it begins. */
function quoteRange(document: Document, message: string, end: number, text: string): OffsetRange | undefined {
  if (!message.startsWith('Missing closing')) return undefined;
  let start: number | undefined;
  visit(document, {
    Scalar: (_key, node) => {
      if (isScalar(node) && node.range && node.range[0] < end && /^["']/.test(text[node.range[0]] ?? '')) {
        start = node.range[0];
      }
    },
  });
  if (start === undefined) return undefined;
  const lineEnd = text.indexOf('\n', start);
  return [start, lineEnd === -1 ? text.length : lineEnd];
}

/** At least one character that exists, so that an editor has something to underline. */
function shown(pos: readonly [number, number], text: string): OffsetRange {
  const [from, to] = pos;
  const start = Math.max(0, Math.min(from, text.length - 1));
  return [start, Math.max(to, start + 1)];
}
