/**
 * What pairing needs of an execution message, read from its Colfer bytes without building the message (wire specification 1, 2): several
 * times quicker than decoding, for whole logs.
 *
 * Invariant: agrees with `walEntryOf` on every message that decodes. Deliberately absent: values, arguments, positions in source.
 */
import { isCompletion } from '../wire/codes';
import { ColferReader } from '../wire/colferReader';
import { CAUSE_DEPTH_MAX, FLAG, TERMINATOR } from '../wire/limits';

export interface ExecHead {
  messageType: number;
  threadName: string;
  entryPoint: boolean;
  /** Of operations only. */
  messageId: string;
  responseToId: string;
  /** As in `WalEntry`. */
  member: string | undefined;
}

/** How the fields of a struct are skipped, by index; a nested list is a struct, a `ListOf` a list of them. */
const BOOL = 'bool';
const BYTE = 'byte';
const UINT32 = 'uint32';
const UINT64 = 'uint64';
const SIZED = 'sized'; // text and binary
const TEXTS = 'texts';
type Kind = string | Struct | ListOf;
type Struct = Kind[];
class ListOf {
  constructor(readonly element: Struct) {}
}

const CLASS: Struct = [SIZED];
const OBJ: Struct = [SIZED, CLASS, UINT32, BOOL];
const ARGUMENTS = new ListOf(OBJ);
const CONTEXT: Struct = [SIZED, UINT32, SIZED];
/** `Field` and `Method` alike. */
const MEMBER: Struct = [CLASS, SIZED, UINT32];
const REFLECTABLE: Struct = [[CLASS], MEMBER, MEMBER];
const THROWABLE: Struct = [SIZED, SIZED, TEXTS];
THROWABLE.push(THROWABLE);
const CONSTRUCTOR_CALL: Struct = [CLASS, UINT32, ARGUMENTS, CONTEXT];
const INSTANCE_METHOD_CALL: Struct = [CLASS, SIZED, UINT32, UINT32, ARGUMENTS, CONTEXT];
const CLASS_METHOD_CALL: Struct = [CLASS, SIZED, UINT32, ARGUMENTS, CONTEXT];
const STATIC_FIELD_GET: Struct = [CLASS, MEMBER, CONTEXT];
const STATIC_FIELD_PUT: Struct = [CLASS, MEMBER, OBJ, UINT32, CONTEXT];
const INSTANCE_FIELD_GET: Struct = [CLASS, UINT32, MEMBER, CONTEXT];
const INSTANCE_FIELD_PUT: Struct = [CLASS, UINT32, MEMBER, OBJ, UINT32, CONTEXT];
const PUT_DONE: Struct = [MEMBER, SIZED];
const RAISED_THROWABLE: Struct = [BOOL, REFLECTABLE, UINT32, THROWABLE];
const RETURN_VALUE: Struct = [BOOL, OBJ, REFLECTABLE];

/** Field 7 and up of `ExecMessage`, and in which of its fields the member's name lies. */
const OPERATIONS: readonly { struct: Struct; name: 'constant' | 'text' | 'member' | 'reflectable'; at: number }[] = [
  { struct: CONSTRUCTOR_CALL, name: 'constant', at: -1 },
  { struct: INSTANCE_METHOD_CALL, name: 'text', at: 1 },
  { struct: CLASS_METHOD_CALL, name: 'text', at: 1 },
  { struct: [CLASS, UINT32, CONTEXT], name: 'constant', at: -1 }, // class initialiser: never written
  { struct: STATIC_FIELD_GET, name: 'member', at: 1 },
  { struct: STATIC_FIELD_PUT, name: 'member', at: 1 },
  { struct: INSTANCE_FIELD_GET, name: 'member', at: 2 },
  { struct: INSTANCE_FIELD_PUT, name: 'member', at: 2 },
  { struct: PUT_DONE, name: 'member', at: 0 },
  { struct: PUT_DONE, name: 'member', at: 0 },
  { struct: RAISED_THROWABLE, name: 'reflectable', at: 1 },
  { struct: RETURN_VALUE, name: 'reflectable', at: 2 },
];
const FIRST_OPERATION = 7;

export class ExecHeadReader {
  /** Number of the last message among those of its thread; 0 when it has none. */
  builderSeq = 0;
  private readonly reader = new ColferReader();
  private readonly head: ExecHead = {
    messageType: 0,
    threadName: '',
    entryPoint: false,
    messageId: '',
    responseToId: '',
    member: undefined,
  };

  /**
   * The head of the message in `bytes`, or undefined if it is no execution message. Valid until the next call.
   * @throws PalError `decode` or `limit`.
   */
  read(bytes: Uint8Array, start: number, end: number): ExecHead | undefined {
    const { reader, head } = this;
    reader.open(bytes, start, end);
    let header = reader.header();
    head.messageType = 0;
    if (header === 0) {
      head.messageType = reader.uint8();
      header = reader.header();
    }
    if (header !== 1) return undefined;
    head.threadName = '';
    head.messageId = '';
    head.responseToId = '';
    head.entryPoint = false;
    this.builderSeq = 0;
    head.member = undefined;
    this.readExec();
    return head;
  }

  private readExec(): void {
    const { reader, head } = this;
    const start = reader.position;
    for (let header = reader.header(); header !== TERMINATOR; header = reader.header()) {
      const index = header & ~FLAG;
      const operation = index >= FIRST_OPERATION ? OPERATIONS[index - FIRST_OPERATION] : undefined;
      if (operation !== undefined) {
        head.member =
          operation.name === 'constant' ? this.skipConstructor(operation.struct) : this.readMember(operation);
      } else
        switch (index) {
          case 0:
            this.skip(header, SIZED, 0);
            break;
          case 1:
            // Nothing refers to a completion.
            if (isCompletion(head.messageType)) this.skipSized();
            else head.messageId = reader.uniqueText();
            break;
          case 2:
            head.threadName = reader.text();
            break;
          case 3:
            this.skip(header, UINT64, 0);
            break;
          case 4:
            this.skip(header, UINT32, 0);
            break;
          case 5:
            this.builderSeq = header === index ? reader.uint32() : reader.fixed32();
            break;
          case 6:
            head.responseToId = reader.uniqueText();
            break;
          case 19:
            this.skip(header, TEXTS, 0);
            break;
          case 20:
            this.skip(header, SIZED, 0);
            break;
          case 21:
            head.entryPoint = true;
            break;
          default:
            reader.close(header, start);
        }
    }
  }

  private skipConstructor(struct: Struct): string {
    this.skipStruct(struct, 0);
    return 'new';
  }

  private readMember(operation: (typeof OPERATIONS)[number]): string | undefined {
    const { reader } = this;
    const start = reader.position;
    let member = operation.name === 'reflectable' ? undefined : '';
    for (let header = reader.header(); header !== TERMINATOR; header = reader.header()) {
      if (header !== operation.at) {
        const kind = operation.struct[header & ~FLAG];
        if (kind === undefined) reader.close(header, start);
        else this.skip(header, kind, 0);
      } else if (operation.name === 'text') member = reader.text();
      else if (operation.name === 'member') member = this.nameOfMember();
      else member = this.nameOfReflectable();
    }
    return member;
  }

  private nameOfReflectable(): string | undefined {
    const { reader } = this;
    const start = reader.position;
    let name: string | undefined;
    for (let header = reader.header(); header !== TERMINATOR; header = reader.header()) {
      if (header === 0) name = this.skipConstructor([CLASS]);
      else if (header > 2) reader.close(header, start);
      else {
        const found = this.nameOfMember();
        name ??= found;
      }
    }
    return name;
  }

  private nameOfMember(): string {
    const { reader } = this;
    const start = reader.position;
    let name = '';
    for (let header = reader.header(); header !== TERMINATOR; header = reader.header()) {
      const kind = MEMBER[header & ~FLAG];
      if (header === 1) name = reader.text();
      else if (kind === undefined) reader.close(header, start);
      else this.skip(header, kind, 0);
    }
    return name;
  }

  private skipStruct(struct: Struct, depth: number): void {
    const { reader } = this;
    const start = reader.position;
    for (let header = reader.header(); header !== TERMINATOR; header = reader.header()) {
      const kind = struct[header & ~FLAG];
      if (kind === undefined) reader.close(header, start);
      else this.skip(header, kind, depth);
    }
  }

  private skip(header: number, kind: Kind, depth: number): void {
    const { reader } = this;
    if (kind === SIZED) this.skipSized();
    else if (kind === UINT32) {
      if ((header & FLAG) !== 0) reader.position += 4;
      else while (reader.header() >= 0x80);
    } else if (kind === UINT64) {
      if ((header & FLAG) !== 0) reader.position += 8;
      else for (let bytes = 1; reader.header() >= 0x80 && bytes < 9; bytes++);
    } else if (kind === BYTE) reader.position += 1;
    else if (kind === TEXTS) for (let count = reader.count(); count > 0; count--) this.skipSized();
    else if (kind instanceof ListOf)
      for (let count = reader.count(); count > 0; count--) this.skipStruct(kind.element, depth + 1);
    else if (typeof kind !== 'string') {
      if (depth > CAUSE_DEPTH_MAX) throw reader.tooDeep(CAUSE_DEPTH_MAX);
      this.skipStruct(kind, depth + 1);
    }
  }

  private skipSized(): void {
    const size = this.reader.uint32(); // moves the position first
    this.reader.position += size;
  }
}
