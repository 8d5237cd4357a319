/**
 * The `pal` command: connects the dispatcher with the process. Everything with logic lives in the modules it loads.
 *
 * Invariants: a closed pipe ends the process quietly; output is complete before the process ends.
 */
import { writeSync } from 'node:fs';
import { isatty } from 'node:tty';
import type { CommandContext } from './context';
import { dispatch } from './dispatch';
import { StreamOutput, type ByteSink } from './terminal/output';

function quietWhenClosed(stream: NodeJS.WriteStream): ByteSink {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE' || error.code === 'ERR_STREAM_DESTROYED') process.exit(0);
    try {
      writeSync(2, `Cannot write the output: ${error.message}\n`);
    } finally {
      process.exit(1);
    }
  });
  return stream;
}

async function confirm(question: string): Promise<boolean> {
  if (!isatty(0)) return false;
  const { createInterface } = await import('node:readline/promises');
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await terminal.question(`${question} [y/N] `)).trim());
  } finally {
    terminal.close();
  }
}

/** A signal stops the stream; the command then returns 130, as PAL's streaming commands do. */
function untilInterrupted(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => controller.abort());
  return controller.signal;
}

let endSignal: NodeJS.Signals | undefined;

const context: CommandContext = {
  stdout: new StreamOutput(() => quietWhenClosed(process.stdout), process.env, isatty(1)),
  stderr: new StreamOutput(() => quietWhenClosed(process.stderr), process.env, isatty(2)),
  env: process.env,
  cwd: process.cwd(),
  confirm,
  untilInterrupted,
  endBy: (signal) => (endSignal = signal),
};

void dispatch(process.argv.slice(2), context).then((code) => {
  process.exitCode = code;
  // A parent then sees the signal that it would have seen from the program itself.
  if (endSignal !== undefined) process.kill(process.pid, endSignal);
});
