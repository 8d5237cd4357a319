/** A PAL home of its own for a test, with peers in it. A peer that shall be alive is this very process. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { LogRecord, PeerRecord } from 'pal-runtime/directory/directory';
import { LocalDirectory } from 'pal-runtime/directory/localDirectory';

export class PalHome {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'pal-home-'));
  readonly directory = new LocalDirectory(this.folder);

  get env(): NodeJS.ProcessEnv {
    return { PAL_LOCAL_HOME: this.folder };
  }

  async addPeer(change: Partial<PeerRecord> & Pick<PeerRecord, 'uuid' | 'name'>): Promise<void> {
    await this.directory.registerPeer({
      ctimeMillis: Date.now() - 12 * 60_000,
      zmqRpc: undefined,
      jsonRpc: undefined,
      pub: undefined,
      jmx: undefined,
      alive: true,
      sourceLog: undefined,
      walLog: undefined,
      runtime: `node ${process.version.slice(1)}`,
      pid: process.pid,
      main: undefined,
      cwd: undefined,
      ...change,
    });
  }

  addLog(name: string): Promise<LogRecord> {
    return this.directory.registerLog({
      name,
      kind: 'palrec',
      ctimeMillis: Date.now() - 60_000,
      kafkaServers: undefined,
    });
  }

  async dispose(): Promise<void> {
    await this.directory.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
