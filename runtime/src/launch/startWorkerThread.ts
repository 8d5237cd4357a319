/** A worker thread of a recorded program: its own engine and ring, its own loader hooks. */
import { fieldScope } from '../scope/scopeFilter';
import { createEngine } from '../engine/createEngine';
import { installWorkerHooks } from '../peer/processHooks';
import { workerChannelName } from '../peer/hostMessages';
import { WorkerPeer } from '../peer/workerPeer';
import { installLoader } from './installLoader';

/** @param folder directory of the bundles */
export function startWorkerThread(folder: string): void {
  const peer = WorkerPeer.attach();
  if (peer === undefined) return;
  const { config } = peer;
  const engine = createEngine({
    ring: peer.ring,
    values: config.values,
    asyncCompletions: config.asyncCompletions,
    fieldScope: fieldScope(config.scope),
    nextSite: peer.memory.buffer,
    rootThread: `worker-${peer.source}/self-caller`,
    onTable: peer.sendSites,
  });
  installWorkerHooks(() => engine.stop());
  installLoader(engine, {
    weave: true,
    scope: config.scope,
    distDirectory: folder,
    nextSite: peer.memory.buffer,
    hostChannel: workerChannelName(peer.uuid),
  });
  peer.offer();
}
