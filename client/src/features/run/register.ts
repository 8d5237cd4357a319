/**
 * Run a file as a PAL peer: a task, so that the terminal shows the exact command line, keeps the output and can be stopped and run again as any
 * other task.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import * as vscode from 'vscode';
import { commands, taskType } from '../../contributions';
import { palRunArguments, quoteCommandLine, recordingPath, type CommandLine } from '../../core/commandLine';
import { DisposableStore, type Disposable } from '../../core/disposableStore';
import { needsTrust } from '../../platform/commands';
import { t } from '../../platform/l10n';
import type { Services } from '../../services';

interface PalTaskDefinition extends vscode.TaskDefinition {
  readonly program?: string;
  readonly args?: readonly string[];
  readonly options?: readonly string[];
}

interface PlannedRun extends CommandLine {
  readonly cwd: string;
  readonly wal: string;
}

export function register(services: Services): Disposable {
  const store = new DisposableStore();
  store.push(
    services.commands.register([
      { id: commands.runFile, run: (target) => run(services, target), whenDown: needsTrust },
      {
        id: commands.copyCommandLine,
        run: async (target) => {
          const planned = plan(services, programOf(target), {});
          await vscode.env.clipboard.writeText(quoteCommandLine(planned, process.platform));
          vscode.window.setStatusBarMessage(t('The command line is on the clipboard.'), 5000);
        },
        whenDown: needsTrust,
      },
    ]),
  );
  store.push(
    vscode.tasks.registerTaskProvider(taskType, {
      provideTasks: () => [],
      resolveTask: (task) => resolve(services, task),
    }),
  );
  return store;
}

async function run(services: Services, target: unknown): Promise<void> {
  const program = programOf(target);
  const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === program.toString());
  if (open?.isDirty === true && !(await open.save())) return;
  const definition: PalTaskDefinition = { type: taskType, program: program.fsPath };
  const planned = plan(services, program, definition);
  services.log.info(`run: ${quoteCommandLine(planned, process.platform)}`);
  await prepareFolder(dirname(planned.wal));
  await vscode.tasks.executeTask(toTask(definition, program, planned));
}

/** A task of tasks.json. Its recording gets its name when the task is resolved, which is when it starts. */
async function resolve(services: Services, task: vscode.Task): Promise<vscode.Task | undefined> {
  const definition = task.definition as PalTaskDefinition;
  if (typeof definition.program !== 'string' || !vscode.workspace.isTrusted) return undefined;
  const folder =
    typeof task.scope === 'object' ? task.scope.uri.fsPath : vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
  const path = isAbsolute(definition.program) ? definition.program : join(folder ?? '', definition.program);
  const program = vscode.Uri.file(path);
  const planned = plan(services, program, definition);
  await prepareFolder(dirname(planned.wal));
  const resolved = toTask(definition, program, planned);
  // The editor wants back the very definition it asked about.
  return new vscode.Task(
    task.definition,
    task.scope ?? vscode.TaskScope.Workspace,
    task.name,
    'PAL',
    resolved.execution,
  );
}

function toTask(definition: PalTaskDefinition, program: vscode.Uri, planned: PlannedRun): vscode.Task {
  const folder = vscode.workspace.getWorkspaceFolder(program);
  const name = vscode.workspace.asRelativePath(program, false);
  const task = new vscode.Task(
    definition,
    folder ?? vscode.TaskScope.Workspace,
    name,
    'PAL',
    new vscode.ProcessExecution(planned.command, [...planned.args], { cwd: planned.cwd }),
  );
  task.presentationOptions = {
    reveal: vscode.TaskRevealKind.Always,
    echo: true,
    clear: false,
    showReuseMessage: false,
  };
  return task;
}

function plan(services: Services, program: vscode.Uri, definition: Partial<PalTaskDefinition>): PlannedRun {
  const { settings, runtime } = services;
  const cwd = vscode.workspace.getWorkspaceFolder(program)?.uri.fsPath ?? dirname(program.fsPath);
  const folder = settings.recordingsFolder(program);
  const wal = recordingPath(isAbsolute(folder) ? folder : join(cwd, folder), program.fsPath, new Date());
  const found = runtime.locate(program);
  const args = palRunArguments({
    program: program.fsPath,
    args: definition.args ?? [],
    wal,
    options: [...settings.runOptions(program), ...(definition.options ?? [])],
  });
  return { command: found.commandLine.command, args: [...found.commandLine.args, ...args], cwd, wal };
}

/** The file a command means: its argument (editor title, explorer), else the one in the active editor. */
function programOf(target: unknown): vscode.Uri {
  const uri = target instanceof vscode.Uri ? target : vscode.window.activeTextEditor?.document.uri;
  if (uri === undefined) throw new Error(t('Open a TypeScript or JavaScript file first.'));
  if (uri.scheme !== 'file') throw new Error(t('Save {name} first: only a file on disk can run.', { name: uri.path }));
  return uri;
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
