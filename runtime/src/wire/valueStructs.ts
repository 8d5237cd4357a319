/** Colfer form of values, reflection and completions (2.2): one writer and one reader per struct, fields in index order, as `colferWriter.ts` and `colferReader.ts` ask. */
import { PalError } from '../errors';
import type { ColferReader } from './colferReader';
import type { ColferWriter } from './colferWriter';
import { CAUSE_DEPTH_MAX, FLAG } from './limits';
import type {
  Class,
  Obj,
  Field,
  Method,
  Constructor,
  Reflectable,
  ReturnValue,
  Throwable,
  RaisedThrowable,
  Context,
  InternalHeader,
} from './messages';

export function writeClass(w: ColferWriter, v: Class): void {
  const start = w.position;
  if (v.name) w.text(0, v.name);
  w.end(start);
}

export function readClass(r: ColferReader): Class {
  const start = r.position;
  const v: Class = {};
  let header = r.header();
  if (header === 0) {
    v.name = r.text();
    header = r.header();
  }
  r.close(header, start);
  return v;
}

export function writeObj(w: ColferWriter, v: Obj): void {
  const start = w.position;
  if (v.value) w.text(0, v.value);
  if (v.clazz) {
    w.header(1);
    writeClass(w, v.clazz);
  }
  if (v.ref) w.uint32(2, v.ref);
  if (v.isNull) w.flag(3);
  w.end(start);
}

export function readObj(r: ColferReader): Obj {
  const start = r.position;
  const v: Obj = {};
  let header = r.header();
  if (header === 0) {
    v.value = r.uniqueText();
    header = r.header();
  }
  if (header === 1) {
    v.clazz = readClass(r);
    header = r.header();
  }
  if (header === 2) {
    v.ref = r.uint32();
    header = r.header();
  } else if (header === (2 | FLAG)) {
    v.ref = r.fixed32();
    header = r.header();
  }
  if (header === 3) {
    v.isNull = true;
    header = r.header();
  }
  r.close(header, start);
  return v;
}

/** The rest of a list of `Obj`, from its count on. */
export function readObjs(r: ColferReader): Obj[] {
  const count = r.count();
  const values: Obj[] = [];
  for (let i = 0; i < count; i++) values.push(readObj(r));
  return values;
}

export function writeField(w: ColferWriter, v: Field): void {
  const start = w.position;
  if (v.clazz) {
    w.header(0);
    writeClass(w, v.clazz);
  }
  if (v.name) w.text(1, v.name);
  if (v.modifiers) w.uint32(2, v.modifiers);
  w.end(start);
}

export function readField(r: ColferReader): Field {
  const start = r.position;
  const v: Field = {};
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
  r.close(header, start);
  return v;
}

export function writeMethod(w: ColferWriter, v: Method): void {
  const start = w.position;
  if (v.clazz) {
    w.header(0);
    writeClass(w, v.clazz);
  }
  if (v.name) w.text(1, v.name);
  if (v.modifiers) w.uint32(2, v.modifiers);
  w.end(start);
}

export function readMethod(r: ColferReader): Method {
  const start = r.position;
  const v: Method = {};
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
  r.close(header, start);
  return v;
}

export function writeConstructor(w: ColferWriter, v: Constructor): void {
  const start = w.position;
  if (v.clazz) {
    w.header(0);
    writeClass(w, v.clazz);
  }
  w.end(start);
}

export function readConstructor(r: ColferReader): Constructor {
  const start = r.position;
  const v: Constructor = {};
  let header = r.header();
  if (header === 0) {
    v.clazz = readClass(r);
    header = r.header();
  }
  r.close(header, start);
  return v;
}

export function writeReflectable(w: ColferWriter, v: Reflectable): void {
  const start = w.position;
  if (v.constructor_) {
    w.header(0);
    writeConstructor(w, v.constructor_);
  }
  if (v.method) {
    w.header(1);
    writeMethod(w, v.method);
  }
  if (v.field) {
    w.header(2);
    writeField(w, v.field);
  }
  w.end(start);
}

export function readReflectable(r: ColferReader): Reflectable {
  const start = r.position;
  const v: Reflectable = {};
  let header = r.header();
  if (header === 0) {
    v.constructor_ = readConstructor(r);
    header = r.header();
  }
  if (header === 1) {
    v.method = readMethod(r);
    header = r.header();
  }
  if (header === 2) {
    v.field = readField(r);
    header = r.header();
  }
  r.close(header, start);
  return v;
}

export function writeReturnValue(w: ColferWriter, v: ReturnValue): void {
  const start = w.position;
  if (v.isVoid) w.flag(0);
  if (v.object) {
    w.header(1);
    writeObj(w, v.object);
  }
  if (v.from) {
    w.header(2);
    writeReflectable(w, v.from);
  }
  w.end(start);
}

export function readReturnValue(r: ColferReader): ReturnValue {
  const start = r.position;
  const v: ReturnValue = {};
  let header = r.header();
  if (header === 0) {
    v.isVoid = true;
    header = r.header();
  }
  if (header === 1) {
    v.object = readObj(r);
    header = r.header();
  }
  if (header === 2) {
    v.from = readReflectable(r);
    header = r.header();
  }
  r.close(header, start);
  return v;
}

/** The chain of causes is the last field of each level, so it is written and read in a loop, whatever its length. */
export function writeThrowable(w: ColferWriter, v: Throwable): void {
  const start = w.position;
  let depth = 0;
  for (let level: Throwable | undefined = v; level; level = level.cause) {
    if (++depth > CAUSE_DEPTH_MAX) {
      throw new PalError('limit', `Cannot encode a throwable: more than ${CAUSE_DEPTH_MAX} nested causes.`, {
        data: { kind: 'limit', limit: CAUSE_DEPTH_MAX },
      });
    }
    if (level.Type) w.text(0, level.Type);
    if (level.message) w.text(1, level.message);
    if (level.stackTraceElements?.length) w.texts(2, level.stackTraceElements);
    if (level.cause) w.header(3);
  }
  for (; depth > 0; depth--) w.end(start);
}

export function readThrowable(r: ColferReader): Throwable {
  const start = r.position;
  const outermost: Throwable = {};
  let v = outermost;
  for (let depth = 1; ; depth++) {
    let header = r.header();
    if (header === 0) {
      v.Type = r.text();
      header = r.header();
    }
    if (header === 1) {
      v.message = r.text();
      header = r.header();
    }
    if (header === 2) {
      v.stackTraceElements = r.texts();
      header = r.header();
    }
    if (header !== 3) {
      r.close(header, start);
      for (; depth > 1; depth--) r.close(r.header(), start);
      return outermost;
    }
    if (depth === CAUSE_DEPTH_MAX) throw r.tooDeep(CAUSE_DEPTH_MAX);
    v = v.cause = {};
  }
}

export function writeRaisedThrowable(w: ColferWriter, v: RaisedThrowable): void {
  const start = w.position;
  if (v.inInitializer) w.flag(0);
  if (v.from) {
    w.header(1);
    writeReflectable(w, v.from);
  }
  if (v.modifiers) w.uint32(2, v.modifiers);
  if (v.throwable) {
    w.header(3);
    writeThrowable(w, v.throwable);
  }
  w.end(start);
}

export function readRaisedThrowable(r: ColferReader): RaisedThrowable {
  const start = r.position;
  const v: RaisedThrowable = {};
  let header = r.header();
  if (header === 0) {
    v.inInitializer = true;
    header = r.header();
  }
  if (header === 1) {
    v.from = readReflectable(r);
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
    v.throwable = readThrowable(r);
    header = r.header();
  }
  r.close(header, start);
  return v;
}

export function writeContext(w: ColferWriter, v: Context): void {
  const start = w.position;
  if (v.sourceLocationFile) w.text(0, v.sourceLocationFile);
  if (v.sourceLocationLine) w.uint32(1, v.sourceLocationLine);
  if (v.sourceLocationType) w.text(2, v.sourceLocationType);
  w.end(start);
}

export function readContext(r: ColferReader): Context {
  const start = r.position;
  const v: Context = {};
  let header = r.header();
  if (header === 0) {
    v.sourceLocationFile = r.text();
    header = r.header();
  }
  if (header === 1) {
    v.sourceLocationLine = r.uint32();
    header = r.header();
  } else if (header === (1 | FLAG)) {
    v.sourceLocationLine = r.fixed32();
    header = r.header();
  }
  if (header === 2) {
    v.sourceLocationType = r.text();
    header = r.header();
  }
  r.close(header, start);
  return v;
}

export function writeInternalHeader(w: ColferWriter, v: InternalHeader): void {
  const start = w.position;
  if (v.headerType) w.uint8(0, v.headerType);
  if (v.value) w.text(1, v.value);
  w.end(start);
}

export function readInternalHeader(r: ColferReader): InternalHeader {
  const start = r.position;
  const v: InternalHeader = {};
  let header = r.header();
  if (header === 0) {
    v.headerType = r.uint8();
    header = r.header();
  }
  if (header === 1) {
    v.value = r.text();
    header = r.header();
  }
  r.close(header, start);
  return v;
}
