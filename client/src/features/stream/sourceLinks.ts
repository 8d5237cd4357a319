/**
 * Links from lines of streams and logs to the source. Only files that exist become links, and a link only ever opens a file: what a program recorded decides
 * nothing else.
 */
import { stat } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import * as vscode from 'vscode';
import { sourceLink, type SourceLink } from '../../core/stream/sourceLinks';

/** Files that do not exist may come to exist, and the other way round. */
const rememberMillis = 10_000;
const rememberedMax = 2_000;

export class SourceLinkProvider implements vscode.DocumentLinkProvider {
  readonly #known = new Map<string, { readonly at: number; readonly file: Promise<boolean> }>();

  /** @param baseOf folder that relative files of this document lie in, when the document says */
  constructor(private readonly baseOf: (document: vscode.TextDocument) => string | undefined) {}

  async provideDocumentLinks(
    document: vscode.TextDocument,
    token: vscode.CancellationToken,
  ): Promise<vscode.DocumentLink[]> {
    const bases = this.#bases(document);
    const links: vscode.DocumentLink[] = [];
    for (const [line, text] of document.getText().split('\n').entries()) {
      const found = text.includes('  (') ? sourceLink(text.replace(/\r$/, '')) : undefined;
      if (found === undefined) continue;
      const file = await this.#resolve(found, bases);
      if (token.isCancellationRequested) return [];
      if (file === undefined) continue;
      const range = new vscode.Range(line, found.start, line, found.start + found.length);
      links.push(new vscode.DocumentLink(range, vscode.Uri.file(file).with({ fragment: `L${found.line}` })));
    }
    return links;
  }

  #bases(document: vscode.TextDocument): readonly string[] {
    const base = this.baseOf(document);
    const folders = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath);
    return base === undefined || base === '' ? folders : [base, ...folders];
  }

  async #resolve({ file }: SourceLink, bases: readonly string[]): Promise<string | undefined> {
    for (const candidate of isAbsolute(file) ? [file] : bases.map((base) => join(base, file))) {
      if (await this.#isFile(candidate)) return candidate;
    }
    return undefined;
  }

  #isFile(path: string): Promise<boolean> {
    const known = this.#known.get(path);
    const now = Date.now();
    if (known !== undefined && now - known.at < rememberMillis) return known.file;
    if (this.#known.size >= rememberedMax) this.#known.clear();
    const file = stat(path).then(
      (found) => found.isFile(),
      () => false,
    );
    this.#known.set(path, { at: now, file });
    return file;
  }
}
