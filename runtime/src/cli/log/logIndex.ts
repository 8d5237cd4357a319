/** `pal log index`: pairs operations with completions and sums a log up (command-line specification, 9.4). */
import { openLog } from '../../log/openLog';
import { walEntryOf } from '../../log/walEntry';
import { WalIndexBuilder } from '../../log/walIndex';
import { formatIndexEntry, formatIndexSummary } from '../../log/walIndexText';
import { PalError } from '../../errors';
import type { CommandSpec } from '../commandSpec';
import { startProgress } from '../terminal/progress';
import { kafkaOption, resolveLog } from './logResolver';
import { walkLog } from './readLog';

export const logIndex: CommandSpec = {
  path: ['log', 'index'],
  summary: 'Index and analyze a log',
  synopsis: ['[OPTIONS] LOG'],
  positionals: [
    {
      label: 'name|file:/path',
      description: 'NAME.palrec, file:DIR of a Chronicle queue, or a name or UUID that log ls -l shows',
      required: true,
    },
  ],
  options: [
    { flags: ['-v', '--verbose'], description: 'One line per operation and completion before the summary' },
    {
      flags: ['--strict'],
      description: 'Pair as PAL 1.0 does, with one stack for all threads: issues where threads interleave',
    },
    kafkaOption,
  ],
  notes: [
    'A completion is paired with the operation that it names, else with the innermost open one of its thread. Issues are operations without completion and completions without operation; a killed program leaves some.',
  ],
  examples: [
    {
      command: 'pal log index app.palrec',
      explanation: 'is the recording whole, which threads, how many entry points',
    },
    { command: 'pal log index -v file:/srv/wal/orders', explanation: 'every operation with its signature' },
  ],
  exitCodes: [['1', 'no such log, or it cannot be read; issues alone are no error']],
  run: async (parsed, context) => {
    const log = await resolveLog(parsed.args[0]!, parsed, context).catch((error: unknown) => {
      throw PalError.is(error, 'not-found') && !error.message.includes(' at path: ') ? withoutServers(error) : error;
    });
    const reader = await openLog(log.name);
    try {
      const { stdout, stderr } = context;
      const { last, issue } = await reader.info();
      const verbose = parsed.flag('verbose');
      const progress = startProgress(stderr, 'Indexing', last + 1);
      const builder = new WalIndexBuilder(parsed.flag('strict') ? 'strict' : 'threads');
      await walkLog(reader, { output: stdout, end: last + 1, progress }, (logEntry) => {
        // The summary needs the head of a message only, which many logs give without decoding it.
        const head = verbose ? undefined : logEntry.execHead?.();
        if (head !== undefined) {
          builder.add(head, logEntry.index);
          return true;
        }
        const entry = walEntryOf(logEntry.index, logEntry.message());
        if (entry === undefined) return true;
        if (verbose) stdout.write(`${formatIndexEntry(entry)}\n`);
        builder.add(entry, entry.index);
        return true;
      });
      progress.end();
      if (verbose) stdout.write('\n');
      stdout.write(`${formatIndexSummary(builder.summary()).join('\n')}\n`);
      if (issue !== undefined) stderr.write(`Note: ${issue}\n`);
      return 0;
    } finally {
      await reader.close();
    }
  },
};

/** PAL's answer to a name that only Kafka could know, and what there is besides. */
function withoutServers(cause: PalError): PalError {
  return new PalError(
    'not-found',
    'Kafka WAL topics require --kafka-servers (-k) or a PAL directory connection (-d). For Chronicle Queue WALs, use ' +
      `the 'file:' prefix (e.g., file:/tmp/my-wal).\n${cause.message}`,
    { cause },
  );
}
