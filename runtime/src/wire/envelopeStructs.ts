/** Colfer form of envelopes (2.1): one writer and one reader per struct, fields in index order, as `colferWriter.ts` and `colferReader.ts` ask. */
import type { ColferReader } from './colferReader';
import type { ColferWriter } from './colferWriter';
import { FLAG } from './limits';
import type { ExecMessage, ControlMessage, MetaMessage } from './messages';
import {
  readClInitCall,
  readClassMethodCall,
  readConstructorCall,
  readInstanceMethodCall,
  writeClInitCall,
  writeClassMethodCall,
  writeConstructorCall,
  writeInstanceMethodCall,
} from './callStructs';
import {
  readInstanceFieldGet,
  readInstanceFieldPut,
  readInstanceFieldPutDone,
  readStaticFieldGet,
  readStaticFieldPut,
  readStaticFieldPutDone,
  writeInstanceFieldGet,
  writeInstanceFieldPut,
  writeInstanceFieldPutDone,
  writeStaticFieldGet,
  writeStaticFieldPut,
  writeStaticFieldPutDone,
} from './fieldStructs';
import {
  readObjs,
  readRaisedThrowable,
  readReturnValue,
  writeObj,
  writeRaisedThrowable,
  writeReturnValue,
} from './valueStructs';

export function writeExecMessage(w: ColferWriter, v: ExecMessage): void {
  const start = w.position;
  if (v.peerUuid) w.binary(0, v.peerUuid);
  if (v.messageId) w.text(1, v.messageId);
  if (v.threadName) w.text(2, v.threadName);
  if (v.currentTime) w.uint64(3, v.currentTime);
  if (v.dispatchSeq) w.uint32(4, v.dispatchSeq);
  if (v.builderSeq) w.uint32(5, v.builderSeq);
  if (v.responseToId) w.text(6, v.responseToId);
  if (v.constructorCall) {
    w.header(7);
    writeConstructorCall(w, v.constructorCall);
  }
  if (v.instanceMethodCall) {
    w.header(8);
    writeInstanceMethodCall(w, v.instanceMethodCall);
  }
  if (v.classMethodCall) {
    w.header(9);
    writeClassMethodCall(w, v.classMethodCall);
  }
  if (v.clinitCall) {
    w.header(10);
    writeClInitCall(w, v.clinitCall);
  }
  if (v.staticFieldGet) {
    w.header(11);
    writeStaticFieldGet(w, v.staticFieldGet);
  }
  if (v.staticFieldPut) {
    w.header(12);
    writeStaticFieldPut(w, v.staticFieldPut);
  }
  if (v.instanceFieldGet) {
    w.header(13);
    writeInstanceFieldGet(w, v.instanceFieldGet);
  }
  if (v.instanceFieldPut) {
    w.header(14);
    writeInstanceFieldPut(w, v.instanceFieldPut);
  }
  if (v.staticFieldPutDone) {
    w.header(15);
    writeStaticFieldPutDone(w, v.staticFieldPutDone);
  }
  if (v.instanceFieldPutDone) {
    w.header(16);
    writeInstanceFieldPutDone(w, v.instanceFieldPutDone);
  }
  if (v.raisedThrowable) {
    w.header(17);
    writeRaisedThrowable(w, v.raisedThrowable);
  }
  if (v.returnValue) {
    w.header(18);
    writeReturnValue(w, v.returnValue);
  }
  if (v.declaredExceptions?.length) w.texts(19, v.declaredExceptions);
  if (v.threadAffinity) w.text(20, v.threadAffinity);
  if (v.entryPoint) w.flag(21);
  w.end(start);
}

export function readExecMessage(r: ColferReader): ExecMessage {
  const start = r.position;
  const v: ExecMessage = {};
  let header = r.header();
  if (header === 0) {
    v.peerUuid = r.binary();
    header = r.header();
  }
  if (header === 1) {
    v.messageId = r.uniqueText();
    header = r.header();
  }
  if (header === 2) {
    v.threadName = r.text();
    header = r.header();
  }
  if (header === 3) {
    v.currentTime = r.uint64();
    header = r.header();
  } else if (header === (3 | FLAG)) {
    v.currentTime = r.fixed64();
    header = r.header();
  }
  if (header === 4) {
    v.dispatchSeq = r.uint32();
    header = r.header();
  } else if (header === (4 | FLAG)) {
    v.dispatchSeq = r.fixed32();
    header = r.header();
  }
  if (header === 5) {
    v.builderSeq = r.uint32();
    header = r.header();
  } else if (header === (5 | FLAG)) {
    v.builderSeq = r.fixed32();
    header = r.header();
  }
  if (header === 6) {
    v.responseToId = r.uniqueText();
    header = r.header();
  }
  if (header === 7) {
    v.constructorCall = readConstructorCall(r);
    header = r.header();
  }
  if (header === 8) {
    v.instanceMethodCall = readInstanceMethodCall(r);
    header = r.header();
  }
  if (header === 9) {
    v.classMethodCall = readClassMethodCall(r);
    header = r.header();
  }
  if (header === 10) {
    v.clinitCall = readClInitCall(r);
    header = r.header();
  }
  if (header === 11) {
    v.staticFieldGet = readStaticFieldGet(r);
    header = r.header();
  }
  if (header === 12) {
    v.staticFieldPut = readStaticFieldPut(r);
    header = r.header();
  }
  if (header === 13) {
    v.instanceFieldGet = readInstanceFieldGet(r);
    header = r.header();
  }
  if (header === 14) {
    v.instanceFieldPut = readInstanceFieldPut(r);
    header = r.header();
  }
  if (header === 15) {
    v.staticFieldPutDone = readStaticFieldPutDone(r);
    header = r.header();
  }
  if (header === 16) {
    v.instanceFieldPutDone = readInstanceFieldPutDone(r);
    header = r.header();
  }
  if (header === 17) {
    v.raisedThrowable = readRaisedThrowable(r);
    header = r.header();
  }
  if (header === 18) {
    v.returnValue = readReturnValue(r);
    header = r.header();
  }
  if (header === 19) {
    v.declaredExceptions = r.texts();
    header = r.header();
  }
  if (header === 20) {
    v.threadAffinity = r.text();
    header = r.header();
  }
  if (header === 21) {
    v.entryPoint = true;
    header = r.header();
  }
  r.close(header, start);
  return v;
}

export function writeControlMessage(w: ColferWriter, v: ControlMessage): void {
  const start = w.position;
  if (v.fromPeer) w.binary(0, v.fromPeer);
  if (v.messageId) w.text(1, v.messageId);
  if (v.responseToId) w.text(2, v.responseToId);
  if (v.command) w.uint8(3, v.command);
  if (v.params?.length) {
    w.list(4, v.params.length);
    for (const element of v.params) writeObj(w, element);
  }
  if (v.status) w.uint8(5, v.status);
  if (v.body) w.text(6, v.body);
  w.end(start);
}

export function readControlMessage(r: ColferReader): ControlMessage {
  const start = r.position;
  const v: ControlMessage = {};
  let header = r.header();
  if (header === 0) {
    v.fromPeer = r.binary();
    header = r.header();
  }
  if (header === 1) {
    v.messageId = r.uniqueText();
    header = r.header();
  }
  if (header === 2) {
    v.responseToId = r.uniqueText();
    header = r.header();
  }
  if (header === 3) {
    v.command = r.uint8();
    header = r.header();
  }
  if (header === 4) {
    v.params = readObjs(r);
    header = r.header();
  }
  if (header === 5) {
    v.status = r.uint8();
    header = r.header();
  }
  if (header === 6) {
    v.body = r.text();
    header = r.header();
  }
  r.close(header, start);
  return v;
}

export function writeMetaMessage(w: ColferWriter, v: MetaMessage): void {
  const start = w.position;
  if (v.fromPeer) w.binary(0, v.fromPeer);
  if (v.messageId) w.text(1, v.messageId);
  if (v.responseToId) w.text(2, v.responseToId);
  if (v.service) w.uint8(3, v.service);
  if (v.params?.length) {
    w.list(4, v.params.length);
    for (const element of v.params) writeObj(w, element);
  }
  if (v.status) w.uint8(5, v.status);
  if (v.body) w.text(6, v.body);
  w.end(start);
}

export function readMetaMessage(r: ColferReader): MetaMessage {
  const start = r.position;
  const v: MetaMessage = {};
  let header = r.header();
  if (header === 0) {
    v.fromPeer = r.binary();
    header = r.header();
  }
  if (header === 1) {
    v.messageId = r.uniqueText();
    header = r.header();
  }
  if (header === 2) {
    v.responseToId = r.uniqueText();
    header = r.header();
  }
  if (header === 3) {
    v.service = r.uint8();
    header = r.header();
  }
  if (header === 4) {
    v.params = readObjs(r);
    header = r.header();
  }
  if (header === 5) {
    v.status = r.uint8();
    header = r.header();
  }
  if (header === 6) {
    v.body = r.text();
    header = r.header();
  }
  r.close(header, start);
  return v;
}
