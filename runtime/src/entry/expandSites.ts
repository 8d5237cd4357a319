/**
 * Site tables turned into byte templates: whatever of a message depends on the site alone is encoded once, so that expanding an entry
 * is copying two or three runs of bytes and writing what varies (references, values) between them.
 *
 * Field numbers are those of the wire specification 2; which message a site makes is decided here and nowhere else.
 */
import { basename } from 'node:path';
import { MessageType, Modifier } from '../wire/codes';
import { ColferWriter } from '../wire/colferWriter';
import { writeClass, writeContext, writeField, writeReflectable } from '../wire/valueStructs';
import type { Context, Reflectable } from '../wire/messages';
import { type Site, SiteFlag, SiteKind, type SiteTable } from './sites';
import { Kind, Tag } from './words';

/** Index of each operation struct in `ExecMessage`. */
const Operation = {
  CONSTRUCTOR: 7,
  INSTANCE_METHOD: 8,
  CLASS_METHOD: 9,
  STATIC_GET: 11,
  STATIC_PUT: 12,
  INSTANCE_GET: 13,
  INSTANCE_PUT: 14,
  STATIC_PUT_DONE: 15,
  INSTANCE_PUT_DONE: 16,
} as const;

/** The value of a call, a field read or a field write completes as one of these. */
export const Completes = { RETURN: 0, GET: 1, PUT_DONE: 2 } as const;

/** Operation and completion of one site (for a field site: of one site and one class). */
export interface Forms {
  readonly type: number;
  readonly completes: number;
  /** Operation struct up to the object reference, or up to the arguments or value when `refIndex` is 0. */
  readonly head: Uint8Array;
  /** Field index of the object reference; 0 = the operation has none. */
  readonly refIndex: number;
  /** What stands between the object reference and arguments or value. */
  readonly middle: Uint8Array;
  /** Field index of the argument list; 0 for field operations. */
  readonly argsIndex: number;
  /** Context and terminator of the operation struct. */
  readonly tail: Uint8Array;
  /** `from` of a return value, and the terminator of `ReturnValue`. */
  readonly returnTail: Uint8Array;
  /** `from` and `modifiers` of a `RaisedThrowable`, with its header. */
  readonly raisedHead: Uint8Array;
  /** Whole put-done struct with its header; empty for other operations. */
  readonly done: Uint8Array;
  readonly doneType: number;
  /** `class.member(file:line)` with its length in front. */
  readonly frameText: Uint8Array;
  /** Bytes of all the above. */
  readonly size: number;
}

export interface FormOptions {
  /** Source file, line and module class in every operation. Field operations carry an empty context otherwise. */
  readonly sourceContext: boolean;
}

const NONE = new Uint8Array(0);
const writer = new ColferWriter();

function bytesOf(write: (w: ColferWriter) => void): Uint8Array {
  writer.reset();
  write(writer);
  return writer.take();
}

/** A site with the table it came from. */
export class ExpandSite {
  /** Forms of everything but FIELD_GET and FIELD_PUT, whose class the receiver decides. */
  private fixed: Forms | undefined;
  /** Forms per class id (negative: static) of a field site. */
  private readonly byClass = new Map<number, Forms>();
  private lastClass = 0;
  private last: Forms | undefined;

  /** `Kind` of the entry that stands for an operation and completion of this site; CALL for everything that is no field. */
  readonly entryKind: number;

  constructor(
    readonly site: Site,
    private readonly table: SiteTable,
    private readonly options: FormOptions,
  ) {
    this.entryKind = entryKindOf(site.kind);
  }

  forms(): Forms {
    return (this.fixed ??= this.compile(this.site.className, isStatic(this.site)));
  }

  /** Field forms for a receiver of class `className` (`classKey` identifies it, negative for its static side). */
  fieldForms(classKey: number, className: string): Forms {
    if (this.last !== undefined && this.lastClass === classKey) return this.last;
    let forms = this.byClass.get(classKey);
    if (!forms) {
      forms = this.compile(className, classKey < 0);
      this.byClass.set(classKey, forms);
    }
    this.lastClass = classKey;
    this.last = forms;
    return forms;
  }

  /** Forms of a field site that names the class itself: a module's variable, or a private member. */
  namedFieldForms(isStaticSide: boolean): Forms {
    return this.fieldForms(isStaticSide || isStatic(this.site) ? -1 : 1, this.site.className);
  }

  private compile(className: string, isStaticMember: boolean): Forms {
    const { kind, member, flags } = this.site;
    const modifiers =
      (flags & SiteFlag.PRIVATE ? Modifier.PRIVATE : Modifier.PUBLIC) | (isStaticMember ? Modifier.STATIC : 0);
    const clazz = { name: className };
    const context = this.context();
    const method: Reflectable = { method: { clazz, name: member, modifiers } };
    switch (kind) {
      case SiteKind.CONSTRUCTOR:
      case SiteKind.BUILTIN_NEW: {
        const head = bytesOf((w) => {
          w.header(Operation.CONSTRUCTOR);
          w.header(0);
          writeClass(w, clazz);
          w.uint32(1, modifiers);
        });
        const tail = structEnd(3, context);
        return this.finish(
          MessageType.EXEC_CONSTRUCTOR,
          head,
          0,
          NONE,
          2,
          tail,
          { constructor_: { clazz } },
          modifiers,
          className,
        );
      }
      case SiteKind.METHOD: {
        const head = bytesOf((w) => {
          w.header(Operation.INSTANCE_METHOD);
          w.header(0);
          writeClass(w, clazz);
          w.text(1, member);
        });
        const middle = bytesOf((w) => w.uint32(3, modifiers));
        const tail = structEnd(5, context);
        return this.finish(MessageType.EXEC_INSTANCE_METHOD, head, 2, middle, 4, tail, method, modifiers, className);
      }
      case SiteKind.GETTER:
      case SiteKind.STATIC_GETTER:
      case SiteKind.FIELD_GET:
        return this.fieldGet(className, isStaticMember, modifiers, context ?? {});
      case SiteKind.SETTER:
      case SiteKind.STATIC_SETTER:
      case SiteKind.FIELD_PUT:
        return this.fieldPut(className, isStaticMember, modifiers, context ?? {});
      default: {
        const head = bytesOf((w) => {
          w.header(Operation.CLASS_METHOD);
          w.header(0);
          writeClass(w, clazz);
          w.text(1, member);
          w.uint32(2, modifiers);
        });
        const tail = structEnd(4, context);
        return this.finish(MessageType.EXEC_CLASS_METHOD, head, 0, NONE, 3, tail, method, modifiers, className);
      }
    }
  }

  private fieldGet(className: string, isStaticMember: boolean, modifiers: number, context: Context): Forms {
    const clazz = { name: className };
    const field = { clazz, name: this.site.member, modifiers };
    const head = bytesOf((w) => {
      w.header(isStaticMember ? Operation.STATIC_GET : Operation.INSTANCE_GET);
      w.header(0);
      writeClass(w, clazz);
    });
    const tail = bytesOf((w) => {
      w.header(isStaticMember ? 1 : 2);
      writeField(w, field);
      w.header(isStaticMember ? 2 : 3);
      writeContext(w, context);
      w.end(w.position);
    });
    const type = isStaticMember ? MessageType.EXEC_GET_STATIC : MessageType.EXEC_GET_FIELD;
    return {
      ...this.finish(type, head, isStaticMember ? 0 : 1, NONE, 0, tail, { field }, modifiers, className),
      completes: Completes.GET,
    };
  }

  private fieldPut(className: string, isStaticMember: boolean, modifiers: number, context: Context): Forms {
    const clazz = { name: className };
    const field = { clazz, name: this.site.member, modifiers };
    const head = bytesOf((w) => {
      w.header(isStaticMember ? Operation.STATIC_PUT : Operation.INSTANCE_PUT);
      w.header(0);
      writeClass(w, clazz);
    });
    const middle = bytesOf((w) => {
      w.header(isStaticMember ? 1 : 2);
      writeField(w, field);
      w.header(isStaticMember ? 2 : 3); // the value follows
    });
    const tail = structEnd(isStaticMember ? 4 : 5, context);
    const done = bytesOf((w) => {
      w.header(isStaticMember ? Operation.STATIC_PUT_DONE : Operation.INSTANCE_PUT_DONE);
      w.header(0);
      writeField(w, field);
      w.end(w.position);
    });
    const type = isStaticMember ? MessageType.EXEC_PUT_STATIC : MessageType.EXEC_PUT_FIELD;
    const forms = this.finish(type, head, isStaticMember ? 0 : 1, middle, 0, tail, { field }, modifiers, className);
    return {
      ...forms,
      completes: Completes.PUT_DONE,
      done,
      doneType: isStaticMember ? MessageType.EXEC_PUT_STATIC_DONE : MessageType.EXEC_PUT_FIELD_DONE,
      size: forms.size + done.length,
    };
  }

  private finish(
    type: number,
    head: Uint8Array,
    refIndex: number,
    middle: Uint8Array,
    argsIndex: number,
    tail: Uint8Array,
    from: Reflectable,
    modifiers: number,
    className: string,
  ): Forms {
    const returnTail = bytesOf((w) => {
      w.header(2);
      writeReflectable(w, from);
      w.end(w.position);
    });
    const raisedHead = bytesOf((w) => {
      w.header(17);
      w.header(1);
      writeReflectable(w, from);
      w.uint32(2, modifiers);
    });
    const place = this.site.line > 0 ? `${basename(this.table.source)}:${this.site.line}` : basename(this.table.source);
    const frameText = bytesOf((w) =>
      w.text(0, `${className}.${this.site.member}(${place || 'Unknown Source'})`),
    ).subarray(1);
    const parts = [head, middle, tail, returnTail, raisedHead];
    return {
      type,
      completes: Completes.RETURN,
      head,
      refIndex,
      middle,
      argsIndex,
      tail,
      returnTail,
      raisedHead,
      done: NONE,
      doneType: 0,
      frameText,
      size: parts.reduce((sum, part) => sum + part.length, 0),
    };
  }

  private context(): Context | undefined {
    if (!this.options.sourceContext) return undefined;
    return {
      sourceLocationFile: this.table.source,
      sourceLocationLine: this.site.line,
      sourceLocationType: this.site.className || this.table.moduleClass,
    };
  }
}

/** Optional context at field `index`, then the terminator. */
function structEnd(index: number, context: Context | undefined): Uint8Array {
  return bytesOf((w) => {
    if (context) {
      w.header(index);
      writeContext(w, context);
    }
    w.end(w.position);
  });
}

function entryKindOf(kind: SiteKind): number {
  switch (kind) {
    case SiteKind.FIELD_GET:
    case SiteKind.GETTER:
    case SiteKind.STATIC_GETTER:
      return Kind.GET;
    case SiteKind.FIELD_PUT:
    case SiteKind.SETTER:
    case SiteKind.STATIC_SETTER:
      return Kind.PUT;
    default:
      return Kind.CALL;
  }
}

function isStatic(site: Site): boolean {
  switch (site.kind) {
    case SiteKind.METHOD:
    case SiteKind.CONSTRUCTOR:
    case SiteKind.BUILTIN_NEW:
    case SiteKind.GETTER:
    case SiteKind.SETTER:
      return false;
    case SiteKind.FIELD_GET:
    case SiteKind.FIELD_PUT:
      return site.className.endsWith('$module') || (site.flags & SiteFlag.STATIC) !== 0;
    default:
      return true;
  }
}

/** Class shown for a field of a value that is no object. */
export function scalarClass(word: number): string {
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

/** Stands in for a site whose table never came; `kind` is that of the entry. */
export function placeholderSite(number: number, kind: number): ExpandSite {
  const isField = kind === Kind.GET || kind === Kind.PUT;
  const site: Site = {
    kind: kind === Kind.GET ? SiteKind.FIELD_GET : kind === Kind.PUT ? SiteKind.FIELD_PUT : SiteKind.FUNCTION,
    className: isField ? '' : 'js.unknown',
    member: `site${number}`,
    line: 0,
    column: 0,
    flags: 0,
  };
  return new ExpandSite(site, { url: '', source: '', moduleClass: '', hash: '', sites: [] }, { sourceContext: false });
}
