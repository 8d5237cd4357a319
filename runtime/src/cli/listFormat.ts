/** Cells of the long listings, in PAL's forms (`ListFormatUtils`). */

export interface Column {
  readonly title: string;
  readonly width: number;
  /** Text between this column and the next; one blank by default. */
  readonly after?: string;
  /** Shown completely even when the others are trimmed. */
  readonly neverTrim?: boolean;
}

/** Longer than the width: the first width−2 characters and `..`. */
export function trimCell(text: string, width: number): string {
  return text.length > width ? `${text.slice(0, width - 2)}..` : text;
}

/** Header and rows with left-aligned cells; the last column is padded too, as PAL does. */
export function listTable(columns: readonly Column[], rows: readonly (readonly string[])[], trim: boolean): string {
  const line = (cells: readonly string[]): string =>
    `${columns
      .map((column, at) => {
        const cell = cells[at] ?? '';
        const shown = trim && column.neverTrim !== true ? trimCell(cell, column.width) : cell;
        return shown.padEnd(column.width) + (at === columns.length - 1 ? '' : (column.after ?? ' '));
      })
      .join('')}\n`;
  return line(columns.map((column) => column.title)) + rows.map(line).join('');
}

const UNITS = ['KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;

/** `870 B`, `3.6 KiB`: binary units with one decimal. */
export function sizeText(bytes: number | undefined): string {
  if (bytes === undefined || bytes < 0) return '??';
  if (bytes < 1024) return `${bytes} B`;
  let value = bytes;
  let unit = -1;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${value.toFixed(1)} ${UNITS[unit]!}`;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;
const two = (value: number): string => String(value).padStart(2, '0');

/** `Nov 24 08:19`, UTC. */
export function dateText(millis: number | undefined): string {
  if (millis === undefined || !Number.isFinite(millis)) return '??';
  const date = new Date(millis);
  return `${MONTHS[date.getUTCMonth()]!} ${two(date.getUTCDate())} ${two(date.getUTCHours())}:${two(date.getUTCMinutes())}`;
}

/** `H:mm:ss` since the given time. */
export function uptimeText(since: number, now: number): string {
  const seconds = Math.max(0, Math.floor((now - since) / 1000));
  return `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

/** By UTF-16 units, as Java compares texts. */
export const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
