/**
 * One line per message, as `log print` shows it in its compact and tree forms (command specification 10.2): class names
 * without package, line breaks escaped, cut at 100 characters.
 */
import { messageTypeName } from './codes';
import type { Class, ExecMessage, Message, Obj, Reflectable, ReturnValue } from './messages';

const LENGTH_MAX = 100; // UTF-16 units, as Java counts

/** E.g. `call Cart.add@2`, `put Cart.count@2 ⇦ (=1)`, `return new Item@9`, `throw IOException: "oops"`. */
export function messageSummary(message: Message): string {
  const text = message.execMessage ? execSummary(message.execMessage) : undefined;
  return line(text ?? messageTypeName(message.messageType ?? 0));
}

function line(text: string): string {
  const escaped = escapeControls(text);
  return escaped.length > LENGTH_MAX ? escaped.slice(0, LENGTH_MAX) : escaped;
}

/** Line breaks as `\\n` and `\\r`; other control characters, which could steer a terminal, as `\\u001b`. */
export function escapeControls(text: string): string {
  // eslint-disable-next-line no-control-regex -- control characters are what this is about
  if (!/[\u0000-\u001f\u007f-\u009f]/.test(text)) return text;
  // eslint-disable-next-line no-control-regex
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, (char) => {
    if (char === '\n') return '\\n';
    if (char === '\r') return '\\r';
    return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

function execSummary(v: ExecMessage): string | undefined {
  if (v.constructorCall) return `new ${simpleName(v.constructorCall.clazz)}`;
  if (v.instanceMethodCall) {
    const call = v.instanceMethodCall;
    return `call ${simpleName(call.clazz)}.${call.name ?? ''}${reference(call.objectRef)}`;
  }
  if (v.classMethodCall) return `call ${simpleName(v.classMethodCall.clazz)}.${v.classMethodCall.name ?? ''}`;
  if (v.staticFieldGet) return `get ${simpleName(v.staticFieldGet.clazz)}.${v.staticFieldGet.field?.name ?? ''}`;
  if (v.instanceFieldGet) {
    const get = v.instanceFieldGet;
    return `get ${simpleName(get.clazz)}.${get.field?.name ?? ''}${reference(get.objectRef)}`;
  }
  if (v.staticFieldPut) {
    const put = v.staticFieldPut;
    return `put ${simpleName(put.clazz)}.${put.field?.name ?? ''} ⇦ ${putValue(put.valueObject, put.valueObjectRef)}`;
  }
  if (v.instanceFieldPut) {
    const put = v.instanceFieldPut;
    const target = `${simpleName(put.clazz)}.${put.field?.name ?? ''}${reference(put.objectRef)}`;
    return `put ${target} ⇦ ${putValue(put.valueObject, put.valueObjectRef)}`;
  }
  const done = v.instanceFieldPutDone ?? v.staticFieldPutDone;
  if (done) return `put_done ${simpleName(done.field?.clazz)}.${done.field?.name ?? ''}`;
  if (v.returnValue) return returned(v.returnValue);
  if (v.raisedThrowable) {
    const throwable = v.raisedThrowable.throwable;
    return `throw ${lastSegment(throwable?.Type ?? '')}: "${throwable?.message ?? ''}"`;
  }
  return undefined;
}

function returned(v: ReturnValue): string {
  if (v.isVoid) return 'return void';
  const object = v.object ?? {};
  return `return ${isNew(v.from) ? 'new ' : ''}${simpleName(object.clazz)}${value(object, object.ref)}${ofField(v.from)}`;
}

const isNew = (from: Reflectable | undefined): boolean => from?.constructor_ !== undefined;
const ofField = (from: Reflectable | undefined): string => (from?.field ? ` (${from.field.name ?? ''})` : '');

/** PAL shows the reference of a written value only when it came beside the value object. */
const putValue = (object: Obj | undefined, ref: number | undefined): string => value(object ?? {}, ref);

function value(object: Obj, ref: number | undefined): string {
  if (object.isNull) return '=NULL';
  return reference(ref) + (object.value ? `(=${object.value})` : '');
}

const reference = (ref: number | undefined): string => (ref ? `@${ref}` : '');
/** Class name without its package. */
export const simpleName = (clazz: Class | undefined): string => lastSegment(clazz?.name ?? '');

/** `shop.Item` is `Item`, `[Lshop.Item;` is `[LItem;`. */
function lastSegment(name: string): string {
  const dot = name.lastIndexOf('.');
  if (dot < 0) return name;
  return name.startsWith('[') ? name.slice(0, name.indexOf('L') + 1) + name.slice(dot + 1) : name.slice(dot + 1);
}
