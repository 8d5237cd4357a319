/**
 * One line per message for people (`log print --with-values`): as the compact form, with arguments, results and written values. Values
 * come from the message alone; they are shown as data, control characters escaped, each cut to `VALUE_MAX`.
 */
import { escapeControls, messageSummary, simpleName } from './summary';
import type { Message, Obj } from './messages';

const VALUE_MAX = 60;
const LINE_MAX = 240; // both in UTF-16 units

/** E.g. `call OrderBook.place@44(Customer@84, {"customer":"bob"})`, `return Order@86`, `put Order.lines@86 ⇦ Array@87 []`. */
export function readableSummary(message: Message): string {
  const text = readable(message);
  if (text === undefined) return messageSummary(message);
  const safe = escapeControls(text);
  return safe.length > LINE_MAX ? `${safe.slice(0, LINE_MAX - 1)}…` : safe;
}

function readable(message: Message): string | undefined {
  const exec = message.execMessage;
  if (exec === undefined) return undefined;
  const call = exec.constructorCall ?? exec.instanceMethodCall ?? exec.classMethodCall;
  if (call !== undefined) return `${messageSummary(message)}(${(call.args ?? []).map(valueText).join(', ')})`;
  const put = exec.instanceFieldPut ?? exec.staticFieldPut;
  if (put !== undefined) {
    const target = exec.instanceFieldPut?.objectRef;
    const name = `${simpleName(put.clazz)}.${put.field?.name ?? ''}${target ? `@${target}` : ''}`;
    return `put ${name} ⇦ ${put.valueObject === undefined ? `@${put.valueObjectRef ?? 0}` : valueText(put.valueObject)}`;
  }
  const returned = exec.returnValue;
  if (returned !== undefined && !returned.isVoid) {
    const field = returned.from?.field?.name;
    const created = returned.from?.constructor_ === undefined ? '' : 'new ';
    return `return ${created}${valueText(returned.object ?? {})}${field === undefined ? '' : ` (${field})`}`;
  }
  return undefined;
}

/** `12`, `"text"`, `null`, `undefined`, `Order@86`, `Object@83 {"sku":"pen"}`. */
function valueText(object: Obj): string {
  const name = simpleName(object.clazz);
  if (object.isNull) return name === 'undefined' ? 'undefined' : 'null';
  const value =
    object.value === undefined || object.value === '' ? '' : cut(numberText(object.value, object.clazz?.name));
  const array = object.clazz?.name?.startsWith('[') === true;
  if (!object.ref || (array && value !== '')) return value === '' ? name : value;
  return value === '' ? `${name}@${object.ref}` : `${name}@${object.ref} ${value}`;
}

/** Java writes 1.795525575699E12 and 2.0; people who read JavaScript expect 1795525575699 and 2. */
function numberText(value: string, className: string | undefined): string {
  if (className !== 'double' && className !== 'java.lang.Double') return value;
  const number = Number(value);
  return Number.isNaN(number) ? value : Object.is(number, -0) ? '-0' : String(number);
}

const cut = (text: string): string => (text.length > VALUE_MAX ? `${text.slice(0, VALUE_MAX - 1)}…` : text);
