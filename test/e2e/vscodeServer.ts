/**
 * A VS Code server of its own for one test: temporary home, user data and extensions, the packed extension installed, nothing asked of the network. It
 * listens on the loopback interface only and ends with `dispose`.
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

const noGallery = JSON.stringify({ serviceUrl: '', itemUrl: '', resourceUrlTemplate: '', controlUrl: '' });

/** Settings that keep the editor quiet: no welcome page, no chat, no update checks. */
export const quietSettings = {
  'telemetry.telemetryLevel': 'off',
  'workbench.startupEditor': 'none',
  'chat.disableAIFeatures': true,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'git.enabled': false,
  'editor.minimap.enabled': false,
  'security.workspace.trust.startupPrompt': 'never',
  'security.workspace.trust.banner': 'never',
};

export interface ServerOptions {
  readonly node: string;
  readonly server: string;
  readonly vsix: string;
  /** Hides notification toasts, and makes `payload` in the address work: for suites inside the extension host. */
  readonly smokeTestDriver?: boolean;
  /** Restricted Mode when false. */
  readonly trusted?: boolean;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly env?: NodeJS.ProcessEnv;
}

export class VscodeServer {
  private constructor(
    readonly port: number,
    /** Temporary folder, removed at the end. */
    readonly folder: string,
    private readonly child: ChildProcess,
    private readonly output: () => string,
  ) {}

  static async start(options: ServerOptions): Promise<VscodeServer> {
    const folder = mkdtempSync(path.join(tmpdir(), 'pal-e2e-'));
    const main = path.join(options.server, 'out/server-main.js');
    const places = ['--server-data-dir', path.join(folder, 'srv'), '--extensions-dir', path.join(folder, 'ext')];
    const env = {
      ...process.env,
      HOME: folder,
      XDG_RUNTIME_DIR: folder,
      EXTENSIONS_GALLERY: noGallery,
      ...options.env,
    };
    mkdirSync(path.join(folder, 'data/User'), { recursive: true });
    execFileSync(
      options.node,
      [main, '--install-extension', options.vsix, '--force', '--accept-server-license-terms', ...places],
      { stdio: ['ignore', 'ignore', 'inherit'], env },
    );
    const port = await freePort();
    const child = spawn(
      options.node,
      [
        main,
        ...[
          '--host',
          '127.0.0.1',
          '--port',
          String(port),
          '--without-connection-token',
          '--accept-server-license-terms',
        ],
        ...['--telemetry-level', 'off', '--user-data-dir', path.join(folder, 'data'), ...places],
        ...(options.trusted === false ? [] : ['--disable-workspace-trust']),
        ...(options.smokeTestDriver === true ? ['--enable-smoke-test-driver'] : []),
      ],
      { env, stdio: ['ignore', 'pipe', 'pipe'] },
    );
    let text = '';
    const server = new VscodeServer(port, folder, child, () => text);
    server.writeSettings(options.settings ?? {});
    await new Promise<void>((resolve, reject) => {
      const read = (chunk: Buffer): void => {
        text += chunk.toString();
        if (text.includes('Extension host agent listening on')) resolve();
      };
      child.stdout.on('data', read);
      child.stderr.on('data', read);
      child.once('exit', (code) => reject(new Error(`VS Code's server ended with ${String(code)}:\n${text}`)));
    });
    return server;
  }

  get log(): string {
    return this.output();
  }

  /** User settings; the running editor takes them at once. */
  writeSettings(settings: Readonly<Record<string, unknown>>): void {
    const file = path.join(this.folder, 'data/User/settings.json');
    writeFileSync(file, JSON.stringify({ ...quietSettings, ...settings }));
  }

  address(workspace: string, payload?: readonly (readonly [string, string])[]): string {
    const extra = payload === undefined ? '' : `&payload=${encodeURIComponent(JSON.stringify(payload))}`;
    return `http://127.0.0.1:${this.port}/?folder=${encodeURIComponent(workspace)}${extra}`;
  }

  async dispose(): Promise<void> {
    this.child.removeAllListeners('exit');
    if (this.child.exitCode === null) {
      const gone = once(this.child, 'exit');
      this.child.kill('SIGTERM');
      const force = setTimeout(() => this.child.kill('SIGKILL'), 5000);
      await gone;
      clearTimeout(force);
    }
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
