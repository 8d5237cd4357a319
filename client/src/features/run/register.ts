/** Running and recording: the current file, npm scripts, tests; again, and not any longer. */
import { relative } from 'node:path';
import * as vscode from 'vscode';
import { commands, contextKeys, debugType, taskType } from '../../contributions';
import { quoteCommandLine } from '../../core/commandLine';
import { DisposableStore, type Disposable } from '../../core/disposableStore';
import { testCommand } from '../../core/project';
import { needsTrust } from '../../platform/commands';
import { t } from '../../platform/l10n';
import type { Services } from '../../services';
import { projectOf, RunCodeLenses } from './codeLenses';
import { PalDebugConfigurationProvider } from './debugConfiguration';
import { PalTasks, type PalTaskDefinition } from './palTasks';

const scripts = ['javascript', 'typescript', 'javascriptreact', 'typescriptreact'];
const lastRunKey = 'lastRun';

export function register(services: Services): Disposable {
  const store = new DisposableStore();
  const tasks = new PalTasks(services);
  const run = new Runs(services, tasks);
  store.push(
    services.commands.register([
      { id: commands.runFile, run: (target) => run.file(target), whenDown: needsTrust },
      { id: commands.copyCommandLine, run: (target) => run.copyCommandLine(target), whenDown: needsTrust },
      { id: commands.runLast, run: () => run.last(), whenDown: needsTrust },
      { id: commands.recordScript, run: () => run.script(), whenDown: needsTrust },
      { id: commands.recordTest, run: (file, name) => run.test(file, name), whenDown: needsTrust },
      { id: commands.stopRun, run: () => run.stop() },
      { id: commands.restartRun, run: () => run.restart(), whenDown: needsTrust },
    ]),
  );
  store.push(
    vscode.tasks.registerTaskProvider(taskType, { provideTasks: () => [], resolveTask: (task) => tasks.resolve(task) }),
  );
  const provider = new PalDebugConfigurationProvider(tasks, services.extensionPath);
  store.push(vscode.debug.registerDebugConfigurationProvider(debugType, provider));
  const selector = scripts.map((language) => ({ language, scheme: 'file' }));
  store.push(vscode.languages.registerCodeLensProvider(selector, new RunCodeLenses(services.settings)));
  const showRunning = (): void => services.contextKeys.set(contextKeys.running, tasks.running.length > 0);
  store.push(vscode.tasks.onDidStartTask(showRunning));
  store.push(vscode.tasks.onDidEndTask(showRunning));
  return store;
}

class Runs {
  constructor(
    private readonly services: Services,
    private readonly tasks: PalTasks,
  ) {}

  async file(target: unknown): Promise<void> {
    const program = programOf(target);
    const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === program.toString());
    if (open?.isDirty === true && !(await open.save())) return;
    await this.#start({ type: taskType, program: program.fsPath });
  }

  async copyCommandLine(target: unknown): Promise<void> {
    const program = programOf(target);
    const definition = { type: taskType, program: program.fsPath };
    const planned = this.tasks.plan(definition, vscode.workspace.getWorkspaceFolder(program));
    await vscode.env.clipboard.writeText(quoteCommandLine(planned, process.platform));
    vscode.window.setStatusBarMessage(t('The command line is on the clipboard.'), 5000);
  }

  async last(): Promise<void> {
    const definition = this.services.memento.get(lastRunKey) as PalTaskDefinition | undefined;
    if (definition === undefined) throw new Error(t('Nothing has run as a PAL peer in this workspace yet.'));
    await this.#start(definition);
  }

  /** Picks a script of the project's package.json and records every Node process that it starts. */
  async script(): Promise<void> {
    const file = vscode.window.activeTextEditor?.document.uri;
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
    const found = projectOf(file?.scheme === 'file' ? file.fsPath : `${folder ?? ''}/package.json`);
    if (found === undefined || found.project.scripts.length === 0)
      throw new Error(t('There is no package.json with scripts here.'));
    const items = found.project.scripts.map(({ name, command }) => ({ label: name, description: command }));
    const picked = await vscode.window.showQuickPick(items, {
      title: t('Record npm Script'),
      placeHolder: t('Every Node process that the script starts becomes a peer with a recording of its own'),
      matchOnDescription: true,
    });
    if (picked === undefined) return;
    await this.#start({ type: taskType, command: ['npm', 'run', picked.label], cwd: found.folder });
  }

  async test(file: unknown, name: unknown): Promise<void> {
    const uri = programOf(file);
    const found = projectOf(uri.fsPath);
    const folder = found?.folder ?? vscode.workspace.getWorkspaceFolder(uri)?.uri.fsPath ?? '';
    const path = relative(folder, uri.fsPath);
    const command = testCommand(found?.project.testRunner ?? 'node', path, typeof name === 'string' ? name : undefined);
    await this.#start({ type: taskType, command, cwd: folder });
  }

  async stop(): Promise<void> {
    const execution = await this.#pickRunning();
    execution?.terminate();
  }

  async restart(): Promise<void> {
    const execution = await this.#pickRunning();
    if (execution === undefined) return;
    const ended = new Promise<void>((resolve) => {
      const waiting = vscode.tasks.onDidEndTask((event) => {
        if (event.execution !== execution) return;
        waiting.dispose();
        resolve();
      });
    });
    execution.terminate();
    await ended;
    await this.#start(execution.task.definition);
  }

  async #start(definition: PalTaskDefinition): Promise<void> {
    const anchor = definition.program ?? definition.cwd;
    const folder = anchor === undefined ? undefined : vscode.workspace.getWorkspaceFolder(vscode.Uri.file(anchor));
    await this.tasks.start(definition, folder);
    await this.services.memento.update(lastRunKey, definition);
  }

  async #pickRunning(): Promise<vscode.TaskExecution | undefined> {
    const { running } = this.tasks;
    if (running.length === 0) throw new Error(t('Nothing runs as a PAL peer from this window.'));
    if (running.length === 1) return running[0];
    const items = running.map((execution) => ({ label: execution.task.name, execution }));
    return (await vscode.window.showQuickPick(items, { title: t('Running PAL Peers') }))?.execution;
  }
}

/** The file a command means: its argument (editor title, explorer), else the one in the active editor. */
function programOf(target: unknown): vscode.Uri {
  const uri = target instanceof vscode.Uri ? target : vscode.window.activeTextEditor?.document.uri;
  if (uri === undefined) throw new Error(t('Open a TypeScript or JavaScript file first.'));
  if (uri.scheme !== 'file') throw new Error(t('Save {name} first: only a file on disk can run.', { name: uri.path }));
  return uri;
}
