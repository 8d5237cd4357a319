/** `pal log print`: the messages of a log, in one of four forms (command-line specification, 10). */
import type { LogInfo, LogReader } from '../../log/log';
import { openLog } from '../../log/openLog';
import { isOperation } from '../../wire/codes';
import { PalError } from '../../errors';
import type { CommandSpec } from '../commandSpec';
import type { CommandContext } from '../context';
import type { ParsedCommand } from '../parsedCommand';
import { parseLong } from '../run/runOptions';
import { startProgress } from '../terminal/progress';
import { styleFor } from '../terminal/style';
import { EntryFilter, messageId } from './entryFilter';
import { findAsyncCalls } from '../../log/asyncCalls';
import { createFormat, type EntryFormat, type FormatName } from './entryFormats';
import { kafkaOption, resolveLog, type ResolvedLog } from './logResolver';
import { formatOf, printOptions } from './printOptions';
import { walkLog } from './readLog';
import { TreeDepth } from '../../log/treeDepth';

/** A streaming command that a signal ended. */
const INTERRUPTED = 130;

export const logPrint: CommandSpec = {
  path: ['log', 'print'],
  summary: 'Print messages from a log',
  synopsis: ['[OPTIONS] LOG'],
  positionals: [
    { label: 'LOG', description: 'NAME.palrec, file:DIR of a Chronicle queue, or a name or UUID that log ls -l shows' },
  ],
  acceptEquals: true,
  options: [
    ...printOptions,
    {
      flags: ['-o', '--offset'],
      value: 'offset',
      parse: parseLong,
      description: 'Print the message with this offset; filters are ignored',
    },
    { flags: ['--with-return'], description: 'With --offset: print the completion of the operation too' },
    {
      flags: ['-f', '--follow'],
      description: 'Go on with new messages as they are written; with --offset, wait for that message',
    },
    kafkaOption,
  ],
  notes: [
    'The offset counts messages from 0. Depth of --tree: while operations nest like brackets it is the number of open operations; where threads or async calls interleave, each is indented by its own, and a line that belongs to another one than the line before says so: # in [offset of the async call], or # thread.',
  ],
  examples: [
    { command: 'pal log print --tree --with-values app.palrec', explanation: 'what called what' },
    { command: 'pal log print app.palrec --filter class=Cart,method=add', explanation: 'calls of one method' },
    {
      command: 'pal log print app.palrec --types PUT_FIELD --filter field=price --with-location',
      explanation: 'who changed the price, and where',
    },
    { command: 'pal log print app.palrec -o 42 --with-return --json', explanation: 'one operation and its result' },
    { command: 'pal log print -f file:/srv/wal/orders', explanation: 'follow a queue that is being written' },
  ],
  exitCodes: [
    ['1', 'no such log, or it cannot be read'],
    ['130', '--follow ended by a signal'],
  ],
  run: async (parsed, context) => {
    const form = formatOf(parsed);
    const log = await resolveLog(logArgument(parsed), parsed, context);
    const reader = await openLog(log.name);
    try {
      const job: Job = {
        reader,
        log,
        parsed,
        context,
        form,
        formatWith: (tree) =>
          createFormat(form, tree, {
            style: styleFor(context.stdout.colors),
            withLocation: parsed.flag('withLocation'),
            withValues: parsed.flag('withValues'),
            cwd: context.cwd,
          }),
      };
      return parsed.has('offset') ? await printOne(job) : await printAll(job);
    } finally {
      await reader.close();
    }
  },
};

interface Job {
  readonly reader: LogReader;
  readonly log: ResolvedLog;
  readonly form: FormatName;
  readonly formatWith: (tree: TreeDepth) => EntryFormat;
  readonly parsed: ParsedCommand;
  readonly context: CommandContext;
}

/** Greedy options swallow the log's name when it comes last; say so, or take it where it cannot be meant otherwise. */
function logArgument(parsed: ParsedCommand): string {
  const given = parsed.args[0] ?? parsed.list('filter').find((word) => !word.includes('='));
  if (given !== undefined) return given;
  const swallowed = [...parsed.list('types'), ...parsed.list('formats')].find((word) =>
    /^file:|\.palrec$|\//.test(word),
  );
  const hint =
    swallowed === undefined ? '' : `\n'${swallowed}' was taken as a value of the option before it; put the log first.`;
  throw new PalError('usage', `Log identifier is required. Usage: pal log print <LOG_NAME_OR_PATH>${hint}`);
}

async function printAll(job: Job): Promise<number> {
  const { reader, form, parsed, context } = job;
  const filter = new EntryFilter(parsed);
  const follow = parsed.flag('follow');
  const info = await reader.info();
  if (parsed.flag('v')) describe(job, info, filter);
  const signal = follow ? context.untilInterrupted() : undefined;
  const end = follow ? Infinity : info.last + 1;
  const progress = context.stdout.isTerminal ? undefined : startProgress(context.stderr, 'Printing', info.last + 1);
  const { stdout } = context;
  const needsDepth = form === 'tree';
  // Only our own peers write async calls; a log of Java is read once.
  const looksAhead = needsDepth && !follow && info.header !== undefined;
  const ahead = looksAhead
    ? await findAsyncCalls(reader, end, (done) => progress?.update(Math.floor(done / 2)))
    : undefined;
  const tree = new TreeDepth(ahead);
  const format = job.formatWith(tree);
  await walkLog(reader, { output: stdout, end, ...(progress && { progress }), ...(signal && { signal }) }, (entry) => {
    const may = filter.mayMatch(entry.messageType);
    if (!may && !needsDepth) return true;
    const message = entry.message();
    if (needsDepth) tree.next(message, entry.offset);
    if (may && filter.matches(message, entry.key))
      stdout.write(format({ offset: entry.offset, key: entry.key, message }));
    return true;
  });
  progress?.end();
  if (signal?.aborted === true) return INTERRUPTED;
  if (parsed.flag('v')) {
    stdout.write(info.kind === 'chronicle' ? 'Done reading Chronicle queue messages.\n' : 'Done reading recording.\n');
  }
  warnIfIncomplete(info, context);
  return 0;
}

async function printOne(job: Job): Promise<number> {
  const { reader, parsed, context } = job;
  const offset = parsed.number('offset')!;
  const info = await reader.info();
  const follow = parsed.flag('follow');
  if (offset < 0 || (offset > info.last && !follow)) return 0;
  const signal = follow ? context.untilInterrupted() : undefined;
  // Seeking clamps to the end that is there now; a later message is waited for from there.
  await reader.seek(Math.min(offset, info.last + 1));
  // From the operation on, the tree knows which completion is its own, also when threads interleave.
  const tree = new TreeDepth();
  const format = job.formatWith(new TreeDepth()); // both lines stand at the edge
  let operationId: string | undefined;
  const withReturn = parsed.flag('withReturn');
  const end = follow ? Infinity : info.last + 1;
  await walkLog(reader, { output: context.stdout, end, ...(signal && { signal }) }, (entry) => {
    if (entry.offset < offset) return true;
    const first = entry.offset === offset;
    const message = entry.message();
    tree.next(message);
    const completes = !first && tree.closedId === operationId;
    if (first || completes) context.stdout.write(format({ offset: entry.offset, key: entry.key, message }));
    if (!first) return !completes;
    operationId = messageId(message);
    return withReturn && isOperation(entry.messageType);
  });
  return signal?.aborted === true ? INTERRUPTED : 0;
}

function describe({ context, log }: Job, info: LogInfo, filter: EntryFilter): void {
  const { stdout } = context;
  const { header } = info;
  if (info.kind === 'chronicle') {
    stdout.write(`Chronicle queue: path=${log.path}\n`);
  } else {
    const by = header === undefined ? '' : ` (${header.main ?? 'program'}, ${header.startedAt}, ${header.runtime})`;
    stdout.write(`Recording: path=${log.path}${by}\n`);
  }
  for (const line of filter.descriptions) stdout.write(`${line}\n`);
  const count = info.last - info.first + 1;
  const kind = info.kind === 'chronicle' ? 'Queue index' : 'Offset';
  stdout.write(`${kind} range: ${info.first} to ${info.last} (count: ${count})\n`);
  stdout.write(`Starting from first ${info.kind === 'chronicle' ? 'index' : 'offset'}: ${info.first}\n`);
}

/** A reader must know when a log ends where its writer did not mean it to. */
function warnIfIncomplete(info: LogInfo, { stderr }: CommandContext): void {
  if (info.issue !== undefined) stderr.write(`Note: ${info.issue}\n`);
}
