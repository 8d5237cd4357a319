/**
 * Shapes of PAL's Colfer structs as TypeScript values (wire specification 2). An absent member and a zero value
 * (`0`, `false`, `''`, `[]`) mean the same; an absent struct and an empty one (`{}`) do not. `binary` is a `Uint8Array`
 * (UUIDs: 16 bytes, least significant half first), `uint64`/`int64` are `bigint`, other integers `number`.
 */
export interface Class {
  name?: string;
}
export interface Obj {
  value?: string;
  clazz?: Class;
  ref?: number;
  isNull?: boolean;
}
export interface Field {
  clazz?: Class;
  name?: string;
  modifiers?: number;
}
export interface Method {
  clazz?: Class;
  name?: string;
  modifiers?: number;
}
export interface Constructor {
  clazz?: Class;
}
export interface Reflectable {
  constructor_?: Constructor;
  method?: Method;
  field?: Field;
}
export interface ReturnValue {
  isVoid?: boolean;
  object?: Obj;
  from?: Reflectable;
}
export interface Throwable {
  Type?: string;
  message?: string;
  stackTraceElements?: string[];
  cause?: Throwable;
}
export interface RaisedThrowable {
  inInitializer?: boolean;
  from?: Reflectable;
  modifiers?: number;
  throwable?: Throwable;
}
export interface Context {
  sourceLocationFile?: string;
  sourceLocationLine?: number;
  sourceLocationType?: string;
}
export interface InternalHeader {
  headerType?: number;
  value?: string;
}

export interface ConstructorCall {
  clazz?: Class;
  modifiers?: number;
  args?: Obj[];
  context?: Context;
}
export interface InstanceMethodCall {
  clazz?: Class;
  name?: string;
  objectRef?: number;
  modifiers?: number;
  args?: Obj[];
  context?: Context;
}
export interface ClInitCall {
  clazz?: Class;
  modifiers?: number;
  context?: Context;
}
export interface ClassMethodCall {
  clazz?: Class;
  name?: string;
  modifiers?: number;
  args?: Obj[];
  context?: Context;
}
export interface StaticFieldGet {
  clazz?: Class;
  field?: Field;
  context?: Context;
}
export interface StaticFieldPut {
  clazz?: Class;
  field?: Field;
  valueObject?: Obj;
  valueObjectRef?: number;
  context?: Context;
}
export interface StaticFieldPutDone {
  field?: Field;
  staticFieldPutId?: string;
}
export interface InstanceFieldGet {
  clazz?: Class;
  objectRef?: number;
  field?: Field;
  context?: Context;
}
export interface InstanceFieldPut {
  clazz?: Class;
  objectRef?: number;
  field?: Field;
  valueObject?: Obj;
  valueObjectRef?: number;
  context?: Context;
}
export interface InstanceFieldPutDone {
  field?: Field;
  instanceFieldPutId?: string;
}

export interface ExecMessage {
  peerUuid?: Uint8Array;
  messageId?: string;
  threadName?: string;
  /** Nanoseconds since the Unix epoch, UTC. */
  currentTime?: bigint;
  dispatchSeq?: number;
  builderSeq?: number;
  responseToId?: string;
  constructorCall?: ConstructorCall;
  instanceMethodCall?: InstanceMethodCall;
  classMethodCall?: ClassMethodCall;
  clinitCall?: ClInitCall;
  staticFieldGet?: StaticFieldGet;
  staticFieldPut?: StaticFieldPut;
  instanceFieldGet?: InstanceFieldGet;
  instanceFieldPut?: InstanceFieldPut;
  staticFieldPutDone?: StaticFieldPutDone;
  instanceFieldPutDone?: InstanceFieldPutDone;
  raisedThrowable?: RaisedThrowable;
  returnValue?: ReturnValue;
  declaredExceptions?: string[];
  threadAffinity?: string;
  entryPoint?: boolean;
}
export interface ControlMessage {
  fromPeer?: Uint8Array;
  messageId?: string;
  responseToId?: string;
  command?: number;
  params?: Obj[];
  status?: number;
  body?: string;
}
export interface MetaMessage {
  fromPeer?: Uint8Array;
  messageId?: string;
  responseToId?: string;
  service?: number;
  params?: Obj[];
  status?: number;
  body?: string;
}

export interface InterceptableMethod {
  name?: string;
  parameterTypes?: string[];
}
export interface InterceptableField {
  name?: string;
  fieldOpType?: number;
}
export interface InterceptMessage {
  peerUuid?: Uint8Array;
  messageId?: string;
  interceptType?: number;
  clazz?: string;
  field?: InterceptableField;
  method?: InterceptableMethod;
  callbackClass?: string;
  callbackMethod?: string;
  forceImmediate?: boolean;
  exceptionPropagationPolicy?: number;
  checkedExceptionPolicy?: number;
  priority?: number;
  ttlSeconds?: bigint;
  callbackTimeoutMs?: bigint;
}
export interface InterceptKeyMessage {
  clazz?: string;
  execMsgType?: number;
  executableName?: string;
  parameterTypes?: string[];
}
export interface InterceptResponse {
  peerUuid?: Uint8Array;
  responseToId?: string;
  result?: boolean;
}
export interface InterceptCallbackRequestMessage {
  callbackId?: string;
  phase?: number;
  interceptType?: number;
  interceptedPeer?: Uint8Array;
  registeredCallbackId?: string;
  callbackClass?: string;
  callbackMethod?: string;
  exec?: ExecMessage;
  returnValue?: Obj;
  returnValueRef?: number;
  isVoid?: boolean;
  thrownException?: RaisedThrowable;
  proceedTimeoutMs?: number;
}
export interface InterceptCallbackResponseMessage {
  callbackId?: string;
  phase?: number;
  mutatedArgs?: Obj[];
  shouldProceed?: boolean;
  overrideReturn?: boolean;
  newReturnValue?: Obj;
  newReturnRef?: number;
  throwException?: boolean;
  exception?: RaisedThrowable;
  isApiMisuseError?: boolean;
}

export interface Message {
  messageType?: number;
  execMessage?: ExecMessage;
  controlMessage?: ControlMessage;
  metaMessage?: MetaMessage;
  interceptMessage?: InterceptMessage;
  interceptKeyMessage?: InterceptKeyMessage;
  interceptResponse?: InterceptResponse;
  interceptCallbackRequestMessage?: InterceptCallbackRequestMessage;
  interceptCallbackResponseMessage?: InterceptCallbackResponseMessage;
}
