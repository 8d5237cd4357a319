/**
 * What a command may touch of its surroundings. Tests give their own; `main.ts` gives those of the process.
 *
 * Invariant: commands write through here only, so that back-pressure, broken pipes and colours are handled in one place.
 */
import type { Output } from './terminal/output';

export interface CommandContext {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Asks a yes/no question on the terminal; false without one. */
  readonly confirm: (question: string) => Promise<boolean>;
  /** Aborts when the user ends a streaming command (Ctrl-C, SIGTERM). Only such commands call it. */
  readonly untilInterrupted: () => AbortSignal;
  /** The process is to end by this signal, as the program that it ran did. */
  readonly endBy: (signal: NodeJS.Signals) => void;
}
