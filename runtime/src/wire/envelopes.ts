/**
 * Builds messages as PAL does (wire specification 4): exec messages of both families, control and meta messages. One builder per thread:
 * it numbers its messages.
 *
 * The families differ in three details that callers pass: modifiers (recorded operations have them), references beside values, and
 * the context of field operations (recorded: always there, empty unless asked for).
 */
import { PalError } from '../errors';
import { ControlCommandType, MessageType, MetaServiceType, MetaStatusType } from './codes';
import { randomMessageId } from './messageId';
import type {
  Context,
  ControlMessage,
  ExecMessage,
  Field,
  Message,
  MetaMessage,
  Obj,
  Reflectable,
  Throwable,
} from './messages';
import { uuidToBytes } from './uuid';

export interface BuilderOptions {
  /** Dashed UUID of the peer or client that builds. */
  readonly peerUuid: string;
  readonly threadName: string;
  /** Nanoseconds since the Unix epoch. */
  readonly now?: () => bigint;
  readonly newId?: () => string;
}

/** What recorded operations have beyond those of clients. */
export interface RecordedPart {
  readonly modifiers?: number;
  readonly context?: Context;
}

/** A member that an operation is about. */
export interface MemberName {
  readonly className: string;
  readonly member: string;
  readonly modifiers?: number;
}

/** What a completion comes from. */
export type CompletionSource =
  { readonly constructorOf: string } | { readonly method: MemberName } | { readonly field: MemberName };

/** A written value: by value, or by a reference of the receiving peer. */
export type WrittenValue = Obj | { readonly valueRef: number };

export class MessageBuilder {
  private dispatchSeq = 1;
  private builderSeq = 1;
  private readonly peerUuid: Uint8Array;
  private readonly now: () => bigint;
  private readonly newId: () => string;

  constructor(private readonly options: BuilderOptions) {
    this.peerUuid = uuidToBytes(options.peerUuid);
    this.now = options.now ?? epochNanos;
    this.newId = options.newId ?? randomMessageId;
  }

  /** The thread has finished an incoming request. */
  requestDone(): void {
    this.dispatchSeq++;
    this.builderSeq = 1;
  }

  constructorCall(className: string, args: readonly Obj[], recorded: RecordedPart = {}): Message {
    return this.exec(MessageType.EXEC_CONSTRUCTOR, {
      constructorCall: { clazz: { name: className }, ...call(args, recorded) },
    });
  }

  instanceMethodCall(
    className: string,
    name: string,
    objectRef: number,
    args: readonly Obj[],
    recorded: RecordedPart = {},
  ): Message {
    return this.exec(MessageType.EXEC_INSTANCE_METHOD, {
      instanceMethodCall: { clazz: { name: className }, name, objectRef, ...call(args, recorded) },
    });
  }

  classMethodCall(className: string, name: string, args: readonly Obj[], recorded: RecordedPart = {}): Message {
    return this.exec(MessageType.EXEC_CLASS_METHOD, {
      classMethodCall: { clazz: { name: className }, name, ...call(args, recorded) },
    });
  }

  /** The main call of a run: `main(String[])`. */
  mainCall(className: string, args: readonly string[]): Message {
    const value = JSON.stringify(args);
    return this.classMethodCall(className, 'main', [{ value, clazz: { name: '[Ljava.lang.String;' } }]);
  }

  staticFieldGet(className: string, name: string, recorded?: RecordedPart): Message {
    const field = fieldOf(className, name, recorded);
    return this.exec(MessageType.EXEC_GET_STATIC, {
      staticFieldGet: { clazz: { name: className }, field, ...fieldContext(recorded) },
    });
  }

  instanceFieldGet(className: string, name: string, objectRef: number, recorded?: RecordedPart): Message {
    const field = fieldOf(recorded ? className : '', name, recorded);
    return this.exec(MessageType.EXEC_GET_FIELD, {
      instanceFieldGet: { clazz: { name: className }, objectRef, field, ...fieldContext(recorded) },
    });
  }

  staticFieldPut(className: string, name: string, value: WrittenValue, recorded?: RecordedPart): Message {
    const field = fieldOf(recorded ? className : '', name, recorded);
    return this.exec(MessageType.EXEC_PUT_STATIC, {
      staticFieldPut: { clazz: { name: className }, field, ...written(value), ...fieldContext(recorded) },
    });
  }

  instanceFieldPut(
    className: string,
    name: string,
    objectRef: number,
    value: WrittenValue,
    recorded?: RecordedPart,
  ): Message {
    const field = fieldOf(recorded ? className : '', name, recorded);
    return this.exec(MessageType.EXEC_PUT_FIELD, {
      instanceFieldPut: { clazz: { name: className }, objectRef, field, ...written(value), ...fieldContext(recorded) },
    });
  }

  /**
   * @param object the result; undefined = void.
   * @param responseTo id of the call that is answered; none for a recorded completion.
   */
  returnValue(from: CompletionSource, object: Obj | undefined, responseTo?: string): Message {
    const value = object === undefined ? { isVoid: true } : { object };
    return this.exec(MessageType.EXEC_RETURN_VALUE, {
      ...answer(responseTo),
      returnValue: { ...value, from: reflectable(from) },
    });
  }

  /** Recorded form without `responseTo`; the answer to a put names it twice. */
  fieldPutDone(field: MemberName, isStatic: boolean, responseTo?: string): Message {
    const done = { field: fieldOf(field.className, field.member, field) };
    if (isStatic) {
      const staticFieldPutDone = responseTo === undefined ? done : { ...done, staticFieldPutId: responseTo };
      return this.exec(MessageType.EXEC_PUT_STATIC_DONE, { ...answer(responseTo), staticFieldPutDone });
    }
    const instanceFieldPutDone = responseTo === undefined ? done : { ...done, instanceFieldPutId: responseTo };
    return this.exec(MessageType.EXEC_PUT_FIELD_DONE, { ...answer(responseTo), instanceFieldPutDone });
  }

  /** @param from undefined when the member was never resolved. */
  raisedThrowable(from: CompletionSource | undefined, throwable: Throwable, responseTo?: string): Message {
    const member = from === undefined ? {} : { from: reflectable(from), ...modifiersOf(from) };
    return this.exec(MessageType.EXEC_THROWABLE, {
      ...answer(responseTo),
      raisedThrowable: { ...member, throwable },
    });
  }

  /** Answer to a request that could not be dispatched at all. It names the request as PAL does, in `messageId`, and in `responseToId`. */
  dispatchError(requestId: string, throwable: Throwable): Message {
    const execMessage = {
      peerUuid: this.peerUuid,
      messageId: requestId,
      threadName: this.options.threadName,
      responseToId: requestId,
      raisedThrowable: { throwable },
    };
    return { messageType: MessageType.EXEC_THROWABLE, execMessage };
  }

  ping(): Message {
    return this.control({ command: ControlCommandType.PING });
  }

  gc(): Message {
    return this.control({ command: ControlCommandType.GC });
  }

  deleteObject(ref: number): Message {
    return this.control({ command: ControlCommandType.DELETE_OBJECT, params: [{ ref }] });
  }

  deleteSession(): Message {
    return this.control({ command: ControlCommandType.DELETE_SESSION });
  }

  /** @param status `ControlStatusType` */
  controlAnswer(requestId: string, status: number, body = ''): Message {
    return this.control({ responseToId: requestId, status, ...(body === '' ? {} : { body }) });
  }

  /** @param messageId of the caller's choice. */
  fetchClassesInfo(messageId: string, params: readonly Obj[] = []): Message {
    const list = params.length === 0 ? {} : { params: [...params] };
    return this.meta({ messageId, service: MetaServiceType.FETCH_CLASSES_INFO, ...list });
  }

  /** @param response text of the answer; for OK the path of a file on the server. */
  fetchClassesInfoAnswer(requestId: string, response: string | undefined, status: number = MetaStatusType.OK): Message {
    const body = response ? { body: JSON.stringify({ service: 'fetch_classes_info', response }) } : {};
    return this.meta({ responseToId: requestId, service: MetaServiceType.FETCH_CLASSES_INFO, status, ...body });
  }

  private exec(messageType: number, parts: ExecMessage): Message {
    const execMessage: ExecMessage = {
      peerUuid: this.peerUuid,
      messageId: this.newId(),
      threadName: this.options.threadName,
      currentTime: this.now(),
      dispatchSeq: this.dispatchSeq,
      builderSeq: this.builderSeq++,
      ...parts,
    };
    return { messageType, execMessage };
  }

  private control(parts: ControlMessage): Message {
    return wrapControl({ fromPeer: this.peerUuid, messageId: this.newId(), ...parts });
  }

  private meta(parts: MetaMessage): Message {
    return wrapMeta({ fromPeer: this.peerUuid, messageId: parts.messageId ?? this.newId(), ...parts });
  }
}

function call(args: readonly Obj[], recorded: RecordedPart): { args?: Obj[]; modifiers?: number; context?: Context } {
  return {
    ...(recorded.modifiers === undefined ? {} : { modifiers: recorded.modifiers }),
    ...(args.length === 0 ? {} : { args: [...args] }),
    ...(recorded.context === undefined ? {} : { context: recorded.context }),
  };
}

/** A field of unknown owner has a class without a name. */
function fieldOf(className: string, name: string, recorded: { readonly modifiers?: number } | undefined): Field {
  return {
    clazz: className === '' ? {} : { name: className },
    name,
    ...(recorded?.modifiers === undefined ? {} : { modifiers: recorded.modifiers }),
  };
}

const fieldContext = (recorded: RecordedPart | undefined): { context?: Context } =>
  recorded === undefined ? {} : { context: recorded.context ?? {} };

const written = (value: WrittenValue): { valueObject?: Obj; valueObjectRef?: number } =>
  'valueRef' in value ? { valueObjectRef: value.valueRef } : { valueObject: value };

const answer = (responseTo: string | undefined): { responseToId?: string } =>
  responseTo === undefined ? {} : { responseToId: responseTo };

function reflectable(from: CompletionSource): Reflectable {
  if ('constructorOf' in from) return { constructor_: { clazz: { name: from.constructorOf } } };
  if ('method' in from) return { method: fieldOf(from.method.className, from.method.member, from.method) };
  return { field: fieldOf(from.field.className, from.field.member, from.field) };
}

function modifiersOf(from: CompletionSource): { modifiers?: number } {
  const member = 'method' in from ? from.method : 'field' in from ? from.field : undefined;
  return member?.modifiers === undefined ? {} : { modifiers: member.modifiers };
}

/** The type of an exec message by its content; of several structs the first in PAL's order counts. */
export function execMessageType(v: ExecMessage): MessageType {
  if (v.constructorCall) return MessageType.EXEC_CONSTRUCTOR;
  if (v.instanceMethodCall) return MessageType.EXEC_INSTANCE_METHOD;
  if (v.classMethodCall) return MessageType.EXEC_CLASS_METHOD;
  if (v.staticFieldGet) return MessageType.EXEC_GET_STATIC;
  if (v.staticFieldPut) return MessageType.EXEC_PUT_STATIC;
  if (v.instanceFieldGet) return MessageType.EXEC_GET_FIELD;
  if (v.instanceFieldPut) return MessageType.EXEC_PUT_FIELD;
  if (v.instanceFieldPutDone) return MessageType.EXEC_PUT_FIELD_DONE;
  if (v.staticFieldPutDone) return MessageType.EXEC_PUT_STATIC_DONE;
  if (v.returnValue) return MessageType.EXEC_RETURN_VALUE;
  if (v.raisedThrowable) return MessageType.EXEC_THROWABLE;
  throw new PalError('decode', 'An exec message holds neither an operation nor a completion.', {
    data: { kind: 'empty' },
  });
}

export const wrapExec = (execMessage: ExecMessage): Message => ({
  messageType: execMessageType(execMessage),
  execMessage,
});

/** A control or meta message without a status is a request. */
export function wrapControl(controlMessage: ControlMessage): Message {
  const messageType = controlMessage.status
    ? MessageType.CONTROL_MESSAGE_RESPONSE
    : MessageType.CONTROL_MESSAGE_REQUEST;
  return { messageType, controlMessage };
}

export function wrapMeta(metaMessage: MetaMessage): Message {
  const messageType = metaMessage.status ? MessageType.META_MESSAGE_RESPONSE : MessageType.META_MESSAGE_REQUEST;
  return { messageType, metaMessage };
}

const NANOS_PER_MILLI = 1_000_000n;
const clockBase = BigInt(Date.now()) * NANOS_PER_MILLI - process.hrtime.bigint();

/** Wall clock with the resolution of the monotonic clock. */
export const epochNanos = (): bigint => clockBase + process.hrtime.bigint();
