/**
 * The expander: compact entries (`words.ts`) in, PAL messages as Colfer bytes out, in order.
 *
 * Invariants: offsets count messages; ids come from (peer, offset), so whoever expands an entry gives it the same bytes; the
 * bytes of a message depend on the site tables, the definitions, the state (`expanderState.ts`) and the entry, on nothing else.
 * Every completion entry makes one message, whether or not its call is known, so offsets do not depend on what was lost.
 *
 * Written for speed: one copy of the thread's prefix, one to three copies of the site's templates (`expandSites.ts`), values in
 * between; no objects, no text building but for doubles and strings seen for the first time.
 *
 * Deliberately absent: a store of messages, and any judgement whether an entry should be there.
 */
import { PalError } from '../errors';
import { ExecPhase, MessageType } from '../wire/codes';
import { MESSAGE_ID_LENGTH, MessageIds } from '../wire/messageId';
import { uuidToBytes } from '../wire/uuid';
import { ByteOutput } from './byteOutput';
import { ClassFlag, Definitions } from './definitions';
import { PagedInts } from './pagedInts';
import { readDefinition } from './readDefinition';
import type { ExpanderState, PendingState, ThreadState } from './expanderState';
import { ThrowableWriter } from './expandErrors';
import { Completes, ExpandSite, type Forms } from './expandSites';
import { ExpandThread, TYPE_AT } from './expandThreads';
import { ValueWriter } from './expandValues';
import { type Site, SiteKind, type SiteTable } from './sites';
import { entryEnd, valueLength } from './wordLength';
import { Const, Kind, Tag } from './words';

export interface ExpanderOptions {
  /** Dashed UUID of the recording peer. */
  readonly peerUuid: string;
  /** Source file, line and class in every operation (`--with-source-context`). Default false. */
  readonly sourceContext?: boolean;
  /** Called for a site number without a table; to be answered by `addSites`. */
  readonly onUnknownSite?: (site: number) => void;
  /** Shared with a log that fills it itself. */
  readonly definitions?: Definitions;
}

/** Takes one message after the other. Bytes are valid during the call only. */
export interface ExpandSink {
  /**
   * @param phase `ExecPhase`: BEFORE for operations, AFTER for completions.
   * @param idAt position of the 22 characters of the message id in `bytes`.
   * @param responseAt the same for the id of the operation answered; -1 when there is none.
   */
  message(
    type: number,
    phase: number,
    bytes: Buffer,
    start: number,
    end: number,
    idAt: number,
    responseAt: number,
  ): void;
}

/** Entries nearer than this to the end are measured before they are read. Longer entries are measured always. */
const MEASURE_WITHIN = 64;
const COUNT_IN_NEXT_WORD = 7;
/** Room for everything fixed in a message besides prefix and templates. */
const FIXED_ROOM = 128;
const ENTRY_POINT_HEADER = 21;
const PENDING_MAX = 1 << 20;
/** Instead of the offset of an operation. */
const BY_NESTING = -1;
const UNKNOWN_CALL = -2;
const UNDEFINED_WORD = (Const.UNDEFINED << 3) | Tag.CONST;

export class Expander {
  readonly definitions: Definitions;
  /** Entries that the app could not record (`LOST`). */
  lost = 0;

  private readonly out = new ByteOutput();
  private readonly values: ValueWriter;
  private readonly throwables: ThrowableWriter;
  private readonly ids: MessageIds;
  private readonly peerUuid: Uint8Array;
  private readonly sites: (ExpandSite | undefined)[] = [];

  private nextOffset = 0;
  private thread = new ExpandThread(0);
  private readonly threads = new Map<number, ExpandThread>([[0, this.thread]]);
  /** Messages by thread id, of threads that are not at hand. */
  private readonly counts = new PagedInts();
  private highestThread = 0;
  private entryPoint = false;
  private timeLow = 0;
  private timeHigh = 0;
  private readonly pending = new Map<number, PendingState>();

  private sink!: ExpandSink;
  /** Position of the id of the operation answered in the message being written. */
  private responseAt = -1;

  constructor(private readonly options: ExpanderOptions) {
    this.definitions = options.definitions ?? new Definitions();
    this.values = new ValueWriter(this.out, this.definitions);
    this.throwables = new ThrowableWriter(this.out, this.definitions);
    this.peerUuid = uuidToBytes(options.peerUuid);
    this.ids = new MessageIds(this.peerUuid);
  }

  /** Offset of the next message. May be set between entries, when messages of other sources share the numbering. */
  get offset(): number {
    return this.nextOffset;
  }

  set offset(offset: number) {
    this.nextOffset = offset;
  }

  /** Sites `base`, `base + 1`, … are those of `table`. */
  addSites(base: number, table: SiteTable): void {
    const options = { sourceContext: this.options.sourceContext ?? false };
    table.sites.forEach((site, index) => (this.sites[base + index] = new ExpandSite(site, table, options)));
  }

  hasSite(site: number): boolean {
    return this.sites[site] !== undefined;
  }

  /**
   * Expands the whole entries in `words` from `start` to `end`, one sink call per message.
   * @returns the position after the last whole entry: what is left is the start of an entry whose end is not there yet.
   * @throws PalError `corrupt` (`data.word`) for a word that is no entry.
   */
  feed(words: Int32Array, start: number, end: number, sink: ExpandSink): number {
    this.sink = sink;
    this.prepareThread();
    const unmeasured = end - MEASURE_WITHIN;
    let at = start;
    while (at < end) {
      const header = words[at]!;
      const kind = header & 31;
      if (at > unmeasured || kind > Kind.PUT || ((header >>> 5) & 7) === COUNT_IN_NEXT_WORD) {
        const next = entryEnd(words, at, end);
        if (next === -1) return at;
        if (next === -2) throw unknownKind(kind, at);
      }
      switch (kind) {
        case Kind.GET:
          at = this.get(words, at, header);
          break;
        case Kind.PUT:
          at = this.put(words, at, header);
          break;
        case Kind.CALL:
        case Kind.ACCESSOR_CALL:
        case Kind.ASYNC_CALL:
          at = this.call(words, at, header, kind);
          break;
        case Kind.RETURN:
          at = this.complete(words, at, header, false);
          break;
        case Kind.THROW:
          at = this.complete(words, at, header, true);
          break;
        default:
          at = this.rare(words, at, header, kind);
      }
    }
    return at;
  }

  /**
   * As `feed`, without making the messages: for a stream that leaves some out. They have their offsets, they count in their threads (so that
   * `builderSeq` shows the gap), and what comes after them is the same as if they had been made.
   */
  skip(words: Int32Array, start: number, end: number): number {
    let at = start;
    while (at < end) {
      const header = words[at]!;
      const kind = header & 31;
      const next = entryEnd(words, at, end);
      if (next === -1) return at;
      if (next === -2) throw unknownKind(kind, at);
      if (kind === Kind.SNAPSHOT) {
        at = next;
        continue;
      }
      const messages = this.skipOne(words, at, header, kind);
      if (messages === 0) this.rare(words, at, header, kind);
      this.nextOffset += messages;
      this.thread.messages += messages;
      at = next;
    }
    return at;
  }

  /** Number of messages of the entry, whose effect on open calls is taken over; 0 for an entry that makes none. */
  private skipOne(words: Int32Array, at: number, header: number, kind: number): number {
    const thread = this.thread;
    switch (kind) {
      case Kind.GET:
      case Kind.PUT:
        this.entryPoint = false;
        return 2;
      case Kind.CALL:
      case Kind.ACCESSOR_CALL:
        thread.push(header >>> 8, this.nextOffset, this.entryPoint);
        this.entryPoint = false;
        return 1;
      case Kind.ASYNC_CALL: {
        const frame = words[at + (((header >>> 5) & 7) === COUNT_IN_NEXT_WORD ? 2 : 1)]!;
        this.addPending(frame, header >>> 8, this.nextOffset, this.entryPoint);
        this.entryPoint = false;
        return 1;
      }
      case Kind.RETURN:
      case Kind.THROW:
        if (thread.depth > 0) thread.depth--;
        return 1;
      case Kind.ASYNC_RETURN:
      case Kind.ASYNC_THROW:
        this.pending.delete(words[at + 1]!);
        return 1;
      default:
        return 0;
    }
  }

  private rare(words: Int32Array, at: number, header: number, kind: number): number {
    switch (kind) {
      case Kind.PAD:
        return at + 1;
      case Kind.ASYNC_RETURN:
        return this.asyncComplete(words, at, header, false);
      case Kind.ASYNC_THROW:
        return this.asyncComplete(words, at, header, true);
      case Kind.SWITCH:
        this.switchTo(header >>> 8);
        this.entryPoint = ((header >>> 5) & 1) !== 0;
        return at + 1;
      case Kind.TIME:
        this.time(words[at + 1]!, words[at + 2]!);
        return at + 3;
      case Kind.RETURN_PENDING:
        this.returnPending(header >>> 8, words[at + 1]!);
        return at + 2;
      case Kind.LOST:
        this.lost += words[at + 1]! >>> 0;
        return at + 2;
      case Kind.SNAPSHOT: {
        const next = at + 3 + words[at + 2]!;
        this.values.addSnapshot(words[at + 1]!, words, at + 3, next);
        return next;
      }
      default: {
        if (kind === Kind.DEF_STRING) this.values.forgetString(words[at + 1]!);
        else if (kind === Kind.DEF_CLASS) this.values.forgetClass(words[at + 1]!);
        return readDefinition(words, at, this.definitions);
      }
    }
  }

  private call(words: Int32Array, at: number, header: number, kind: number): number {
    let next = at + 1;
    let count = (header >>> 5) & 7;
    if (count === COUNT_IN_NEXT_WORD) count = words[next++]!;
    const frame = kind === Kind.ASYNC_CALL ? words[next++]! : 0;
    const siteNumber = header >>> 8;
    const forms = this.site(siteNumber, kind).forms();
    const entryPoint = this.entryPoint;
    this.entryPoint = false;
    if (kind === Kind.ASYNC_CALL) this.addPending(frame, siteNumber, this.nextOffset, entryPoint);
    else this.thread.push(siteNumber, this.nextOffset, entryPoint);

    this.begin(forms.type, forms.size);
    const out = this.out;
    out.copy(forms.head);
    const self = words[next]!;
    if (forms.refIndex !== 0 && (self & 7) === Tag.REF) out.uint32(forms.refIndex, self >>> 3);
    next += valueLength(self);
    out.copy(forms.middle);
    if (forms.argsIndex !== 0) {
      if (count > 0) {
        out.byte(forms.argsIndex);
        out.varint(count);
        for (; count > 0; count--) next = this.values.write(words, next, false);
      }
    } else {
      next = this.accessorValue(words, next, count, forms);
    }
    out.reserve(forms.size + FIXED_ROOM);
    out.copy(forms.tail);
    this.end(forms.type, ExecPhase.BEFORE, entryPoint);
    this.values.dropSnapshots();
    return next;
  }

  /** A setter's first argument is the value written; anything else an accessor was passed has no place in a field operation. */
  private accessorValue(words: Int32Array, at: number, count: number, forms: Forms): number {
    let next = at;
    let first = 0;
    if (forms.completes === Completes.PUT_DONE) {
      if (count > 0) {
        next = this.values.write(words, next, true);
        first = 1;
      } else {
        this.out.copy(EMPTY_OBJ);
      }
    }
    for (let i = first; i < count; i++) next += valueLength(words[next]!);
    return next;
  }

  private get(words: Int32Array, at: number, header: number): number {
    const forms = this.fieldForms(header >>> 8, words[at + 1]!, Kind.GET);
    const value = this.fieldOperation(words, at, forms);
    const entryPoint = this.entryPoint;
    const out = this.out;
    out.copy(forms.tail);
    this.end(forms.type, ExecPhase.BEFORE, entryPoint);
    this.begin(MessageType.EXEC_RETURN_VALUE, forms.size);
    out.byte(18);
    out.byte(1);
    const next = this.values.write(words, value, false);
    out.reserve(forms.size + FIXED_ROOM);
    out.copy(forms.returnTail);
    this.end(MessageType.EXEC_RETURN_VALUE, ExecPhase.AFTER, entryPoint);
    this.entryPoint = false;
    this.values.dropSnapshots();
    return next;
  }

  private put(words: Int32Array, at: number, header: number): number {
    const forms = this.fieldForms(header >>> 8, words[at + 1]!, Kind.PUT);
    const value = this.fieldOperation(words, at, forms);
    const entryPoint = this.entryPoint;
    const out = this.out;
    out.copy(forms.middle);
    const next = this.values.write(words, value, true);
    out.reserve(forms.size + FIXED_ROOM);
    out.copy(forms.tail);
    this.end(forms.type, ExecPhase.BEFORE, entryPoint);
    this.begin(forms.doneType, forms.size);
    out.copy(forms.done);
    this.end(forms.doneType, ExecPhase.AFTER, entryPoint);
    this.entryPoint = false;
    this.values.dropSnapshots();
    return next;
  }

  /** Start of a field operation up to the object reference. Returns the position of the value. */
  private fieldOperation(words: Int32Array, at: number, forms: Forms): number {
    this.begin(forms.type, forms.size);
    const target = words[at + 1]!;
    this.out.copy(forms.head);
    if (forms.refIndex !== 0 && (target & 7) === Tag.REF) this.out.uint32(forms.refIndex, target >>> 3);
    return at + 1 + valueLength(target);
  }

  private complete(words: Int32Array, at: number, header: number, thrown: boolean): number {
    const thread = this.thread;
    let siteNumber = header >>> 8;
    let entryPoint = false;
    if (thread.depth > 0) {
      const top = thread.depth - 1;
      if (siteNumber === 0) siteNumber = thread.sites[top]!;
      entryPoint = thread.entryPoints[top] === 1;
    }
    const next = this.completion(words, at + 1, siteNumber, thrown, BY_NESTING, entryPoint);
    if (thread.depth > 0) thread.depth--;
    return next;
  }

  private asyncComplete(words: Int32Array, at: number, header: number, thrown: boolean): number {
    const frame = words[at + 1]!;
    const call = this.pending.get(frame);
    this.pending.delete(frame);
    const siteNumber = header >>> 8 || (call?.site ?? 0);
    return this.completion(words, at + 2, siteNumber, thrown, call?.offset ?? UNKNOWN_CALL, call?.entryPoint ?? false);
  }

  /** @param operation offset of the operation answered, or `BY_NESTING`, or `UNKNOWN_CALL`. */
  private completion(
    words: Int32Array,
    at: number,
    siteNumber: number,
    thrown: boolean,
    operation: number,
    entryPoint: boolean,
  ): number {
    const forms = this.site(siteNumber, Kind.CALL).forms();
    const out = this.out;
    let type: number = MessageType.EXEC_RETURN_VALUE;
    if (thrown) type = MessageType.EXEC_THROWABLE;
    else if (forms.completes === Completes.PUT_DONE) type = forms.doneType;
    this.begin(type, forms.size);
    if (operation >= 0) this.responseTo(operation);
    const word = words[at]!;
    let next = at + valueLength(word);
    if (thrown) {
      out.copy(forms.raisedHead);
      out.byte(3);
      // A settled async call is on no stack any more.
      this.throwables.write(words, at, this.thread, operation === BY_NESTING ? 0 : siteNumber, this.frameText);
      out.byte(0x7f);
    } else if (forms.completes === Completes.PUT_DONE) {
      out.copy(forms.done);
    } else {
      out.byte(18);
      if (word === UNDEFINED_WORD && forms.completes === Completes.RETURN) {
        out.byte(0);
      } else {
        out.byte(1);
        next = this.values.write(words, at, false);
      }
      out.reserve(forms.size + FIXED_ROOM);
      out.copy(forms.returnTail);
    }
    this.end(type, ExecPhase.AFTER, entryPoint);
    this.values.dropSnapshots();
    return next;
  }

  private returnPending(siteNumber: number, frame: number): void {
    const thread = this.thread;
    if (thread.depth === 0) return;
    const top = --thread.depth;
    const site = siteNumber === 0 ? thread.sites[top]! : siteNumber;
    this.addPending(frame, site, thread.offsets[top]!, thread.entryPoints[top] === 1);
  }

  private addPending(frame: number, site: number, offset: number, entryPoint: boolean): void {
    if (this.pending.size >= PENDING_MAX) this.pending.delete(this.pending.keys().next().value!);
    this.pending.set(frame, { frame, site, offset, entryPoint });
  }

  /** Message header fields up to `builderSeq`. */
  private begin(type: number, size: number): void {
    const out = this.out;
    const thread = this.thread;
    const prefix = thread.prefix;
    out.at = 0;
    out.reserve(prefix.length + size + FIXED_ROOM);
    out.copy(prefix);
    out.bytes[TYPE_AT] = type;
    this.ids.write(out.bytes, thread.idAt, this.nextOffset);
    out.uint32(5, ++thread.messages);
    this.responseAt = -1;
  }

  private responseTo(operation: number): void {
    const out = this.out;
    out.byte(6);
    out.byte(MESSAGE_ID_LENGTH);
    this.responseAt = out.at;
    this.ids.write(out.bytes, out.at, operation);
    out.at += MESSAGE_ID_LENGTH;
  }

  private end(type: number, phase: number, entryPoint: boolean): void {
    const out = this.out;
    out.reserve(3);
    if (entryPoint) out.byte(ENTRY_POINT_HEADER);
    out.byte(0x7f);
    out.byte(0x7f);
    this.nextOffset++;
    this.sink.message(type, phase, out.bytes, 0, out.at, this.thread.idAt, this.responseAt);
  }

  /** Forms of a field site: its own class if it names one, else the receiver's. */
  private fieldForms(siteNumber: number, target: number, kind: number): Forms {
    const site = this.site(siteNumber, kind);
    if (site.site.className !== '' || !isFieldSite(site.site)) return site.forms();
    if ((target & 7) !== Tag.REF) return site.fieldForms(0, scalarClass(target));
    const definition = this.definitions.classOf(target >>> 3);
    if (definition === undefined) return site.fieldForms(0x7fffffff, 'js.Object');
    const key = definition.flags & ClassFlag.STATIC_SIDE ? -1 - definition.id : 1 + definition.id;
    return site.fieldForms(key, definition.name);
  }

  private site(siteNumber: number, kind: number): ExpandSite {
    return this.sites[siteNumber] ?? this.unknownSite(siteNumber, kind);
  }

  /** Nothing is lost for want of a table: the entry is shown under a name that says so. */
  private unknownSite(siteNumber: number, kind: number): ExpandSite {
    this.options.onUnknownSite?.(siteNumber);
    const known = this.sites[siteNumber];
    if (known) return known;
    const site: Site = {
      kind: kind === Kind.GET ? SiteKind.FIELD_GET : kind === Kind.PUT ? SiteKind.FIELD_PUT : SiteKind.FUNCTION,
      className: kind === Kind.GET || kind === Kind.PUT ? '' : 'js.unknown',
      member: `site${siteNumber}`,
      line: 0,
      column: 0,
      flags: 0,
    };
    return new ExpandSite(
      site,
      { url: '', source: '', moduleClass: '', hash: '', sites: [] },
      { sourceContext: false },
    );
  }

  private readonly frameText = (siteNumber: number): Uint8Array => this.site(siteNumber, Kind.CALL).forms().frameText;

  private switchTo(id: number): void {
    if (id === this.thread.id) return;
    this.counts.set(this.thread.id, this.thread.messages);
    if (this.thread.depth === 0) this.threads.delete(this.thread.id);
    this.thread = this.threadOf(id);
    this.prepareThread();
  }

  private threadOf(id: number): ExpandThread {
    let thread = this.threads.get(id);
    if (!thread) {
      if (id > this.highestThread) this.highestThread = id;
      thread = new ExpandThread(id);
      thread.messages = this.counts.get(id);
      this.threads.set(id, thread);
    }
    return thread;
  }

  private prepareThread(): void {
    const { thread } = this;
    thread.prepare(this.peerUuid, this.definitions.threadName(thread.id), this.timeLow, this.timeHigh);
  }

  /** A clock that was set back does not turn the log's time back. */
  private time(low: number, high: number): void {
    const isEarlier = high >>> 0 < this.timeHigh >>> 0 || (high === this.timeHigh && low >>> 0 < this.timeLow >>> 0);
    if (isEarlier) return;
    this.timeLow = low;
    this.timeHigh = high;
    this.prepareThread();
  }

  /** Everything needed to go on from here elsewhere, definitions apart. */
  state(): ExpanderState {
    this.counts.set(this.thread.id, this.thread.messages);
    return {
      offset: this.nextOffset,
      thread: this.thread.id,
      entryPoint: this.entryPoint,
      timeLow: this.timeLow,
      timeHigh: this.timeHigh,
      threads: this.threadStates(),
      pending: [...this.pending.values()],
      errors: this.definitions.knownErrors(),
    };
  }

  private threadStates(): ThreadState[] {
    const states: ThreadState[] = [];
    for (let thread = 0; thread <= this.highestThread; thread++) {
      const messages = this.counts.get(thread);
      if (messages > 0) states.push({ thread, messages, frames: this.threads.get(thread)?.frames() ?? [] });
    }
    return states;
  }

  /** Continues at `state`. Definitions and sites stay as they are; errors of the state are added to them. */
  restore(state: ExpanderState): void {
    this.nextOffset = state.offset;
    this.entryPoint = state.entryPoint;
    this.timeLow = state.timeLow;
    this.timeHigh = state.timeHigh;
    this.values.dropSnapshots();
    this.threads.clear();
    this.pending.clear();
    this.counts.clear();
    for (const { thread: id, messages, frames } of state.threads) {
      this.counts.set(id, messages);
      if (id > this.highestThread) this.highestThread = id;
      if (frames.length === 0) continue;
      const thread = this.threadOf(id);
      for (const frame of [...frames].reverse()) thread.push(frame.site, frame.offset, frame.entryPoint);
    }
    for (const call of state.pending) this.pending.set(call.frame, call);
    for (const error of state.errors) this.definitions.defineError(error);
    this.thread = this.threadOf(state.thread);
  }
}

const EMPTY_OBJ = Uint8Array.of(0x7f);

const isFieldSite = (site: Site): boolean => site.kind === SiteKind.FIELD_GET || site.kind === SiteKind.FIELD_PUT;

/** Class shown for a field of a value that is no object. */
function scalarClass(word: number): string {
  switch (word & 7) {
    case Tag.STRING:
      return 'java.lang.String';
    case Tag.SMALL_INT:
    case Tag.INT32:
    case Tag.DOUBLE:
      return 'js.Number';
    case Tag.BIGINT:
      return 'js.BigInt';
    case Tag.SYMBOL:
      return 'js.Symbol';
    default:
      return 'js.unknown';
  }
}

function unknownKind(kind: number, word: number): PalError {
  return new PalError('corrupt', `No entry of kind ${kind} exists (word ${word}).`, { data: { kind, word } });
}
