/** What the views of the directory share: the state line, the progress bar of the first read, commands that work on rows of both. */
import * as vscode from 'vscode';
import type { PalApi } from '../api';
import { commands, contextKeys, views } from '../contributions';
import { DisposableStore, type Disposable } from '../core/disposableStore';
import type { DirectorySnapshot } from '../core/directoryStore';
import { formatClock } from '../core/format';
import type { NodeModel } from '../core/nodeModel';
import { t } from '../platform/l10n';
import type { ModelTree } from '../platform/modelTree';
import type { Services } from '../services';
import { registerLogs } from './logs/register';
import { registerPeers } from './peers/register';

/** Both views, and what they have in common. */
export function register(services: Services): Disposable & Pick<PalApi, 'rows'> {
  const { directory, contextKeys: keys } = services;
  const store = new DisposableStore();
  const logs = store.push(registerLogs(services));
  const peers = store.push(registerPeers(services, logs.tree));
  const trees: readonly (readonly [string, ModelTree])[] = [
    [views.peers, peers.tree],
    [views.logs, logs.tree],
  ];
  const show = (snapshot: DirectorySnapshot): void => {
    keys.set(contextKeys.directoryPhase, snapshot.phase);
    for (const [, tree] of trees) showState(tree.view, snapshot);
    if (snapshot.phase === 'loading') showProgress(services);
  };
  store.push(directory.onDidChange(show));
  show(directory.snapshot);

  const selected = (item: unknown, items: unknown): readonly NodeModel[] => {
    const ids = Array.isArray(items) && items.length > 0 ? items : item === undefined ? selection(trees) : [item];
    return ids.flatMap((id) => (typeof id === 'string' ? (nodeOf(trees, id) ?? []) : []));
  };
  store.push(
    services.commands.register([
      {
        id: commands.refresh,
        run: async () => {
          services.logFacts.invalidate();
          await directory.refresh();
        },
      },
      {
        id: commands.copy,
        run: (item, items) =>
          copy(
            selected(item, items)
              .map((node) => node.copyText)
              .join('\n'),
          ),
      },
      {
        id: commands.copyDetails,
        run: (item, items) => copy(details(services, selected(item, items))),
      },
      {
        id: commands.showMore,
        run: (viewId, id) => {
          if (typeof id === 'string') trees.find(([name]) => name === viewId)?.[1].showMore(id);
        },
      },
    ]),
  );
  return {
    rows: (view) => trees.find(([id]) => id === view)?.[1].rows() ?? [],
    dispose: () => store.dispose(),
  };
}

/** Old data is said to be old, with the reason; good data needs no words. */
function showState(view: vscode.TreeView<string>, { phase, updatedAt, error }: DirectorySnapshot): void {
  const stale = phase === 'stale' && updatedAt !== undefined;
  view.description = stale ? t('stale since {time}', { time: formatClock(updatedAt) }) : '';
  view.message = stale ? t('The directory cannot be read: {error}', { error: error ?? '' }) : '';
}

function showProgress({ directory }: Services): void {
  const loaded = new Promise<void>((resolve) => {
    const waiting = directory.onDidChange(({ phase }) => {
      if (phase === 'loading') return;
      waiting.dispose();
      resolve();
    });
  });
  for (const viewId of [views.peers, views.logs])
    void vscode.window.withProgress({ location: { viewId } }, () => loaded);
}

function selection(trees: readonly (readonly [string, ModelTree])[]): readonly string[] {
  return trees.flatMap(([, tree]) => (tree.view.visible ? tree.view.selection : []));
}

function nodeOf(trees: readonly (readonly [string, ModelTree])[], id: string): NodeModel | undefined {
  for (const [, tree] of trees) {
    const node = tree.node(id);
    if (node !== undefined) return node;
  }
  return undefined;
}

/** Records as JSON, as the directory holds them, with what is known about logs. */
function details({ directory, logFacts }: Services, nodes: readonly NodeModel[]): string {
  const records = nodes.map(({ id, label, description }) => {
    const uuid = id.slice(id.indexOf(':') + 1);
    const log = id.startsWith('log:') ? directory.logRecord(uuid) : undefined;
    if (log !== undefined) return { ...log, facts: logFacts.get(uuid) };
    return (id.startsWith('peer:') ? directory.peer(uuid) : undefined) ?? { [label]: description };
  });
  return JSON.stringify(records.length === 1 ? records[0] : records, undefined, 2);
}

async function copy(text: string): Promise<void> {
  if (text !== '') await vscode.env.clipboard.writeText(text);
}
