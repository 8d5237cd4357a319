import { describe, expect, it } from 'vitest';
import { javaDouble, javaDoubleJson, javaString } from './javaText';

describe('doubles as Java writes them', () => {
  it.each([
    [0, '0.0'],
    [-0, '-0.0'],
    [1, '1.0'],
    [-1.5, '-1.5'],
    [0.001, '0.001'],
    [0.00099, '9.9E-4'],
    [9999999, '9999999.0'],
    [1e7, '1.0E7'],
    [1e10, '1.0E10'],
    [12345678.5, '1.23456785E7'],
    [-1.25e-300, '-1.25E-300'],
    [1.7976931348623157e308, '1.7976931348623157E308'],
    [NaN, 'NaN'],
    [-Infinity, '-Infinity'],
  ])('%d', (value, text) => {
    expect(javaDouble(value)).toBe(text);
  });

  it('quotes what JSON cannot say', () => {
    expect([NaN, Infinity, -Infinity, 2.5].map(javaDoubleJson)).toEqual(['"NaN"', '"Infinity"', '"-Infinity"', '2.5']);
  });
});

it('texts escape quotes, backslashes and control characters only', () => {
  expect(javaString('a"b\\c\b\t\n\f\r\u0000\u001f')).toBe('"a\\"b\\\\c\\b\\t\\n\\f\\r\\u0000\\u001F"');
  expect(javaString('/<é\u007f\u2028\u{1f600}')).toBe('"/<é\u007f\u2028\u{1f600}"');
});
