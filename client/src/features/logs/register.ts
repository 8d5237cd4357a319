/** View of the logs, and what can be done with one. */
import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { LogRecord } from 'pal-runtime/directory/directory';
import * as vscode from 'vscode';
import { commands, views } from '../../contributions';
import { DisposableStore, type Disposable } from '../../core/disposableStore';
import { logLabel, logNodes, logPath } from '../../core/logModel';
import { t } from '../../platform/l10n';
import { ModelTree } from '../../platform/modelTree';
import type { Services } from '../../services';
import { LogDocuments } from './logDocuments';

export function registerLogs(services: Services): Disposable & { readonly tree: ModelTree } {
  const { directory, logFacts } = services;
  const store = new DisposableStore();
  const tree: ModelTree = store.push(
    new ModelTree({
      viewId: views.logs,
      build: () => {
        const { logs, peers } = directory.snapshot;
        const writers = new Set(peers.flatMap(({ walLog }) => walLog ?? []));
        const facts = (uuid: string) => logFacts.get(uuid);
        return logNodes(logs, { facts, hasWriter: (uuid) => writers.has(uuid), now: Date.now(), t });
      },
      onVisible: () => {
        const visible = new DisposableStore();
        visible.push(directory.hold());
        visible.push(directory.onDidChange(({ logs }) => logFacts.show(logs)));
        visible.push({ dispose: () => logFacts.hide() });
        logFacts.show(directory.snapshot.logs);
        return visible;
      },
    }),
  );
  store.push(directory.onDidChange(() => tree.update()));
  store.push(logFacts.onDidChange(() => tree.update()));
  const documents = store.push(new LogDocuments(services.runtime));
  const records = (item: unknown, items?: unknown) => {
    const ids = Array.isArray(items) && items.length > 0 ? items : item === undefined ? tree.view.selection : [item];
    return ids.flatMap((id) =>
      typeof id === 'string' ? (directory.logRecord(id.slice(id.indexOf(':') + 1)) ?? []) : [],
    );
  };
  store.push(
    services.commands.register([
      {
        id: commands.openLog,
        run: async (item) => {
          const log = records(item)[0];
          if (log === undefined) throw new Error(t('This log is no longer in the directory.'));
          await documents.open(log);
        },
      },
      {
        id: commands.revealLogInOs,
        run: async (item) => {
          const log = records(item)[0];
          if (log === undefined || !existsSync(logPath(log))) throw new Error(t('This log is no longer on disk.'));
          await vscode.commands.executeCommand('revealFileInOS', vscode.Uri.file(logPath(log)));
        },
      },
      {
        id: commands.renameLog,
        run: async (item) => {
          const log = records(item)[0];
          if (log !== undefined) await rename(services, log);
        },
      },
      { id: commands.removeLog, run: (item, items) => remove(services, records(item, items)) },
    ]),
  );
  return { tree, dispose: () => store.dispose() };
}

type LogRecords = Services['directory']['snapshot']['logs'];

async function remove({ directory, logFacts }: Services, logs: LogRecords): Promise<void> {
  if (logs.length === 0) return;
  const name = logs.map(logLabel).join(', ');
  const forget = t('Remove from List');
  const trash = t('Move to Trash');
  const onDisk = logs.filter((log) => log.kind !== 'kafka' && existsSync(logPath(log)));
  const busy = logs.some((log) => {
    const facts = logFacts.get(log.uuid);
    return facts?.kind === 'known' && facts.info.state === 'open';
  });
  const choices = onDisk.length > 0 && !busy ? [forget, trash] : [forget];
  const detail = busy
    ? t('It is being written: its files can be removed when its peer has ended.')
    : t('Removed from the list, the files stay where they are.');
  const question = t('Remove {name}?', { name });
  const choice = await vscode.window.showWarningMessage(question, { modal: true, detail }, ...choices);
  if (choice === undefined) return;
  if (choice === trash) {
    for (const log of onDisk) {
      await vscode.workspace.fs.delete(vscode.Uri.file(logPath(log)), { recursive: true, useTrash: true });
    }
  }
  await directory.removeLogs(logs.map((log) => log.uuid));
}

/** Gives a recording another file name in the same folder; the directory follows. */
async function rename({ directory, logFacts }: Services, log: LogRecord): Promise<void> {
  if (log.kind !== 'palrec') throw new Error(t('Only recordings (.palrec) can be renamed.'));
  const facts = logFacts.get(log.uuid);
  if (facts?.kind === 'known' && facts.info.state === 'open') {
    throw new Error(t('{name} is being written: rename it when its peer has ended.', { name: logLabel(log) }));
  }
  const old = basename(log.name, '.palrec');
  const name = await vscode.window.showInputBox({
    title: t('Rename Recording'),
    value: old,
    validateInput: (value) => {
      if (value.trim() === '' || /[\\/:*?"<>|]/.test(value)) return t('A file name, please.');
      const taken = value.trim() !== old && existsSync(join(dirname(log.name), `${value.trim()}.palrec`));
      return taken ? t('There is such a file already.') : undefined;
    },
  });
  if (name === undefined || name.trim() === old) return;
  const target = join(dirname(log.name), `${name.trim()}.palrec`);
  await vscode.workspace.fs.rename(vscode.Uri.file(log.name), vscode.Uri.file(target), { overwrite: false });
  await directory.renameLog(log.uuid, target);
}
