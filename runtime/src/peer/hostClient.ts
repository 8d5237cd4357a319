/**
 * The main thread's end of the host thread: starts it, waits for it at the two moments at which a program must wait (before it starts,
 * before it ends), and hands it what the engine and the loader produce.
 *
 * Invariants: the host thread never keeps the program alive; `finish` returns when everything recorded is in the log and the log is closed, or
 * when the host is known to be gone; both waits end, whatever the host does.
 */
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';
import { Control, CONTROL_WORDS, DEFAULT_CAPACITY_WORDS } from '../engine/ringLayout';
import type { AppMessage, HostAnswer, HostStart } from './hostMessages';
import { HostState, PeerControl, PeerMemory, type PeerStats } from './peerControl';
import type { RunConfig } from './runConfig';

/** The host counts as gone when its loop has not turned for this many milliseconds. */
const HOST_PATIENCE = 60_000;
const START_PATIENCE = 30_000;
const WAIT_SLICE = 1_000;

export interface HostClientOptions {
  /** The host thread's bundle. */
  readonly hostFile: string;
  readonly uuid: string;
  readonly moduleClass: string;
  readonly runtime: string;
}

export class HostClient {
  readonly memory = new PeerMemory();
  /** Ring of the main thread; undefined when the configuration records nothing. */
  readonly ring: SharedArrayBuffer | undefined;
  /** Told by the exit hooks before the last drain: publish what is held back, record no more. */
  beforeFinish: () => void = () => undefined;
  readonly #ringControl: Int32Array | undefined;
  readonly #port: MessagePort;
  readonly #worker: Worker;
  #finished = false;
  #drained = 0;

  constructor(config: RunConfig, options: HostClientOptions) {
    const records = config.wal !== undefined || config.tcpPub !== undefined;
    this.ring = records ? new SharedArrayBuffer((CONTROL_WORDS + DEFAULT_CAPACITY_WORDS) * 4) : undefined;
    this.#ringControl = this.ring === undefined ? undefined : new Int32Array(this.ring, 0, CONTROL_WORDS);
    this.memory.control[PeerControl.NEXT_SITE] = 1;
    this.memory.control[PeerControl.NEXT_SOURCE] = 1;
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    const start: HostStart = {
      config,
      uuid: options.uuid,
      memory: this.memory.buffer,
      ring: this.ring,
      port: port2,
      runtime: options.runtime,
      moduleClass: options.moduleClass,
    };
    this.#worker = new Worker(options.hostFile, {
      workerData: start,
      transferList: [port2],
      execArgv: [], // no preload, no inspector of the program's
      name: 'pal host',
    });
    this.#worker.unref();
    this.#port.unref();
    const gone = (): void => this.#hostGone();
    this.#worker.on('error', gone);
    this.#worker.on('exit', gone);
  }

  /** Blocks until the peer is up or could not start. */
  waitForStart(): HostAnswer {
    const { control } = this.memory;
    const deadline = performance.now() + START_PATIENCE;
    while (Atomics.load(control, PeerControl.HOST_STATE) === HostState.STARTING && performance.now() < deadline) {
      Atomics.wait(control, PeerControl.HOST_STATE, HostState.STARTING, WAIT_SLICE);
    }
    const answer = receiveMessageOnPort(this.#port)?.message as HostAnswer | undefined;
    return answer ?? { type: 'failed', code: 'internal', message: 'the recording thread did not start', exitCode: 1 };
  }

  post(message: AppMessage): void {
    if (!this.#finished) this.#port.postMessage(message);
  }

  /** Everything published so far is handed to the system before this returns (or recording has failed). */
  readonly drain = (): void => {
    const control = this.#ringControl;
    if (control === undefined || this.#finished || Atomics.load(control, Control.HOST_FAILED) !== 0) return;
    const written = Atomics.load(control, Control.WRITE);
    if (written === this.#drained) return;
    const request = Atomics.add(control, Control.DRAIN_REQUEST, 1) + 1;
    Atomics.notify(control, Control.WRITE);
    this.#waitWhile(() => {
      const done = Atomics.load(control, Control.DRAIN_DONE);
      if (done === request || Atomics.load(control, Control.HOST_FAILED) !== 0) return false;
      Atomics.wait(control, Control.DRAIN_DONE, done, WAIT_SLICE);
      return true;
    });
    this.#drained = written;
  };

  /**
   * Ends the peer: last entries, end of the log, directory entry. Idempotent; blocks until done.
   * @param outcome exit code, or 256 + signal number
   */
  readonly finish = (outcome: number): void => {
    if (this.#finished) return;
    this.beforeFinish();
    this.#finished = true;
    const { control } = this.memory;
    Atomics.store(control, PeerControl.OUTCOME, outcome);
    Atomics.store(control, PeerControl.FINISH, 1);
    Atomics.notify(control, PeerControl.FINISH);
    if (this.#ringControl !== undefined) Atomics.notify(this.#ringControl, Control.WRITE);
    this.#waitWhile(() => {
      const state = Atomics.load(control, PeerControl.HOST_STATE);
      if (state !== HostState.READY) return false;
      Atomics.wait(control, PeerControl.HOST_STATE, state, WAIT_SLICE);
      return true;
    });
    // Nobody takes entries any more: what code runs after this is not recorded and must not wait for room.
    if (this.#ringControl !== undefined) Atomics.store(this.#ringControl, Control.HOST_FAILED, 1);
  };

  stats(): PeerStats {
    return this.memory.stats();
  }

  /** Repeats `step` until it says false or the host has made no turn for too long. */
  #waitWhile(step: () => boolean): void {
    const { control } = this.memory;
    let beat = Atomics.load(control, PeerControl.HEARTBEAT);
    let since = performance.now();
    while (step()) {
      const now = Atomics.load(control, PeerControl.HEARTBEAT);
      if (now !== beat) {
        beat = now;
        since = performance.now();
      } else if (performance.now() - since > HOST_PATIENCE) {
        this.#hostGone();
        return;
      }
    }
  }

  #hostGone(): void {
    if (this.#ringControl === undefined) return;
    Atomics.store(this.#ringControl, Control.HOST_FAILED, 1);
    Atomics.notify(this.#ringControl, Control.READ);
    Atomics.notify(this.#ringControl, Control.DRAIN_DONE);
  }
}
