/** Streams inside the extension host: a real peer is watched, paused, filtered, opened in its recording, and ends. */
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import type { PalApi } from '../../../client/src/api';

export interface HostSupport {
  readonly api: () => Promise<PalApi>;
  readonly until: <T>(read: () => T | undefined | Promise<T | undefined>, event?: vscode.Event<unknown>) => Promise<T>;
  readonly workspaceFile: (name: string) => vscode.Uri;
}

const program = `class Ticker {
  count = 0;
  tick(): number {
    this.count += 1;
    return this.count;
  }
}
const ticker = new Ticker();
setInterval(() => ticker.tick(), 20);
`;

export function defineStreamTests({ api, until, workspaceFile }: HostSupport): void {
  let peer: ChildProcess | undefined;
  suiteTeardown(() => peer?.kill('SIGKILL'));

  const output = (): string =>
    vscode.workspace.textDocuments
      .find(({ uri }) => uri.scheme === 'output' && uri.path.endsWith('PAL Stream: ticker'))
      ?.getText() ?? '';
  const outputEditor = (): vscode.TextEditor | undefined =>
    vscode.window.visibleTextEditors.find(({ document }) => document.uri.path.endsWith('PAL Stream: ticker'));
  const seen = (pattern: RegExp): Promise<RegExpExecArray> =>
    until(() => pattern.exec(output()) ?? undefined, vscode.workspace.onDidChangeTextDocument);
  const row = async (): Promise<string> => {
    const pal = await api();
    await vscode.commands.executeCommand('pal.peers.focus');
    const found = await until(() => pal.peers().find(({ name, alive }) => name === 'ticker' && alive));
    return `peer:${found.uuid}`;
  };

  test('watches the stream of a running peer: coloured lines with nesting, counted in the status bar', async () => {
    const file = workspaceFile('src/ticker.ts').fsPath;
    writeFileSync(file, program);
    const { extensionPath } = vscode.extensions.getExtension('pal.pal')!;
    const pal = path.join(extensionPath, 'runtime/bin/pal.js');
    const wal = workspaceFile('.pal/ticker.palrec').fsPath;
    const options = ['--name', 'ticker', '--tcp-pub', 'auto', '--with-source-context', '--wal', wal];
    peer = spawn(process.execPath, [pal, 'run', ...options, file], {
      cwd: workspaceFile('.').fsPath,
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let errors = '';
    peer.stderr!.on('data', (chunk: Buffer) => (errors += chunk.toString()));
    peer.once('exit', (code) => {
      if (code !== 0 && code !== null) process.stdout.write(`the peer ended with ${code}: ${errors}\n`);
    });
    await vscode.commands.executeCommand('pal.stream.watch', await row());
    await seen(/^# Connecting to ticker at tcp:/m);
    await seen(/^# Connected\.$/m);
    const [call] = await seen(/^ *\[\d+\] call Ticker\.tick@\d+\(\) .*\n( *)\[\d+\] get Ticker\.count/m);
    const depth = (line: string): number => line.length - line.trimStart().length;
    const [first, second] = call.split('\n') as [string, string];
    assert.ok(depth(second) > depth(first), call);
    assert.equal(outputEditor()?.document.languageId, 'pal-log');
    assert.match((await api()).streams().join(), /^\$\(broadcast\) ticker [\d,]+$/);
  });

  test('links lines to the source', async () => {
    const [, place] = await seen(/ {2}\((src\/ticker\.ts:4)\)/);
    const links = await vscode.commands.executeCommand<vscode.DocumentLink[]>(
      'vscode.executeLinkProvider',
      outputEditor()!.document.uri,
    );
    const targets = links.map(({ target }) => target?.toString(true));
    assert.ok(place);
    assert.ok(
      targets.includes(`${workspaceFile('src/ticker.ts').with({ scheme: 'file', authority: '' }).toString(true)}#L4`),
      targets[0],
    );
    assert.deepEqual([...new Set(links.map(({ target }) => target?.scheme))], ['file']);
  });

  test('pauses and resumes', async () => {
    const pal = await api();
    await vscode.commands.executeCommand('pal.stream.pause');
    await seen(/^# Paused\.$/m);
    assert.match(pal.streams().join(), /\$\(debug-pause\)/);
    await vscode.commands.executeCommand('pal.stream.pause');
    await seen(/^# Resumed: [\d,]+ messages passed by\.\n *\[\d+\]/m);
  });

  test('opens the recording at the line of the cursor', async () => {
    const editor = outputEditor()!;
    const line = [...Array(editor.document.lineCount).keys()].find((at) =>
      editor.document.lineAt(at).text.includes('call Ticker.tick'),
    )!;
    const offset = /\[\d+\]/.exec(editor.document.lineAt(line).text)![0];
    editor.selection = new vscode.Selection(line, 0, line, 0);
    await until(() => (outputEditor()?.selection.active.line === line ? true : undefined));
    await vscode.commands.executeCommand('pal.stream.openOperation');
    const opened = await until(() =>
      vscode.window.visibleTextEditors.find(({ document }) => document.uri.scheme === 'pal-operation'),
    );
    assert.equal(opened.document.languageId, 'pal-log');
    await until(() =>
      opened.document.lineAt(opened.selection.active.line).text.includes(`${offset} call Ticker.tick`)
        ? true
        : undefined,
    );
  });

  test('clears', async () => {
    await vscode.commands.executeCommand('pal.stream.clear');
    await until(() => (output().includes('# Connecting') ? undefined : true), vscode.workspace.onDidChangeTextDocument);
    await seen(/^ *\[\d+\] call Ticker\.tick/m);
  });

  test('says so when the peer ends, with the account, and keeps the panel', async () => {
    const ended = once(peer!, 'exit');
    peer!.kill('SIGTERM');
    await ended;
    await seen(/^# ticker has ended\. [\d,]+ received, 0 lost, 0 skipped$/m);
    assert.match((await api()).streams().join(), /^\$\(circle-slash\) ticker [\d,]+$/);
    await vscode.commands.executeCommand('pal.stream.stop');
    assert.deepEqual((await api()).streams(), []);
  });
}
