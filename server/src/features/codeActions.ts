/** Quick fixes: for each code of a problem, the edits that would set it right. */
import {
  CodeActionKind,
  type CodeAction,
  type CodeActionParams,
  type Diagnostic,
  type TextEdit,
} from 'vscode-languageserver';
import { isMap } from 'yaml';
import type { PalDocument } from '../documents';
import type { ProblemCode } from '../schema/problems';
import { fieldOf, type MappingSchema } from '../schema/schema';
import { keyText } from '../schema/yamlNodes';
import { BundleEdits } from './bundleEdits';
import { diagnosticSource } from './diagnostics';

export interface FixData {
  readonly suggestion?: string;
  /** Key that is missing. */
  readonly key?: string;
}

interface Fix {
  readonly title: string;
  readonly edit: TextEdit | undefined;
  readonly preferred?: boolean;
}

export class CodeActionsFeature {
  actions(document: PalDocument, params: CodeActionParams): CodeAction[] {
    const { uri } = params.textDocument;
    return params.context.diagnostics
      .filter(({ source }) => source === diagnosticSource)
      .flatMap((diagnostic) =>
        this.#fixes(document, diagnostic).flatMap(({ title, edit, preferred }) =>
          edit === undefined
            ? []
            : [
                {
                  title,
                  kind: CodeActionKind.QuickFix,
                  diagnostics: [diagnostic],
                  isPreferred: preferred === true,
                  edit: { changes: { [uri]: [edit] } },
                },
              ],
        ),
      );
  }

  #fixes(document: PalDocument, diagnostic: Diagnostic): readonly Fix[] {
    const { range } = diagnostic;
    const data = (diagnostic.data ?? {}) as FixData;
    const edits = new BundleEdits(document);
    const start = document.text.offsetAt(range.start);
    const end = document.text.offsetAt(range.end);
    const fixes: Fix[] = [];
    if (data.suggestion !== undefined) {
      const title = `Change to '${data.suggestion}'`;
      fixes.push({ title, edit: edits.replace(start, end, data.suggestion), preferred: true });
    }
    const map = edits.mapAt(start);
    const pair = map && edits.pairAt(map, start);
    const key = pair && keyText(pair);
    switch (diagnostic.code as ProblemCode) {
      case 'unknown-key':
      case 'duplicate-key':
      case 'ignored-key':
        if (map && pair) fixes.push({ title: `Remove '${key ?? ''}'`, edit: edits.removePair(map, pair) });
        if (map && key === 'fieldOp') {
          const kind = edits.pair(map, 'kind');
          if (kind === undefined) fixes.push({ title: "Set 'kind: field'", edit: edits.addKey(map, 'kind', 'field') });
        }
        break;
      case 'missing-key':
        if (map && data.key !== undefined) {
          const value = stub(document.schema, data.key);
          fixes.push({ title: `Add '${data.key}'`, edit: edits.addKey(map, data.key, value), preferred: true });
        }
        break;
      case 'missing-peer': {
        const root = edits.root;
        const defaults = root && edits.pair(root, 'defaults')?.value;
        if (isMap(defaults))
          fixes.push({ title: "Add 'peer' to the defaults", edit: edits.addKey(defaults, 'peer', 'peer') });
        else if (root)
          fixes.push({ title: "Add defaults with a 'peer'", edit: edits.addKey(root, 'defaults', '{ peer: peer }') });
        if (map) fixes.push({ title: "Add 'peer' to this intercept", edit: edits.addKey(map, 'peer', 'peer') });
        break;
      }
      case 'missing-field-op':
        for (const word of ['GET', 'PUT']) {
          const owner = ownerOfValue(edits, document, start);
          if (owner) fixes.push({ title: `Add 'fieldOp: ${word}'`, edit: edits.addKey(owner, 'fieldOp', word) });
        }
        break;
      default:
    }
    return fixes;
  }
}

/** The mapping in which the value at this offset stands: its key is the last one before it on the line. */
function ownerOfValue(edits: BundleEdits, document: PalDocument, offset: number): ReturnType<BundleEdits['mapAt']> {
  const before = document.text.getText().slice(0, offset);
  const key = /([\w"']+)\s*:\s*$/.exec(before);
  return key === null ? undefined : edits.mapAt(offset - key[0].length);
}

/** Something to start from: the example of the key, or what a mapping must have. */
function stub(schema: MappingSchema, key: string): string {
  const field = findField(schema, key);
  if (field === undefined) return '';
  const { value, example } = field;
  if (value.kind === 'mapping') {
    const required = value.fields
      .filter((child) => child.required)
      .map((child) => `${child.key}: ${child.example ?? 'Handler'}`);
    return `{ ${required.join(', ')} }`;
  }
  if (value.kind === 'list') return '[]';
  return value.kind === 'enum' ? value.values[0]!.value : (example ?? '');
}

function findField(schema: MappingSchema, key: string): ReturnType<typeof fieldOf> {
  const own = fieldOf(schema, key);
  if (own !== undefined) return own;
  for (const { value } of schema.fields) {
    const inner = value.kind === 'list' ? value.item : value;
    const found = inner.kind === 'mapping' ? findField(inner, key) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}
