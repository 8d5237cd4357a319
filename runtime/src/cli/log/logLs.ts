/** `pal log ls`: the logs of the directory whose files are there (command-line specification, 9.1). */
import type { LogRecord } from '../../directory/directory';
import type { LogInfo } from '../../log/log';
import type { CommandSpec } from '../commandSpec';
import { withDirectory } from '../openDirectoryFor';
import { compareText, dateText, listTable, sizeText, type Column } from '../listFormat';
import { hasFiles, logInfo } from './listedLog';

const COLUMNS: readonly Column[] = [
  { title: 'Name', width: 20 },
  { title: 'UUID', width: 36, after: '  ' },
  { title: 'Size', width: 10 },
  { title: 'Start', width: 8, after: ' --> ' },
  { title: 'End', width: 8 },
  { title: 'Created', width: 8, neverTrim: true },
];

interface Listed {
  readonly record: LogRecord;
  readonly info: LogInfo | undefined;
}

export const logLs: CommandSpec = {
  path: ['log', 'ls'],
  summary: 'List logs',
  synopsis: ['[OPTIONS]'],
  positionals: [],
  options: [
    { flags: ['-l', '--long'], description: 'UUID, size, first and last offset, and time of creation too' },
    { flags: ['-S', '--sort-by-size'], description: 'Largest first' },
    { flags: ['-c', '--sort-by-ctime'], description: 'Newest first' },
    { flags: ['-r', '--reverse'], description: 'Reverse the order' },
    { flags: ['--no-trim'], description: 'Show long values completely' },
  ],
  notes: [
    'Every log that a peer of this machine wrote is in the directory until it is removed; logs whose files are gone are not shown.',
  ],
  examples: [
    { command: 'pal log ls', explanation: 'the names' },
    { command: 'pal logs -lc --no-trim', explanation: 'everything, newest first' },
  ],
  exitCodes: [['1', 'the directory cannot be reached']],
  run: async (parsed, context) => {
    const records = await withDirectory(parsed, 'pal log ls', (directory) => directory.listLogs());
    const present = records.filter(hasFiles);
    const long = parsed.flag('long');
    const needsInfo = long || parsed.flag('sortBySize');
    const listed: Listed[] = [];
    for (const record of present) listed.push({ record, info: needsInfo ? await logInfo(record) : undefined });
    listed.sort(orderOf(parsed.flag('sortBySize'), parsed.flag('sortByCtime')));
    if (parsed.flag('reverse')) listed.reverse();
    const { stdout } = context;
    if (!long) {
      for (const { record } of listed) stdout.write(`${record.name}\n`);
      return 0;
    }
    stdout.write(`total ${listed.length}\n`);
    if (listed.length > 0) stdout.write(listTable(COLUMNS, listed.map(row), !parsed.flag('noTrim')));
    return 0;
  },
};

function orderOf(bySize: boolean, byTime: boolean): (a: Listed, b: Listed) => number {
  if (bySize) return (a, b) => (b.info?.size ?? -1) - (a.info?.size ?? -1);
  if (byTime) return (a, b) => b.record.ctimeMillis - a.record.ctimeMillis;
  return (a, b) => compareText(a.record.name, b.record.name);
}

/** An empty log starts at −1, as PAL shows it. */
function row({ record, info }: Listed): readonly string[] {
  const start = info === undefined ? '?' : info.last < info.first ? '-1' : String(info.first);
  const end = info === undefined ? '?' : String(info.last);
  return [record.name, record.uuid, sizeText(info?.size), start, end, dateText(record.ctimeMillis)];
}
