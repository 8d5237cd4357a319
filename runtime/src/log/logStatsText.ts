/**
 * What `pal log stats` prints, as text and as JSON: widths, order (Java's hash order) and rounding as PAL has them.
 *
 * Deliberately absent: printing. Lines come without line ends.
 */
import { MessageType } from '../wire/codes';
import { escapeHtml } from '../wire/json';
import { javaHashOrder } from './javaHashOrder';
import type { Counter, LogStats } from './logStats';

const SEPARATOR = '='.repeat(63);

export function formatStatsText(stats: LogStats): string[] {
  const lines = Object.keys(MessageType).map(
    (type) => `# messages of type: ${type.padStart(16)} : ${stats.byType.counts.get(type) ?? 0}`,
  );
  const block = (label: string, counter: Counter, sign: string): void => {
    lines.push(SEPARATOR);
    for (const key of keysOf(counter))
      lines.push(`# ${label}: ${key.padStart(40)} ${sign} ${counter.counts.get(key)!}`);
  };
  block('messages by peer', stats.byPeer, ':');
  block('messages by thread', stats.byThread, ':');
  block('created objects of class', stats.objectsCreated, '=');
  block('calls to <class>.<method>', stats.methodsCalled, '=');
  block('reads from <class>.<field>', stats.fieldReads, '=');
  block('writes to <class>.<field>', stats.fieldWrites, '=');
  block('exceptions of type', stats.exceptionsByType, '=');
  block('exceptions from <class>.<method>', stats.exceptionsByMethod, '=');
  lines.push(SEPARATOR, `# entry points (RPC calls): ${stats.entryPoints}`, SEPARATOR);
  if (stats.firstTime !== 0n && stats.lastTime !== 0n) {
    const nanos = stats.lastTime - stats.firstTime;
    lines.push(`time span: ${String(nanos / 1_000_000n)} ms`);
    if (nanos > 0n) lines.push(`message rate: ${oneDecimal(stats.messages / (Number(nanos) / 1e9))} msgs/sec`);
  }
  return lines;
}

/** The counters as PAL's JSON: one object, two spaces of indentation. */
export function formatStatsJson(stats: LogStats): string {
  const members: [string, string][] = [
    ['numberOfMessages', String(stats.messages)],
    ['messagesByType', mapJson(stats.byType)],
    ['messagesFromPeer', mapJson(stats.byPeer)],
    ['requests', '0'], // PAL has these counters and never counts
    ['replies', '0'],
    ['objectsCreated', mapJson(stats.objectsCreated)],
    ['methodsCalled', mapJson(stats.methodsCalled)],
    ['fieldReads', mapJson(stats.fieldReads)],
    ['fieldWrites', mapJson(stats.fieldWrites)],
    ['messagesByThread', mapJson(stats.byThread)],
    ['dispatchesByThread', '{}'],
    ['exceptionsByType', mapJson(stats.exceptionsByType)],
    ['exceptionsPerMethod', mapJson(stats.exceptionsByMethod)],
    ['entryPointCount', String(stats.entryPoints)],
    ['firstMessageTimeNanos', String(stats.firstTime)],
    ['lastMessageTimeNanos', String(stats.lastTime)],
  ];
  return `{\n${members.map(([name, value]) => `  "${name}": ${value}`).join(',\n')}\n}`;
}

const keysOf = (counter: Counter): string[] => javaHashOrder([...counter.counts.keys()], counter.lastIsNew);

function mapJson(counter: Counter): string {
  if (counter.counts.size === 0) return '{}';
  const members = keysOf(counter).map((key) => `    ${escapeHtml(JSON.stringify(key))}: ${counter.counts.get(key)!}`);
  return `{\n${members.join(',\n')}\n  }`;
}

/** Java's `%.1f`: the digits that identify the number, rounded half up. */
function oneDecimal(value: number): string {
  const text = String(value);
  const point = text.indexOf('.');
  if (point < 0 || text.includes('e')) return value.toFixed(1);
  const tenths = BigInt(text.slice(0, point) + text[point + 1]!) + ((text[point + 2] ?? '0') >= '5' ? 1n : 0n);
  return `${String(tenths / 10n)}.${String(tenths % 10n)}`;
}
