/** The state of a stream in a few words and numbers: the item in the status bar and its tooltip. */
import { escapeMarkdown, formatCount } from '../format';
import type { Translate } from '../translate';
import { describeFilter, isFiltering, type StreamFilter } from './streamFilter';
import type { StreamCounters } from './streamMessages';

export type StreamPhase = 'connecting' | 'live' | 'reconnecting' | 'ended';

export interface StreamState {
  readonly name: string;
  readonly phase: StreamPhase;
  readonly paused: boolean;
  readonly filter: StreamFilter;
  /** Messages were lost or skipped just now. */
  readonly flooded: boolean;
  readonly counters: StreamCounters;
  /** Why it is not connected. */
  readonly reason: string | undefined;
}

export interface StreamStatus {
  /** With codicons. */
  readonly text: string;
  /** Markdown. */
  readonly tooltip: string;
  /** For those who cannot see icons. */
  readonly accessibilityLabel: string;
  readonly warning: boolean;
}

export function streamStatus(state: StreamState, t: Translate): StreamStatus {
  const { counters, name } = state;
  const word = stateWord(state, t);
  const numbers = [
    isFiltering(state.filter)
      ? t('{shown} of {count}', { shown: formatCount(counters.shown), count: formatCount(counters.received) })
      : formatCount(counters.received),
    ...(counters.lost > 0 ? [t('{count} lost', { count: formatCount(counters.lost) })] : []),
    ...(counters.skipped > 0 ? [t('{count} skipped', { count: formatCount(counters.skipped) })] : []),
  ].join(' · ');
  const filtered = isFiltering(state.filter) ? ' $(filter)' : '';
  return {
    text: `${icon(state)}${filtered} ${name} ${numbers}`,
    tooltip: tooltip(state, word, t),
    accessibilityLabel: t('PAL stream of {name}, {state}, {numbers}', { name, state: word, numbers }),
    warning: state.flooded,
  };
}

function icon({ phase, paused, flooded }: StreamState): string {
  if (phase === 'ended') return '$(circle-slash)';
  if (phase !== 'live') return '$(sync~spin)';
  if (paused) return '$(debug-pause)';
  return flooded ? '$(warning)' : '$(broadcast)';
}

function stateWord({ phase, paused, flooded }: StreamState, t: Translate): string {
  if (phase === 'ended') return t('ended');
  if (phase === 'connecting') return t('connecting');
  if (phase === 'reconnecting') return t('connection lost, connecting again');
  if (paused) return t('paused');
  return flooded ? t('live, more than can be shown') : t('live');
}

function tooltip(state: StreamState, word: string, t: Translate): string {
  const { counters, filter, reason } = state;
  const filterText = describeFilter(filter, t);
  const rows: readonly (readonly [string, number])[] = [
    [t('Received'), counters.received],
    [t('Shown'), counters.shown],
    [t('Kept out by the filter'), counters.filtered],
    [t('Passed by while paused'), counters.paused],
    [t('Skipped: too many for a screen'), counters.skipped],
    [t('Malformed'), counters.malformed],
    [t('Lost before they arrived'), counters.lost],
  ];
  const table = rows
    .filter(([, count], index) => index < 2 || count > 0)
    .map(([label, count]) => `| ${escapeMarkdown(label)} | ${formatCount(count)} |`);
  return [
    `**${escapeMarkdown(state.name)}** ${escapeMarkdown(word)}`,
    ...(reason === undefined || state.phase === 'live' ? [] : [escapeMarkdown(reason)]),
    ...(filterText === '' ? [] : [t('Filter: {filter}', { filter: escapeMarkdown(filterText) })]),
    `| | |\n|---|---:|\n${table.join('\n')}`,
  ].join('\n\n');
}
