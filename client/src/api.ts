/** What the extension hands to other extensions, and to the tests that run inside the editor: facts to read, nothing to change. */
import type { PeerRecord, LogRecord } from 'pal-runtime/directory/directory';

export interface PalApi {
  /** Peers and logs as last seen; fresh while one of the views is visible. */
  peers(): readonly PeerRecord[];
  logs(): readonly LogRecord[];
  /** What the status bar says about each stream that is watched. */
  streams(): readonly string[];
  /** `label · description` of each top row of a view. */
  rows(view: 'pal.peers' | 'pal.logs' | 'pal.bundles'): readonly string[];
}
