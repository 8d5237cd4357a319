/** Colfer form of field operations (2.3): one writer and one reader per struct, fields in index order, as `colferWriter.ts` and `colferReader.ts` ask. */
import type { ColferReader } from './colferReader';
import type { ColferWriter } from './colferWriter';
import { FLAG } from './limits';
import type {
  StaticFieldGet,
  StaticFieldPut,
  StaticFieldPutDone,
  InstanceFieldGet,
  InstanceFieldPut,
  InstanceFieldPutDone,
} from './messages';
import {
  readClass,
  readContext,
  readField,
  readObj,
  writeClass,
  writeContext,
  writeField,
  writeObj,
} from './valueStructs';

export function writeStaticFieldGet(w: ColferWriter, v: StaticFieldGet): void {
  const start = w.position;
  if (v.clazz) {
    w.header(0);
    writeClass(w, v.clazz);
  }
  if (v.field) {
    w.header(1);
    writeField(w, v.field);
  }
  if (v.context) {
    w.header(2);
    writeContext(w, v.context);
  }
  w.end(start);
}

export function readStaticFieldGet(r: ColferReader): StaticFieldGet {
  const start = r.position;
  const v: StaticFieldGet = {};
  let header = r.header();
  if (header === 0) {
    v.clazz = readClass(r);
    header = r.header();
  }
  if (header === 1) {
    v.field = readField(r);
    header = r.header();
  }
  if (header === 2) {
    v.context = readContext(r);
    header = r.header();
  }
  r.close(header, start);
  return v;
}

export function writeStaticFieldPut(w: ColferWriter, v: StaticFieldPut): void {
  const start = w.position;
  if (v.clazz) {
    w.header(0);
    writeClass(w, v.clazz);
  }
  if (v.field) {
    w.header(1);
    writeField(w, v.field);
  }
  if (v.valueObject) {
    w.header(2);
    writeObj(w, v.valueObject);
  }
  if (v.valueObjectRef) w.uint32(3, v.valueObjectRef);
  if (v.context) {
    w.header(4);
    writeContext(w, v.context);
  }
  w.end(start);
}

export function readStaticFieldPut(r: ColferReader): StaticFieldPut {
  const start = r.position;
  const v: StaticFieldPut = {};
  let header = r.header();
  if (header === 0) {
    v.clazz = readClass(r);
    header = r.header();
  }
  if (header === 1) {
    v.field = readField(r);
    header = r.header();
  }
  if (header === 2) {
    v.valueObject = readObj(r);
    header = r.header();
  }
  if (header === 3) {
    v.valueObjectRef = r.uint32();
    header = r.header();
  } else if (header === (3 | FLAG)) {
    v.valueObjectRef = r.fixed32();
    header = r.header();
  }
  if (header === 4) {
    v.context = readContext(r);
    header = r.header();
  }
  r.close(header, start);
  return v;
}

export function writeStaticFieldPutDone(w: ColferWriter, v: StaticFieldPutDone): void {
  const start = w.position;
  if (v.field) {
    w.header(0);
    writeField(w, v.field);
  }
  if (v.staticFieldPutId) w.text(1, v.staticFieldPutId);
  w.end(start);
}

export function readStaticFieldPutDone(r: ColferReader): StaticFieldPutDone {
  const start = r.position;
  const v: StaticFieldPutDone = {};
  let header = r.header();
  if (header === 0) {
    v.field = readField(r);
    header = r.header();
  }
  if (header === 1) {
    v.staticFieldPutId = r.uniqueText();
    header = r.header();
  }
  r.close(header, start);
  return v;
}

export function writeInstanceFieldGet(w: ColferWriter, v: InstanceFieldGet): void {
  const start = w.position;
  if (v.clazz) {
    w.header(0);
    writeClass(w, v.clazz);
  }
  if (v.objectRef) w.uint32(1, v.objectRef);
  if (v.field) {
    w.header(2);
    writeField(w, v.field);
  }
  if (v.context) {
    w.header(3);
    writeContext(w, v.context);
  }
  w.end(start);
}

export function readInstanceFieldGet(r: ColferReader): InstanceFieldGet {
  const start = r.position;
  const v: InstanceFieldGet = {};
  let header = r.header();
  if (header === 0) {
    v.clazz = readClass(r);
    header = r.header();
  }
  if (header === 1) {
    v.objectRef = r.uint32();
    header = r.header();
  } else if (header === (1 | FLAG)) {
    v.objectRef = r.fixed32();
    header = r.header();
  }
  if (header === 2) {
    v.field = readField(r);
    header = r.header();
  }
  if (header === 3) {
    v.context = readContext(r);
    header = r.header();
  }
  r.close(header, start);
  return v;
}

export function writeInstanceFieldPut(w: ColferWriter, v: InstanceFieldPut): void {
  const start = w.position;
  if (v.clazz) {
    w.header(0);
    writeClass(w, v.clazz);
  }
  if (v.objectRef) w.uint32(1, v.objectRef);
  if (v.field) {
    w.header(2);
    writeField(w, v.field);
  }
  if (v.valueObject) {
    w.header(3);
    writeObj(w, v.valueObject);
  }
  if (v.valueObjectRef) w.uint32(4, v.valueObjectRef);
  if (v.context) {
    w.header(5);
    writeContext(w, v.context);
  }
  w.end(start);
}

export function readInstanceFieldPut(r: ColferReader): InstanceFieldPut {
  const start = r.position;
  const v: InstanceFieldPut = {};
  let header = r.header();
  if (header === 0) {
    v.clazz = readClass(r);
    header = r.header();
  }
  if (header === 1) {
    v.objectRef = r.uint32();
    header = r.header();
  } else if (header === (1 | FLAG)) {
    v.objectRef = r.fixed32();
    header = r.header();
  }
  if (header === 2) {
    v.field = readField(r);
    header = r.header();
  }
  if (header === 3) {
    v.valueObject = readObj(r);
    header = r.header();
  }
  if (header === 4) {
    v.valueObjectRef = r.uint32();
    header = r.header();
  } else if (header === (4 | FLAG)) {
    v.valueObjectRef = r.fixed32();
    header = r.header();
  }
  if (header === 5) {
    v.context = readContext(r);
    header = r.header();
  }
  r.close(header, start);
  return v;
}

export function writeInstanceFieldPutDone(w: ColferWriter, v: InstanceFieldPutDone): void {
  const start = w.position;
  if (v.field) {
    w.header(0);
    writeField(w, v.field);
  }
  if (v.instanceFieldPutId) w.text(1, v.instanceFieldPutId);
  w.end(start);
}

export function readInstanceFieldPutDone(r: ColferReader): InstanceFieldPutDone {
  const start = r.position;
  const v: InstanceFieldPutDone = {};
  let header = r.header();
  if (header === 0) {
    v.field = readField(r);
    header = r.header();
  }
  if (header === 1) {
    v.instanceFieldPutId = r.uniqueText();
    header = r.header();
  }
  r.close(header, start);
  return v;
}
