/**
 * Commands as a table: what runs, and when it cannot, why not and what to do about it. A command is always registered, so it is never "not found".
 * Whatever a command throws is shown once, with the log at hand; cancelling is no error.
 */
import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../core/disposableStore';
import { describeError, type Logger } from '../core/logger';
import { t } from './l10n';

/** Why a command cannot run now, with the command that helps. */
export interface Obstacle {
  readonly message: string;
  readonly action?: { readonly title: string; readonly command: string; readonly args?: readonly unknown[] };
}

export interface CommandEntry {
  readonly id: string;
  readonly run: (...args: readonly unknown[]) => unknown;
  readonly whenDown?: (() => Obstacle | undefined) | undefined;
}

export class Commands {
  constructor(private readonly log: Logger & { show(): void }) {}

  register(entries: readonly CommandEntry[]): Disposable {
    const store = new DisposableStore();
    for (const entry of entries) {
      store.push(vscode.commands.registerCommand(entry.id, (...args: unknown[]) => this.#run(entry, args)));
    }
    return store;
  }

  async #run(entry: CommandEntry, args: readonly unknown[]): Promise<unknown> {
    const obstacle = entry.whenDown?.();
    if (obstacle !== undefined) {
      await this.#explain(obstacle);
      return undefined;
    }
    try {
      return await entry.run(...args);
    } catch (error) {
      if (error instanceof vscode.CancellationError) return undefined;
      const message = describeError(error);
      this.log.error(`${entry.id}: ${message}`);
      void this.#showError(message);
      return undefined;
    }
  }

  async #explain({ message, action }: Obstacle): Promise<void> {
    const chosen = await vscode.window.showWarningMessage(message, ...(action ? [action.title] : []));
    if (action && chosen === action.title) {
      await vscode.commands.executeCommand(action.command, ...(action.args ?? []));
    }
  }

  async #showError(message: string): Promise<void> {
    const showLog = t('Show Log');
    if ((await vscode.window.showErrorMessage(`PAL: ${message}`, showLog)) === showLog) this.log.show();
  }
}

/** For `whenDown` of everything that connects to a peer. */
export function needsTrustToConnect(): Obstacle | undefined {
  if (vscode.workspace.isTrusted) return undefined;
  return {
    message: t('PAL connects to no peer in Restricted Mode. Trust this workspace to watch its peers.'),
    action: { title: t('Manage Workspace Trust'), command: 'workbench.trust.manage' },
  };
}

/** For `whenDown` of everything that starts a program. */
export function needsTrust(): Obstacle | undefined {
  if (vscode.workspace.isTrusted) return undefined;
  return {
    message: t('PAL runs nothing in Restricted Mode. Trust this workspace to run its programs.'),
    action: { title: t('Manage Workspace Trust'), command: 'workbench.trust.manage' },
  };
}
