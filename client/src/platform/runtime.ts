/** The `pal` command as this window uses it: which one, and how it is started. */
import { execFile } from 'node:child_process';
import { statSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import * as vscode from 'vscode';
import { settings as settingKeys } from '../contributions';
import type { CommandLine } from '../core/commandLine';
import { locateRuntime, type FoundRuntime } from '../core/runtimeLocator';
import { t } from './l10n';
import type { Settings } from './settings';

export interface PalOutput {
  readonly text: string;
  /** The output was longer than what was asked for. */
  readonly cut: boolean;
}

export class Runtime {
  readonly #bundled: string;

  constructor(
    private readonly settings: Settings,
    extensionPath: string,
  ) {
    this.#bundled = join(extensionPath, 'runtime', 'bin', 'pal.js');
  }

  /** The runtime for programs of this file's project. @throws Error when the one in the settings is not there. */
  locate(resource: vscode.Uri): FoundRuntime {
    const folder = vscode.workspace.getWorkspaceFolder(resource)?.uri.fsPath ?? dirname(resource.fsPath);
    const given = this.settings.runtimePath(resource);
    const configured = given === '' || isAbsolute(given) ? given : join(folder, given);
    const found = locateRuntime({
      configured,
      node: this.settings.runtimeNode(resource),
      from: dirname(resource.fsPath),
      upTo: folder,
      bundled: this.#bundled,
      isFile,
    });
    if (found !== undefined) return found;
    throw new Error(
      t('There is no file {path}; correct the setting {setting}.', {
        path: configured,
        setting: settingKeys.runtimePath,
      }),
    );
  }

  /**
   * Output of one `pal` command that only reads, by the runtime that the extension brings (safe in an untrusted workspace).
   * Output beyond `maxBytes` is dropped. @throws Error with what the command said when it failed.
   */
  async read(args: readonly string[], maxBytes: number, signal?: AbortSignal): Promise<PalOutput> {
    const node: CommandLine = vscode.workspace.isTrusted
      ? { command: this.settings.runtimeNode(undefined), args: [] }
      : { command: process.execPath, args: [] };
    return new Promise((resolve, reject) => {
      execFile(
        node.command,
        [...node.args, this.#bundled, ...args],
        {
          maxBuffer: maxBytes,
          encoding: 'utf8',
          windowsHide: true,
          env: { ...process.env, NO_COLOR: '1', ELECTRON_RUN_AS_NODE: '1' },
          ...(signal ? { signal } : {}),
        },
        (error, stdout, stderr) => {
          if (error === null) resolve({ text: stdout, cut: false });
          else if (error.code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') resolve({ text: stdout, cut: true });
          else if (error.name === 'AbortError') reject(new vscode.CancellationError());
          else reject(new Error(stderr.trim() || error.message, { cause: error }));
        },
      );
    });
  }
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}
