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
import { ExecPhase, MessageType } from '../wire/codes';
import { MESSAGE_ID_LENGTH, MessageIds } from '../wire/messageId';
import { uuidToBytes } from '../wire/uuid';
import { ByteOutput } from './byteOutput';
import { ClassFlag, type Definitions } from './definitions';
import type { ExpanderState } from './expanderState';
import { COUNT_IN_NEXT_WORD, ExpandCursor, unknownKind } from './expandCursor';
import { ThrowableWriter } from './expandErrors';
import { Completes, ExpandSite, type Forms, placeholderSite, scalarClass } from './expandSites';
import { TYPE_AT } from './expandThreads';
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
/** Room for everything fixed in a message besides prefix and templates. */
const FIXED_ROOM = 128;
const ENTRY_POINT_HEADER = 21;
/** Instead of the offset of an operation. */
const BY_NESTING = -1;
const UNKNOWN_CALL = -2;
const UNDEFINED_WORD = (Const.UNDEFINED << 3) | Tag.CONST;

export class Expander extends ExpandCursor {
  private readonly out = new ByteOutput();
  private readonly values: ValueWriter;
  private readonly throwables: ThrowableWriter;
  private readonly ids: MessageIds;
  private readonly sites: (ExpandSite | undefined)[] = [];

  private sink!: ExpandSink;
  /** Position of the id of the operation answered in the message being written. */
  private responseAt = -1;

  constructor(private readonly options: ExpanderOptions) {
    super(options.peerUuid, options.definitions);
    this.values = new ValueWriter(this.out, this.definitions);
    this.throwables = new ThrowableWriter(this.out, this.definitions);
    this.ids = new MessageIds(uuidToBytes(options.peerUuid));
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

  private rare(words: Int32Array, at: number, header: number, kind: number): number {
    if (kind === Kind.ASYNC_RETURN) return this.asyncComplete(words, at, header, false);
    if (kind === Kind.ASYNC_THROW) return this.asyncComplete(words, at, header, true);
    if (kind !== Kind.SNAPSHOT) return this.control(words, at, header, kind);
    const next = at + 3 + words[at + 2]!;
    this.values.addSnapshot(words[at + 1]!, words, at + 3, next);
    return next;
  }

  protected override redefined(kind: number, id: number): void {
    if (kind === Kind.DEF_STRING) this.values.forgetString(id);
    else if (kind === Kind.DEF_CLASS) this.values.forgetClass(id);
  }

  override restore(state: ExpanderState): void {
    this.values.dropSnapshots();
    super.restore(state);
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

  /** Message header fields up to `builderSeq`. */
  private begin(type: number, size: number): void {
    if (this.isPrefixStale) this.prepareThread();
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

  /** Forms of a field site: of the class it names, else of the receiver's. A receiver that is a class makes the field static. */
  private fieldForms(siteNumber: number, target: number, kind: number): Forms {
    let site = this.site(siteNumber, kind);
    if (site.entryKind !== kind) site = placeholderSite(siteNumber, kind); // a damaged entry, or a table of another program
    if (!isFieldSite(site.site)) return site.forms();
    const definition = (target & 7) === Tag.REF ? this.definitions.classOf(target >>> 3) : undefined;
    const isStaticSide = definition !== undefined && (definition.flags & ClassFlag.STATIC_SIDE) !== 0;
    if (site.site.className !== '') return site.namedFieldForms(isStaticSide);
    if (definition !== undefined) {
      return site.fieldForms(isStaticSide ? -1 - definition.id : 1 + definition.id, definition.name);
    }
    if ((target & 7) === Tag.REF) return site.fieldForms(0x7fffffff, 'js.Object');
    return site.fieldForms(0, scalarClass(target));
  }

  private site(siteNumber: number, kind: number): ExpandSite {
    return this.sites[siteNumber] ?? this.unknownSite(siteNumber, kind);
  }

  /** Nothing is lost for want of a table: the entry is shown under a name that says so. */
  private unknownSite(siteNumber: number, kind: number): ExpandSite {
    this.options.onUnknownSite?.(siteNumber);
    const known = this.sites[siteNumber];
    if (known) return known;
    return placeholderSite(siteNumber, kind);
  }

  private readonly frameText = (siteNumber: number): Uint8Array => this.site(siteNumber, Kind.CALL).forms().frameText;
}

const EMPTY_OBJ = Uint8Array.of(0x7f);

const isFieldSite = (site: Site): boolean => site.kind === SiteKind.FIELD_GET || site.kind === SiteKind.FIELD_PUT;
