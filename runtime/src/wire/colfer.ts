/**
 * Encode and decode PAL's messages: the entry to the codec. Source of the format: wire specification 1 and 2; the structs are in
 * `*Structs.ts`, their shapes in `messages.ts`.
 *
 * Decoding leaves members that are not in the bytes absent, ignores bytes after the terminator (`decodeStruct` says where it
 * stopped), and fails with `PalError` `decode` or `limit`, whose `data.position` and `data.kind` say where and why.
 */
import { ColferReader } from './colferReader';
import { ColferWriter } from './colferWriter';
import * as envelopes from './envelopeStructs';
import * as intercepts from './interceptStructs';
import type { InternalHeader, Message } from './messages';
import { readMessage, writeMessage } from './messageStruct';
import * as calls from './callStructs';
import * as fields from './fieldStructs';
import * as values from './valueStructs';

const writer = new ColferWriter();
const reader = new ColferReader();

/** Colfer bytes of a message. Owned by the caller; do not transfer their `ArrayBuffer`, it may be Node's buffer pool. */
export function encodeMessage(message: Message): Uint8Array {
  writer.reset();
  writeMessage(writer, message);
  return writer.take();
}

/** The message in `bytes` from `start` (to `end`). Nothing in it refers to `bytes`; UUIDs may be shared between messages: do not change them. */
export function decodeMessage(bytes: Uint8Array, start = 0, end = bytes.length): Message {
  reader.open(bytes, start, end);
  return readMessage(reader);
}

export function encodeInternalHeader(header: InternalHeader): Uint8Array {
  writer.reset();
  values.writeInternalHeader(writer, header);
  return writer.take();
}

export function decodeInternalHeader(bytes: Uint8Array): InternalHeader {
  reader.open(bytes, 0, bytes.length);
  return values.readInternalHeader(reader);
}

const STRUCTS = [
  'Class Obj Field Method Constructor Reflectable ReturnValue Throwable RaisedThrowable Context InternalHeader',
  'ConstructorCall InstanceMethodCall ClInitCall ClassMethodCall',
  'StaticFieldGet StaticFieldPut StaticFieldPutDone InstanceFieldGet InstanceFieldPut InstanceFieldPutDone',
  'ExecMessage ControlMessage MetaMessage Message',
  'InterceptableMethod InterceptableField InterceptMessage InterceptKeyMessage InterceptResponse',
  'InterceptCallbackRequestMessage InterceptCallbackResponseMessage',
].flatMap((line) => line.split(' '));

type Write = (w: ColferWriter, value: object) => void;
type Read = (r: ColferReader) => object;
const functions = {
  ...values,
  ...calls,
  ...fields,
  ...envelopes,
  ...intercepts,
  writeMessage,
  readMessage,
} as unknown as Record<string, Write & Read>;

/** Names of all structs, as the specification spells them. */
export const structNames: readonly string[] = STRUCTS;

/** Any struct by name (tools and tests; messages have `encodeMessage`). `value` has the shape of that name in `messages.ts`. */
export function encodeStruct(name: string, value: object): Uint8Array {
  writer.reset();
  functions[`write${name}`]!(writer, value);
  return writer.take();
}

/** Counterpart of `encodeStruct`. `end` is the position after the terminator. */
export function decodeStruct(name: string, bytes: Uint8Array): { readonly value: object; readonly end: number } {
  reader.open(bytes, 0, bytes.length);
  const value = functions[`read${name}`]!(reader);
  return { value, end: reader.position };
}
