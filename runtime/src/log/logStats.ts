/**
 * Counts what a log holds (`pal log stats`, command specification 9.7): messages by type, peer and thread, objects created, calls,
 * field accesses, exceptions, entry points, time.
 *
 * Invariant: memory grows with the number of different names, not with the log. Deliberately absent: filtering by message type or
 * peer (the caller passes on what shall be counted).
 */
import { MessageType, messageTypeName } from '../wire/codes';
import type { Class, ExecMessage, Message } from '../wire/messages';
import { bytesToUuid } from '../wire/uuid';

/** Counts by name. Keys come in order of first use. */
export class Counter {
  readonly counts = new Map<string, number>();
  /** Whether the last thing counted came for the first time. */
  lastIsNew = false;

  add(key: string): void {
    const before = this.counts.get(key);
    this.lastIsNew = before === undefined;
    this.counts.set(key, (before ?? 0) + 1);
  }
}

export class LogStats {
  messages = 0;
  entryPoints = 0;
  /** Nanoseconds since the epoch; 0n before the first message that has a time. */
  firstTime = 0n;
  lastTime = 0n;
  readonly byType = new Counter();
  readonly byPeer = new Counter();
  readonly byThread = new Counter();
  /** By full class name. */
  readonly objectsCreated = new Counter();
  /** By `Class.method()`, classes without package. */
  readonly methodsCalled = new Counter();
  /** By `Class.field`. */
  readonly fieldReads = new Counter();
  readonly fieldWrites = new Counter();
  readonly exceptionsByType = new Counter();
  readonly exceptionsByMethod = new Counter();

  add(message: Message): void {
    this.messages += 1;
    this.byType.add(messageTypeName(message.messageType ?? 0));
    this.byPeer.add(peerOf(message));
    const exec = message.execMessage;
    if (exec === undefined) return;
    this.byThread.add(exec.threadName ?? '');
    this.time(exec.currentTime ?? 0n);
    if (exec.entryPoint === true) this.entryPoints += 1;
    this.addOperation(message.messageType ?? 0, exec);
  }

  private addOperation(type: number, exec: ExecMessage): void {
    switch (type) {
      case MessageType.EXEC_CONSTRUCTOR:
        this.objectsCreated.add(exec.constructorCall?.clazz?.name ?? '');
        break;
      case MessageType.EXEC_INSTANCE_METHOD:
        this.methodsCalled.add(methodKey(exec.instanceMethodCall));
        break;
      case MessageType.EXEC_CLASS_METHOD:
        this.methodsCalled.add(methodKey(exec.classMethodCall));
        break;
      case MessageType.EXEC_GET_STATIC:
        this.fieldReads.add(fieldKey(exec.staticFieldGet));
        break;
      case MessageType.EXEC_GET_FIELD:
        this.fieldReads.add(fieldKey(exec.instanceFieldGet));
        break;
      case MessageType.EXEC_PUT_STATIC:
        this.fieldWrites.add(fieldKey(exec.staticFieldPut));
        break;
      case MessageType.EXEC_PUT_FIELD:
        this.fieldWrites.add(fieldKey(exec.instanceFieldPut));
        break;
      case MessageType.EXEC_THROWABLE: {
        const raised = exec.raisedThrowable;
        if (raised?.throwable !== undefined) this.exceptionsByType.add(raised.throwable.Type ?? '');
        if (raised?.from?.method !== undefined) this.exceptionsByMethod.add(methodKey(raised.from.method));
      }
    }
  }

  private time(nanos: bigint): void {
    if (nanos === 0n) return;
    if (this.firstTime === 0n || nanos < this.firstTime) this.firstTime = nanos;
    if (nanos > this.lastTime) this.lastTime = nanos;
  }
}

/** UUID of the peer that sent the message. */
export function peerOf(message: Message): string {
  const bytes =
    message.execMessage?.peerUuid ??
    message.controlMessage?.fromPeer ??
    message.metaMessage?.fromPeer ??
    message.interceptMessage?.peerUuid;
  return bytes?.length === 16 ? bytesToUuid(bytes) : '';
}

const methodKey = (call: { clazz?: Class; name?: string } | undefined): string =>
  `${shortName(call?.clazz)}.${call?.name ?? ''}()`;

const fieldKey = (access: { clazz?: Class; field?: { name?: string } } | undefined): string =>
  `${shortName(access?.clazz)}.${access?.field?.name ?? ''}`;

function shortName(clazz: Class | undefined): string {
  const name = clazz?.name ?? '';
  return name.slice(name.lastIndexOf('.') + 1);
}
