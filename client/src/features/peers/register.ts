/** View of the peers, and what can be done with one. */
import * as vscode from 'vscode';
import { commands, views } from '../../contributions';
import { DisposableStore, type Disposable } from '../../core/disposableStore';
import { peerLabel, peerNodes } from '../../core/peerModel';
import { needsTrust } from '../../platform/commands';
import { t } from '../../platform/l10n';
import { ModelTree } from '../../platform/modelTree';
import type { Services } from '../../services';

export function registerPeers(services: Services): Disposable & { readonly tree: ModelTree } {
  const { directory } = services;
  const store = new DisposableStore();
  const tree = store.push(
    new ModelTree({
      viewId: views.peers,
      build: () => peerNodes(directory.snapshot.peers, { logs: directory.snapshot.logs, now: Date.now(), t }),
      onVisible: () => directory.hold(),
    }),
  );
  store.push(directory.onDidChange(() => tree.update()));
  store.push(
    services.commands.register([
      { id: commands.prunePeers, run: () => prune(services) },
      { id: commands.stopPeer, run: (item, items) => stop(services, uuids(tree, item, items)), whenDown: needsTrust },
      { id: commands.removePeer, run: (item, items) => remove(services, uuids(tree, item, items)) },
    ]),
  );
  return { tree, dispose: () => store.dispose() };
}

/** UUIDs of the peers that a menu was opened on; without one, of those that are selected. */
function uuids(tree: ModelTree, item: unknown, items: unknown): readonly string[] {
  const ids = Array.isArray(items) && items.length > 0 ? items : item === undefined ? tree.view.selection : [item];
  return ids.flatMap((id) => (typeof id === 'string' ? id.slice(id.indexOf(':') + 1) : []));
}

async function prune({ directory }: Services): Promise<void> {
  const count = await directory.pruneDeadPeers();
  const message = count === 1 ? t('1 dead peer was removed.') : t('{count} dead peers were removed.', { count });
  void vscode.window.setStatusBarMessage(count === 0 ? t('There are no dead peers.') : message, 5000);
}

async function remove({ directory }: Services, ids: readonly string[]): Promise<void> {
  const live = ids.flatMap((uuid) => directory.peer(uuid) ?? []).filter((peer) => peer.alive);
  if (live.length > 0) {
    const name = live.map(peerLabel).join(', ');
    const go = t('Remove Entry');
    const detail = t('It keeps running, but nobody finds it in the directory any more. Stop its process to end it.');
    const question = t('Remove {name} from the directory?', { name });
    if ((await vscode.window.showWarningMessage(question, { modal: true, detail }, go)) !== go) return;
  }
  await directory.removePeers(ids);
}

/** Asks the processes to end. They drain what is recorded and leave the directory by themselves, which the view then shows. */
async function stop({ directory }: Services, ids: readonly string[]): Promise<void> {
  const peers = ids.flatMap((uuid) => directory.peer(uuid) ?? []).filter((peer) => peer.alive);
  const here = peers.flatMap((peer) => (peer.pid === undefined ? [] : [{ peer, pid: peer.pid }]));
  if (here.length === 0) throw new Error(t('This peer has no process on this machine to stop.'));
  const name = here.map(({ peer }) => peerLabel(peer)).join(', ');
  const go = t('Stop');
  const detail =
    process.platform === 'win32'
      ? t('Windows ends the process at once; what it recorded last may be missing.')
      : t('The process gets SIGTERM; what it recorded is written before it ends.');
  if ((await vscode.window.showWarningMessage(t('Stop {name}?', { name }), { modal: true, detail }, go)) !== go) return;
  for (const { pid } of here) {
    try {
      process.kill(pid, 'SIGTERM');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}
