/** The four forms of an entry: compact, tree, json and full, byte for byte as PAL prints them (10.2), and their colours. */
import { relative, isAbsolute } from 'node:path';
import { messageTypeName } from '../../wire/codes';
import { prettyJson } from '../../wire/json';
import type { Message } from '../../wire/messages';
import { readableSummary } from '../../wire/readable';
import { contextOf } from '../../wire/subject';
import { messageSummary } from '../../wire/summary';
import type { Style } from '../terminal/style';
import { messageId } from './entryFilter';
import type { TreeDepth } from '../../log/treeDepth';

export type FormatName = 'compact' | 'tree' | 'json' | 'full';
export const FORMAT_NAMES: readonly FormatName[] = ['compact', 'json', 'full', 'tree'];

export interface PrintedEntry {
  readonly offset: number;
  readonly key: string | undefined;
  readonly message: Message;
}

export interface FormatOptions {
  readonly style: Style;
  /** Show arguments, results and written values. */
  readonly withValues: boolean;
  /** Append source file and line where the message has them. */
  readonly withLocation: boolean;
  /** Locations below it are shown relative to it. */
  readonly cwd: string;
}

/** @returns one or more complete lines, with the last line break */
export type EntryFormat = (entry: PrintedEntry) => string;

/** Live messages have no offset: `peer print` shows the id alone. */
export const NO_OFFSET = -1;

export function createFormat(name: FormatName, tree: TreeDepth, options: FormatOptions): EntryFormat {
  switch (name) {
    case 'compact':
      return compactFormat(options);
    case 'tree':
      return treeFormat(tree, options);
    case 'json':
      return ({ offset, message }) => `${prettyJson(message, offset === NO_OFFSET ? {} : { offset })}\n`;
    case 'full':
      return fullFormat;
  }
}

function compactFormat({ style, withLocation, withValues, cwd }: FormatOptions): EntryFormat {
  const summary = withValues ? readableSummary : messageSummary;
  return ({ offset, message }) => {
    const at = offset === NO_OFFSET ? '' : `offset=${offset} `;
    return `${at}id=${messageId(message)} message=${paint(summary(message), style)}${withLocation ? location(message, cwd, style) : ''}\n`;
  };
}

const INDENT = '  ';

function treeFormat(tree: TreeDepth, { style, withLocation, withValues, cwd }: FormatOptions): EntryFormat {
  const summary = withValues ? readableSummary : messageSummary;
  let lastThread: string | undefined;
  return ({ offset, message }) => {
    const thread = message.execMessage?.threadName ?? '';
    const changed = tree.interleaved && thread !== lastThread;
    lastThread = thread;
    const number = offset === NO_OFFSET ? '' : `${style.dim(`[${offset}]`)} `;
    const where = withLocation ? location(message, cwd, style) : '';
    const mark = changed ? style.dim(`  # ${tree.placeOf(thread)}`) : '';
    return `${INDENT.repeat(tree.lineDepth)}${number}${paint(summary(message), style)}${where}${mark}\n`;
  };
}

function fullFormat({ offset, key, message }: PrintedEntry): string {
  const producer = key === undefined ? '' : `producer-id=${key}, `;
  const type = messageTypeName(message.messageType ?? 0);
  const context = offset === NO_OFFSET ? '' : `CONTEXT: offset: ${offset} key: ${key ?? 'null'} \n`;
  return `${context}HEADERS: {${producer}message-type=${type}, message-format=BINARY}\n${prettyJson(message)}\n`;
}

function paint(summary: string, style: Style): string {
  const end = summary.indexOf(' ');
  const verb = end < 0 ? summary : summary.slice(0, end);
  const rest = end < 0 ? '' : summary.slice(end);
  switch (verb) {
    case 'call':
      return style.cyan(verb) + rest;
    case 'new':
      return style.green(verb) + rest;
    case 'put':
      return style.yellow(verb) + rest;
    case 'throw':
      return style.red(summary);
    case 'return':
    case 'put_done':
      return style.dim(verb) + rest;
    default:
      return summary;
  }
}

function location(message: Message, cwd: string, style: Style): string {
  const context = message.execMessage === undefined ? undefined : contextOf(message.execMessage);
  const file = context?.sourceLocationFile;
  if (file === undefined || file === '') return '';
  const inside = isAbsolute(file) ? relative(cwd, file) : file;
  const line = context?.sourceLocationLine ?? 0;
  return style.dim(`  (${inside.startsWith('..') ? file : inside}${line > 0 ? `:${line}` : ''})`);
}
