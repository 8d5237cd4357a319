/** The part of a recording around one message, as a read-only document that opens at that message. */
import type { LogRecord } from 'pal-runtime/directory/directory';
import * as vscode from 'vscode';
import { languages, operationScheme } from '../../contributions';
import { DisposableStore, type Disposable } from '../../core/disposableStore';
import { formatCount } from '../../core/format';
import { logLabel, logPath } from '../../core/logModel';
import type { MessagePlace } from '../../core/stream/streamPanel';
import { t } from '../../platform/l10n';

interface Shown {
  readonly text: string;
  readonly base: string;
}

/** Documents whose text is kept; older ones are closed or read again by opening them again. */
const keptMax = 20;

export class OperationDocuments implements vscode.TextDocumentContentProvider, Disposable {
  readonly #store = new DisposableStore();
  readonly #changes = new vscode.EventEmitter<vscode.Uri>();
  readonly #shown = new Map<string, Shown>();
  readonly onDidChange = this.#changes.event;

  constructor() {
    this.#store.push(this.#changes);
    this.#store.push(vscode.workspace.registerTextDocumentContentProvider(operationScheme, this));
  }

  /** @throws Error when the log does not hold the message */
  async open(log: LogRecord, place: MessagePlace, base: string): Promise<void> {
    const label = logLabel(log);
    const options = {
      location: vscode.ProgressLocation.Notification,
      title: t('Reading {name}', { name: label }),
      cancellable: true,
    };
    const found = await vscode.window.withProgress(options, async (_progress, token) => {
      const abort = new AbortController();
      token.onCancellationRequested(() => abort.abort());
      const { openLog } = await import(/* webpackChunkName: "logReaders" */ 'pal-runtime/log/openLog');
      const { operationWindow } = await import(/* webpackChunkName: "stream" */ '../../core/stream/operationWindow');
      const reader = await openLog(log.kind === 'chronicle' ? `file:${logPath(log)}` : log.name);
      try {
        const window = await operationWindow(reader, place, base, abort.signal);
        if (token.isCancellationRequested) throw new vscode.CancellationError();
        return window;
      } finally {
        await reader.close();
      }
    });
    if (found === undefined) {
      throw new Error(t('{name} does not hold this message: it may not have been written yet.', { name: label }));
    }
    const heading = t('# {name}, messages {first} to {last}', {
      name: label,
      first: formatCount(found.first),
      last: formatCount(found.last),
    });
    const uri = vscode.Uri.from({
      scheme: operationScheme,
      path: `/${label} @${found.first + found.line}`,
      query: log.uuid,
    });
    this.#keep(uri.toString(), { text: `${heading}\n${found.text}`, base });
    this.#changes.fire(uri);
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.languages.setTextDocumentLanguage(document, languages.log);
    const line = found.line + 1;
    const editor = await vscode.window.showTextDocument(document, {
      preview: true,
      selection: new vscode.Range(line, 0, line, 0),
    });
    editor.revealRange(new vscode.Range(line, 0, line, 0), vscode.TextEditorRevealType.InCenter);
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.#shown.get(uri.toString())?.text ?? t('# Open this again from the stream.');
  }

  /** Folder that relative source files of a document lie in. */
  baseOf(uri: vscode.Uri): string | undefined {
    return this.#shown.get(uri.toString())?.base;
  }

  dispose(): void {
    this.#store.dispose();
  }

  #keep(key: string, shown: Shown): void {
    this.#shown.delete(key);
    this.#shown.set(key, shown);
    if (this.#shown.size > keptMax) this.#shown.delete(this.#shown.keys().next().value!);
  }
}
