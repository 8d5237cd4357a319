/**
 * Node 20 preloads `--require` scripts in its hooks thread too. The preload must do nothing there: it asks here first.
 * The mark is an environment variable that exists only while the app thread starts the hooks thread, which takes a copy.
 */
const MARK = 'PAL_HOOKS_THREAD';

/** True in Node's hooks thread: the preload returns at once. */
export function isHooksThread(): boolean {
  return process.env[MARK] === '1';
}

/** Runs `start`, during which Node starts the hooks thread. */
export function whileStartingHooksThread(start: () => void): void {
  process.env[MARK] = '1';
  try {
    start();
  } finally {
    // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- a constant
    delete process.env[MARK];
  }
}
