/**
 * Recording in a worker thread of the program: a ring of its own, handed to the host thread of the process over a broadcast channel (a worker has
 * no port to it). Its logical threads are named `worker-N/…`.
 *
 * Invariant: a worker that cannot reach the host runs unrecorded and does not know.
 */
import { BroadcastChannel, getEnvironmentData, setEnvironmentData, threadId } from 'node:worker_threads';
import { Control, CONTROL_WORDS } from '../engine/ringLayout';
import type { SiteTable } from '../entry/sites';
import { workerChannelName, type AppMessage } from './hostMessages';
import { PeerControl, PeerMemory } from './peerControl';
import type { RunConfig } from './runConfig';

/** 1 MiB: a program may have many workers. */
const CAPACITY_WORDS = 1 << 18;
/** Last source number for workers; the host has 65535. */
const MAX_SOURCE = 65_534;
const ENVIRONMENT_KEY = 'pal.peer';

interface PeerEnvironment {
  readonly memory: SharedArrayBuffer;
  readonly uuid: string;
  readonly config: RunConfig;
}

/** Called on the main thread once the peer is up: workers made from now on find it. */
export function offerToWorkers(memory: PeerMemory, uuid: string, config: RunConfig): void {
  const environment: PeerEnvironment = { memory: memory.buffer, uuid, config };
  setEnvironmentData(ENVIRONMENT_KEY, environment);
}

export class WorkerPeer {
  readonly ring = new SharedArrayBuffer((CONTROL_WORDS + CAPACITY_WORDS) * 4);
  readonly #control = new Int32Array(this.ring, 0, CONTROL_WORDS);
  readonly #channel: BroadcastChannel;

  private constructor(
    readonly config: RunConfig,
    readonly memory: PeerMemory,
    uuid: string,
    /** Number of this worker: of its ring in logs, and in the names of its threads. */
    readonly source: number,
  ) {
    this.#channel = new BroadcastChannel(workerChannelName(uuid));
    this.#channel.unref();
    this.#post({ type: 'ring', source, ring: this.ring, threadId });
  }

  /** Undefined when the process records nothing (or not this worker). */
  static attach(): WorkerPeer | undefined {
    const environment = getEnvironmentData(ENVIRONMENT_KEY) as unknown as PeerEnvironment | undefined;
    if (environment === undefined) return undefined;
    const memory = new PeerMemory(environment.memory);
    const source = Atomics.add(memory.control, PeerControl.NEXT_SOURCE, 1);
    if (source > MAX_SOURCE) return undefined;
    return new WorkerPeer(environment.config, memory, environment.uuid, source);
  }

  /** As `HostClient.addSites`. */
  readonly addSites = (table: SiteTable): number => {
    const base = Atomics.add(this.memory.control, PeerControl.NEXT_SITE, table.sites.length);
    this.#post({ type: 'sites', base, table });
    return base;
  };

  /** The worker ends; everything it recorded has been published. */
  readonly end = (): void => {
    Atomics.store(this.#control, Control.APP_ENDED, 1);
  };

  #post(message: AppMessage): void {
    this.#channel.postMessage(message);
  }
}
