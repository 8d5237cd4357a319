/** The language client. A module of its own, loaded when it is needed: the client library is most of the extension's size. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { PalInitializationOptions } from 'pal-server/protocol';
import * as vscode from 'vscode';
import { LanguageClient } from 'vscode-languageclient/node';

const redHatYaml = 'redhat.vscode-yaml';

export interface RunningClient {
  stop(): Promise<void>;
}

export async function startLanguageClient(extensionPath: string): Promise<RunningClient> {
  const module = join(extensionPath, 'server', 'dist', 'server.js');
  const output = vscode.window.createOutputChannel('PAL Language Server', { log: true });
  const initializationOptions: PalInitializationOptions = {
    otherYamlServer: vscode.extensions.getExtension(redHatYaml) !== undefined,
  };
  let server: ChildProcess | undefined;
  const start = (): Promise<ChildProcess> => {
    server = fork(module, ['--stdio'], { silent: true, execArgv: [] });
    return Promise.resolve(server);
  };
  const client = new LanguageClient('pal', 'PAL Language Server', start, {
    // Every YAML file: which of them are bundles, and when one becomes a bundle, is for the server to see.
    documentSelector: [
      { language: 'yaml', scheme: 'file' },
      { language: 'yaml', scheme: 'untitled' },
      { language: 'yaml', scheme: 'vscode-remote' },
    ],
    outputChannel: output,
    initializationOptions,
  });
  try {
    await client.start();
  } catch (error) {
    output.dispose();
    throw error;
  }
  return {
    stop: async () => {
      const process = server;
      await client.dispose();
      // The client writes about the end of its server to the output: it must still be there then.
      if (process !== undefined && process.exitCode === null && process.signalCode === null)
        await once(process, 'exit');
      output.dispose();
    },
  };
}
