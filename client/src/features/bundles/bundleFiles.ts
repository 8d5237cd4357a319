/**
 * The bundle files of the workspace: found by name, and among open YAML documents by content. Searched when somebody looks, then kept by events.
 */
import { isBundleFile } from 'pal-runtime/intercept/bundleFile';
import * as vscode from 'vscode';
import { glanceAtBundle, type BundleFile } from '../../core/bundleModel';
import { DisposableStore, type Disposable } from '../../core/disposableStore';
import { Emitter, type Event } from '../../core/emitter';
import { describeError, type Logger } from '../../core/logger';

const pattern = '**/*.pal.{yaml,yml}';
/** More bundles than this in one workspace are a mistake of the search, not bundles. */
const maxFiles = 1000;
const typingMillis = 500;

export class BundleFiles implements Disposable {
  readonly #files = new Map<string, BundleFile>();
  readonly #changes: Emitter<void>;
  readonly #typing = new Map<string, NodeJS.Timeout>();
  #searched = false;

  constructor(private readonly log: Logger) {
    this.#changes = new Emitter((error) => log.error(`bundles: ${describeError(error)}`));
  }

  get files(): readonly BundleFile[] {
    return [...this.#files.values()];
  }

  get onDidChange(): Event<void> {
    return this.#changes.event;
  }

  /** Finds the files and follows them until the result is disposed. */
  follow(): Disposable {
    const store = new DisposableStore();
    const watcher = store.push(vscode.workspace.createFileSystemWatcher(pattern));
    store.push(watcher.onDidCreate((uri) => void this.#read(uri)));
    store.push(watcher.onDidChange((uri) => void this.#read(uri)));
    store.push(watcher.onDidDelete((uri) => this.#remove(uri)));
    store.push(vscode.workspace.onDidOpenTextDocument((document) => this.#look(document)));
    store.push(vscode.workspace.onDidChangeTextDocument(({ document }) => this.#lookSoon(document)));
    store.push(
      vscode.languages.onDidChangeDiagnostics(({ uris }) => {
        if (uris.some((uri) => this.#files.has(uri.toString()))) this.#changes.fire();
      }),
    );
    store.push({ dispose: () => this.#stopTyping() });
    void this.search();
    return store;
  }

  /** True once the workspace was searched: from then on an empty list means that there are none. */
  get searched(): boolean {
    return this.#searched;
  }

  async search(): Promise<void> {
    const found = await vscode.workspace.findFiles(pattern, '**/node_modules/**', maxFiles);
    await Promise.all(found.map((uri) => this.#read(uri)));
    for (const document of vscode.workspace.textDocuments) this.#look(document);
    const open = new Set(vscode.workspace.textDocuments.map(({ uri }) => uri.toString()));
    const present = new Set(found.map((uri) => uri.toString()));
    for (const uri of this.#files.keys()) if (!present.has(uri) && !open.has(uri)) this.#files.delete(uri);
    this.#searched = true;
    this.#changes.fire();
  }

  dispose(): void {
    this.#stopTyping();
    this.#changes.dispose();
  }

  async #read(uri: vscode.Uri): Promise<void> {
    try {
      const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
      const text = open?.getText() ?? new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
      this.#put(uri, text);
    } catch (error) {
      this.log.debug(`bundles: ${describeError(error)}`); // it went while it was looked at
      this.#remove(uri);
    }
  }

  #look(document: vscode.TextDocument): void {
    if (document.languageId !== 'yaml' || document.uri.scheme !== 'file') return;
    const text = document.getText();
    if (isBundleFile(document.uri.path, text)) this.#put(document.uri, text);
    else this.#remove(document.uri);
  }

  #lookSoon(document: vscode.TextDocument): void {
    if (document.languageId !== 'yaml') return;
    const key = document.uri.toString();
    clearTimeout(this.#typing.get(key));
    const look = (): void => {
      this.#typing.delete(key);
      this.#look(document);
    };
    this.#typing.set(key, setTimeout(look, typingMillis));
  }

  #put(uri: vscode.Uri, text: string): void {
    const path = vscode.workspace.asRelativePath(uri).replaceAll('\\', '/');
    this.#files.set(uri.toString(), { uri: uri.toString(), path, ...glanceAtBundle(text) });
    this.#changes.fire();
  }

  #remove(uri: vscode.Uri): void {
    if (this.#files.delete(uri.toString())) this.#changes.fire();
  }

  #stopTyping(): void {
    for (const timer of this.#typing.values()) clearTimeout(timer);
    this.#typing.clear();
  }
}
