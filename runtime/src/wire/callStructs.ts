/** Colfer form of calls (2.3): one writer and one reader per struct, fields in index order, as `colferWriter.ts` and `colferReader.ts` ask. */
import type { ColferReader } from './colferReader';
import type { ColferWriter } from './colferWriter';
import { FLAG } from './limits';
import type { ConstructorCall, InstanceMethodCall, ClInitCall, ClassMethodCall } from './messages';
import { readClass, readContext, readObjs, writeClass, writeContext, writeObj } from './valueStructs';

export function writeConstructorCall(w: ColferWriter, v: ConstructorCall): void {
  const start = w.position;
  if (v.clazz) {
    w.header(0);
    writeClass(w, v.clazz);
  }
  if (v.modifiers) w.uint32(1, v.modifiers);
  if (v.args?.length) {
    w.list(2, v.args.length);
    for (const element of v.args) writeObj(w, element);
  }
  if (v.context) {
    w.header(3);
    writeContext(w, v.context);
  }
  w.end(start);
}

export function readConstructorCall(r: ColferReader): ConstructorCall {
  const start = r.position;
  const v: ConstructorCall = {};
  let header = r.header();
  if (header === 0) {
    v.clazz = readClass(r);
    header = r.header();
  }
  if (header === 1) {
    v.modifiers = r.uint32();
    header = r.header();
  } else if (header === (1 | FLAG)) {
    v.modifiers = r.fixed32();
    header = r.header();
  }
  if (header === 2) {
    v.args = readObjs(r);
    header = r.header();
  }
  if (header === 3) {
    v.context = readContext(r);
    header = r.header();
  }
  r.close(header, start);
  return v;
}

export function writeInstanceMethodCall(w: ColferWriter, v: InstanceMethodCall): void {
  const start = w.position;
  if (v.clazz) {
    w.header(0);
    writeClass(w, v.clazz);
  }
  if (v.name) w.text(1, v.name);
  if (v.objectRef) w.uint32(2, v.objectRef);
  if (v.modifiers) w.uint32(3, v.modifiers);
  if (v.args?.length) {
    w.list(4, v.args.length);
    for (const element of v.args) writeObj(w, element);
  }
  if (v.context) {
    w.header(5);
    writeContext(w, v.context);
  }
  w.end(start);
}

export function readInstanceMethodCall(r: ColferReader): InstanceMethodCall {
  const start = r.position;
  const v: InstanceMethodCall = {};
  let header = r.header();
  if (header === 0) {
    v.clazz = readClass(r);
    header = r.header();
  }
  if (header === 1) {
    v.name = r.text();
    header = r.header();
  }
  if (header === 2) {
    v.objectRef = r.uint32();
    header = r.header();
  } else if (header === (2 | FLAG)) {
    v.objectRef = r.fixed32();
    header = r.header();
  }
  if (header === 3) {
    v.modifiers = r.uint32();
    header = r.header();
  } else if (header === (3 | FLAG)) {
    v.modifiers = r.fixed32();
    header = r.header();
  }
  if (header === 4) {
    v.args = readObjs(r);
    header = r.header();
  }
  if (header === 5) {
    v.context = readContext(r);
    header = r.header();
  }
  r.close(header, start);
  return v;
}

export function writeClInitCall(w: ColferWriter, v: ClInitCall): void {
  const start = w.position;
  if (v.clazz) {
    w.header(0);
    writeClass(w, v.clazz);
  }
  if (v.modifiers) w.uint32(1, v.modifiers);
  if (v.context) {
    w.header(2);
    writeContext(w, v.context);
  }
  w.end(start);
}

export function readClInitCall(r: ColferReader): ClInitCall {
  const start = r.position;
  const v: ClInitCall = {};
  let header = r.header();
  if (header === 0) {
    v.clazz = readClass(r);
    header = r.header();
  }
  if (header === 1) {
    v.modifiers = r.uint32();
    header = r.header();
  } else if (header === (1 | FLAG)) {
    v.modifiers = r.fixed32();
    header = r.header();
  }
  if (header === 2) {
    v.context = readContext(r);
    header = r.header();
  }
  r.close(header, start);
  return v;
}

export function writeClassMethodCall(w: ColferWriter, v: ClassMethodCall): void {
  const start = w.position;
  if (v.clazz) {
    w.header(0);
    writeClass(w, v.clazz);
  }
  if (v.name) w.text(1, v.name);
  if (v.modifiers) w.uint32(2, v.modifiers);
  if (v.args?.length) {
    w.list(3, v.args.length);
    for (const element of v.args) writeObj(w, element);
  }
  if (v.context) {
    w.header(4);
    writeContext(w, v.context);
  }
  w.end(start);
}

export function readClassMethodCall(r: ColferReader): ClassMethodCall {
  const start = r.position;
  const v: ClassMethodCall = {};
  let header = r.header();
  if (header === 0) {
    v.clazz = readClass(r);
    header = r.header();
  }
  if (header === 1) {
    v.name = r.text();
    header = r.header();
  }
  if (header === 2) {
    v.modifiers = r.uint32();
    header = r.header();
  } else if (header === (2 | FLAG)) {
    v.modifiers = r.fixed32();
    header = r.header();
  }
  if (header === 3) {
    v.args = readObjs(r);
    header = r.header();
  }
  if (header === 4) {
    v.context = readContext(r);
    header = r.header();
  }
  r.close(header, start);
  return v;
}
