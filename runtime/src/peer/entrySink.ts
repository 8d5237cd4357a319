/**
 * Where the host thread puts what it takes from the rings: the log, the stream. A sink sees every source's entries in ring order; the
 * order between sources is the order in which the host met them, and is the same for every sink.
 */
import type { SiteTable } from '../entry/sites';

export interface EntrySink {
  /** A module's sites, for site numbers from `base` up; before the entries that use them. */
  addSites(base: number, table: SiteTable): void;
  /** Whole entries `words[start, end)`, used up before return. */
  append(words: Int32Array, start: number, end: number, source: number): void;
  /** Everything appended has been handed to the system: it survives the end of this process. */
  flush(): void | Promise<void>;
  /** Nothing to do at the moment: finish what is pending, sync what is due. Cheap when there is nothing. */
  idle(): void | Promise<void>;
  close(): void | Promise<void>;
  /** Gives up after an error; what was written stays as it is. */
  abandon(): void;
}
