/**
 * Scalars as Java writes them in the `value` text of an `Obj` (Jackson with its defaults; wire specification 3.4).
 * Digits of doubles are the shortest that read back the same; JDK 17 sometimes writes more, so compare such texts as numbers.
 */

/** `Double.toString`: `1.0`, `1.0E10`, `NaN`. */
export function javaDouble(value: number): string {
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0';
  const magnitude = Math.abs(value);
  if (magnitude >= 1e-3 && magnitude < 1e7) {
    const text = String(value);
    return text.includes('.') ? text : `${text}.0`;
  }
  if (!Number.isFinite(value)) return String(value);
  const [digits = '', exponent = ''] = value.toExponential().split('e');
  return `${digits.includes('.') ? digits : `${digits}.0`}E${Number(exponent)}`;
}

/** A double as JSON: what has no JSON form is quoted. */
export const javaDoubleJson = (value: number): string =>
  Number.isFinite(value) ? javaDouble(value) : `"${javaDouble(value)}"`;

// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const TO_ESCAPE = /["\\\u0000-\u001f]/;
// eslint-disable-next-line no-control-regex -- as above
const ESCAPED = /["\\\u0000-\u001f]/g;
const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\f': '\\f',
  '\r': '\\r',
};

/** A quoted text: escapes `"`, `\` and control characters only (`\u001F`, upper-case), everything else stays as it is. */
export function javaString(text: string): string {
  if (!TO_ESCAPE.test(text)) return `"${text}"`;
  return `"${text.replace(ESCAPED, escape)}"`;
}

const escape = (character: string): string =>
  SHORT_ESCAPES[character] ?? `\\u${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
