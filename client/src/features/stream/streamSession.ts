/** One watched peer: its receiving thread, its output panel and its item in the status bar. */
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { PeerRecord } from 'pal-runtime/directory/directory';
import { pubAddressOf } from 'pal-runtime/pub/subscriber';
import * as vscode from 'vscode';
import { commands, languages } from '../../contributions';
import { DisposableStore, toDisposable, type Disposable } from '../../core/disposableStore';
import { peerLabel } from '../../core/peerModel';
import { StreamModel } from '../../core/stream/streamModel';
import type { StreamFilter } from '../../core/stream/streamFilter';
import type { StreamEvent, StreamOrder, StreamStart } from '../../core/stream/streamMessages';
import type { StreamStatus } from '../../core/stream/streamStatus';
import { t } from '../../platform/l10n';
import type { Services } from '../../services';

/** Time that the receiving thread has for its last batch. */
const closeMillis = 2_000;

export class StreamSession implements Disposable {
  readonly model: StreamModel;
  readonly channelName: string;
  /** Source files are shown relative to it. */
  readonly base: string;
  readonly #store = new DisposableStore();
  readonly #channel: vscode.OutputChannel;
  readonly #item: vscode.StatusBarItem;
  readonly #worker: Worker;
  /** What the status bar says; for tests. */
  status = '';
  readonly #closed: Promise<void>;

  constructor(
    readonly peer: PeerRecord & { readonly pub: string },
    filter: StreamFilter,
    { extensionPath, log }: Services,
    onConnectionLost: () => void,
  ) {
    const { host, port } = pubAddressOf(peer.pub);
    const name = peerLabel(peer);
    this.channelName = `PAL Stream: ${name}`;
    this.base = baseOf(peer);
    this.#channel = this.#store.push(vscode.window.createOutputChannel(this.channelName, languages.log));
    this.#item = this.#store.push(
      vscode.window.createStatusBarItem(`pal.stream.${peer.uuid}`, vscode.StatusBarAlignment.Left, 0),
    );
    this.#item.name = this.channelName;
    this.#item.command = { command: commands.streamActions, title: '', arguments: [peer.uuid] };
    const start: StreamStart = { host: reachable(host), port, filter, base: this.base };
    this.#worker = new Worker(join(extensionPath, 'client', 'dist', 'streamWorker.js'), { workerData: start });
    this.#store.push(toDisposable(() => void this.#worker.terminate()));
    this.model = new StreamModel(
      { name, address: peer.pub, filter },
      {
        append: (text) => this.#channel.append(text),
        replace: (text) => this.#channel.replace(text),
        status: (status) => this.#showStatus(status),
        trouble: (message) => log.warn(`stream of ${name}: ${message}`),
      },
      (order) => this.#send(order),
      t,
    );
    this.#worker.on('message', (event: StreamEvent) => {
      if (this.#store.isDisposed) return; // the thread ends a moment later than its panel
      if (event.kind !== 'closed') this.model.event(event);
      if (event.kind === 'disconnected') onConnectionLost();
    });
    this.#worker.on('error', (error) => {
      if (this.#store.isDisposed) return;
      log.error(`stream of ${name}: ${error.stack ?? error.message}`);
      this.model.event({ kind: 'closed' });
    });
    this.#closed = new Promise((resolve) => {
      this.#worker.once('exit', () => resolve());
    });
    this.#item.show();
  }

  show(): void {
    this.#channel.show(true);
  }

  /** The peer is gone: shows what arrived last, says so, and receives nothing more. The panel stays. */
  async peerEnded(): Promise<void> {
    if (this.model.state.phase === 'ended') return;
    this.#send({ kind: 'close' });
    let timer: NodeJS.Timeout | undefined;
    await Promise.race([this.#closed, new Promise((resolve) => (timer = setTimeout(resolve, closeMillis)))]);
    clearTimeout(timer);
    if (this.#store.isDisposed) return;
    this.model.peerEnded();
    await this.#worker.terminate();
  }

  dispose(): void {
    this.#store.dispose();
  }

  #send(order: StreamOrder): void {
    this.#worker.postMessage(order);
  }

  #showStatus({ text, tooltip, accessibilityLabel, warning }: StreamStatus): void {
    this.status = text;
    const item = this.#item;
    item.text = text;
    item.tooltip = new vscode.MarkdownString(tooltip);
    item.accessibilityInformation = { label: accessibilityLabel, role: 'button' };
    item.backgroundColor = warning ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined;
  }
}

/** A host that a peer listens on and a client can connect to. */
function reachable(host: string): string {
  return host === '*' || host === '0.0.0.0' || host === 'localhost' ? '127.0.0.1' : host;
}

/** Folder of the workspace that the program runs in, else where it runs. */
function baseOf({ cwd }: PeerRecord): string {
  const folders = vscode.workspace.workspaceFolders ?? [];
  const own = cwd === undefined ? undefined : vscode.workspace.getWorkspaceFolder(vscode.Uri.file(cwd));
  return own?.uri.fsPath ?? cwd ?? folders[0]?.uri.fsPath ?? '';
}
