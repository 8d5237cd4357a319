import { expect, test } from 'vitest';
import { matchesPattern } from './patternMatcher';

const rows: readonly (readonly [pattern: string, text: string, matches: boolean])[] = [
  // ? is exactly one character, the separator included
  ['com.a?c', 'com.abc', true],
  ['com.a?c', 'com.a.c', true],
  ['com.a?c', 'com.ac', false],
  ['com?', 'com', false],
  // * last: the rest of one segment
  ['com.*', 'com.Order', true],
  ['com.*', 'com.', true],
  ['com.*', 'com.a.Order', false],
  ['com.*', 'com', false],
  ['com.Or*', 'com.Order', true],
  ['com.Or*', 'com.Order.x', false],
  ['*', '', true],
  ['*', 'a', true],
  ['*', 'a.b', false],
  // * elsewhere: any run, separators included
  ['com.*.Order', 'com.a.Order', true],
  ['com.*.Order', 'com.a.b.Order', true],
  ['*.Order', 'com.a.b.Order', true],
  ['*Service', 'com.a.OrderService', true],
  ['com.*Service', 'com.Service', true],
  ['com.*Service', 'com.x.OrderServiceImpl', false],
  // ** last: anything
  ['**', '', true],
  ['**', 'a.b.c', true],
  ['com**', 'com.a.B', true],
  ['com**', 'common', true],
  // .** last: zero segments too
  ['com.**', 'com', true],
  ['com.**', 'com.a', true],
  ['com.**', 'com.a.B', true],
  ['com.**', 'comx.a', false],
  ['java.lang.String.**', 'java.lang.String', true],
  // ** between separators
  ['a.**.c', 'a.c', true],
  ['a.**.c', 'a.b.c', true],
  ['a.**.c', 'a.b.d.c', true],
  ['a.**.c', 'a.b.d', false],
  ['a.**.c', 'ac', false],
  // ** before a non-separator may skip that character (quirk)
  ['com.**Foo', 'com.Foo', true],
  ['com.**Foo', 'com.oo', true],
  ['com.**Foo', 'com.a.b.Foo', true],
  ['com.**Foo', 'com.o', false],
  ['**x', '', true],
  // a separator at the end of the pattern may be left out (quirk)
  ['com.', 'com', true],
  // literal characters
  ['OrderService', 'OrderService', true],
  ['OrderService', 'OrderService$Inner', false],
  ['OrderService$*', 'OrderService$Inner', true],
  ['shop/orders', 'shop/orders', true],
  ['@@iterator', '@@iterator', true],
  ['#secret', '#secret', true],
  ['', '', true],
  ['', 'a', false],
  // case
  ['COM.order', 'com.Order', true],
  ['a[', 'a;', true], // 91 and 59 are 32 apart (quirk)
  ['a1', 'aQ', true], // 49 and 81 (quirk)
  ['ab', 'ac', false],
  // blanks in the tested text
  ['com.Order', 'com. Order', true],
  ['com.Order', ' com .Or der', true],
  ['com.Order', 'com.Order ', false],
  ['com. Order', 'com.Order', false],
  // several wildcards
  ['*.a?.**.Z*', 'x.ab.c.d.Zoo', true],
  ['*.a?.**.Z*', 'x.ab.c.d.Yoo', false],
  ['js.Date', 'js.Date', true],
  ['com.example.*.**', 'com.example.a.b.c', true],
];

test.each(rows)('%j on %j: %j', (pattern, text, matches) => {
  expect(matchesPattern(pattern, text)).toBe(matches);
});

test('a pattern of many asterisks answers at once', () => {
  expect(matchesPattern('a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b', 'a'.repeat(200))).toBe(false);
});
