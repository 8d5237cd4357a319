/**
 * A progress line on stderr for work that takes longer than a second, on a terminal only. The line rewrites itself and
 * is gone when the work ends.
 */
import type { Output } from './output';

const APPEARS_AFTER_MS = 1_000;
const REFRESH_MS = 200;

export interface Progress {
  /** Cheap: call it once per batch. */
  update(done: number): void;
  end(): void;
}

/** @param total undefined when it is not known */
export function startProgress(
  output: Output,
  label: string,
  total: number | undefined,
  now: () => number = Date.now,
): Progress {
  const started = now();
  let nextAt = started + APPEARS_AFTER_MS;
  let shown = false;
  return {
    update(done) {
      if (!output.isTerminal) return;
      const time = now();
      if (time < nextAt) return;
      nextAt = time + REFRESH_MS;
      shown = true;
      const share = total === undefined || total <= 0 ? '' : ` ${Math.min(100, Math.floor((done / total) * 100))} %`;
      output.write(`\r\u001b[2K${label}${share} (${done.toLocaleString('en')} entries)`);
      void output.flush();
    },
    end() {
      if (!shown) return;
      output.write('\r\u001b[2K');
      void output.flush();
    },
  };
}
