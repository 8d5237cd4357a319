/** Names of the peers in the local directory, for completion. Read when asked, at most once every few seconds; never a reason to fail. */
import { LocalDirectory } from 'pal-runtime/directory/localDirectory';

const freshMillis = 3000;

export interface PeerName {
  readonly name: string;
  readonly uuid: string;
  readonly alive: boolean;
}

export type PeerNames = () => Promise<readonly PeerName[]>;

export function localPeerNames(): PeerNames {
  let known: { readonly at: number; readonly names: Promise<readonly PeerName[]> } | undefined;
  const read = async (): Promise<readonly PeerName[]> => {
    const directory = new LocalDirectory();
    try {
      const peers = await directory.listPeers();
      return peers.flatMap(({ name, uuid, alive }) => (name === undefined ? [] : [{ name, uuid, alive }]));
    } catch {
      return [];
    } finally {
      await directory.close();
    }
  };
  return () => {
    if (known === undefined || Date.now() - known.at > freshMillis) known = { at: Date.now(), names: read() };
    return known.names;
  };
}
