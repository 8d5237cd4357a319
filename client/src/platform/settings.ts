/** The settings, typed. Nobody else reads the configuration. Values are read when asked for, so changes apply at once. */
import * as vscode from 'vscode';
import { settings } from '../contributions';

export class Settings {
  /** Path of the `pal` to use; empty when it is to be found. */
  runtimePath(resource: vscode.Uri | undefined): string {
    return this.#get(settings.runtimePath, resource, '').trim();
  }

  /** Node executable that runs programs. */
  runtimeNode(resource: vscode.Uri | undefined): string {
    return this.#get(settings.runtimeNode, resource, '').trim() || 'node';
  }

  /** Options put before every program of `pal run`. */
  runOptions(resource: vscode.Uri | undefined): readonly string[] {
    const value = this.#get<unknown>(settings.runOptions, resource, []);
    return Array.isArray(value) ? value.filter((option): option is string => typeof option === 'string') : [];
  }

  /** Folder of recordings, relative to the workspace folder or absolute. */
  recordingsFolder(resource: vscode.Uri | undefined): string {
    return this.#get(settings.recordingsFolder, resource, '').trim() || '.pal';
  }

  /** Offer to run and record above entry files and tests. */
  codeLens(resource: vscode.Uri | undefined): boolean {
    return this.#get(settings.codeLens, resource, true);
  }

  #get<T>(key: string, resource: vscode.Uri | undefined, fallback: T): T {
    return vscode.workspace.getConfiguration(undefined, resource ?? null).get<T>(key, fallback);
  }
}
