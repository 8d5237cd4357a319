/** Which entries `log print` and `peer print` show (command-line specification, 10 and 10.1). All conditions must hold. */
import { MessageType } from '../../wire/codes';
import type { ExecMessage, Message } from '../../wire/messages';
import { subjectOf } from '../../wire/subject';
import { bytesToUuid } from '../../wire/uuid';
import type { ParsedCommand } from '../parsedCommand';

/** Names that `--types` takes: those of the operations and completions, without `EXEC_`. */
export const TYPE_NAMES = Object.keys(MessageType)
  .filter((name) => name.startsWith('EXEC_'))
  .map((name) => name.slice('EXEC_'.length));

interface Term {
  readonly key: 'class' | 'method' | 'field';
  readonly text: string;
}

export class EntryFilter {
  private readonly types: ReadonlySet<number> | undefined;
  private readonly peer: string | undefined;
  private readonly thread: string | undefined;
  private readonly id: string | undefined;
  private readonly terms: readonly Term[];
  private readonly binary: boolean;
  /** What `-v` says about it, in PAL's words. */
  readonly descriptions: readonly string[];

  constructor(parsed: ParsedCommand) {
    const types = parsed.list('types').filter((name) => name !== '');
    const formats = parsed.list('formats');
    this.types = types.length === 0 ? undefined : new Set(types.map(typeNumber));
    this.peer = parsed.text('fromPeer')?.toLowerCase();
    this.thread = parsed.text('fromThread')?.toLowerCase();
    this.id = parsed.text('id')?.toLowerCase();
    this.terms = parsed.list('filter').flatMap(parseTerms);
    this.binary = formats.length === 0 || formats.includes('BINARY');
    const by = (what: string, value: string | undefined): string[] =>
      value === undefined || value === '' ? [] : [`Filtering by ${what}${value}`];
    this.descriptions = [
      ...by('type(s): ', types.join(', ')),
      ...by('format(s): ', formats.join(', ')),
      ...by('peer: ', parsed.text('fromPeer')),
      ...by('thread: ', parsed.text('fromThread')),
      ...by('id: ', parsed.text('id')),
      ...by('', this.terms.map(({ key, text }) => `${key}=${text}`).join(', ')),
    ];
  }

  /** False = certainly not shown; decided without decoding the message. */
  mayMatch(messageType: number): boolean {
    return this.binary && this.types?.has(messageType) !== false;
  }

  /** @param key of the record; logs without keys are asked for the peer in the message */
  matches(message: Message, key: string | undefined): boolean {
    if (this.peer !== undefined && (key ?? peerOf(message)).toLowerCase() !== this.peer) return false;
    const exec = message.execMessage;
    if (this.thread !== undefined && (exec?.threadName ?? '').toLowerCase() !== this.thread) return false;
    if (this.id !== undefined && messageId(message).toLowerCase() !== this.id) return false;
    return this.terms.every((term) => exec !== undefined && holds(exec, term));
  }
}

/** The id of any kind of message. */
export function messageId(message: Message): string {
  const body = message.execMessage ?? message.controlMessage ?? message.metaMessage ?? message.interceptMessage;
  return body?.messageId ?? '';
}

function peerOf({ execMessage, controlMessage, metaMessage }: Message): string {
  const uuid = execMessage?.peerUuid ?? controlMessage?.fromPeer ?? metaMessage?.fromPeer;
  return uuid?.length === 16 ? bytesToUuid(uuid) : '';
}

/** Names with and without `EXEC_`. Unknown names match no message, as in PAL. */
export function typeNumber(name: string): number {
  const full = name.startsWith('EXEC_') ? name : `EXEC_${name}`;
  return MessageType[full as keyof typeof MessageType] ?? -1;
}

function parseTerms(expression: string): Term[] {
  const terms: Term[] = [];
  for (const part of expression.split(',')) {
    const at = part.indexOf('=');
    const key = part.slice(0, Math.max(at, 0)).trim();
    const text = part.slice(at + 1).trim();
    if (at > 0 && text !== '' && (key === 'class' || key === 'method' || key === 'field')) terms.push({ key, text });
  }
  return terms;
}

function holds(exec: ExecMessage, { key, text }: Term): boolean {
  const { className, method, field } = subjectOf(exec);
  const value = key === 'class' ? className : key === 'method' ? method : field;
  return value?.includes(text) === true;
}
