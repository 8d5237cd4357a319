/**
 * Recording in a worker thread of the program: a ring of its own, handed to the host thread of the process over a broadcast channel (a worker has
 * no port to it). Its logical threads are named `worker-N/…`.
 *
 * Invariant: a worker that cannot reach the host runs unrecorded and does not know.
 */
import { BroadcastChannel, getEnvironmentData, setEnvironmentData, threadId, type Worker } from 'node:worker_threads';
import { CONTROL_WORDS } from '../engine/ringLayout';
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

/**
 * Workers that this thread makes from now on find the peer. Call after the loader's hooks are in place: a thread that Node starts for
 * them runs the preload too, and must not take itself for a worker of the program.
 */
export function offerToWorkers(memory: PeerMemory, uuid: string, config: RunConfig): void {
  const environment: PeerEnvironment = { memory: memory.buffer, uuid, config };
  setEnvironmentData(ENVIRONMENT_KEY, environment);
}

export class WorkerPeer {
  readonly ring = new SharedArrayBuffer((CONTROL_WORDS + CAPACITY_WORDS) * 4);
  readonly #channel: BroadcastChannel;

  private constructor(
    readonly config: RunConfig,
    readonly memory: PeerMemory,
    readonly uuid: string,
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
    setEnvironmentData(ENVIRONMENT_KEY); // until `offer`
    const memory = new PeerMemory(environment.memory);
    const source = Atomics.add(memory.control, PeerControl.NEXT_SOURCE, 1);
    if (source > MAX_SOURCE) return undefined;
    return new WorkerPeer(environment.config, memory, environment.uuid, source);
  }

  /** Sends a module's table to the host; before its entries are published. */
  readonly sendSites = (table: SiteTable, base: number): void => this.#post({ type: 'sites', base, table });

  /** Lets workers of this worker find the peer. */
  offer(): void {
    offerToWorkers(this.memory, this.uuid, this.config);
  }

  #post(message: AppMessage): void {
    this.#channel.postMessage(message);
  }
}

/** Tells the host when a worker has ended, in order or not. */
export function endWorker(worker: unknown, post: (message: AppMessage) => void): void {
  const { threadId: id } = worker as Worker;
  (worker as Worker).once('exit', () => post({ type: 'ended', threadId: id }));
}
