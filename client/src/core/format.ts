/** Sizes, counts and times as people read them in a narrow view. */
import type { Translate } from './translate';

const KIB = 1024;
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** `812 B`, `4.2 KiB`, `17 MiB`: two digits are enough to compare. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = bytes;
  let unit = 0;
  while (value >= KIB && unit < units.length - 1) {
    value /= KIB;
    unit++;
  }
  return `${unit === 0 || value >= 10 ? Math.round(value) : value.toFixed(1)} ${units[unit]!}`;
}

export function formatCount(count: number): string {
  return count.toLocaleString('en-US');
}

/** How long something lasts, in its largest unit: `45s`, `12m`, `3h`, `2d`. */
export function formatDuration(millis: number): string {
  const value = Math.max(0, millis);
  if (value < MINUTE) return `${Math.floor(value / SECOND)}s`;
  if (value < HOUR) return `${Math.floor(value / MINUTE)}m`;
  if (value < DAY) return `${Math.floor(value / HOUR)}h`;
  return `${Math.floor(value / DAY)}d`;
}

/** How long ago something was. */
export function formatAgo(millis: number, t: Translate): string {
  return millis < 5 * SECOND ? t('just now') : t('{duration} ago', { duration: formatDuration(millis) });
}

/** `14:05` of local time. */
export function formatClock(time: number): string {
  const date = new Date(time);
  return `${String(date.getHours()).padStart(2, '0')}:${String(date.getMinutes()).padStart(2, '0')}`;
}

/** Text that Markdown shows as it is. */
export function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+\-.!|<>~&]/g, '\\$&').replace(/\r?\n/g, ' ');
}
