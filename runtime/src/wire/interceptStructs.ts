/** Colfer form of interception (2.4): one writer and one reader per struct, fields in index order, as `colferWriter.ts` and `colferReader.ts` ask. */
import type { ColferReader } from './colferReader';
import type { ColferWriter } from './colferWriter';
import { FLAG } from './limits';
import type {
  InterceptableMethod,
  InterceptableField,
  InterceptMessage,
  InterceptKeyMessage,
  InterceptResponse,
  InterceptCallbackRequestMessage,
  InterceptCallbackResponseMessage,
} from './messages';
import { readExecMessage, writeExecMessage } from './envelopeStructs';
import { readObj, readObjs, readRaisedThrowable, writeObj, writeRaisedThrowable } from './valueStructs';

export function writeInterceptableMethod(w: ColferWriter, v: InterceptableMethod): void {
  const start = w.position;
  if (v.name) w.text(0, v.name);
  if (v.parameterTypes?.length) w.texts(1, v.parameterTypes);
  w.end(start);
}

export function readInterceptableMethod(r: ColferReader): InterceptableMethod {
  const start = r.position;
  const v: InterceptableMethod = {};
  let header = r.header();
  if (header === 0) {
    v.name = r.text();
    header = r.header();
  }
  if (header === 1) {
    v.parameterTypes = r.texts();
    header = r.header();
  }
  r.close(header, start);
  return v;
}

export function writeInterceptableField(w: ColferWriter, v: InterceptableField): void {
  const start = w.position;
  if (v.name) w.text(0, v.name);
  if (v.fieldOpType) w.uint8(1, v.fieldOpType);
  w.end(start);
}

export function readInterceptableField(r: ColferReader): InterceptableField {
  const start = r.position;
  const v: InterceptableField = {};
  let header = r.header();
  if (header === 0) {
    v.name = r.text();
    header = r.header();
  }
  if (header === 1) {
    v.fieldOpType = r.uint8();
    header = r.header();
  }
  r.close(header, start);
  return v;
}

export function writeInterceptMessage(w: ColferWriter, v: InterceptMessage): void {
  const start = w.position;
  if (v.peerUuid) w.binary(0, v.peerUuid);
  if (v.messageId) w.text(1, v.messageId);
  if (v.interceptType) w.uint8(2, v.interceptType);
  if (v.clazz) w.text(3, v.clazz);
  if (v.field) {
    w.header(4);
    writeInterceptableField(w, v.field);
  }
  if (v.method) {
    w.header(5);
    writeInterceptableMethod(w, v.method);
  }
  if (v.callbackClass) w.text(6, v.callbackClass);
  if (v.callbackMethod) w.text(7, v.callbackMethod);
  if (v.forceImmediate) w.flag(8);
  if (v.exceptionPropagationPolicy) w.uint8(9, v.exceptionPropagationPolicy);
  if (v.checkedExceptionPolicy) w.uint8(10, v.checkedExceptionPolicy);
  if (v.priority) w.int32(11, v.priority);
  if (v.ttlSeconds) w.int64(12, v.ttlSeconds);
  if (v.callbackTimeoutMs) w.int64(13, v.callbackTimeoutMs);
  w.end(start);
}

export function readInterceptMessage(r: ColferReader): InterceptMessage {
  const start = r.position;
  const v: InterceptMessage = {};
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
    v.interceptType = r.uint8();
    header = r.header();
  }
  if (header === 3) {
    v.clazz = r.text();
    header = r.header();
  }
  if (header === 4) {
    v.field = readInterceptableField(r);
    header = r.header();
  }
  if (header === 5) {
    v.method = readInterceptableMethod(r);
    header = r.header();
  }
  if (header === 6) {
    v.callbackClass = r.text();
    header = r.header();
  }
  if (header === 7) {
    v.callbackMethod = r.text();
    header = r.header();
  }
  if (header === 8) {
    v.forceImmediate = true;
    header = r.header();
  }
  if (header === 9) {
    v.exceptionPropagationPolicy = r.uint8();
    header = r.header();
  }
  if (header === 10) {
    v.checkedExceptionPolicy = r.uint8();
    header = r.header();
  }
  if (header === 11) {
    v.priority = r.int32();
    header = r.header();
  } else if (header === (11 | FLAG)) {
    v.priority = r.negativeInt32();
    header = r.header();
  }
  if (header === 12) {
    v.ttlSeconds = r.int64();
    header = r.header();
  } else if (header === (12 | FLAG)) {
    v.ttlSeconds = r.negativeInt64();
    header = r.header();
  }
  if (header === 13) {
    v.callbackTimeoutMs = r.int64();
    header = r.header();
  } else if (header === (13 | FLAG)) {
    v.callbackTimeoutMs = r.negativeInt64();
    header = r.header();
  }
  r.close(header, start);
  return v;
}

export function writeInterceptKeyMessage(w: ColferWriter, v: InterceptKeyMessage): void {
  const start = w.position;
  if (v.clazz) w.text(0, v.clazz);
  if (v.execMsgType) w.uint8(1, v.execMsgType);
  if (v.executableName) w.text(2, v.executableName);
  if (v.parameterTypes?.length) w.texts(3, v.parameterTypes);
  w.end(start);
}

export function readInterceptKeyMessage(r: ColferReader): InterceptKeyMessage {
  const start = r.position;
  const v: InterceptKeyMessage = {};
  let header = r.header();
  if (header === 0) {
    v.clazz = r.text();
    header = r.header();
  }
  if (header === 1) {
    v.execMsgType = r.uint8();
    header = r.header();
  }
  if (header === 2) {
    v.executableName = r.text();
    header = r.header();
  }
  if (header === 3) {
    v.parameterTypes = r.texts();
    header = r.header();
  }
  r.close(header, start);
  return v;
}

export function writeInterceptResponse(w: ColferWriter, v: InterceptResponse): void {
  const start = w.position;
  if (v.peerUuid) w.binary(0, v.peerUuid);
  if (v.responseToId) w.text(1, v.responseToId);
  if (v.result) w.flag(2);
  w.end(start);
}

export function readInterceptResponse(r: ColferReader): InterceptResponse {
  const start = r.position;
  const v: InterceptResponse = {};
  let header = r.header();
  if (header === 0) {
    v.peerUuid = r.binary();
    header = r.header();
  }
  if (header === 1) {
    v.responseToId = r.uniqueText();
    header = r.header();
  }
  if (header === 2) {
    v.result = true;
    header = r.header();
  }
  r.close(header, start);
  return v;
}

export function writeInterceptCallbackRequestMessage(w: ColferWriter, v: InterceptCallbackRequestMessage): void {
  const start = w.position;
  if (v.callbackId) w.text(0, v.callbackId);
  if (v.phase) w.uint8(1, v.phase);
  if (v.interceptType) w.uint8(2, v.interceptType);
  if (v.interceptedPeer) w.binary(3, v.interceptedPeer);
  if (v.registeredCallbackId) w.text(4, v.registeredCallbackId);
  if (v.callbackClass) w.text(5, v.callbackClass);
  if (v.callbackMethod) w.text(6, v.callbackMethod);
  if (v.exec) {
    w.header(7);
    writeExecMessage(w, v.exec);
  }
  if (v.returnValue) {
    w.header(8);
    writeObj(w, v.returnValue);
  }
  if (v.returnValueRef) w.uint32(9, v.returnValueRef);
  if (v.isVoid) w.flag(10);
  if (v.thrownException) {
    w.header(11);
    writeRaisedThrowable(w, v.thrownException);
  }
  if (v.proceedTimeoutMs) w.uint32(12, v.proceedTimeoutMs);
  w.end(start);
}

export function readInterceptCallbackRequestMessage(r: ColferReader): InterceptCallbackRequestMessage {
  const start = r.position;
  const v: InterceptCallbackRequestMessage = {};
  let header = r.header();
  if (header === 0) {
    v.callbackId = r.uniqueText();
    header = r.header();
  }
  if (header === 1) {
    v.phase = r.uint8();
    header = r.header();
  }
  if (header === 2) {
    v.interceptType = r.uint8();
    header = r.header();
  }
  if (header === 3) {
    v.interceptedPeer = r.binary();
    header = r.header();
  }
  if (header === 4) {
    v.registeredCallbackId = r.text();
    header = r.header();
  }
  if (header === 5) {
    v.callbackClass = r.text();
    header = r.header();
  }
  if (header === 6) {
    v.callbackMethod = r.text();
    header = r.header();
  }
  if (header === 7) {
    v.exec = readExecMessage(r);
    header = r.header();
  }
  if (header === 8) {
    v.returnValue = readObj(r);
    header = r.header();
  }
  if (header === 9) {
    v.returnValueRef = r.uint32();
    header = r.header();
  } else if (header === (9 | FLAG)) {
    v.returnValueRef = r.fixed32();
    header = r.header();
  }
  if (header === 10) {
    v.isVoid = true;
    header = r.header();
  }
  if (header === 11) {
    v.thrownException = readRaisedThrowable(r);
    header = r.header();
  }
  if (header === 12) {
    v.proceedTimeoutMs = r.uint32();
    header = r.header();
  } else if (header === (12 | FLAG)) {
    v.proceedTimeoutMs = r.fixed32();
    header = r.header();
  }
  r.close(header, start);
  return v;
}

export function writeInterceptCallbackResponseMessage(w: ColferWriter, v: InterceptCallbackResponseMessage): void {
  const start = w.position;
  if (v.callbackId) w.text(0, v.callbackId);
  if (v.phase) w.uint8(1, v.phase);
  if (v.mutatedArgs?.length) {
    w.list(2, v.mutatedArgs.length);
    for (const element of v.mutatedArgs) writeObj(w, element);
  }
  if (v.shouldProceed) w.flag(3);
  if (v.overrideReturn) w.flag(4);
  if (v.newReturnValue) {
    w.header(5);
    writeObj(w, v.newReturnValue);
  }
  if (v.newReturnRef) w.uint32(6, v.newReturnRef);
  if (v.throwException) w.flag(7);
  if (v.exception) {
    w.header(8);
    writeRaisedThrowable(w, v.exception);
  }
  if (v.isApiMisuseError) w.flag(9);
  w.end(start);
}

export function readInterceptCallbackResponseMessage(r: ColferReader): InterceptCallbackResponseMessage {
  const start = r.position;
  const v: InterceptCallbackResponseMessage = {};
  let header = r.header();
  if (header === 0) {
    v.callbackId = r.uniqueText();
    header = r.header();
  }
  if (header === 1) {
    v.phase = r.uint8();
    header = r.header();
  }
  if (header === 2) {
    v.mutatedArgs = readObjs(r);
    header = r.header();
  }
  if (header === 3) {
    v.shouldProceed = true;
    header = r.header();
  }
  if (header === 4) {
    v.overrideReturn = true;
    header = r.header();
  }
  if (header === 5) {
    v.newReturnValue = readObj(r);
    header = r.header();
  }
  if (header === 6) {
    v.newReturnRef = r.uint32();
    header = r.header();
  } else if (header === (6 | FLAG)) {
    v.newReturnRef = r.fixed32();
    header = r.header();
  }
  if (header === 7) {
    v.throwException = true;
    header = r.header();
  }
  if (header === 8) {
    v.exception = readRaisedThrowable(r);
    header = r.header();
  }
  if (header === 9) {
    v.isApiMisuseError = true;
    header = r.header();
  }
  r.close(header, start);
  return v;
}
