/** What feature modules get: built once in `extension.ts`, passed on, never global. */
import type { DirectoryStore } from './core/directoryStore';
import type { LogFactsStore } from './core/logFactsStore';
import type { Logger } from './core/logger';
import type { Commands } from './platform/commands';
import type { ContextKeys } from './platform/contextKeys';
import type { Runtime } from './platform/runtime';
import type { Settings } from './platform/settings';

/** What VS Code's workspace state offers. */
export interface Memento {
  get(key: string): unknown;
  update(key: string, value: unknown): Thenable<void>;
}

export interface Services {
  readonly log: Logger & { show(): void };
  readonly settings: Settings;
  readonly contextKeys: ContextKeys;
  readonly commands: Commands;
  readonly directory: DirectoryStore;
  readonly logFacts: LogFactsStore;
  readonly runtime: Runtime;
  /** Kept between sessions of this workspace. */
  readonly memento: Memento;
  /** Root of the installed extension. */
  readonly extensionPath: string;
}
