/**
 * The preload of a recorded process (`node --require register.js app.ts`): starts the host thread, the engine and the loader, removes its own
 * traces from what the program can see, and gets out of the way.
 *
 * Invariants: without a configuration it does nothing; in `run` mode a peer that cannot start ends the process with PAL's exit code before the
 * program begins; in `exec` mode recording that cannot start costs one line on stderr and never the program.
 */
import { isMainThread } from 'node:worker_threads';
import { CONFIG_VARIABLE } from './configVariable';
import { isHooksThread } from './hooksThreadMark';
import { startMainThread } from './startMainThread';
import { startWorkerThread } from './startWorkerThread';

const config = process.env[CONFIG_VARIABLE];
if (isHooksThread()) {
  // Node's own thread, not the program's
} else if (!isMainThread) startWorkerThread(__dirname);
else if (config !== undefined) startMainThread(config, __dirname);
