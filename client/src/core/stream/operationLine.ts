/** One message as one line of text, as `pal log print --tree --with-values` writes it: the `pal-log` grammar colours it, `sourceLinks` finds its place. */
import { isAbsolute, relative } from 'node:path';
import type { Message } from 'pal-runtime/wire/messages';
import { readableSummary } from 'pal-runtime/wire/readable';
import { contextOf } from 'pal-runtime/wire/subject';

/** Deeper nesting is drawn at this depth: beyond it nothing would be left of the line in a panel. */
const deepestIndent = 30;

export interface LinePlace {
  /** Undefined when the message has no known offset. */
  readonly offset: number | undefined;
  readonly depth: number;
  /** Thread to name at the end of the line. */
  readonly thread: string | undefined;
  /** Files below it are shown relative to it; empty = none. */
  readonly base: string;
}

export function operationLine(message: Message, { offset, depth, thread, base }: LinePlace): string {
  const indent = '  '.repeat(Math.min(depth, deepestIndent));
  const number = offset === undefined ? '' : `[${offset}] `;
  return `${indent}${number}${readableSummary(message)}${place(message, base)}${thread === undefined ? '' : `  # ${thread}`}`;
}

function place(message: Message, base: string): string {
  const context = message.execMessage === undefined ? undefined : contextOf(message.execMessage);
  const file = context?.sourceLocationFile ?? '';
  const line = context?.sourceLocationLine ?? 0;
  if (file === '' || line === 0) return '';
  const inside = base !== '' && isAbsolute(file) ? relative(base, file) : file;
  return `  (${inside.startsWith('..') ? file : inside}:${line})`;
}

/** Offset that a line begins with. */
export function offsetOfLine(line: string): number | undefined {
  const digits = /^\s*\[(\d+)\] /.exec(line)?.[1];
  return digits === undefined ? undefined : Number(digits);
}
