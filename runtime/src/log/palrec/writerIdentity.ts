/** Whether the process that writes (or wrote) a recording still runs: what tells `open` from `interrupted`. Synchronous and cheap. */
import { identityOf, isProcessAlive, type ProcessIdentity } from '../../directory/processIdentity';

/** @returns undefined when it cannot be known: another machine or container wrote the file. */
export function isWriterAlive(writer: ProcessIdentity): boolean | undefined {
  return writer.machine === identityOf(process.pid).machine ? isProcessAlive(writer) : undefined;
}
