/** Logs as rows: newest first, with size, offsets and health once they are known. */
import type { LogRecord } from 'pal-runtime/directory/directory';
import type { LogInfo } from 'pal-runtime/log/log';
import { commands } from '../contributions';
import { escapeMarkdown, formatAgo, formatBytes, formatCount } from './format';
import type { LogFacts } from './logFactsStore';
import type { NodeModel } from './nodeModel';
import type { Translate } from './translate';

export interface LogContext {
  readonly facts: (uuid: string) => LogFacts | undefined;
  /** The directory has the peer that wrote it. */
  readonly hasWriter: (uuid: string) => boolean;
  readonly now: number;
  readonly t: Translate;
}

export function logNodes(logs: readonly LogRecord[], context: LogContext): readonly NodeModel[] {
  return [...logs]
    .sort((a, b) => b.ctimeMillis - a.ctimeMillis || (a.uuid < b.uuid ? -1 : 1))
    .map((log) => logNode(log, context));
}

export const logNodeId = (uuid: string): string => `log:${uuid}`;

/** File name without the extension that every recording has, folder of a queue, or the topic. */
export function logLabel(log: LogRecord): string {
  if (log.kind === 'kafka') return log.name;
  const path = logPath(log).replace(/[\\/]+$/, '');
  return path.replace(/^.*[\\/]/, '').replace(/\.palrec$/, '');
}

/** Path on disk without the scheme; the topic for Kafka. */
export function logPath(log: LogRecord): string {
  return log.name.replace(/^file:(?:\/\/(?=\/))?/, '');
}

function logNode(log: LogRecord, context: LogContext): NodeModel {
  const { t, now } = context;
  const facts = context.facts(log.uuid);
  const label = logLabel(log);
  const health = healthOf(facts, t);
  const when = formatAgo(now - log.ctimeMillis, t);
  const description = [...health.words, when].join(' · ');
  return {
    id: logNodeId(log.uuid),
    label,
    description,
    icon: health.icon,
    contextValue: `log.${log.kind} ${health.state}${context.hasWriter(log.uuid) ? ' hasPeer' : ''}`,
    accessibilityLabel: t('Log {name}, {details}', { name: label, details: [...health.words, when].join(', ') }),
    tooltip: () => tooltip(log, facts, health.sentence, context),
    copyText: log.kind === 'palrec' || log.kind === 'kafka' ? log.name : `file:${logPath(log)}`,
    onClick: commands.openLog,
  };
}

interface Health {
  readonly state: string;
  readonly words: readonly string[];
  readonly sentence: string | undefined;
  readonly icon: NodeModel['icon'];
}

function healthOf(facts: LogFacts | undefined, t: Translate): Health {
  if (facts === undefined) return { state: 'unknown', words: [], sentence: undefined, icon: { id: 'record' } };
  if (facts.kind === 'unreadable') {
    const icon = { id: 'error', color: 'list.errorForeground' };
    return { state: 'unreadable', words: [t('unreadable')], sentence: facts.message, icon };
  }
  const { info } = facts;
  const words = [formatBytes(info.size), messages(info, t)];
  switch (info.state) {
    case 'open':
      return {
        state: 'open',
        words: [t('recording'), ...words],
        sentence: t('It is being written.'),
        icon: { id: 'record', color: 'charts.red' },
      };
    case 'interrupted':
      return {
        state: 'interrupted',
        words: [...words, t('interrupted')],
        sentence: t('Its writer ended without closing it; everything up to the last whole entry is there.'),
        icon: { id: 'warning', color: 'list.warningForeground' },
      };
    case 'damaged':
      return {
        state: 'damaged',
        words: [...words, t('damaged')],
        sentence: info.issue ?? t('It contradicts its format.'),
        icon: { id: 'error', color: 'list.errorForeground' },
      };
    case 'clean':
      return { state: 'clean', words, sentence: undefined, icon: { id: 'record' } };
  }
}

function messages(info: LogInfo, t: Translate): string {
  const count = info.last - info.first + 1;
  return count === 1 ? t('1 message') : t('{count} messages', { count: formatCount(Math.max(0, count)) });
}

function tooltip(log: LogRecord, facts: LogFacts | undefined, sentence: string | undefined, { t }: LogContext): string {
  const rows: [string, string][] = [
    [t('Where'), logPath(log)],
    [t('Format'), formatName(log.kind, t)],
    [t('Created'), new Date(log.ctimeMillis).toLocaleString()],
  ];
  if (facts?.kind === 'known') {
    const { info } = facts;
    rows.push([t('Size'), formatBytes(info.size)]);
    if (info.last >= info.first) rows.push([t('Offsets'), `${formatCount(info.first)} … ${formatCount(info.last)}`]);
    if (info.header?.main !== undefined) rows.push([t('Program'), [info.header.main, ...info.header.args].join(' ')]);
    if (info.header !== undefined) rows.push([t('Runtime'), info.header.runtime]);
  }
  const table = rows.map(([name, value]) => `| ${escapeMarkdown(name)} | ${escapeMarkdown(value)} |`).join('\n');
  const note = sentence === undefined ? '' : `\n\n${escapeMarkdown(sentence)}`;
  return `**${escapeMarkdown(logLabel(log))}**${note}\n\n| | |\n|---|---|\n${table}\n`;
}

function formatName(kind: LogRecord['kind'], t: Translate): string {
  if (kind === 'palrec') return t('PAL recording');
  return kind === 'chronicle' ? t('Chronicle queue, shared with Java') : t('Kafka topic');
}
