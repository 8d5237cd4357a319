/** "Run as PAL Peer" above the entry file of a package, "Record" above tests. */
import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import * as vscode from 'vscode';
import { commands } from '../../contributions';
import { readProject, type Project } from '../../core/project';
import { isTestFile, runLenses } from '../../core/runLenses';
import { t } from '../../platform/l10n';
import type { Settings } from '../../platform/settings';

export class RunCodeLenses implements vscode.CodeLensProvider {
  constructor(private readonly settings: Settings) {}

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    if (!this.settings.codeLens(document.uri)) return [];
    const path = document.uri.fsPath;
    const found = projectOf(path);
    const isEntry = found?.project.entries.includes(relative(found.folder, path).replaceAll('\\', '/')) ?? false;
    return runLenses(path, document.getText(), isEntry).map(({ line, test }) => {
      const range = new vscode.Range(line, 0, line, 0);
      if (!isTestFile(path)) {
        return new vscode.CodeLens(range, {
          title: `$(run) ${t('Run as PAL Peer')}`,
          command: commands.runFile,
          arguments: [document.uri],
        });
      }
      const title = test === undefined ? t('Record All Tests of This File') : t('Record');
      return new vscode.CodeLens(range, {
        title: `$(record) ${title}`,
        command: commands.recordTest,
        arguments: [document.uri, test],
      });
    });
  }
}

/** The package that a file belongs to: the nearest package.json above it, within its workspace folder. */
export function projectOf(file: string): { readonly folder: string; readonly project: Project } | undefined {
  const top = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(file))?.uri.fsPath;
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    try {
      return { folder, project: readProject(readFileSync(join(folder, 'package.json'), 'utf8')) };
    } catch {
      if (folder === top || folder === dirname(folder)) return undefined;
    }
  }
}
