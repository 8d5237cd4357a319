/**
 * Runs as tasks: the terminal shows the exact command line, keeps the output, and the editor can stop and repeat them as any other task.
 * A run is described by a `pal` task definition; what it becomes (runtime, recording) is decided when it starts.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join } from 'node:path';
import * as vscode from 'vscode';
import { taskType } from '../../contributions';
import {
  palExecArguments,
  palRunArguments,
  recordingPath,
  recordingTemplate,
  type CommandLine,
} from '../../core/commandLine';
import { t } from '../../platform/l10n';
import type { Services } from '../../services';

/** As in tasks.json: a program, or a command whose Node processes are recorded. */
export interface PalTaskDefinition extends vscode.TaskDefinition {
  readonly program?: string;
  readonly args?: readonly string[];
  readonly command?: readonly string[];
  readonly options?: readonly string[];
  readonly cwd?: string;
}

export interface PlannedRun extends CommandLine {
  readonly cwd: string;
  readonly wal: string;
}

export class PalTasks {
  constructor(private readonly services: Pick<Services, 'settings' | 'runtime' | 'log'>) {}

  /** What the definition runs, now. @throws Error when it cannot. */
  plan(definition: PalTaskDefinition, folder: vscode.WorkspaceFolder | undefined): PlannedRun {
    const { settings, runtime } = this.services;
    const root = folder?.uri.fsPath ?? vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
    const absolute = (path: string): string => (isAbsolute(path) || root === undefined ? path : join(root, path));
    const { program, command } = definition;
    if ((program === undefined) === (command === undefined || command.length === 0)) {
      throw new Error(t('A PAL task needs either a program or a command.'));
    }
    const anchor = vscode.Uri.file(
      program === undefined ? join(root ?? process.cwd(), 'package.json') : absolute(program),
    );
    const cwd = definition.cwd === undefined ? (root ?? dirname(anchor.fsPath)) : absolute(definition.cwd);
    const recordings = settings.recordingsFolder(anchor);
    const target = isAbsolute(recordings) ? recordings : join(cwd, recordings);
    const options = [...settings.runOptions(anchor), ...(definition.options ?? [])];
    const found = runtime.locate(anchor).commandLine;
    if (program !== undefined) {
      const wal = recordingPath(target, anchor.fsPath, new Date());
      const args = palRunArguments({ program: anchor.fsPath, args: definition.args ?? [], wal, options });
      return { command: found.command, args: [...found.args, ...args], cwd, wal };
    }
    const words = command ?? [];
    const wal = recordingTemplate(target, nameOf(words), new Date());
    const args = palExecArguments({ command: words, wal, options });
    return { command: found.command, args: [...found.args, ...args], cwd, wal };
  }

  /** The task that runs a plan. */
  task(definition: PalTaskDefinition, scope: vscode.WorkspaceFolder | undefined, planned: PlannedRun): vscode.Task {
    const name = definition.program === undefined ? (definition.command ?? []).join(' ') : shown(definition.program);
    const execution = new vscode.ProcessExecution(planned.command, [...planned.args], { cwd: planned.cwd });
    const task = new vscode.Task(definition, scope ?? vscode.TaskScope.Workspace, name, 'PAL', execution);
    task.presentationOptions = { reveal: vscode.TaskRevealKind.Always, echo: true, showReuseMessage: false };
    return task;
  }

  async start(definition: PalTaskDefinition, scope: vscode.WorkspaceFolder | undefined): Promise<vscode.TaskExecution> {
    const planned = this.plan(definition, scope);
    this.services.log.info(`run: ${[planned.command, ...planned.args].join(' ')}`);
    await prepareFolder(dirname(planned.wal));
    return vscode.tasks.executeTask(this.task(definition, scope, planned));
  }

  /** A task of tasks.json: gets its execution when it starts. */
  async resolve(task: vscode.Task): Promise<vscode.Task | undefined> {
    if (!vscode.workspace.isTrusted) return undefined;
    const scope = typeof task.scope === 'object' ? task.scope : undefined;
    const planned = this.plan(task.definition, scope);
    await prepareFolder(dirname(planned.wal));
    const { execution } = this.task(task.definition, scope, planned);
    // The editor wants back the very definition it asked about.
    return new vscode.Task(task.definition, task.scope ?? vscode.TaskScope.Workspace, task.name, 'PAL', execution);
  }

  get running(): readonly vscode.TaskExecution[] {
    return vscode.tasks.taskExecutions.filter(({ task }) => task.definition.type === taskType);
  }
}

function shown(program: string): string {
  return vscode.workspace.asRelativePath(program, false);
}

/** `npm run build` gives `build`, `npx vitest run x` gives `vitest`. */
function nameOf(words: readonly string[]): string {
  const rest = words.filter((word) => !/^(?:npm|npx|pnpm|yarn|run|exec|node|-.*)$/.test(word));
  return basename(rest[0] ?? words[0] ?? 'command').replace(/\.[cm]?[jt]sx?$/, '');
}

/** Recordings are no source: their folder tells Git to leave it alone. */
async function prepareFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  try {
    await writeFile(join(folder, '.gitignore'), '*\n', { flag: 'wx' });
  } catch {
    // it is there already, or the folder is not ours to write in: `pal` will say so
  }
}
