/** Completion of keys that are not there yet, and of the words a key takes. */
import {
  CompletionItemKind,
  InsertTextFormat,
  MarkupKind,
  type CompletionItem,
  type Position,
  type Range,
} from 'vscode-languageserver';
import type { PalDocument } from '../documents';
import { locate } from '../schema/locate';
import { describeValue, type FieldSchema, type ValueSchema } from '../schema/schema';
import { keyText, pairsOf } from '../schema/yamlNodes';
import type { PeerNames } from '../workspacePeers';

export class CompletionFeature {
  constructor(private readonly peers: PeerNames) {}

  async complete(document: PalDocument, position: Position): Promise<CompletionItem[]> {
    const text = document.text.getText();
    const offset = document.text.offsetAt(position);
    const lineStart = document.text.offsetAt({ line: position.line, character: 0 });
    const before = text.slice(lineStart, offset);
    if (/(?:^|\s)#/.test(before)) return [];
    const location = locate(document.parsed().yaml, text, offset, document.schema);
    const word = /[\w.$-]*$/.exec(before)![0];
    const range: Range = {
      start: { line: position.line, character: position.character - word.length },
      end: position,
    };
    const afterKey = /^[\s-]*(?:.*[{,]\s*)?[\w"']+\s*:\s/.test(before) && !/[{,]\s*\w*$/.test(before);
    if (afterKey && location.field?.key === 'peer' && location.part !== 'key') {
      return (await this.peers()).map(({ name, uuid, alive }) => ({
        label: name,
        kind: CompletionItemKind.Reference,
        detail: alive ? 'running' : 'dead',
        documentation: uuid,
        textEdit: { range, newText: name },
        sortText: `${alive ? 0 : 1}${name}`,
      }));
    }
    if (afterKey && location.field !== undefined && location.part !== 'key') {
      return words(location.field.value).map((value) => ({
        label: value.value,
        kind: CompletionItemKind.EnumMember,
        documentation: { kind: MarkupKind.Markdown, value: value.doc },
        textEdit: { range, newText: value.value },
      }));
    }
    if (afterKey || (location.part === 'value' && location.map?.flow !== true)) return [];
    const present = new Set(location.map ? pairsOf(location.map).map(keyText) : []);
    const own = location.part === 'key' && location.pair ? keyText(location.pair) : undefined;
    const indent = ' '.repeat(range.start.character);
    return location.mapping.fields
      .filter((field) => field.key === own || !present.has(field.key))
      .map((field, index) => ({
        label: field.key,
        kind: CompletionItemKind.Property,
        detail: `${describeValue(field.value)}${field.required ? ' · required' : ''}`,
        documentation: { kind: MarkupKind.Markdown, value: documentationOf(field) },
        insertTextFormat: InsertTextFormat.Snippet,
        textEdit: { range, newText: snippet(field, indent, text.slice(offset)) },
        sortText: `${field.required ? 0 : 1}${String(index).padStart(2, '0')}`,
      }));
  }
}

/** Documentation of a key: what it means, what it takes, what holds without it. */
export function documentationOf(field: FieldSchema): string {
  const lines = [field.doc];
  if (field.fallback !== undefined) lines.push(`Default: ${field.fallback}.`);
  if (field.value.kind === 'enum') {
    lines.push(field.value.values.map((value) => `- \`${value.value}\` ${value.doc}`).join('\n'));
  } else if (field.example !== undefined) lines.push(`Example: \`${field.key}: ${field.example}\``);
  return lines.join('\n\n');
}

function words(schema: ValueSchema): readonly { value: string; doc: string }[] {
  if (schema.kind === 'enum') return schema.values;
  if (schema.kind === 'boolean') {
    return [
      { value: 'true', doc: '' },
      { value: 'false', doc: '' },
    ];
  }
  return [];
}

/** The key with a colon and what it takes; nothing is added when the colon is there already. */
function snippet(field: FieldSchema, indent: string, after: string): string {
  if (/^\s*:/.test(after)) return field.key;
  switch (field.value.kind) {
    case 'mapping': {
      const required = field.value.fields.filter((child) => child.required);
      const lines = required.map((child, index) => `\n${indent}  ${child.key}: $${index + 1}`);
      return `${field.key}:${lines.length > 0 ? lines.join('') : `\n${indent}  $0`}`;
    }
    case 'list': {
      if (field.value.item.kind !== 'mapping') return `${field.key}: [$1]`;
      return `${field.key}:\n${indent}  - $0`;
    }
    case 'enum':
      return `${field.key}: \${1|${field.value.values.map((value) => value.value).join(',')}|}`;
    default:
      return `${field.key}: $1`;
  }
}
