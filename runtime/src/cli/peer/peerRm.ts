/** `pal peer rm`: removes peers from the directory (command-line specification, 8.4). Their processes go on. */
import type { Directory, PeerRecord } from '../../directory/directory';
import type { CommandSpec } from '../commandSpec';
import type { CommandContext } from '../context';
import { withDirectory } from '../openDirectoryFor';
import type { ParsedCommand } from '../parsedCommand';
import { commandHelp } from '../help';
import { styleFor } from '../terminal/style';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export const peerRm: CommandSpec = {
  path: ['peer', 'rm'],
  summary: 'Remove peers from the directory',
  synopsis: ['[OPTIONS] [PEER...]'],
  positionals: [{ label: 'PEER...', description: 'Names or UUIDs', variadic: true }],
  options: [
    { flags: ['-s', '--starting-with'], description: 'Remove all peers whose names start with the arguments' },
    { flags: ['-a', '--all'], description: 'Remove all peers, live ones too' },
    { flags: ['-f', '--force'], description: 'Do not ask, and remove live peers' },
  ],
  examples: [
    { command: 'pal peer rm orders', explanation: 'a dead peer, by name' },
    { command: 'pal peer rm -f -s test-', explanation: 'all whose names start so, dead or alive' },
  ],
  exitCodes: [['N', 'number of peers that could not be removed']],
  run: async (parsed, context) => {
    if (parsed.args.length === 0 && !parsed.flag('all')) {
      context.stdout.write(commandHelp(peerRm, styleFor(context.stdout.colors)));
      return 1;
    }
    return withDirectory(parsed, 'pal peer rm', async (directory) => {
      const peers = await directory.listPeers();
      if (parsed.flag('all')) return removeAll(peers, directory, context);
      let errors = 0;
      for (const given of parsed.args) errors += await removeNamed(given, peers, directory, parsed, context);
      return errors;
    });
  },
};

async function removeAll(peers: readonly PeerRecord[], directory: Directory, context: CommandContext): Promise<number> {
  for (const peer of peers) {
    await directory.removePeer(peer.uuid);
    context.stdout.write(`Removed ${label(peer)}\n`);
  }
  return 0;
}

async function removeNamed(
  given: string,
  peers: readonly PeerRecord[],
  directory: Directory,
  parsed: ParsedCommand,
  { stdout, stderr, confirm }: CommandContext,
): Promise<number> {
  const prefix = parsed.flag('startingWith');
  const byUuid = !prefix && UUID.test(given);
  const chosen = peers.filter((peer) =>
    byUuid ? peer.uuid === given.toLowerCase() : prefix ? peer.name?.startsWith(given) : peer.name === given,
  );
  if (chosen.length === 0) {
    const what = byUuid ? 'UUID' : prefix ? 'name starting with' : 'name';
    stdout.write(`No peer found with ${what} '${given}'\n`);
    return 1;
  }
  const force = parsed.flag('force');
  if (chosen.length > 1 && !prefix && !force && !(await confirm(`Remove ${chosen.length} peers called '${given}'?`))) {
    stderr.write('Nothing removed. Use --force to remove without being asked.\n');
    return 1;
  }
  let errors = 0;
  for (const peer of chosen) {
    if (peer.alive && !force) {
      stderr.write(`Cannot remove peer ${label(peer)}: peer is alive. Use --force to remove anyway.\n`);
      errors += 1;
      continue;
    }
    await directory.removePeer(peer.uuid);
    stdout.write(`Removed ${label(peer)}\n`);
  }
  return errors;
}

const label = ({ name, uuid }: PeerRecord): string => (name === undefined ? uuid : `'${name}' (${uuid})`);
