/** The extension as other code inside VS Code sees it. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import * as vscode from 'vscode';
import type { PalApi } from '../../../client/src/api';
import { defineStreamTests } from './streamTests';

const extensionId = 'pal.pal';

/** Resolves when `read` gives something, asking again at each event; Mocha's timeout is the limit. */
async function until<T>(read: () => T | undefined | Promise<T | undefined>, event?: vscode.Event<unknown>): Promise<T> {
  for (;;) {
    const value = await read();
    if (value !== undefined) return value;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(done, 200);
      const waiting = event?.(done);
      function done(): void {
        clearTimeout(timer);
        waiting?.dispose();
        resolve();
      }
    });
  }
}

const workspaceFile = (name: string): vscode.Uri =>
  vscode.Uri.joinPath(vscode.workspace.workspaceFolders![0]!.uri, name);

async function api(): Promise<PalApi> {
  const extension = vscode.extensions.getExtension<PalApi>(extensionId);
  assert.ok(extension, 'the packed extension is installed');
  return extension.activate();
}

export function defineSuite(): void {
  suite('the extension', () => {
    test('is not activated before it is needed', () => {
      assert.equal(vscode.extensions.getExtension(extensionId)?.isActive, false);
    });

    test('activates and registers every command of its manifest', async () => {
      await api();
      const { contributes } = vscode.extensions.getExtension(extensionId)!.packageJSON as {
        contributes: { commands: { command: string }[] };
      };
      const registered = new Set(await vscode.commands.getCommands(true));
      assert.deepEqual(
        contributes.commands.map(({ command }) => command).filter((id) => !registered.has(id)),
        [],
      );
    });

    test('reads the directory only once a view is visible', async () => {
      assert.deepEqual((await api()).peers(), []);
    });

    test('lists the peers of the local directory, the living first', async () => {
      const pal = await api();
      await vscode.commands.executeCommand('pal.peers.focus');
      const rows = await until(() => (pal.rows('pal.peers').length === 2 ? pal.rows('pal.peers') : undefined));
      assert.match(rows[0]!, /^shop · up 12m · :5570$/);
      assert.match(rows[1]!, /^gone · dead$/);
    });

    test('prunes dead peers', async () => {
      const pal = await api();
      await vscode.commands.executeCommand('pal.peers.prune');
      assert.deepEqual(
        pal.peers().map(({ name }) => name),
        ['shop'],
      );
    });

    test('copies the exact command line', async () => {
      await vscode.commands.executeCommand('pal.run.copyCommandLine', workspaceFile('src/app.ts'));
      const line = await until(async () => (await vscode.env.clipboard.readText()) || undefined);
      assert.match(line, /^node \S+pal\.js run --wal \S+\.pal\/app-\d{8}-\d{6}\.palrec \S+src\/app\.ts$/);
    });

    test('runs the current file as a peer, which records it and shows up as a log', async () => {
      const pal = await api();
      await vscode.window.showTextDocument(workspaceFile('src/app.ts'));
      const ended = new Promise<number | undefined>((resolve) => {
        const waiting = vscode.tasks.onDidEndTaskProcess(({ exitCode }) => {
          waiting.dispose();
          resolve(exitCode);
        });
      });
      await vscode.commands.executeCommand('pal.run.file');
      assert.equal(await ended, 0);
      const files = readdirSync(workspaceFile('.pal').fsPath);
      assert.equal(files.filter((name) => name.endsWith('.palrec')).length, 1, files.join());
      assert.ok(files.includes('.gitignore'));
      await vscode.commands.executeCommand('pal.logs.focus');
      const rows = await until(() => pal.rows('pal.logs').find((row) => row.includes('messages')));
      assert.match(rows, /^app-[\d-]+ · .*B · \d+ messages · /);
    });

    // Opt-in (PAL_E2E_F5=1): in about one of three cold windows the debugger misses the breakpoint or the end of the session, cause unknown.
    if (process.env['PAL_E2E_F5'] === undefined) console.log('F5 under the debugger is left out; PAL_E2E_F5=1 runs it');
    else
      test('F5 runs a file under the JavaScript debugger, which stops on the original line', async () => {
        const program = workspaceFile('src/app.ts');
        vscode.debug.addBreakpoints([
          new vscode.SourceBreakpoint(new vscode.Location(program, new vscode.Position(8, 0))),
        ]);
        const stopped = new Promise<{ session: vscode.DebugSession; threadId: number }>((resolve) => {
          vscode.debug.registerDebugAdapterTrackerFactory('*', {
            createDebugAdapterTracker: (session) => ({
              onDidSendMessage: (message: { event?: string; body?: { threadId: number } }) => {
                if (message.event === 'stopped') resolve({ session, threadId: message.body!.threadId });
              },
            }),
          });
        });
        const configuration = { type: 'pal', request: 'launch', name: 'app', program: '${workspaceFolder}/src/app.ts' };
        assert.equal(await vscode.debug.startDebugging(vscode.workspace.workspaceFolders![0], configuration), true);
        const { session, threadId } = await stopped;
        const { stackFrames } = (await session.customRequest('stackTrace', { threadId })) as {
          stackFrames: { name: string; line: number; source?: { path?: string } }[];
        };
        const top = stackFrames[0]!;
        // A remote editor names the file by the address of its machine.
        assert.ok(top.source?.path?.endsWith(program.path), top.source?.path);
        assert.equal(top.line, 9);
        vscode.debug.removeBreakpoints(vscode.debug.breakpoints);
        await session.customRequest('continue', { threadId });
        await until(() => (vscode.debug.activeDebugSession === undefined ? true : undefined));
      });

    test('opens a log as a coloured tree of operations', async () => {
      const pal = await api();
      await vscode.commands.executeCommand('pal.logs.open', `log:${pal.logs()[0]!.uuid}`);
      const document = vscode.window.activeTextEditor!.document;
      assert.equal(document.languageId, 'pal-log');
      assert.match(document.getText(), /\[\d+\] new Basket/);
      assert.match(document.getText(), /call Basket\.add/);
    });

    test('reports errors of a bundle at their place, with codes', async () => {
      const uri = workspaceFile('broken.pal.yaml');
      await vscode.window.showTextDocument(uri);
      const found = await until(() => {
        const list = vscode.languages.getDiagnostics(uri);
        return list.length > 0 ? list : undefined;
      }, vscode.languages.onDidChangeDiagnostics);
      const brief = found.map(
        ({ source, code, range }) =>
          `${source} ${typeof code === 'object' ? code.value : code} ${range.start.line + 1}`,
      );
      assert.deepEqual(brief, ['PAL invalid-duration 5', 'PAL invalid-word 8', 'PAL unknown-key 12']);
    });

    test('completes keys and explains them', async () => {
      const uri = workspaceFile('good.pal.yaml');
      const document = await vscode.workspace.openTextDocument(uri);
      const end = document.lineAt(document.lineCount - 1).range.end;
      const edit = new vscode.WorkspaceEdit();
      edit.insert(uri, end, '    ');
      await vscode.workspace.applyEdit(edit);
      const at = document.lineAt(document.lineCount - 1).range.end;
      const list = await vscode.commands.executeCommand<vscode.CompletionList>(
        'vscode.executeCompletionItemProvider',
        uri,
        at,
      );
      const labels = list.items.map(({ label }) => (typeof label === 'string' ? label : label.label));
      assert.ok(labels.includes('priority'), labels.join());
      const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
        'vscode.executeHoverProvider',
        uri,
        new vscode.Position(6, 6),
      );
      const text = hovers
        .flatMap(({ contents }) => contents)
        .map((part) => (part as vscode.MarkdownString).value)
        .join();
      assert.match(text, /When the callback runs/);
    });

    test('lists the bundles of the workspace with their problems', async () => {
      const pal = await api();
      await vscode.commands.executeCommand('pal.bundles.focus');
      const rows = await until(() => {
        const found = pal.rows('pal.bundles');
        return found.length === 2 && found.some((row) => row.includes('errors')) ? found : undefined;
      });
      assert.deepEqual(
        [...rows].sort(),
        ['audit · good.pal.yaml · 1 intercept', 'audit · broken.pal.yaml · 2 intercepts · 2 errors · 1 warning'].sort(),
      );
    });

    test('shows the details of a peer as a document', async () => {
      const pal = await api();
      await vscode.commands.executeCommand('pal.peers.focus');
      await vscode.commands.executeCommand('pal.showDetails', `peer:${pal.peers()[0]!.uuid}`);
      const text = await until(() => vscode.window.activeTextEditor?.document.getText() || undefined);
      assert.match(text, /^# Peer shop\n/);
      assert.match(text, /stream: tcp:\/\/127\.0\.0\.1:5570/);
    });

    test('leaves other YAML files alone', async () => {
      const uri = workspaceFile('other.yaml');
      await vscode.window.showTextDocument(uri);
      const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
        'vscode.executeHoverProvider',
        uri,
        new vscode.Position(0, 2),
      );
      assert.deepEqual(hovers, []);
      assert.deepEqual(vscode.languages.getDiagnostics(uri), []);
    });

    test('restarts its language server', async () => {
      await vscode.commands.executeCommand('pal.server.restart');
      const uri = workspaceFile('broken.pal.yaml');
      await vscode.window.showTextDocument(uri);
      await until(
        () => (vscode.languages.getDiagnostics(uri).length === 3 ? true : undefined),
        vscode.languages.onDidChangeDiagnostics,
      );
    });

    defineStreamTests({ api, until, workspaceFile });

    test('leaves nothing behind when it is deactivated, twice', async () => {
      const { extensionPath } = vscode.extensions.getExtension(extensionId)!;
      const main = createRequire(path.join(extensionPath, 'package.json'))(
        path.join(extensionPath, 'client/dist/extension.js'),
      ) as {
        activate(context: { extensionPath: string; workspaceState: unknown }): PalApi;
        deactivate(): Promise<void>;
      };
      await main.deactivate();
      await main.deactivate();
      const before = resources();
      const commands = new Set(await vscode.commands.getCommands(true));
      assert.equal(commands.has('pal.run.file'), false);
      for (let round = 0; round < 2; round++) {
        const pal = main.activate({ extensionPath, workspaceState: { get: () => undefined, update: () => undefined } });
        await vscode.commands.executeCommand('pal.peers.focus');
        await until(() => (pal.rows('pal.peers').length > 0 ? true : undefined));
        await main.deactivate();
        await main.deactivate();
      }
      await until(() => (JSON.stringify(resources()) === JSON.stringify(before) ? true : undefined));
    });
  });
}

/** What keeps a process busy and could be ours: watched files, child processes. */
function resources(): Record<string, number> {
  const counts: Record<string, number> = { FSEventWrap: 0, ProcessWrap: 0 };
  for (const name of process.getActiveResourcesInfo()) if (name in counts) counts[name]!++;
  return counts;
}
