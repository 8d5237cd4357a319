/** Streams of peers in output panels: watch, pause, clear, filter, stop, open in the recording. */
import type { LogRecord, PeerRecord } from 'pal-runtime/directory/directory';
import * as vscode from 'vscode';
import { commands, languages, logScheme, operationScheme, settings } from '../../contributions';
import { DisposableStore, type Disposable } from '../../core/disposableStore';
import { describeError } from '../../core/logger';
import { peerLabel } from '../../core/peerModel';
import { publishOption, streamAdvice, type StreamAdvice } from '../../core/stream/streamAdvice';
import { filterFrom, isFiltering } from '../../core/stream/streamFilter';
import { needsTrustToConnect, type Obstacle } from '../../platform/commands';
import { t } from '../../platform/l10n';
import type { Services } from '../../services';
import { askFilter } from './filterFlow';
import { OperationDocuments } from './operationDocuments';
import { SourceLinkProvider } from './sourceLinks';
import type { StreamSession } from './streamSession';

/** Where the filter is kept for the workspace. */
const filterKey = 'pal.stream.filter';

export interface Streams extends Disposable {
  /** Text of each stream's item in the status bar. */
  statuses(): readonly string[];
}

export function register(services: Services): Streams {
  return new StreamFeature(services);
}

class StreamFeature implements Streams {
  readonly #store = new DisposableStore();
  readonly #sessions = new Map<string, StreamSession>();
  readonly #documents = this.#store.push(new OperationDocuments());
  /** Held while a stream runs: it is how the end of a peer is seen. */
  #hold: Disposable | undefined;
  #last: StreamSession | undefined;

  constructor(private readonly services: Services) {
    const { directory } = services;
    this.#store.push({ dispose: () => this.#hold?.dispose() });
    this.#store.push({
      dispose: () => {
        for (const session of this.#sessions.values()) session.dispose();
      },
    });
    this.#store.push(directory.onDidChange(() => this.#lookForEnds()));
    const schemes = ['output', logScheme, operationScheme];
    this.#store.push(
      vscode.languages.registerDocumentLinkProvider(
        schemes.map((scheme) => ({ scheme, language: languages.log })),
        new SourceLinkProvider((document) => this.#baseOf(document)),
      ),
    );
    const withSession = (run: (session: StreamSession) => unknown) => async (given: unknown) => {
      const session = await this.#choose(given);
      return session === undefined ? undefined : run(session);
    };
    const whenDown = (): Obstacle | undefined => this.#nothingWatched();
    this.#store.push(
      services.commands.register([
        { id: commands.watchStream, run: (item) => this.#watch(item), whenDown: needsTrustToConnect },
        {
          id: commands.pauseStream,
          run: withSession(({ model }) => model.pause(!model.state.paused)),
          whenDown,
        },
        { id: commands.clearStream, run: withSession(({ model }) => model.clear()), whenDown },
        { id: commands.filterStream, run: () => this.#filter() },
        { id: commands.stopStream, run: withSession((session) => this.#remove(session)), whenDown },
        { id: commands.openStreamOperation, run: withSession((session) => this.#open(session)), whenDown },
        { id: commands.streamActions, run: withSession((session) => this.#actions(session)), whenDown },
      ]),
    );
  }

  statuses(): readonly string[] {
    return [...this.#sessions.values()].map(({ status }) => status);
  }

  dispose(): void {
    this.#store.dispose();
  }

  async #watch(item: unknown): Promise<void> {
    const peer = typeof item === 'string' ? await this.#peerOf(item) : await this.#pickPeer();
    if (peer === undefined) return;
    const advice = streamAdvice(peer, t);
    if (advice !== undefined || peer.pub === undefined) {
      if (advice !== undefined) void explain(advice);
      return;
    }
    const known = this.#sessions.get(peer.uuid);
    if (known !== undefined && known.model.state.phase !== 'ended') {
      known.show();
      return;
    }
    const { StreamSession: Session } = await import(/* webpackChunkName: "stream" */ './streamSession');
    known?.dispose();
    const filter = filterFrom(this.services.memento.get(filterKey));
    const session = new Session({ ...peer, pub: peer.pub }, filter, this.services, () => this.#refreshDirectory());
    this.#sessions.set(peer.uuid, session);
    this.#last = session;
    this.#hold ??= this.services.directory.hold();
    session.show();
  }

  /** The item that a menu was opened on: a peer, or something below one. */
  async #peerOf(item: string): Promise<PeerRecord> {
    const uuid = item.slice(item.indexOf(':') + 1);
    const { directory } = this.services;
    if (directory.peer(uuid) === undefined) await directory.refresh();
    const peer = directory.peer(uuid);
    if (peer === undefined) throw new Error(t('This peer is no longer in the directory.'));
    return peer;
  }

  async #pickPeer(): Promise<PeerRecord | undefined> {
    const { directory } = this.services;
    await directory.refresh();
    const live = directory.snapshot.peers.filter((peer) => peer.alive);
    const publishing = live.filter((peer) => peer.pub !== undefined);
    if (publishing.length === 0) {
      const advice = streamAdvice(live[0], t);
      if (advice !== undefined) void explain(advice);
      return undefined;
    }
    const items = publishing.map((peer) => ({
      peer,
      label: peerLabel(peer),
      description: peer.pub ?? '',
      ...(peer.main === undefined ? {} : { detail: peer.main }),
    }));
    return (await vscode.window.showQuickPick(items, { title: t('Watch Stream of'), matchOnDetail: true }))?.peer;
  }

  #nothingWatched(): Obstacle | undefined {
    if (this.#sessions.size > 0) return undefined;
    return {
      message: t('No stream is watched.'),
      action: { title: t('Watch Stream'), command: commands.watchStream },
    };
  }

  /** The session meant by a command: named by its peer, shown in the output panel, the only one, or chosen. */
  async #choose(given: unknown): Promise<StreamSession | undefined> {
    const named = typeof given === 'string' ? this.#sessions.get(given.slice(given.indexOf(':') + 1)) : undefined;
    const visible = outputEditor();
    const sessions = [...this.#sessions.values()];
    const shown = visible === undefined ? undefined : this.#sessionOf(visible.document);
    if (named !== undefined || shown !== undefined) return named ?? shown;
    if (sessions.length < 2) return sessions[0];
    const items = sessions.map((session) => ({ session, label: peerLabel(session.peer) }));
    return (await vscode.window.showQuickPick(items, { title: t('Stream') }))?.session;
  }

  async #filter(): Promise<void> {
    const { memento } = this.services;
    await askFilter(filterFrom(memento.get(filterKey)), async (filter) => {
      for (const { model } of this.#sessions.values()) model.filter(filter);
      await memento.update(filterKey, filter);
    });
  }

  async #open(session: StreamSession): Promise<void> {
    const editor = outputEditor();
    const line =
      editor !== undefined && this.#sessionOf(editor.document) === session ? editor.selection.active.line : 0;
    const place = session.model.placeAt(line);
    if (place === undefined) throw new Error(t('Put the cursor on a line of the stream first.'));
    const { directory } = this.services;
    const written = (): LogRecord | undefined =>
      directory.logRecord((directory.peer(session.peer.uuid) ?? session.peer).walLog ?? '');
    if (written() === undefined) await directory.refresh();
    const log = written();
    if (log === undefined) {
      throw new Error(t('{name} writes no log. Run it with --record to have one.', { name: peerLabel(session.peer) }));
    }
    await this.#documents.open(log, place, session.base);
  }

  async #actions(session: StreamSession): Promise<void> {
    const { paused, phase, filter } = session.model.state;
    const id = session.peer.uuid;
    const running = phase !== 'ended';
    const items: readonly { readonly label: string; readonly run: () => unknown }[] = [
      { label: `$(output) ${t('Show Panel')}`, run: () => session.show() },
      ...(running
        ? [
            {
              label: paused ? `$(debug-continue) ${t('Resume')}` : `$(debug-pause) ${t('Pause')}`,
              run: () => session.model.pause(!paused),
            },
            {
              label: `$(filter) ${isFiltering(filter) ? t('Change Filter…') : t('Filter…')}`,
              run: () => vscode.commands.executeCommand(commands.filterStream),
            },
          ]
        : []),
      { label: `$(clear-all) ${t('Clear')}`, run: () => session.model.clear() },
      {
        label: `$(go-to-file) ${t('Open at this Operation')}`,
        run: () => vscode.commands.executeCommand(commands.openStreamOperation, id),
      },
      { label: `$(close) ${running ? t('Stop Watching') : t('Close Panel')}`, run: () => this.#remove(session) },
    ];
    const chosen = await vscode.window.showQuickPick(items, { title: session.channelName });
    await chosen?.run();
  }

  #remove(session: StreamSession): void {
    session.dispose();
    this.#sessions.delete(session.peer.uuid);
    if (this.#last === session) this.#last = undefined;
    this.#releaseHold();
  }

  #refreshDirectory(): void {
    void this.services.directory.refresh();
  }

  #lookForEnds(): void {
    const { directory, log } = this.services;
    if (directory.snapshot.phase !== 'ready') return;
    for (const session of this.#sessions.values()) {
      if (session.model.state.phase === 'ended' || directory.peer(session.peer.uuid)?.alive === true) continue;
      session
        .peerEnded()
        .catch((error: unknown) => log.error(`stream: ${describeError(error)}`))
        .finally(() => this.#releaseHold());
    }
  }

  #releaseHold(): void {
    if ([...this.#sessions.values()].some(({ model }) => model.state.phase !== 'ended')) return;
    this.#hold?.dispose();
    this.#hold = undefined;
  }

  #sessionOf(document: vscode.TextDocument): StreamSession | undefined {
    const named = [...this.#sessions.values()].filter(({ channelName }) => document.uri.path.endsWith(channelName));
    return named.find((session) => session === this.#last) ?? named.at(-1);
  }

  #baseOf(document: vscode.TextDocument): string | undefined {
    return document.uri.scheme === 'output' ? this.#sessionOf(document)?.base : this.#documents.baseOf(document.uri);
  }
}

/** The editor of the output panel while it shows a stream. */
function outputEditor(): vscode.TextEditor | undefined {
  return vscode.window.visibleTextEditors.find(
    ({ document }) => document.uri.scheme === 'output' && document.languageId === languages.log,
  );
}

/** Says why there is nothing to watch, with what helps. */
async function explain({ message, fixable }: StreamAdvice): Promise<void> {
  const options = t('Open Run Options');
  const copy = t('Copy Option');
  const chosen = await vscode.window.showWarningMessage(message, ...(fixable ? [copy, options] : []));
  if (chosen === copy) await vscode.env.clipboard.writeText(publishOption);
  if (chosen === options) await vscode.commands.executeCommand('workbench.action.openSettings', settings.runOptions);
}
