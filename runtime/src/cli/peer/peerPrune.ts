/** `pal peer prune`: removes peers whose process is gone (command-line specification, 8.5). */
import type { CommandSpec } from '../commandSpec';
import { withDirectory } from '../openDirectoryFor';

export const peerPrune: CommandSpec = {
  path: ['peer', 'prune'],
  summary: 'Remove dead peers from the directory',
  synopsis: ['[OPTIONS]'],
  positionals: [],
  options: [],
  notes: ['Their logs stay.'],
  examples: [{ command: 'pal peer prune', explanation: 'after crashes and kills' }],
  exitCodes: [['N', 'number of peers that could not be removed']],
  run: (parsed, context) =>
    withDirectory(parsed, 'pal peer prune', async (directory) => {
      const dead = (await directory.listPeers()).filter((peer) => !peer.alive);
      let errors = 0;
      let pruned = 0;
      for (const { uuid, name } of dead) {
        try {
          await directory.removePeer(uuid);
          context.stdout.write(`Pruned ${name ?? uuid} (${uuid})\n`);
          pruned += 1;
        } catch (error) {
          errors += 1;
          context.stderr.write(`Cannot prune ${uuid}: ${error instanceof Error ? error.message : String(error)}\n`);
        }
      }
      context.stdout.write(dead.length === 0 ? 'No dead peers found\n' : `Pruned ${pruned} dead peer(s)\n`);
      return errors;
    }),
};
