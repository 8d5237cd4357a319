/** The views of the side bar, and what they have in common: the state line, progress of the first read, commands that work on rows of all of them. */
import * as vscode from 'vscode';
import type { PalApi } from '../api';
import { commands, contextKeys, views } from '../contributions';
import { DisposableStore, type Disposable } from '../core/disposableStore';
import type { DirectorySnapshot } from '../core/directoryStore';
import { formatClock } from '../core/format';
import type { NodeModel } from '../core/nodeModel';
import type { CommandEntry } from '../platform/commands';
import { t } from '../platform/l10n';
import type { ModelTree } from '../platform/modelTree';
import type { Services } from '../services';
import { registerBundlesView } from './bundles/bundlesView';
import { registerDetails } from './details';
import { registerLogs } from './logs/register';
import { registerPeers } from './peers/register';

export function register(services: Services): Disposable & Pick<PalApi, 'rows'> {
  const { directory, contextKeys: keys, logFacts } = services;
  const store = new DisposableStore();
  const logs = store.push(registerLogs(services));
  const peers = store.push(registerPeers(services));
  const bundles = store.push(registerBundlesView(services));
  const trees = [peers.tree, logs.tree, bundles.tree];
  const show = (snapshot: DirectorySnapshot): void => {
    keys.set(contextKeys.directoryPhase, snapshot.phase);
    for (const tree of [peers.tree, logs.tree]) showState(tree, snapshot);
    if (snapshot.phase === 'loading') showProgress(services);
  };
  store.push(directory.onDidChange(show));
  show(directory.snapshot);

  const find = (id: string): NodeModel | undefined => trees.map((tree) => tree.node(id)).find((node) => node);
  const selected = (item: unknown, items: unknown): readonly NodeModel[] => {
    const focused = trees.flatMap((tree) => (tree.view.visible ? tree.view.selection : []));
    const ids: readonly unknown[] =
      Array.isArray(items) && items.length > 0 ? items : item === undefined ? focused : [item];
    return ids.flatMap((id) => (typeof id === 'string' ? (find(id) ?? []) : []));
  };
  const reveal = async (tree: ModelTree, id: string): Promise<void> => {
    await vscode.commands.executeCommand(`${tree.viewId}.focus`);
    await tree.reveal(id);
  };
  store.push(registerDetails(services, (item) => selected(item, undefined)[0]));
  store.push(
    services.commands.register([
      {
        id: commands.refresh,
        run: async () => {
          logFacts.invalidate();
          await Promise.all([directory.refresh(), bundles.tree.view.visible ? bundles.refresh() : undefined]);
        },
      },
      { id: commands.refreshItem, run: (item) => refreshItem(services, selected(item, undefined)[0]?.id ?? '') },
      {
        id: commands.copy,
        run: (item, items) => {
          const nodes = selected(item, items);
          return copy(nodes.map((node) => node.copyText).join('\n'));
        },
      },
      { id: commands.copyDetails, run: (item, items) => copy(details(services, selected(item, items))) },
      {
        id: commands.revealPeerLog,
        run: async (item) => {
          const log = directory.peer(uuidOf(selected(item, undefined)[0]?.id))?.walLog;
          if (log === undefined) throw new Error(t('This peer writes no log.'));
          await reveal(logs.tree, `log:${log}`);
        },
      },
      {
        id: commands.revealLogPeer,
        run: async (item) => {
          const uuid = uuidOf(selected(item, undefined)[0]?.id);
          const peer = directory.snapshot.peers.find(({ walLog }) => walLog === uuid);
          if (peer === undefined) throw new Error(t('The peer that wrote this log is no longer in the directory.'));
          await reveal(peers.tree, `peer:${peer.uuid}`);
        },
      },
      {
        id: commands.showMore,
        run: (viewId, id) => {
          if (typeof id === 'string') trees.find((tree) => tree.viewId === viewId)?.showMore(id);
        },
      },
      filterCommand(commands.filterPeers, peers.tree),
      filterCommand(commands.filterLogs, logs.tree),
      filterCommand(commands.filterBundles, bundles.tree),
    ]),
  );
  return {
    rows: (view) => trees.find((tree) => tree.viewId === view)?.rows() ?? [],
    dispose: () => store.dispose(),
  };
}

function filterCommand(id: string, tree: ModelTree): CommandEntry {
  return {
    id,
    run: async () => {
      const value = await vscode.window.showInputBox({
        title: t('Filter'),
        prompt: t('Show only rows that contain these words. Nothing shows all of them.'),
        value: tree.filter,
      });
      if (value !== undefined) tree.filter = value.trim();
    },
  };
}

/** Old data is said to be old, with the reason; good data needs no words. */
function showState(tree: ModelTree, { phase, updatedAt, error }: DirectorySnapshot): void {
  const stale = phase === 'stale' && updatedAt !== undefined;
  tree.note = stale ? t('stale since {time}', { time: formatClock(updatedAt) }) : '';
  // Without data the welcome text says it, which a message would hide.
  tree.view.message = stale ? t('The directory cannot be read: {error}', { error: error ?? '' }) : '';
}

function showProgress({ directory }: Services): void {
  const loaded = new Promise<void>((resolve) => {
    const waiting = directory.onDidChange(({ phase }) => {
      if (phase === 'loading') return;
      waiting.dispose();
      resolve();
    });
  });
  for (const viewId of [views.peers, views.logs]) {
    void vscode.window.withProgress({ location: { viewId } }, () => loaded);
  }
}

async function refreshItem({ directory, logFacts }: Services, id: string): Promise<void> {
  const uuid = uuidOf(id);
  const log = directory.logRecord(uuid);
  if (log !== undefined) logFacts.reread(log);
  else await directory.refreshPeer(uuid);
}

function uuidOf(id: string | undefined): string {
  return id === undefined ? '' : id.slice(id.indexOf(':') + 1);
}

/** Records as JSON, as the directory holds them, with what is known about logs. */
function details({ directory, logFacts }: Services, nodes: readonly NodeModel[]): string {
  const records = nodes.map(({ id, label, description }) => {
    const uuid = uuidOf(id);
    const log = id.startsWith('log:') ? directory.logRecord(uuid) : undefined;
    if (log !== undefined) return { ...log, facts: logFacts.get(uuid) };
    return (id.startsWith('peer:') ? directory.peer(uuid) : undefined) ?? { [label]: description };
  });
  return JSON.stringify(records.length === 1 ? records[0] : records, undefined, 2);
}

async function copy(text: string): Promise<void> {
  if (text !== '') await vscode.env.clipboard.writeText(text);
}
