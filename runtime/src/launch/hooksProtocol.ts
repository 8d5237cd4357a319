/**
 * Messages of the hooks thread (Node 20): site tables and position data of the ES modules it has woven for the app thread.
 *
 * Invariant: the message is posted before the module's text is answered, so the app thread finds it in its port before the module's code can run.
 */
import type { SiteTable } from '../entry/sites';
import type { WeaveSettings } from './weaveFile';
import type { WovenDetails } from './wovenFile';

/** What `module.register` hands to the hooks thread. */
export interface HooksData {
  readonly settings: WeaveSettings;
  readonly excluded: readonly string[];
  readonly weaverBundle: string;
  readonly inlineMaps: boolean;
  readonly typeScript: boolean;
  /** Next free site number of the process, as one int32. */
  readonly nextSite: SharedArrayBuffer;
  readonly port: MessagePortLike;
  /** Broadcast channel of the host thread, which must have a table before the entries that use it. */
  readonly hostChannel: string | undefined;
}

export interface MessagePortLike {
  postMessage(message: unknown): void;
}

export interface WovenMessage {
  readonly base: number;
  readonly table: SiteTable | undefined;
  readonly scripts: readonly string[];
  readonly code: string;
  readonly details: WovenDetails;
  readonly file: string;
}

/** Takes `count` consecutive site numbers from the shared counter. */
export function takeSites(nextSite: SharedArrayBuffer, count: number): number {
  return Atomics.add(new Int32Array(nextSite), 0, count);
}
