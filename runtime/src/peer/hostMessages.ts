/** What the app threads and the host thread tell each other by message; everything else goes through shared memory. */
import type { MessagePort } from 'node:worker_threads';
import type { SiteTable } from '../entry/sites';
import type { PalErrorCode } from '../errors';
import type { RunConfig } from './runConfig';

/** `workerData` of the host thread. */
export interface HostStart {
  readonly config: RunConfig;
  readonly uuid: string;
  /** Memory of `PeerMemory`. */
  readonly memory: SharedArrayBuffer;
  /** Ring of the main thread (source 0); absent when nothing is recorded. */
  readonly ring: SharedArrayBuffer | undefined;
  readonly port: MessagePort;
  /** Process facts that a worker thread cannot ask for itself. */
  readonly runtime: string;
  readonly moduleClass: string;
}

/** To the host, from any app thread. A table comes before the entries that use its sites are published. */
export type AppMessage =
  | { readonly type: 'sites'; readonly base: number; readonly table: SiteTable }
  /** A worker of the program starts to record. */
  | { readonly type: 'ring'; readonly source: number; readonly ring: SharedArrayBuffer; readonly threadId: number }
  /** A worker of the program has ended, in order or not. */
  | { readonly type: 'ended'; readonly threadId: number };

/** From the host to the main thread, before it sets HOST_STATE. */
export type HostAnswer =
  | {
      readonly type: 'ready';
      readonly pub: string | undefined;
      readonly wal: string | undefined;
      readonly name: string | undefined;
    }
  | { readonly type: 'failed'; readonly code: PalErrorCode; readonly message: string; readonly exitCode: number };

/** Name of the channel on which workers of the program reach the host. */
export const workerChannelName = (uuid: string): string => `pal-${uuid}`;
