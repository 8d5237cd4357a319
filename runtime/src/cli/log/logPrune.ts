/** `pal log prune`: drops entries of the directory whose files are gone (command-line specification, 9.6). */
import type { CommandSpec } from '../commandSpec';
import { withDirectory } from '../openDirectoryFor';
import { hasFiles } from './listedLog';
import { kafkaOption } from './logResolver';

export const logPrune: CommandSpec = {
  path: ['log', 'prune'],
  summary: 'Forget logs whose files are gone',
  synopsis: ['[OPTIONS]'],
  positionals: [],
  options: [kafkaOption],
  notes: ['Files are never touched. Kafka topics are kept: this version cannot see whether they exist.'],
  examples: [{ command: 'pal log prune', explanation: 'after deleting recordings by hand' }],
  exitCodes: [['N', 'number of entries that could not be removed']],
  run: (parsed, context) =>
    withDirectory(parsed, 'pal log prune', async (directory) => {
      const stale = (await directory.listLogs()).filter((record) => record.kind !== 'kafka' && !hasFiles(record));
      let errors = 0;
      let pruned = 0;
      for (const record of stale) {
        try {
          await directory.removeLog(record.uuid);
          context.stdout.write(`Pruned ${record.name} (${record.uuid})\n`);
          pruned += 1;
        } catch (error) {
          errors += 1;
          context.stderr.write(
            `Cannot prune ${record.name}: ${error instanceof Error ? error.message : String(error)}\n`,
          );
        }
      }
      context.stdout.write(stale.length === 0 ? 'No stale logs found\n' : `Pruned ${pruned} stale log(s)\n`);
      return errors;
    }),
};
