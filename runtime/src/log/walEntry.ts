/**
 * What index, statistics and replay need to know of one execution message: which operation it begins or completes, on which thread,
 * under which name (replay specification 3, as `WalEntry` of PAL).
 *
 * Invariant: names are what PAL's own tools show. Deliberately absent: argument and result values.
 */
import type { ExecMessage, Message, Obj, Reflectable } from '../wire/messages';
import { isCompletion, isOperation, MessageType } from '../wire/codes';

export type WalEntryKind = 'OPERATION' | 'COMPLETION';

export interface WalEntry {
  /** Raw index (Chronicle index, Kafka offset, `.palrec` offset). */
  readonly index: bigint;
  readonly kind: WalEntryKind;
  readonly messageType: number;
  readonly threadName: string;
  readonly entryPoint: boolean;
  readonly messageId: string;
  /** Id of the operation that a completion answers; empty where the nesting says it. */
  readonly responseToId: string;
  /** Class of an operation; of a completion what came back: returned class, `void`, class thrown, owner of the field put. */
  readonly className: string;
  /** `new`, method or field; of a completion that of its operation, undefined where the message does not say. */
  readonly member: string | undefined;
  /** Classes of the arguments (undefined: unknown class); undefined for fields and completions. */
  readonly parameterTypes: readonly (string | undefined)[] | undefined;
}

/** The entry, or undefined for a message that records no execution (control, meta, intercept). */
export function walEntryOf(index: bigint, message: Message): WalEntry | undefined {
  const exec = message.execMessage;
  const messageType = message.messageType ?? 0;
  const kind = isOperation(messageType) ? 'OPERATION' : isCompletion(messageType) ? 'COMPLETION' : undefined;
  if (exec === undefined || kind === undefined) return undefined;
  return {
    index,
    kind,
    messageType,
    threadName: exec.threadName ?? '',
    entryPoint: exec.entryPoint ?? false,
    messageId: exec.messageId ?? '',
    responseToId: exec.responseToId ?? '',
    className: classNameOf(exec),
    member: memberOf(exec),
    parameterTypes: parameterTypesOf(exec),
  };
}

/** `Class.member(types,…)` for calls, `Class.member` for fields and completions. */
export function signatureOf(entry: WalEntry): string {
  if (entry.member === undefined) return entry.className;
  const name = `${entry.className}.${entry.member}`;
  return entry.parameterTypes === undefined
    ? name
    : `${name}(${entry.parameterTypes.map((t) => t ?? 'null').join(',')})`;
}

function classNameOf(exec: ExecMessage): string {
  const clazz =
    exec.constructorCall?.clazz ??
    exec.instanceMethodCall?.clazz ??
    exec.classMethodCall?.clazz ??
    exec.staticFieldGet?.clazz ??
    exec.instanceFieldGet?.clazz ??
    exec.staticFieldPut?.clazz ??
    exec.instanceFieldPut?.clazz ??
    exec.instanceFieldPutDone?.field?.clazz ??
    exec.staticFieldPutDone?.field?.clazz;
  if (clazz !== undefined) return clazz.name ?? '';
  const returned = exec.returnValue;
  if (returned !== undefined) return returned.isVoid === true ? 'void' : (returned.object?.clazz?.name ?? '');
  return exec.raisedThrowable?.throwable?.Type ?? '';
}

function memberOf(exec: ExecMessage): string | undefined {
  if (exec.constructorCall !== undefined) return 'new';
  const call = exec.instanceMethodCall ?? exec.classMethodCall;
  if (call !== undefined) return call.name ?? '';
  const access =
    exec.staticFieldGet ??
    exec.instanceFieldGet ??
    exec.staticFieldPut ??
    exec.instanceFieldPut ??
    exec.instanceFieldPutDone ??
    exec.staticFieldPutDone;
  if (access !== undefined) return access.field?.name ?? '';
  return memberOfReflectable(exec.returnValue?.from ?? exec.raisedThrowable?.from);
}

function memberOfReflectable(from: Reflectable | undefined): string | undefined {
  if (from === undefined) return undefined;
  if (from.constructor_ !== undefined) return 'new';
  return (from.method ?? from.field) === undefined ? undefined : ((from.method ?? from.field)?.name ?? '');
}

function parameterTypesOf(exec: ExecMessage): readonly (string | undefined)[] | undefined {
  const call = exec.constructorCall ?? exec.instanceMethodCall ?? exec.classMethodCall;
  return call === undefined ? undefined : (call.args ?? NO_ARGUMENTS).map(classOfArgument);
}

const NO_ARGUMENTS: readonly Obj[] = [];
const classOfArgument = (argument: Obj): string | undefined => argument.clazz?.name || undefined;

/** Whether a completion of that type, naming that member, can complete the operation. */
export function canComplete(
  operation: { readonly messageType: number; readonly member: string | undefined },
  completionType: number,
  member: string | undefined,
): boolean {
  switch (operation.messageType) {
    case MessageType.EXEC_PUT_STATIC:
    case MessageType.EXEC_PUT_FIELD:
      if (completionType === MessageType.EXEC_RETURN_VALUE) return false;
      break;
    default:
      if (completionType === MessageType.EXEC_PUT_STATIC_DONE || completionType === MessageType.EXEC_PUT_FIELD_DONE)
        return false;
  }
  return member === undefined || operation.member === member;
}
