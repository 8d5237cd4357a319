/**
 * Messages as JSON, exactly as PAL prints them (wire specification 4.8): zero values left out, keys in the order of PAL's
 * serialisers, text escaped as Gson does.
 *
 * Deliberately absent: a way back. JSON records in a log are read by the log reader that meets them.
 */
import {
  CheckedExceptionPolicy,
  codeName,
  ControlCommandType,
  ControlStatusType,
  ExceptionPropagationPolicy,
  FieldOpType,
  InterceptPhase,
  InterceptType,
  messageTypeName,
  MetaServiceType,
  MetaStatusType,
} from './codes';
import { instantText } from './instant';
import type * as m from './messages';
import { bytesToUuid } from './uuid';

export type JsonTree = { [key: string]: JsonValue };
export type JsonValue = string | number | boolean | JsonTree | JsonValue[];

export interface JsonOptions {
  /** First key of the object, as `log print --json` writes it. */
  readonly offset?: number;
  /** PAL renders meta messages as their type alone; `true` adds `meta_message`. */
  readonly meta?: boolean;
}

/** Indented by two spaces, no line break at the end. */
export function prettyJson(message: m.Message, options: JsonOptions = {}): string {
  return escapeHtml(JSON.stringify(jsonTree(message, options), undefined, 2));
}

/** On one line. */
export function compactJson(message: m.Message, options: JsonOptions = {}): string {
  return escapeHtml(JSON.stringify(jsonTree(message, options)));
}

const HTML = /[<>&='\u2028\u2029]/g;

/** Gson's default escapes of characters that matter in HTML and JavaScript. They occur inside texts only. */
export function escapeHtml(json: string): string {
  return json.replace(HTML, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

export function jsonTree(message: m.Message, options: JsonOptions = {}): JsonTree {
  const tree: JsonTree = {};
  if (options.offset !== undefined) tree['offset'] = options.offset;
  tree['type'] = messageTypeName(message.messageType ?? 0);
  if (message.execMessage) tree['exec_message'] = exec(message.execMessage);
  else if (message.controlMessage) tree['control_message'] = control(message.controlMessage);
  else if (message.metaMessage) {
    if (options.meta) tree['meta_message'] = meta(message.metaMessage);
  } else if (message.interceptMessage) tree['intercept_message'] = intercept(message.interceptMessage);
  else if (message.interceptKeyMessage) tree['intercept_key_message'] = interceptKey(message.interceptKeyMessage);
  else if (message.interceptResponse) tree['intercept_response'] = interceptResponse(message.interceptResponse);
  else if (message.interceptCallbackRequestMessage)
    tree['intercept_callback_request'] = callbackRequest(message.interceptCallbackRequestMessage);
  else if (message.interceptCallbackResponseMessage)
    tree['intercept_callback_response'] = callbackResponse(message.interceptCallbackResponseMessage);
  return tree;
}

/** Adds a member unless it is a zero value. */
function put(tree: JsonTree, key: string, value: JsonValue | undefined): void {
  if (value !== undefined && value !== 0 && value !== '' && value !== false) tree[key] = value;
}

function putList(tree: JsonTree, key: string, values: JsonValue[] | undefined): void {
  if (values && values.length > 0) tree[key] = values;
}

function putUuid(tree: JsonTree, key: string, bytes: Uint8Array | undefined): void {
  if (bytes && bytes.length > 0) tree[key] = bytesToUuid(bytes);
}

/** Name of a code, the number itself when it has none. */
function putCode(tree: JsonTree, key: string, table: Readonly<Record<string, number>>, code: number | undefined): void {
  if (code) tree[key] = codeName(table, code) ?? code;
}

function exec(v: m.ExecMessage): JsonTree {
  const tree: JsonTree = {};
  putUuid(tree, 'peer_uuid', v.peerUuid);
  put(tree, 'message_id', v.messageId);
  put(tree, 'thread_name', v.threadName);
  if (v.currentTime) tree['current_time'] = instantText(v.currentTime);
  put(tree, 'dispatch_seq', v.dispatchSeq);
  put(tree, 'builder_seq', v.builderSeq);
  put(tree, 'response_to', v.responseToId);
  payload(tree, v);
  putList(tree, 'declared_exceptions', v.declaredExceptions);
  put(tree, 'thread_affinity', v.threadAffinity);
  put(tree, 'entry_point', v.entryPoint);
  return tree;
}

/** Callback requests set several; the first counts, a return value before a throwable. */
function payload(tree: JsonTree, v: m.ExecMessage): void {
  if (v.constructorCall) tree['constructor_call'] = call(v.constructorCall);
  else if (v.instanceMethodCall) tree['instance_method_call'] = call(v.instanceMethodCall);
  else if (v.classMethodCall) tree['class_method_call'] = call(v.classMethodCall);
  else if (v.staticFieldGet) tree['static_field_get'] = fieldOperation(v.staticFieldGet);
  else if (v.instanceFieldGet) tree['instance_field_get'] = fieldOperation(v.instanceFieldGet);
  else if (v.staticFieldPut) tree['static_field_put'] = fieldOperation(v.staticFieldPut);
  else if (v.instanceFieldPut) tree['instance_field_put'] = fieldOperation(v.instanceFieldPut);
  else if (v.staticFieldPutDone) {
    tree['static_field_put_done'] = putDone(
      v.staticFieldPutDone.field,
      'static_field_put_id',
      v.staticFieldPutDone.staticFieldPutId,
    );
  } else if (v.instanceFieldPutDone) {
    const done = v.instanceFieldPutDone;
    tree['instance_field_put_done'] = putDone(done.field, 'instance_field_put_id', done.instanceFieldPutId);
  } else if (v.returnValue) tree['return_value'] = returnValue(v.returnValue);
  else if (v.raisedThrowable) tree['raised_throwable'] = raised(v.raisedThrowable);
}

function call(v: m.ConstructorCall & m.InstanceMethodCall & m.ClassMethodCall): JsonTree {
  const tree: JsonTree = {};
  if (v.clazz) tree['class'] = clazz(v.clazz);
  put(tree, 'name', v.name);
  put(tree, 'objectref', v.objectRef);
  put(tree, 'modifiers', v.modifiers);
  putList(tree, 'args', v.args?.map(obj));
  if (v.context) tree['context'] = context(v.context);
  return tree;
}

function fieldOperation(v: m.StaticFieldGet & m.StaticFieldPut & m.InstanceFieldGet & m.InstanceFieldPut): JsonTree {
  const tree: JsonTree = {};
  if (v.clazz) tree['class'] = clazz(v.clazz);
  put(tree, 'objectref', v.objectRef);
  if (v.field) tree['field'] = member(v.field);
  if (v.valueObject) tree['value_object'] = obj(v.valueObject);
  put(tree, 'value_objectref', v.valueObjectRef);
  if (v.context) tree['context'] = context(v.context);
  return tree;
}

function putDone(field: m.Field | undefined, idKey: string, id: string | undefined): JsonTree {
  const tree: JsonTree = {};
  if (field) tree['field'] = member(field);
  put(tree, idKey, id);
  return tree;
}

function clazz(v: m.Class): JsonTree {
  const tree: JsonTree = {};
  put(tree, 'name', v.name);
  return tree;
}

function obj(v: m.Obj): JsonTree {
  const tree: JsonTree = {};
  put(tree, 'value', v.value);
  if (v.clazz) tree['class'] = clazz(v.clazz);
  put(tree, 'ref', v.ref);
  put(tree, 'null', v.isNull);
  return tree;
}

function member(v: m.Field | m.Method): JsonTree {
  const tree: JsonTree = {};
  put(tree, 'name', v.name);
  if (v.clazz) tree['class'] = clazz(v.clazz);
  put(tree, 'modifiers', v.modifiers);
  return tree;
}

function context(v: m.Context): JsonTree {
  const tree: JsonTree = {};
  put(tree, 'source_location_file', v.sourceLocationFile);
  put(tree, 'source_location_line', v.sourceLocationLine);
  put(tree, 'source_location_type', v.sourceLocationType);
  return tree;
}

function reflectable(v: m.Reflectable): JsonTree {
  const tree: JsonTree = {};
  if (v.constructor_) {
    const inner: JsonTree = {};
    if (v.constructor_.clazz) inner['class'] = clazz(v.constructor_.clazz);
    tree['constructor'] = inner;
  }
  if (v.method) tree['method'] = member(v.method);
  if (v.field) tree['field'] = member(v.field);
  return tree;
}

function returnValue(v: m.ReturnValue): JsonTree {
  const tree: JsonTree = {};
  put(tree, 'void', v.isVoid);
  if (v.object) tree['object'] = obj(v.object);
  if (v.from) tree['from'] = reflectable(v.from);
  return tree;
}

function raised(v: m.RaisedThrowable): JsonTree {
  const tree: JsonTree = {};
  put(tree, 'in_initializer', v.inInitializer);
  if (v.from) tree['from'] = reflectable(v.from);
  put(tree, 'modifiers', v.modifiers);
  if (v.throwable) tree['throwable'] = throwable(v.throwable);
  return tree;
}

function throwable(v: m.Throwable): JsonTree {
  const outermost: JsonTree = {};
  let tree = outermost;
  for (let level: m.Throwable | undefined = v; level; level = level.cause) {
    put(tree, 'type', level.Type);
    put(tree, 'message', level.message);
    putList(tree, 'stacktrace_elements', level.stackTraceElements);
    if (level.cause) tree = tree['cause'] = {} as JsonTree;
  }
  return outermost;
}

function control(v: m.ControlMessage): JsonTree {
  const tree: JsonTree = {};
  putUuid(tree, 'from_peer', v.fromPeer);
  put(tree, 'message_id', v.messageId);
  put(tree, 'response_to', v.responseToId);
  putCode(tree, 'command', ControlCommandType, v.command);
  putList(tree, 'params', v.params?.map(obj));
  putCode(tree, 'status', ControlStatusType, v.status);
  put(tree, 'body', v.body);
  return tree;
}

function meta(v: m.MetaMessage): JsonTree {
  const tree: JsonTree = {};
  putUuid(tree, 'from_peer', v.fromPeer);
  put(tree, 'message_id', v.messageId);
  put(tree, 'response_to', v.responseToId);
  if (v.service) tree['service'] = codeName(MetaServiceType, v.service)?.toLowerCase() ?? v.service;
  putList(tree, 'params', v.params?.map(obj));
  putCode(tree, 'status', MetaStatusType, v.status);
  put(tree, 'body', v.body);
  return tree;
}

function intercept(v: m.InterceptMessage): JsonTree {
  const tree: JsonTree = {};
  putUuid(tree, 'peer_uuid', v.peerUuid);
  put(tree, 'message_id', v.messageId);
  putCode(tree, 'intercept_type', InterceptType, v.interceptType);
  put(tree, 'class', v.clazz);
  if (v.field) {
    const field: JsonTree = {};
    put(field, 'name', v.field.name);
    putCode(field, 'fieldop_type', FieldOpType, v.field.fieldOpType);
    tree['field'] = field;
  }
  if (v.method) {
    const method: JsonTree = {};
    put(method, 'name', v.method.name);
    putList(method, 'parameter_types', v.method.parameterTypes);
    tree['method'] = method;
  }
  put(tree, 'callback_class', v.callbackClass);
  put(tree, 'callback_method', v.callbackMethod);
  put(tree, 'force_immediate', v.forceImmediate);
  putPolicy(tree, 'exception_propagation_policy', ExceptionPropagationPolicy, v.exceptionPropagationPolicy);
  putPolicy(tree, 'checked_exception_policy', CheckedExceptionPolicy, v.checkedExceptionPolicy);
  put(tree, 'priority', v.priority);
  if (v.ttlSeconds) tree['ttl_seconds'] = Number(v.ttlSeconds);
  if (v.callbackTimeoutMs) tree['callback_timeout_ms'] = Number(v.callbackTimeoutMs);
  return tree;
}

/** 255 = not set. */
function putPolicy(
  tree: JsonTree,
  key: string,
  table: Readonly<Record<string, number>>,
  code: number | undefined,
): void {
  if (code !== 255) putCode(tree, key, table, code);
}

function interceptKey(v: m.InterceptKeyMessage): JsonTree {
  const tree: JsonTree = {};
  put(tree, 'class', v.clazz);
  if (v.execMsgType) tree['exec_msg_type'] = messageTypeName(v.execMsgType);
  put(tree, 'executable_name', v.executableName);
  putList(tree, 'parameter_types', v.parameterTypes);
  return tree;
}

function interceptResponse(v: m.InterceptResponse): JsonTree {
  const tree: JsonTree = {};
  putUuid(tree, 'peer_uuid', v.peerUuid);
  put(tree, 'response_to', v.responseToId);
  put(tree, 'result', v.result);
  return tree;
}

function callbackRequest(v: m.InterceptCallbackRequestMessage): JsonTree {
  const tree: JsonTree = {};
  put(tree, 'callback_id', v.callbackId);
  putCode(tree, 'phase', InterceptPhase, v.phase);
  putCode(tree, 'intercept_type', InterceptType, v.interceptType);
  putUuid(tree, 'intercepted_peer', v.interceptedPeer);
  put(tree, 'registered_callback_id', v.registeredCallbackId);
  put(tree, 'callback_class', v.callbackClass);
  put(tree, 'callback_method', v.callbackMethod);
  if (v.exec) tree['exec'] = exec(v.exec);
  if (v.returnValue) tree['return_value'] = obj(v.returnValue);
  put(tree, 'return_value_ref', v.returnValueRef);
  put(tree, 'is_void', v.isVoid);
  if (v.thrownException) tree['thrown_exception'] = raised(v.thrownException);
  put(tree, 'proceed_timeout_ms', v.proceedTimeoutMs);
  return tree;
}

function callbackResponse(v: m.InterceptCallbackResponseMessage): JsonTree {
  const tree: JsonTree = {};
  put(tree, 'callback_id', v.callbackId);
  putCode(tree, 'phase', InterceptPhase, v.phase);
  putList(tree, 'mutated_args', v.mutatedArgs?.map(obj));
  put(tree, 'should_proceed', v.shouldProceed);
  put(tree, 'override_return', v.overrideReturn);
  if (v.newReturnValue) tree['new_return_value'] = obj(v.newReturnValue);
  put(tree, 'new_return_ref', v.newReturnRef);
  put(tree, 'throw_exception', v.throwException);
  if (v.exception) tree['exception'] = raised(v.exception);
  put(tree, 'is_api_misuse_error', v.isApiMisuseError);
  return tree;
}
