/**
 * How many messages of a peer never arrived. Ids of our peers lead to the message's number in the whole stream, so a jump there is the exact number of
 * messages that are missing. Other peers only number the messages of each thread (`builder_seq`): jumps there are counted per thread.
 *
 * Known limit: what is missing before the first and after the last arrival leaves no trace.
 */
import { uuidToBytes } from 'pal-runtime/wire/uuid';
import { MessageIds } from 'pal-runtime/wire/messageId';

/** Threads remembered: async calls make many short ones. Losses of one that is forgotten are not counted. */
const threadsMax = 10_000;

export class LossCounter {
  #ids: MessageIds | undefined;
  #peer: string | undefined;
  #last = -1;
  readonly #threads = new Map<string, number>();
  /** Offset of the last message, undefined when its id does not tell. */
  offset: number | undefined;

  /** @returns messages missing between this one and those before */
  next(peerUuid: string, messageId: string, thread: string, builderSeq: number): number {
    if (peerUuid !== this.#peer) this.#begin(peerUuid);
    this.offset = this.#ids?.offsetOf(messageId);
    if (this.offset !== undefined) {
      const missing = this.#last < 0 ? 0 : Math.max(0, this.offset - this.#last - 1);
      this.#last = Math.max(this.#last, this.offset);
      return missing;
    }
    return this.#last < 0 ? this.#nextOfThread(thread, builderSeq) : 0;
  }

  /** Another peer answers at the address: nothing follows from what came before. */
  #begin(peerUuid: string): void {
    this.#peer = peerUuid;
    this.#last = -1;
    this.#threads.clear();
    try {
      this.#ids = new MessageIds(uuidToBytes(peerUuid));
    } catch {
      this.#ids = undefined; // a publisher that does not say who it is
    }
  }

  #nextOfThread(thread: string, seq: number): number {
    if (seq === 0) return 0;
    const last = this.#threads.get(thread);
    this.#threads.delete(thread);
    this.#threads.set(thread, seq);
    if (this.#threads.size > threadsMax) this.#threads.delete(this.#threads.keys().next().value!);
    return last !== undefined && seq > last + 1 ? seq - last - 1 : 0;
  }
}
