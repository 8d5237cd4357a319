/** Entries as message objects: the slow, comfortable way of the expander, for tools and readers. */
import { decodeMessage } from '../wire/colfer';
import type { Message } from '../wire/messages';
import type { Expander, ExpandSink } from './expand';

/** Collects messages with their bytes. */
export class MessageCollector implements ExpandSink {
  readonly bytes: Uint8Array[] = [];
  /** `ExecPhase` of each. */
  readonly phases: number[] = [];

  message(_type: number, phase: number, bytes: Buffer, start: number, end: number): void {
    this.bytes.push(new Uint8Array(bytes.subarray(start, end)));
    this.phases.push(phase);
  }

  messages(): Message[] {
    return this.bytes.map((bytes) => decodeMessage(bytes));
  }
}

/** The messages of the whole entries in `words`. */
export function expandMessages(expander: Expander, words: Int32Array, start = 0, end = words.length): Message[] {
  const collector = new MessageCollector();
  expander.feed(words, start, end, collector);
  return collector.messages();
}
