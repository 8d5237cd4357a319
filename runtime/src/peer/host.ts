/**
 * Entry of the host thread: everything of a peer that waits for files, sockets or the directory, so that the program never does.
 *
 * It starts the peer, says so to the main thread, runs the loop until the program ends, and leaves in order: last entries, end of
 * the log, sockets, directory entry. Nothing here may end the process or throw out of the thread, except the watch over signals that a
 * busy program cannot answer.
 */
import { BroadcastChannel, receiveMessageOnPort, workerData, type MessagePort } from 'node:worker_threads';
import { PalError } from '../errors';
import { HostLoop } from './hostLoop';
import { workerChannelName, type AppMessage, type HostAnswer, type HostStart } from './hostMessages';
import { HOST_SOURCE, mainCallSites, mainCallWords, mainReturnWords, wallClock } from './mainCall';
import { HostState, PeerControl, PeerMemory } from './peerControl';
import { startPeer, type StartedPeer } from './peerStart';
import { ReadyLine } from './readyLine';
import { RingReader } from './ringReader';
import { SignalWatch } from './signalWatch';
import { messageOf, tellUser } from './tellUser';

async function main(start: HostStart): Promise<void> {
  const memory = new PeerMemory(start.memory);
  const { control } = memory;
  const enter = (state: number, answer: HostAnswer): void => {
    start.port.postMessage(answer);
    Atomics.store(control, PeerControl.HOST_STATE, state);
    Atomics.notify(control, PeerControl.HOST_STATE);
  };
  let peer: StartedPeer;
  try {
    peer = await startPeer(start, memory);
  } catch (error) {
    const known = PalError.is(error) ? error : new PalError('internal', `the peer could not start: ${String(error)}`);
    enter(HostState.FAILED, { type: 'failed', code: known.code, message: known.message, exitCode: known.exitCode });
    return;
  }

  const workers = new BroadcastChannel(workerChannelName(start.uuid));
  workers.unref();
  const watch = new SignalWatch(control, start.config);
  const loop = new HostLoop({
    memory,
    ring: start.ring,
    receive: () => nextMessage(start.port) ?? nextMessage(workers),
    log: peer.log,
    stream: peer.stream,
    logFailed: (error) =>
      tellUser(
        `pal: recording stopped, the program goes on: ${messageOf(error)} (what was recorded before can be read)`,
      ),
    everyRound: async () => {
      await peer.stream?.poll();
      if (watch.programHangs()) Atomics.store(control, PeerControl.FINISH, 1);
    },
  });
  if (peer.stream !== undefined) peer.stream.pressure = () => loop.pressure;
  const site = recordsMain(start) ? Atomics.add(control, PeerControl.NEXT_SITE, 1) : 0;
  if (site !== 0) {
    loop.addSites(site, mainCallSites(start.moduleClass, start.config.main ?? ''));
    loop.add(mainCallWords(site, start.config.args, wallClock()), HOST_SOURCE);
  }
  const ready = new ReadyLine(start, memory);
  ready.up(peer);
  enter(HostState.READY, { type: 'ready', pub: peer.pub, wal: peer.log?.path, name: peer.name });

  await loop.run();
  if (site !== 0) loop.add(mainReturnWords(site, Atomics.load(control, PeerControl.OUTCOME), wallClock()), HOST_SOURCE);
  await loop.close();
  try {
    await peer.unregister();
  } catch (error) {
    tellUser(`pal: ${messageOf(error)}`);
  }
  workers.close();
  ready.down();
  Atomics.store(control, PeerControl.HOST_STATE, HostState.CLOSED);
  Atomics.notify(control, PeerControl.HOST_STATE);
  watch.endProgram();
}

const recordsMain = ({ config, ring }: HostStart): boolean =>
  ring !== undefined && config.mode === 'run' && config.walIncomingCli;

const nextMessage = (port: MessagePort | BroadcastChannel): AppMessage | undefined =>
  receiveMessageOnPort(port as MessagePort)?.message as AppMessage | undefined;

main(workerData as HostStart).catch((error: unknown) => {
  tellUser(
    `pal: the recording thread failed, the program goes on: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
  );
  const { memory, ring } = workerData as HostStart;
  const { control } = new PeerMemory(memory);
  if (ring !== undefined) new RingReader(ring, 0).fail();
  Atomics.store(control, PeerControl.HOST_STATE, HostState.CLOSED);
  Atomics.notify(control, PeerControl.HOST_STATE);
});
