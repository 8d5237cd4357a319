/**
 * Links from lines of streams and logs to the source. Only files that exist become links, and a link only ever opens a file: what a program recorded decides
 * nothing else.
 */
import { stat } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import * as vscode from 'vscode';
import { sourceLink, type SourceLink } from '../../core/stream/sourceLinks';

/** Files that do not exist may come to exist, and the other way round. */
const rememberMillis = 10_000;
const rememberedMax = 2_000;
/** A panel has many thousand lines: the extension host does other things in between. */
const linesAtOnce = 2_000;

export class SourceLinkProvider implements vscode.DocumentLinkProvider {
  readonly #known = new Map<string, { readonly at: number; readonly file: Promise<boolean> }>();

  /** @param baseOf folder that relative files of this document lie in, when the document says */
  constructor(private readonly baseOf: (document: vscode.TextDocument) => string | undefined) {}

  async provideDocumentLinks(
    document: vscode.TextDocument,
    token: vscode.CancellationToken,
  ): Promise<vscode.DocumentLink[]> {
    const found: (SourceLink & { readonly at: number })[] = [];
    const lines = document.getText().split('\n');
    for (const [at, text] of lines.entries()) {
      if (at % linesAtOnce === linesAtOnce - 1) await nextTurn();
      if (token.isCancellationRequested) return [];
      const link = sourceLink(text);
      if (link !== undefined) found.push({ ...link, at });
    }
    const bases = this.#bases(document);
    const names = [...new Set(found.map(({ file }) => file))];
    const resolved = await Promise.all(names.map((name) => this.#resolve(name, bases)));
    const files = new Map(names.map((name, index) => [name, resolved[index]]));
    return found.flatMap(({ at, start, length, file, line }) => {
      const path = files.get(file);
      if (path === undefined) return [];
      const target = vscode.Uri.file(path).with({ fragment: `L${line}` });
      return [new vscode.DocumentLink(new vscode.Range(at, start, at, start + length), target)];
    });
  }

  #bases(document: vscode.TextDocument): readonly string[] {
    const base = this.baseOf(document);
    const folders = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath);
    return base === undefined || base === '' ? folders : [base, ...folders];
  }

  async #resolve(file: string, bases: readonly string[]): Promise<string | undefined> {
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
