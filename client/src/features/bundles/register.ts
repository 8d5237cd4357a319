/**
 * Intercept bundles in the editor: the language client, started when the first bundle is open. A window in which nobody looks at a bundle runs
 * no server; a YAML file costs one look at its root keys.
 */
import { isBundleFile } from 'pal-runtime/intercept/bundleFile';
import * as vscode from 'vscode';
import { commands } from '../../contributions';
import { DisposableStore, toDisposable, type Disposable } from '../../core/disposableStore';
import { describeError } from '../../core/logger';
import type { Services } from '../../services';

interface RunningClient {
  stop(): Promise<void>;
}

export function register(services: Services): Disposable & { stopped(): Promise<void> } {
  const store = new DisposableStore();
  let client: Promise<RunningClient> | undefined;

  const start = (): void => {
    client ??= import(/* webpackChunkName: "languageClient" */ './languageClient')
      .then(({ startLanguageClient }) => startLanguageClient(services.extensionPath))
      .catch((error: unknown) => {
        client = undefined;
        services.log.error(`language server: ${describeError(error)}`);
        throw error;
      });
    client.catch(() => undefined); // logged above; `restart` reports it to who asked
  };
  const look = (document: vscode.TextDocument): void => {
    if (client !== undefined || store.isDisposed || document.languageId !== 'yaml') return;
    if (isBundleFile(document.uri.path, document.getText())) start();
  };
  const stop = async (): Promise<void> => {
    const running = client;
    client = undefined;
    await (await running?.catch(() => undefined))?.stop();
  };

  store.push(vscode.workspace.onDidOpenTextDocument(look));
  store.push(vscode.workspace.onDidChangeTextDocument(({ document }) => look(document)));
  store.push(
    services.commands.register([
      {
        id: commands.restartServer,
        run: async () => {
          await stop();
          start();
          await client;
        },
      },
    ]),
  );
  vscode.workspace.textDocuments.forEach(look);

  let stopping: Promise<void> | undefined;
  store.push(
    toDisposable(() => {
      stopping = stop();
    }),
  );
  return { dispose: () => store.dispose(), stopped: async () => stopping };
}
