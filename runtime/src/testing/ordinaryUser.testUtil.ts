/** Tests of permissions when the tests run as root, for whom every file is open: root's effective user is changed meanwhile. */
const NOBODY = 65_534;

/** Runs `action` as a user without privileges. Not for tests that run in worker threads. */
export async function asOrdinaryUser<T>(action: () => T | Promise<T>): Promise<T> {
  if (process.geteuid?.() !== 0) return action();
  process.seteuid!(NOBODY);
  try {
    return await action();
  } finally {
    process.seteuid!(0);
  }
}
