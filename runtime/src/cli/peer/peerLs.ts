/** `pal peer ls`: the peers of the directory (command-line specification, 8.1). */
import type { PeerRecord } from '../../directory/directory';
import type { CommandSpec } from '../commandSpec';
import { compareText, listTable, uptimeText, type Column } from '../listFormat';
import { withDirectory } from '../openDirectoryFor';

const COLUMNS: readonly Column[] = [
  { title: 'UUID', width: 10 },
  { title: 'Name', width: 15 },
  { title: 'ZMQ-RPC', width: 20 },
  { title: 'JSON-RPC', width: 20 },
  { title: 'PUB', width: 20 },
  { title: 'JMX', width: 20 },
  { title: 'Uptime', width: 8 },
];
const FULL_UUID = 36;

export const peerLs: CommandSpec = {
  path: ['peer', 'ls'],
  summary: 'List peers',
  synopsis: ['[OPTIONS]'],
  positionals: [],
  options: [
    { flags: ['-l', '--long'], description: 'UUID, addresses and uptime too' },
    { flags: ['-c', '--sort-by-ctime'], description: 'Newest first' },
    { flags: ['-r', '--reverse'], description: 'Reverse the order' },
    { flags: ['--no-trim'], description: 'Show long values completely' },
  ],
  notes: [
    'A peer whose process ended without leaving the directory is listed as "(dead)" in the long form until it is pruned.',
  ],
  examples: [
    { command: 'pal peers', explanation: 'the names of all peers' },
    { command: 'pal peer ls -lc --no-trim', explanation: 'everything, newest first' },
  ],
  exitCodes: [['1', 'the directory cannot be reached']],
  run: async (parsed, context) => {
    const found = await withDirectory(parsed, 'pal peer ls', (directory) => directory.listPeers());
    const peers = [...found].sort(parsed.flag('sortByCtime') ? newestFirst : byName);
    if (parsed.flag('reverse')) peers.reverse();
    const { stdout } = context;
    if (!parsed.flag('long')) {
      for (const peer of peers) stdout.write(`${peer.name ?? peer.uuid}\n`);
      return 0;
    }
    stdout.write(`total ${peers.length}\n`);
    if (peers.length === 0) return 0;
    const trim = !parsed.flag('noTrim');
    const [uuid, ...others] = COLUMNS;
    const columns = trim ? COLUMNS : [{ ...uuid!, width: FULL_UUID }, ...others];
    const now = Date.now();
    stdout.write(
      listTable(
        columns,
        peers.map((peer) => row(peer, now)),
        trim,
      ),
    );
    return 0;
  },
};

const newestFirst = (a: PeerRecord, b: PeerRecord): number => b.ctimeMillis - a.ctimeMillis;

/** Unnamed peers last. */
function byName(a: PeerRecord, b: PeerRecord): number {
  if (a.name === undefined || b.name === undefined) {
    return Number(a.name === undefined) - Number(b.name === undefined) || compareText(a.uuid, b.uuid);
  }
  return compareText(a.name, b.name);
}

const withoutScheme = (address: string | undefined): string => address?.replace(/^[a-z]+:\/\//, '') ?? '';

function row(peer: PeerRecord, now: number): readonly string[] {
  const { uuid, name, alive } = peer;
  const uptime = alive ? uptimeText(peer.ctimeMillis, now) : '(dead)';
  const addresses = [peer.zmqRpc, peer.jsonRpc, peer.pub].map((address) => (alive ? withoutScheme(address) : ''));
  return [uuid, name ?? '', ...addresses, alive ? (peer.jmx ?? '') : '', uptime];
}
