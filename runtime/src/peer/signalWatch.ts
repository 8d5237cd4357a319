/**
 * The host's watch over a program that is too busy to react to a signal. Bare Node would have died at once; a recorded program first closes
 * its log, which its main thread cannot do inside a long computation. The parent (`pal run`, `pal exec`) leaves a note about the signal it
 * passed on; when the program has no handler of its own and its main thread has not reacted within a second, the host closes the
 * log and ends the process. The parent then ends by the signal that it was sent.
 */
import { existsSync, readFileSync } from 'node:fs';
import { PeerControl } from './peerControl';
import type { RunConfig } from './runConfig';

/** Milliseconds that a program may take to react before it is ended. */
const GRACE = 1000;

export class SignalWatch {
  readonly #note: string | undefined;
  #since: number | undefined;
  #seenBefore = 0;
  #hangs = false;

  constructor(
    private readonly control: Int32Array,
    config: RunConfig,
  ) {
    this.#note = config.signalNote;
  }

  /** True once when the program is to be ended from here. */
  programHangs(): boolean {
    if (this.#note === undefined || this.#hangs) return false;
    const signal = this.#signal();
    if (signal === undefined) return false;
    const seen = Atomics.load(this.control, PeerControl.SIGNALS_SEEN);
    if (this.#since === undefined) {
      this.#since = performance.now();
      this.#seenBefore = seen;
      return false;
    }
    const handled = (Atomics.load(this.control, PeerControl.PROGRAM_SIGNALS) >>> signal) & 1;
    if (seen !== this.#seenBefore || handled === 1 || performance.now() - this.#since < GRACE) return false;
    this.#hangs = true;
    return true;
  }

  /** Ends the process if `programHangs` said so; call after everything is closed. */
  endProgram(): void {
    if (this.#hangs) process.kill(process.pid, 'SIGKILL');
  }

  /** Number of the signal that the parent passed on to this very process last (the note is `SIGNAL PID`; others inherit its path). */
  #signal(): number | undefined {
    if (!existsSync(this.#note!)) return undefined;
    try {
      const [signal, pid] = readFileSync(this.#note!, 'utf8').split(' ').map(Number);
      return pid === process.pid && signal! > 0 ? signal : undefined;
    } catch {
      return undefined;
    }
  }
}
