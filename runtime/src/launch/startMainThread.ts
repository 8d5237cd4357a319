/**
 * The main thread of a recorded process: from the configuration to a program that records. Called by the preload; the program's first
 * module is loaded after it returns.
 */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { fieldScope } from '../scope/scopeFilter';
import { createEngine, type Engine } from '../engine/createEngine';
import { installDurableBarrier } from '../peer/durableBarrier';
import { HostClient } from '../peer/hostClient';
import { workerChannelName } from '../peer/hostMessages';
import { installProcessHooks } from '../peer/processHooks';
import type { RunConfig } from '../peer/runConfig';
import { tellUser } from '../peer/tellUser';
import { endWorker, offerToWorkers } from '../peer/workerPeer';
import { CONFIG_VARIABLE } from './configVariable';
import { installLoader, type LoaderEngine } from './installLoader';
import { ModuleNames } from './moduleNames';
import { PAL_VERSION } from './version';

/** Longer than any service runs between two turns of its event loop, in milliseconds. */
const FOR_EVER = 2 ** 31 - 1;

/** @param folder directory of the bundles */
export function startMainThread(configText: string, folder: string): void {
  let config: RunConfig;
  try {
    config = JSON.parse(configText) as RunConfig;
  } catch {
    tellUser(`pal: this process is not recorded: ${CONFIG_VARIABLE} holds no configuration`);
    return;
  }
  const execArgv = hideTraces(config, folder);
  try {
    start(config, folder, execArgv);
  } catch (error) {
    // Whatever goes wrong in here, a command under `pal exec` runs as it would have.
    if (config.mode !== 'exec') throw error;
    tellUser(`pal: this process is not recorded: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function start(config: RunConfig, folder: string, execArgv: readonly string[]): void {
  const uuid = config.mode === 'run' ? (config.uuid ?? randomUUID()) : randomUUID();
  const client = new HostClient(
    {
      ...config,
      main: config.main ?? process.argv[1],
      args: config.mode === 'run' ? config.args : process.argv.slice(2),
    },
    {
      hostFile: join(folder, 'host.js'),
      uuid,
      moduleClass: mainClass(),
      runtime: `pal ${PAL_VERSION}, node ${process.versions.node}, ${process.platform} ${process.arch}`,
    },
  );
  const answer = client.waitForStart();
  if (answer.type === 'failed' && config.mode === 'run') {
    tellUser(answer.message);
    (process as unknown as { reallyExit(code: number): never }).reallyExit(answer.exitCode);
  }
  if (answer.type === 'failed') {
    tellUser(`pal: this process is not recorded: ${answer.message}`);
    return;
  }

  const engine = client.ring === undefined ? undefined : engineOf(client, client.ring, config);
  client.beforeFinish = () => engine?.stop();
  const drain = (): void => {
    engine?.flush();
    client.drain();
  };
  installProcessHooks({
    finish: client.finish,
    drain,
    control: client.memory.control,
    workerMade: (worker) => endWorker(worker, (message) => client.post(message)),
  });
  installLoader(engine === undefined ? NO_ENGINE : engine, {
    weave: engine !== undefined,
    scope: config.scope,
    distDirectory: folder,
    nextSite: client.memory.buffer,
    hostChannel: workerChannelName(uuid),
    execArgv,
  });
  if (config.durable && engine !== undefined) installDurableBarrier(drain);
  if (engine !== undefined) offerToWorkers(client.memory, uuid, config);
  if (config.asService) setInterval(() => undefined, FOR_EVER);
}

const NO_ENGINE: LoaderEngine = { registerModule: () => 1 };

function engineOf(client: HostClient, ring: SharedArrayBuffer, config: RunConfig): Engine {
  return createEngine({
    ring,
    values: config.values,
    asyncCompletions: config.asyncCompletions,
    fieldScope: fieldScope(config.scope),
    nextSite: client.memory.buffer,
    onTable: (table, base) => client.post({ type: 'sites', base, table }),
  });
}

/** Class of the main module's own code, where PAL looks for `main`. */
function mainClass(): string {
  const main = process.argv[1];
  return main === undefined ? '$module' : `${new ModuleNames(process.cwd()).prefixOf(main)}.$module`;
}

/** Removes what PAL added to this process before the program can look; returns the flags as they were. */
function hideTraces(config: RunConfig, folder: string): readonly string[] {
  const before = [...process.execArgv];
  const at = process.execArgv.findIndex(
    (flag, i) => (flag === '--require' || flag === '-r') && process.execArgv[i + 1] === join(folder, 'register.js'),
  );
  if (at >= 0) process.execArgv.splice(at, 2);
  // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- a constant
  if (config.mode === 'run') delete process.env[CONFIG_VARIABLE];
  return before;
}
