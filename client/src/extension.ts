/**
 * Entry of the extension: builds the services, registers the feature modules, releases everything. No logic.
 */
import { LocalDirectory } from 'pal-runtime/directory/localDirectory';
import * as vscode from 'vscode';
import type { PalApi } from './api';
import { commands } from './contributions';
import { DisposableStore } from './core/disposableStore';
import { DirectoryStore } from './core/directoryStore';
import { LogFactsStore } from './core/logFactsStore';
import { describeError } from './core/logger';
import * as bundles from './features/bundles/register';
import * as explorer from './features/explorer';
import * as run from './features/run/register';
import * as stream from './features/stream/register';
import { Commands } from './platform/commands';
import { ContextKeys } from './platform/contextKeys';
import { LogFiles } from './platform/logFiles';
import { Runtime } from './platform/runtime';
import { Settings } from './platform/settings';
import type { Services } from './services';

interface Life {
  readonly store: DisposableStore;
  stopped(): Promise<void>;
}

let life: Life | undefined;

export function activate(context: Pick<vscode.ExtensionContext, 'extensionPath' | 'workspaceState'>): PalApi {
  const started = performance.now();
  const store = new DisposableStore();
  const log = store.push(vscode.window.createOutputChannel('PAL', { log: true }));
  try {
    const settings = new Settings();
    const services: Services = {
      log,
      settings,
      contextKeys: new ContextKeys(),
      commands: new Commands(log),
      directory: store.push(new DirectoryStore(() => new LocalDirectory(), log)),
      logFacts: store.push(new LogFactsStore(new LogFiles(), log)),
      runtime: new Runtime(settings, context.extensionPath),
      memento: context.workspaceState,
      extensionPath: context.extensionPath,
    };
    store.push(services.commands.register([{ id: commands.showLog, run: () => log.show() }]));
    const views = store.push(explorer.register(services));
    store.push(run.register(services));
    const streams = store.push(stream.register(services));
    const bundleFeature = store.push(bundles.register(services));
    life = { store, stopped: () => bundleFeature.stopped() };
    log.debug(`activated in ${(performance.now() - started).toFixed(1)} ms`);
    return {
      peers: () => services.directory.snapshot.peers,
      logs: () => services.directory.snapshot.logs,
      rows: (view) => views.rows(view),
      streams: () => streams.statuses(),
    };
  } catch (error) {
    store.dispose();
    // The editor itself shows nothing when an activation fails.
    void vscode.window.showErrorMessage(`PAL could not start: ${describeError(error)}`);
    throw error;
  }
}

/** Releases everything; resolves when the language server has ended. Calling it again does nothing. */
export async function deactivate(): Promise<void> {
  const ending = life;
  life = undefined;
  ending?.store.dispose();
  await ending?.stopped();
}
