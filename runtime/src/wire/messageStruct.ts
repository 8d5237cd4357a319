/** Colfer form of the outermost envelope (2.1): one writer and one reader per struct, fields in index order, as `colferWriter.ts` and `colferReader.ts` ask. */
import type { ColferReader } from './colferReader';
import type { ColferWriter } from './colferWriter';
import type { Message } from './messages';
import {
  readControlMessage,
  readExecMessage,
  readMetaMessage,
  writeControlMessage,
  writeExecMessage,
  writeMetaMessage,
} from './envelopeStructs';
import {
  readInterceptCallbackRequestMessage,
  readInterceptCallbackResponseMessage,
  readInterceptKeyMessage,
  readInterceptMessage,
  readInterceptResponse,
  writeInterceptCallbackRequestMessage,
  writeInterceptCallbackResponseMessage,
  writeInterceptKeyMessage,
  writeInterceptMessage,
  writeInterceptResponse,
} from './interceptStructs';

export function writeMessage(w: ColferWriter, v: Message): void {
  const start = w.position;
  if (v.messageType) w.uint8(0, v.messageType);
  if (v.execMessage) {
    w.header(1);
    writeExecMessage(w, v.execMessage);
  }
  if (v.controlMessage) {
    w.header(2);
    writeControlMessage(w, v.controlMessage);
  }
  if (v.metaMessage) {
    w.header(3);
    writeMetaMessage(w, v.metaMessage);
  }
  if (v.interceptMessage) {
    w.header(4);
    writeInterceptMessage(w, v.interceptMessage);
  }
  if (v.interceptKeyMessage) {
    w.header(5);
    writeInterceptKeyMessage(w, v.interceptKeyMessage);
  }
  if (v.interceptResponse) {
    w.header(6);
    writeInterceptResponse(w, v.interceptResponse);
  }
  if (v.interceptCallbackRequestMessage) {
    w.header(7);
    writeInterceptCallbackRequestMessage(w, v.interceptCallbackRequestMessage);
  }
  if (v.interceptCallbackResponseMessage) {
    w.header(8);
    writeInterceptCallbackResponseMessage(w, v.interceptCallbackResponseMessage);
  }
  w.end(start);
}

export function readMessage(r: ColferReader): Message {
  const start = r.position;
  const v: Message = {};
  let header = r.header();
  if (header === 0) {
    v.messageType = r.uint8();
    header = r.header();
  }
  if (header === 1) {
    v.execMessage = readExecMessage(r);
    header = r.header();
  }
  if (header === 2) {
    v.controlMessage = readControlMessage(r);
    header = r.header();
  }
  if (header === 3) {
    v.metaMessage = readMetaMessage(r);
    header = r.header();
  }
  if (header === 4) {
    v.interceptMessage = readInterceptMessage(r);
    header = r.header();
  }
  if (header === 5) {
    v.interceptKeyMessage = readInterceptKeyMessage(r);
    header = r.header();
  }
  if (header === 6) {
    v.interceptResponse = readInterceptResponse(r);
    header = r.header();
  }
  if (header === 7) {
    v.interceptCallbackRequestMessage = readInterceptCallbackRequestMessage(r);
    header = r.header();
  }
  if (header === 8) {
    v.interceptCallbackResponseMessage = readInterceptCallbackResponseMessage(r);
    header = r.header();
  }
  r.close(header, start);
  return v;
}
