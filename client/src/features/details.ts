/** Details of a peer or a log as a read-only document that follows what the directory says. */
import * as vscode from 'vscode';
import { commands, detailsScheme } from '../contributions';
import { logDetails, peerDetails } from '../core/detailsText';
import { DisposableStore, type Disposable } from '../core/disposableStore';
import type { NodeModel } from '../core/nodeModel';
import { t } from '../platform/l10n';
import type { Services } from '../services';

/** @param nodeOf the row a command means. */
export function registerDetails(services: Services, nodeOf: (item: unknown) => NodeModel | undefined): Disposable {
  const { directory, logFacts } = services;
  const store = new DisposableStore();
  const changes = store.push(new vscode.EventEmitter<vscode.Uri>());
  const refreshOpen = (): void => {
    for (const { uri } of vscode.workspace.textDocuments) if (uri.scheme === detailsScheme) changes.fire(uri);
  };
  store.push(directory.onDidChange(refreshOpen));
  store.push(logFacts.onDidChange(refreshOpen));
  store.push(
    vscode.workspace.registerTextDocumentContentProvider(detailsScheme, {
      onDidChange: changes.event,
      provideTextDocumentContent: (uri) => textOf(services, uri.query),
    }),
  );
  store.push(
    services.commands.register([
      {
        id: commands.showDetails,
        run: async (item) => {
          const node = nodeOf(item);
          if (node === undefined) return;
          const { id, label } = node;
          const path = `/${id.startsWith('peer:') ? t('Peer') : t('Log')} ${label}`;
          const uri = vscode.Uri.from({ scheme: detailsScheme, path, query: id });
          const document = await vscode.workspace.openTextDocument(uri);
          await vscode.languages.setTextDocumentLanguage(document, 'yaml');
          await vscode.window.showTextDocument(document, { preview: true });
        },
      },
    ]),
  );
  return store;
}

function textOf({ directory, logFacts }: Services, id: string): string {
  const uuid = id.slice(id.indexOf(':') + 1);
  const { peers, logs } = directory.snapshot;
  const peer = id.startsWith('peer:') ? directory.peer(uuid) : undefined;
  if (peer !== undefined) return peerDetails(peer, logs, Date.now());
  const log = id.startsWith('log:') ? directory.logRecord(uuid) : undefined;
  if (log !== undefined)
    return logDetails(
      log,
      logFacts.get(uuid),
      peers.find(({ walLog }) => walLog === uuid),
    );
  return `# ${t('It is no longer in the directory.')}\n`;
}
