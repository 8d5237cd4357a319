/** `pal log stats`: counts what a log holds (command-line specification, 9.7). */
import { LogStats } from '../../log/logStats';
import { formatStatsJson, formatStatsText } from '../../log/logStatsText';
import { openLog } from '../../log/openLog';
import { PalError } from '../../errors';
import type { CommandSpec } from '../commandSpec';
import type { ParsedCommand } from '../parsedCommand';
import { startProgress } from '../terminal/progress';
import { EntryFilter, TYPE_NAMES } from './entryFilter';
import { kafkaOption, resolveLog } from './logResolver';
import { walkLog } from './readLog';

export const logStats: CommandSpec = {
  path: ['log', 'stats'],
  summary: 'Count what a log holds',
  synopsis: ['[OPTIONS] LOG'],
  positionals: [
    { label: 'LOG', description: 'NAME.palrec, file:DIR of a Chronicle queue, or a name or UUID that log ls -l shows' },
  ],
  acceptEquals: true,
  options: [
    {
      flags: ['-t', '--types'],
      value: 'type[,type...]',
      greedy: true,
      split: true,
      description: `Count only these types: ${TYPE_NAMES.join(', ')}, with or without EXEC_. Put the log before this option`,
    },
    { flags: ['-fp', '--from-peer'], value: 'uuid', description: 'Count only what this peer wrote' },
    { flags: ['-ft', '--from-thread'], value: 'name', description: 'Count only this thread' },
    { flags: ['-j', '--json-output'], description: 'The counters as JSON' },
    { flags: ['-v'], description: 'Say what is read' },
    kafkaOption,
  ],
  examples: [
    {
      command: 'pal log stats app.palrec',
      explanation: 'objects, calls, reads, writes, exceptions, by class and member',
    },
    {
      command: 'pal log stats app.palrec -j -t CONSTRUCTOR,THROWABLE',
      explanation: 'what was created and thrown, as JSON',
    },
  ],
  exitCodes: [['1', 'no such log, or it cannot be read']],
  run: async (parsed, context) => {
    const log = await resolveLog(logArgument(parsed), parsed, context);
    const reader = await openLog(log.name);
    try {
      const { stdout, stderr } = context;
      const { last, issue, kind } = await reader.info();
      if (parsed.flag('v'))
        stderr.write(`${kind === 'chronicle' ? 'Chronicle queue' : 'Recording'}: path=${log.path}\n`);
      const progress = startProgress(stderr, 'Counting', last + 1);
      const filter = new EntryFilter(parsed);
      const stats = new LogStats();
      await walkLog(reader, { output: stdout, end: last + 1, progress }, (entry) => {
        if (!filter.mayMatch(entry.messageType)) return true;
        const message = entry.message();
        if (filter.matches(message, entry.key)) stats.add(message);
        return true;
      });
      progress.end();
      stdout.write(
        parsed.flag('jsonOutput') ? `${formatStatsJson(stats)}\n` : `${formatStatsText(stats).join('\n')}\n`,
      );
      if (issue !== undefined) stderr.write(`Note: ${issue}\n`);
      return 0;
    } finally {
      await reader.close();
    }
  },
};

function logArgument(parsed: ParsedCommand): string {
  const given = parsed.args[0];
  if (given !== undefined) return given;
  const swallowed = parsed.list('types').at(-1);
  const hint = swallowed === undefined ? '' : `\n'${swallowed}' was taken as a value of --types; put the log first.`;
  throw new PalError('usage', `Log name is required. Usage: pal log stats <LOG_NAME>${hint}`);
}
