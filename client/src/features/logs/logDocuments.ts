/**
 * A log as a read-only document: the operation tree as `pal log print` prints it, coloured by the `pal-log` grammar. The beginning of a long log
 * only, and said so: a document of more than a few megabytes makes the editor slow, and nobody reads it.
 */
import * as vscode from 'vscode';
import type { LogRecord } from 'pal-runtime/directory/directory';
import { languages, logScheme } from '../../contributions';
import { DisposableStore, type Disposable } from '../../core/disposableStore';
import { logLabel, logPath } from '../../core/logModel';
import { t } from '../../platform/l10n';
import type { Runtime } from '../../platform/runtime';

const maxDocumentBytes = 2 * 1024 * 1024;

export class LogDocuments implements vscode.TextDocumentContentProvider, Disposable {
  readonly #changes = new vscode.EventEmitter<vscode.Uri>();
  readonly #store = new DisposableStore();
  readonly onDidChange = this.#changes.event;

  constructor(private readonly runtime: Runtime) {
    this.#store.push(this.#changes);
    this.#store.push(vscode.workspace.registerTextDocumentContentProvider(logScheme, this));
  }

  async open(log: LogRecord): Promise<void> {
    const name = log.kind === 'chronicle' ? `file:${logPath(log)}` : log.name;
    const uri = vscode.Uri.from({ scheme: logScheme, path: `/${logLabel(log)}`, query: name });
    this.#changes.fire(uri); // a log that grew since it was last open is printed anew
    const location = { location: vscode.ProgressLocation.Window, title: t('Reading {name}', { name: logLabel(log) }) };
    const document = await vscode.window.withProgress(location, () => vscode.workspace.openTextDocument(uri));
    await vscode.languages.setTextDocumentLanguage(document, languages.log);
    await vscode.window.showTextDocument(document, { preview: true });
  }

  async provideTextDocumentContent(uri: vscode.Uri, token: vscode.CancellationToken): Promise<string> {
    const abort = new AbortController();
    const cancelled = token.onCancellationRequested(() => abort.abort());
    try {
      const { text, cut } = await this.runtime.read(
        ['log', 'print', '--tree', '--with-values', '--with-location', uri.query],
        maxDocumentBytes,
        abort.signal,
      );
      if (text === '') return t('# This log holds no operations yet.');
      if (!cut) return text;
      const whole = text.slice(0, text.lastIndexOf('\n') + 1);
      return whole + t('# The log goes on. All of it: pal log print --tree --with-values {name}', { name: uri.query });
    } finally {
      cancelled.dispose();
    }
  }

  dispose(): void {
    this.#store.dispose();
  }
}
