/** Why the stream of a peer cannot be watched, and what helps. */
import type { PeerRecord } from 'pal-runtime/directory/directory';
import { peerLabel } from '../peerModel';
import type { Translate } from '../translate';

/** What makes a peer publish. */
export const publishOption = '--tcp-pub auto';

export interface StreamAdvice {
  readonly message: string;
  /** Running it again with `publishOption` helps. */
  readonly fixable: boolean;
}

/** @param peer undefined when there is none at all. Undefined = it can be watched. */
export function streamAdvice(peer: PeerRecord | undefined, t: Translate): StreamAdvice | undefined {
  const fix = t('Run it with {option}.', { option: publishOption });
  if (peer === undefined) {
    return { message: `${t('No peer is running that publishes a stream.')} ${fix}`, fixable: true };
  }
  const name = peerLabel(peer);
  if (!peer.alive) return { message: t('{name} has ended.', { name }), fixable: false };
  if (peer.pub === undefined) return { message: `${t('{name} publishes no stream.', { name })} ${fix}`, fixable: true };
  return undefined;
}
