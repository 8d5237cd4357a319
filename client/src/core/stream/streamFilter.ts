/** What of a stream is shown: kinds of messages, and words that class, member, thread or the whole line must contain. All conditions must hold. */
import { MessageType } from 'pal-runtime/wire/codes';
import type { Translate } from '../translate';

/** Kinds as people choose them. A write that is done counts as a return: it is the end of an operation. */
export const streamKinds = ['calls', 'constructors', 'reads', 'writes', 'returns', 'throws'] as const;
export type StreamKind = (typeof streamKinds)[number];

export interface StreamFilter {
  /** None = all. */
  readonly kinds: readonly StreamKind[];
  /** Part of the qualified class name; empty = any. */
  readonly className: string;
  /** Part of the name of a method or field (`new` for constructors); empty = any. */
  readonly member: string;
  /** Part of the thread's name; empty = any. */
  readonly thread: string;
  /** Part of the line, upper and lower case alike; empty = any. */
  readonly text: string;
}

export const noFilter: StreamFilter = { kinds: [], className: '', member: '', thread: '', text: '' };
/** The conditions that are words. */
export const filterWords = ['className', 'member', 'thread', 'text'] as const;
export type FilterWord = (typeof filterWords)[number];

const typesOfKind: Readonly<Record<StreamKind, readonly number[]>> = {
  calls: [MessageType.EXEC_INSTANCE_METHOD, MessageType.EXEC_CLASS_METHOD],
  constructors: [MessageType.EXEC_CONSTRUCTOR],
  reads: [MessageType.EXEC_GET_STATIC, MessageType.EXEC_GET_FIELD],
  writes: [MessageType.EXEC_PUT_STATIC, MessageType.EXEC_PUT_FIELD],
  returns: [MessageType.EXEC_RETURN_VALUE, MessageType.EXEC_PUT_STATIC_DONE, MessageType.EXEC_PUT_FIELD_DONE],
  throws: [MessageType.EXEC_THROWABLE],
};

export function typesOf(kinds: readonly StreamKind[]): ReadonlySet<number> | undefined {
  return kinds.length === 0 ? undefined : new Set(kinds.flatMap((kind) => typesOfKind[kind]));
}

export const isFiltering = (filter: StreamFilter): boolean =>
  filter.kinds.length > 0 || filterWords.some((word) => filter[word] !== '');

/** A filter from anything that was stored; what does not fit counts as not set. */
export function filterFrom(value: unknown): StreamFilter {
  if (typeof value !== 'object' || value === null) return noFilter;
  const stored = value as Partial<Record<keyof StreamFilter, unknown>>;
  const word = (name: FilterWord): string => {
    const text = stored[name];
    return typeof text === 'string' ? text : '';
  };
  const list: readonly unknown[] = Array.isArray(stored.kinds) ? stored.kinds : [];
  return {
    kinds: streamKinds.filter((kind) => list.includes(kind)),
    className: word('className'),
    member: word('member'),
    thread: word('thread'),
    text: word('text'),
  };
}

export function kindLabel(kind: StreamKind, t: Translate): string {
  switch (kind) {
    case 'calls':
      return t('calls');
    case 'constructors':
      return t('constructors');
    case 'reads':
      return t('field reads');
    case 'writes':
      return t('field writes');
    case 'returns':
      return t('returns');
    case 'throws':
      return t('throws');
  }
}

export function wordLabel(word: FilterWord, t: Translate): string {
  switch (word) {
    case 'className':
      return t('class');
    case 'member':
      return t('member');
    case 'thread':
      return t('thread');
    case 'text':
      return t('text');
  }
}

/** E.g. `calls, returns · class “Cart” · text “pen”`; empty when everything is shown. */
export function describeFilter(filter: StreamFilter, t: Translate): string {
  const kinds = filter.kinds.map((kind) => kindLabel(kind, t)).join(', ');
  const words = filterWords.flatMap((word) => (filter[word] === '' ? [] : [`${wordLabel(word, t)} “${filter[word]}”`]));
  return [...(kinds === '' ? [] : [kinds]), ...words].join(' · ');
}
