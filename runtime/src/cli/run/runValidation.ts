/**
 * The checks of `pal run` on its log options, in PAL's order and with PAL's exit codes (command-line specification, 5.3).
 * First failure wins.
 */
import { PalError } from '../../errors';

export interface LogFlags {
  readonly log: string | undefined;
  readonly sourceLog: string | undefined;
  readonly wal: string | undefined;
  readonly replayWal: string | undefined;
  readonly startOffset: number | undefined;
  readonly kafkaServers: string | undefined;
  /** `-k` itself, not only its variable. */
  readonly kafkaServersOnCommandLine: boolean;
  readonly chronicleBaseDir: string | undefined;
}

export interface CheckedLogs {
  readonly sourceLog: string | undefined;
  readonly wal: string | undefined;
  readonly warnings: readonly string[];
}

export type Backend = 'chronicle' | 'palrec' | 'kafka';

/** The scheme rule of log names, as `log/openLog` reads them. */
export function backendOf(name: string): Backend {
  if (name.startsWith('file:')) return 'chronicle';
  return name.endsWith('.palrec') ? 'palrec' : 'kafka';
}

const conflict = (text: string): PalError =>
  new PalError('usage', `Error validating application properties\nERROR: ${text}`, { exitCode: 2 });

export function checkLogFlags(flags: LogFlags): CheckedLogs {
  const warnings: string[] = [];
  const { replayWal } = flags;
  const configured = [flags.log, flags.sourceLog, flags.wal].filter((name) => name !== undefined);
  const isKafka = (name: string): boolean => backendOf(name) === 'kafka';
  const withServers = flags.kafkaServers !== undefined;

  if (!withServers && configured.some(isKafka)) {
    throw new PalError(
      'usage',
      'No kafka servers given, required for Source/Write-Ahead logs\n' +
        'To record without Kafka give a file: --wal NAME.palrec, --wal file:DIR, or --record.',
      { exitCode: 6 },
    );
  }
  if (flags.log !== undefined && (flags.sourceLog !== undefined || flags.wal !== undefined)) {
    warnings.push('WARNING: with --log (LOG), --source-log (SOURCE_LOG) and --wal (WAL) options are ignored.');
  }
  if (replayWal !== undefined && configured.length > 0) {
    throw conflict('--replay-wal is mutually exclusive with --wal, --source-log, and --log.');
  }
  if (replayWal !== undefined && isKafka(replayWal) && !withServers) {
    throw conflict('--replay-wal names a Kafka topic but no --kafka-servers (-k) are given.');
  }
  const all = replayWal === undefined ? configured : [replayWal];
  // A variable that serves other programs must not stop a recording that has nothing to do with Kafka.
  const serversMatter = flags.kafkaServersOnCommandLine || all.some((name) => backendOf(name) === 'chronicle');
  if (withServers && serversMatter && all.length > 0 && !all.some(isKafka)) {
    throw conflict(
      replayWal === undefined
        ? '--kafka-servers (-k) given but all configured logs use Chronicle (file: paths). Remove --kafka-servers or use Kafka topic names for --source-log/--wal.'
        : '--kafka-servers (-k) given but --replay-wal uses a Chronicle queue (file: path). Remove --kafka-servers or use a Kafka topic name for --replay-wal.',
    );
  }
  if (flags.chronicleBaseDir !== undefined && all.length > 0 && all.every(isKafka)) {
    throw conflict(
      '--chronicle-base-dir given but all configured logs are Kafka topics. Remove --chronicle-base-dir or use file: paths for --source-log/--wal.',
    );
  }
  const sourceLog = flags.log ?? flags.sourceLog;
  const wal = flags.log ?? flags.wal;
  if (sourceLog !== undefined && wal !== undefined && backendOf(sourceLog) !== backendOf(wal)) {
    warnings.push('WARNING: --source-log and --wal are kept by different backends.');
  }
  if (flags.startOffset !== undefined && (sourceLog === undefined || sourceLog === 'auto')) {
    throw new PalError('usage', 'Offset given but no log to read from', { exitCode: 5 });
  }
  return { sourceLog: flags.log === undefined ? flags.sourceLog : undefined, wal, warnings };
}
