/**
 * Open documents and their parsed form. A document is parsed once per version, when a feature first asks; the result is dropped with the
 * version. Documents that are not PAL files are known to be so without being parsed.
 *
 * The parser is told what PAL's is: YAML 1.1, merge keys, doubled keys allowed (the last one wins).
 */
import { isBundleFile } from 'pal-runtime/intercept/bundleFile';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { parseAllDocuments, parseDocument, type Document } from 'yaml';
import type { MappingSchema } from './schema/schema';
import { bundleSchema } from './schema/bundleSchema';

export interface ParsedDocument {
  /** First document of the stream; PAL reads one. */
  readonly yaml: Document;
  /** Start of a second document, which PAL refuses; undefined as it should be. */
  readonly secondDocument: number | undefined;
}

/** A document that is a PAL file, with its schema. */
export interface PalDocument {
  readonly text: TextDocument;
  readonly schema: MappingSchema;
  parsed(): ParsedDocument;
}

/** Documents by URI; the owner tells about changes (`forget`). */
export class Documents {
  readonly #entries = new Map<string, { version: number; document: PalDocument | undefined }>();

  constructor(private readonly lookup: (uri: string) => TextDocument | undefined) {}

  /** The PAL file with this URI in its current version; undefined when it is closed or something else. */
  get(uri: string): PalDocument | undefined {
    const text = this.lookup(uri);
    if (text === undefined) {
      this.#entries.delete(uri);
      return undefined;
    }
    const known = this.#entries.get(uri);
    if (known?.version === text.version) return known.document;
    const document = isBundleFile(uri, text.getText()) ? openPalDocument(text) : undefined;
    this.#entries.set(uri, { version: text.version, document });
    return document;
  }

  forget(uri: string): void {
    this.#entries.delete(uri);
  }
}

function openPalDocument(text: TextDocument): PalDocument {
  let parsed: ParsedDocument | undefined;
  return { text, schema: bundleSchema, parsed: () => (parsed ??= parse(text.getText())) };
}

const yamlOptions = {
  version: '1.1',
  merge: true,
  uniqueKeys: false,
  prettyErrors: false,
  logLevel: 'silent',
} as const;

function parse(text: string): ParsedDocument {
  const [first, second] = parseAllDocuments(text, yamlOptions) as readonly Document[];
  return { yaml: first ?? parseDocument('', yamlOptions), secondDocument: second?.range?.[0] };
}
