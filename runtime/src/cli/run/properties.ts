/**
 * Java properties files, as far as PAL's own keys need them: comments, `=`, `:` or blank as separator, continuation
 * lines, the backslash escapes.
 */
import { readFileSync } from 'node:fs';
import { PalError } from '../../errors';

const POWERS_OF_TWO = ['wal.queue.initial', 'wal.queue.max', 'pub.queue.initial', 'pub.queue.max', 'pub.spsc_size'];

/** @throws PalError exit 1 when the file cannot be read, exit 2 when a queue size is no power of two */
export function loadProperties(path: string): ReadonlyMap<string, string> {
  let text: string;
  try {
    text = readFileSync(path, 'latin1');
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    const detail = missing
      ? `External properties file \`${path}\` does not exist`
      : `External properties file \`${path}\` cannot be read: ${(cause as Error).message}`;
    throw new PalError(missing ? 'not-found' : 'io', `Error loading application properties\n${detail}`, { cause });
  }
  const properties = parseProperties(text);
  for (const key of POWERS_OF_TWO) {
    const value = properties.get(key);
    if (value !== undefined && !isPowerOfTwo(value)) {
      throw new PalError(
        'usage',
        `Error validating application properties\nProperty ${key} of ${path} must be a power of two but is '${value}'.`,
        { exitCode: 2 },
      );
    }
  }
  return properties;
}

function isPowerOfTwo(text: string): boolean {
  const value = /^\d+$/.test(text) ? BigInt(text) : 0n;
  return value > 0n && (value & (value - 1n)) === 0n;
}

export function parseProperties(text: string): ReadonlyMap<string, string> {
  const properties = new Map<string, string>();
  for (const line of logicalLines(text)) {
    const match = /^((?:\\.|[^\\=:\s])*)\s*[=:]?\s*(.*)$/s.exec(line);
    if (match !== null) properties.set(unescape(match[1]!), unescape(match[2]!));
  }
  return properties;
}

function* logicalLines(text: string): Generator<string> {
  let pending = '';
  for (const natural of text.split(/\r\n|[\r\n]/)) {
    const line = natural.trimStart();
    if (pending === '' && (line === '' || line.startsWith('#') || line.startsWith('!'))) continue;
    const backslashes = /\\*$/.exec(line)![0].length;
    if (backslashes % 2 === 1) {
      pending += line.slice(0, -1);
      continue;
    }
    yield pending + line;
    pending = '';
  }
  if (pending !== '') yield pending;
}

const ESCAPES: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', f: '\f' };

function unescape(text: string): string {
  return text.replace(/\\(?:u([0-9a-fA-F]{4})|(.))/gs, (_, hex: string | undefined, char: string) =>
    hex === undefined ? (ESCAPES[char] ?? char) : String.fromCharCode(parseInt(hex, 16)),
  );
}
