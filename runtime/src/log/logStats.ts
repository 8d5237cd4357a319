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

  private readonly methodKeys = new MemberKeys('()');
  private readonly fieldKeys = new MemberKeys('');
  private lastPeer: Uint8Array | undefined;
  private lastPeerName = '';

  add(message: Message): void {
    this.messages += 1;
    this.byType.add(messageTypeName(message.messageType ?? 0));
    this.byPeer.add(this.peerNameOf(message));
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
        this.methodsCalled.add(this.methodKey(exec.instanceMethodCall));
        break;
      case MessageType.EXEC_CLASS_METHOD:
        this.methodsCalled.add(this.methodKey(exec.classMethodCall));
        break;
      case MessageType.EXEC_GET_STATIC:
        this.fieldReads.add(this.fieldKey(exec.staticFieldGet));
        break;
      case MessageType.EXEC_GET_FIELD:
        this.fieldReads.add(this.fieldKey(exec.instanceFieldGet));
        break;
      case MessageType.EXEC_PUT_STATIC:
        this.fieldWrites.add(this.fieldKey(exec.staticFieldPut));
        break;
      case MessageType.EXEC_PUT_FIELD:
        this.fieldWrites.add(this.fieldKey(exec.instanceFieldPut));
        break;
      case MessageType.EXEC_THROWABLE: {
        const raised = exec.raisedThrowable;
        if (raised?.throwable !== undefined) this.exceptionsByType.add(raised.throwable.Type ?? '');
        if (raised?.from?.method !== undefined) this.exceptionsByMethod.add(this.methodKey(raised.from.method));
      }
    }
  }

  private time(nanos: bigint): void {
    if (nanos === 0n) return;
    if (this.firstTime === 0n || nanos < this.firstTime) this.firstTime = nanos;
    if (nanos > this.lastTime) this.lastTime = nanos;
  }

  private peerNameOf(message: Message): string {
    const bytes = peerOf(message);
    // One peer sends nearly everything: its name is made once.
    if (bytes !== undefined && this.lastPeer !== undefined && Buffer.compare(bytes, this.lastPeer) === 0)
      return this.lastPeerName;
    this.lastPeer = bytes;
    this.lastPeerName = bytes?.length === 16 ? bytesToUuid(bytes) : '';
    return this.lastPeerName;
  }

  private methodKey(call: { clazz?: Class; name?: string } | undefined): string {
    return this.methodKeys.of(call?.clazz?.name ?? '', call?.name ?? '');
  }

  private fieldKey(access: { clazz?: Class; field?: { name?: string } } | undefined): string {
    return this.fieldKeys.of(access?.clazz?.name ?? '', access?.field?.name ?? '');
  }
}

/** `Class.member`, the class without package; every text is made once. */
class MemberKeys {
  private readonly byClass = new Map<string, Map<string, string>>();

  constructor(private readonly suffix: string) {}

  of(className: string, member: string): string {
    let keys = this.byClass.get(className);
    if (keys === undefined) {
      keys = new Map();
      this.byClass.set(className, keys);
    }
    let key = keys.get(member);
    if (key === undefined) {
      key = `${className.slice(className.lastIndexOf('.') + 1)}.${member}${this.suffix}`;
      keys.set(member, key);
    }
    return key;
  }
}

/** UUID bytes of the peer that sent the message. */
const peerOf = (message: Message): Uint8Array | undefined =>
  message.execMessage?.peerUuid ??
  message.controlMessage?.fromPeer ??
  message.metaMessage?.fromPeer ??
  message.interceptMessage?.peerUuid;
