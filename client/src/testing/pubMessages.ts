/** For tests: what a peer publishes, as frames, numbered as a peer numbers it. */
import { encodeMessage, decodeMessage } from 'pal-runtime/wire/colfer';
import { MessageType } from 'pal-runtime/wire/codes';
import { MessageIds } from 'pal-runtime/wire/messageId';
import type { ExecMessage, Message } from 'pal-runtime/wire/messages';
import { encodePubFrames, peerHeader } from 'pal-runtime/wire/pubFrames';
import { uuidToBytes } from 'pal-runtime/wire/uuid';

export const peerUuid = '0f1e2d3c-4b5a-4978-b1a2-9384756f5e4d';

export interface FakePeerOptions {
  /** Ids that do not tell offsets, as those of Java peers. */
  readonly foreignIds?: boolean;
}

export class FakePeer {
  readonly messages: Message[] = [];
  readonly #ids = new MessageIds(uuidToBytes(peerUuid));
  readonly #header = peerHeader(peerUuid);
  readonly #seqs = new Map<string, number>();
  #offset = 0;

  constructor(private readonly options: FakePeerOptions = {}) {}

  call(className: string, member: string, thread = 'main', args: readonly string[] = []): Buffer[] {
    return this.#next(MessageType.EXEC_CLASS_METHOD, thread, {
      classMethodCall: {
        clazz: { name: className },
        name: member,
        args: args.map((value) => ({ value: JSON.stringify(value) })),
        context: { sourceLocationFile: '/w/src/cart.ts', sourceLocationLine: 7 },
      },
    });
  }

  create(className: string, thread = 'main'): Buffer[] {
    return this.#next(MessageType.EXEC_CONSTRUCTOR, thread, { constructorCall: { clazz: { name: className } } });
  }

  get(className: string, field: string, thread = 'main'): Buffer[] {
    const instanceFieldGet = { clazz: { name: className }, objectRef: 2, field: { name: field } };
    return this.#next(MessageType.EXEC_GET_FIELD, thread, { instanceFieldGet });
  }

  /** Completion of the operation with these frames. */
  done(operation: readonly Buffer[], thread = 'main'): Buffer[] {
    const responseToId = operation[4]!.toString();
    return this.#next(MessageType.EXEC_RETURN_VALUE, thread, { responseToId, returnValue: { isVoid: true } });
  }

  thrown(operation: readonly Buffer[], thread = 'main'): Buffer[] {
    const throwable = { Type: 'Error', message: 'no Pen' };
    const responseToId = operation[4]!.toString();
    return this.#next(MessageType.EXEC_THROWABLE, thread, { responseToId, raisedThrowable: { throwable } });
  }

  #next(messageType: number, threadName: string, exec: ExecMessage): Buffer[] {
    const seq = (this.#seqs.get(threadName) ?? 0) + 1;
    this.#seqs.set(threadName, seq);
    const offset = this.#offset++;
    const messageId = this.options.foreignIds ? `id-${offset}` : this.#ids.text(offset);
    const execMessage = { peerUuid: uuidToBytes(peerUuid), messageId, threadName, builderSeq: seq, ...exec };
    const body = encodeMessage({ messageType, execMessage });
    this.messages.push(decodeMessage(body));
    const frames = encodePubFrames({
      type: messageType,
      phase: 1,
      headers: [],
      messageId,
      responseToId: exec.responseToId,
      body,
    });
    const [type, phase, , id, response, last] = frames as [
      Uint8Array,
      Uint8Array,
      Uint8Array,
      Uint8Array,
      Uint8Array,
      Uint8Array,
    ];
    return [type, phase, Buffer.from('1'), this.#header, id, response, last].map((frame) => Buffer.from(frame));
  }
}
