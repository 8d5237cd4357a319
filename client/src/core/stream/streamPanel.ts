/**
 * The text of a stream's panel, and what each of its lines is. When it becomes long, its beginning is removed and a line says so and how much: a panel that
 * grows without limit makes the editor slow, and one that loses lines silently misleads.
 */
import { formatCount } from '../format';
import type { Translate } from '../translate';
import type { StreamItem } from './streamMessages';
import { offsetOfLine } from './operationLine';

/** When a panel has more lines, its beginning goes, so that these are left. */
export const panelLines = { most: 10_000, kept: 5_000 } as const;

export interface PanelOutput {
  append(text: string): void;
  /** All of the text. */
  replace(text: string): void;
}

/** What leads from a line to its message in the recording. */
export type MessagePlace = { readonly offset: number } | { readonly id: string };

interface PanelLine {
  readonly text: string;
  readonly id: string | undefined;
}

export class StreamPanel {
  #lines: PanelLine[] = [];
  /** Lines that were removed since the panel was cleared. */
  #removed = 0;

  constructor(
    private readonly output: PanelOutput,
    private readonly t: Translate,
    private readonly limits: { readonly most: number; readonly kept: number } = panelLines,
  ) {}

  add(items: readonly StreamItem[]): void {
    this.#push(
      items.map((item) =>
        'text' in item
          ? { text: item.text, id: item.id }
          : { text: `# ${describeGap(item.lost, item.skipped, this.t)}`, id: undefined },
      ),
    );
  }

  /** A line of the panel itself. */
  say(text: string): void {
    this.#push([{ text: `# ${text}`, id: undefined }]);
  }

  clear(): void {
    this.#lines = [];
    this.#removed = 0;
    this.output.replace('');
  }

  /** The message on line `index` (from 0), or on the nearest line above that has one. */
  placeAt(index: number): MessagePlace | undefined {
    const first = this.#removed > 0 ? 1 : 0;
    for (let at = Math.min(index - first, this.#lines.length - 1); at >= 0; at--) {
      const { text, id } = this.#lines[at]!;
      if (id !== undefined) return { id };
      const offset = offsetOfLine(text);
      if (offset !== undefined) return { offset };
    }
    return undefined;
  }

  #push(lines: readonly PanelLine[]): void {
    if (lines.length === 0) return;
    this.#lines.push(...lines);
    if (this.#lines.length <= this.limits.most) {
      this.output.append(toText(lines));
      return;
    }
    const excess = this.#lines.length - this.limits.kept;
    this.#lines = this.#lines.slice(excess);
    this.#removed += excess;
    const notice = this.t('{count} earlier lines were removed from this panel; a recording of the peer has them.', {
      count: formatCount(this.#removed),
    });
    this.output.replace(`# ${notice}\n${toText(this.#lines)}`);
  }
}

/** E.g. `1,204 messages lost, 310 skipped`. */
export function describeGap(lost: number, skipped: number, t: Translate): string {
  const texts = [
    ...(lost > 0 ? [t('{count} lost: the peer sends faster than they are taken', { count: formatCount(lost) })] : []),
    ...(skipped > 0 ? [t('{count} not shown: too many for a screen', { count: formatCount(skipped) })] : []),
  ];
  return texts.join('; ');
}

const toText = (lines: readonly PanelLine[]): string => lines.map(({ text }) => `${text}\n`).join('');
