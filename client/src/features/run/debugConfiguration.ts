/**
 * F5 for the debug type `pal`: the program runs as a peer under VS Code's own JavaScript debugger. `pal run` starts the program as a child process, which
 * that debugger follows; so breakpoints, stepping and the console are the ones people know, and we keep no debugger of our own for live programs.
 */
import { isAbsolute, join } from 'node:path';
import * as vscode from 'vscode';
import { debugType } from '../../contributions';
import { t } from '../../platform/l10n';
import type { PalTaskDefinition, PalTasks } from './palTasks';

interface PalDebugConfiguration extends vscode.DebugConfiguration {
  readonly program?: string;
  readonly args?: readonly string[];
  readonly cwd?: string;
  readonly env?: Record<string, string>;
  readonly options?: readonly string[];
  readonly console?: string;
}

export class PalDebugConfigurationProvider implements vscode.DebugConfigurationProvider {
  constructor(
    private readonly tasks: PalTasks,
    private readonly extensionPath: string,
  ) {}

  provideDebugConfigurations(): vscode.DebugConfiguration[] {
    return [{ type: debugType, request: 'launch', name: t('Run as PAL Peer'), program: '${file}' }];
  }

  resolveDebugConfiguration(
    folder: vscode.WorkspaceFolder | undefined,
    given: PalDebugConfiguration,
  ): vscode.DebugConfiguration | undefined {
    // F5 without a launch.json hands over an empty configuration: the file in the editor is meant.
    const written = (given.program ?? '${file}').trim();
    const program = substitute(written, folder);
    if (program === undefined)
      throw new Error(t('Open the TypeScript or JavaScript file that shall run, or set "program".'));
    const definition: PalTaskDefinition = {
      type: debugType,
      program,
      args: given.args ?? [],
      options: given.options ?? [],
      ...(given.cwd === undefined ? {} : { cwd: substitute(given.cwd, folder) ?? given.cwd }),
    };
    const planned = this.tasks.plan(definition, folder);
    const [first, ...rest] = planned.args;
    const isScript = first !== undefined && /\.[cm]?js$/i.test(first);
    return {
      type: 'node',
      request: 'launch',
      name: given.name || t('PAL: {program}', { program: vscode.workspace.asRelativePath(program, false) }),
      ...(given['noDebug'] === true ? { noDebug: true } : {}),
      runtimeExecutable: planned.command,
      ...(isScript ? { program: first, args: rest } : { runtimeArgs: [...planned.args] }),
      cwd: planned.cwd,
      ...(given.env === undefined ? {} : { env: given.env }),
      console: given.console ?? 'integratedTerminal',
      sourceMaps: true,
      autoAttachChildProcesses: true,
      skipFiles: ['<node_internals>/**', join(this.extensionPath, 'runtime', '**'), '**/node_modules/pal-runtime/**'],
    };
  }
}

/** The few variables that are needed before the editor replaces them: the runtime is looked up from the program's folder. */
function substitute(text: string, folder: vscode.WorkspaceFolder | undefined): string | undefined {
  const file = vscode.window.activeTextEditor?.document.uri;
  if (text.includes('${file}') && file?.scheme !== 'file') return undefined;
  const root = (folder ?? vscode.workspace.workspaceFolders?.[0])?.uri.fsPath;
  const path = text.replaceAll('${file}', file?.fsPath ?? '').replaceAll('${workspaceFolder}', root ?? '');
  return isAbsolute(path) || root === undefined ? path : join(root, path);
}
