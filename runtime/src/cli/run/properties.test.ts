import { expect, it } from 'vitest';
import { parseProperties } from './properties';

it('reads what java.util.Properties reads', () => {
  const text = [
    '# comment',
    '! comment',
    '',
    'plain=value',
    '  spaced   =   value with blanks  ',
    'colon:value',
    'blank value',
    'empty',
    'long = one \\',
    '       two',
    'escaped\\ key\\= = tab\\tand \\u00e9',
    'even = ends\\\\',
    'last=1',
  ].join('\r\n');
  expect(Object.fromEntries(parseProperties(text))).toEqual({
    plain: 'value',
    spaced: 'value with blanks  ',
    colon: 'value',
    blank: 'value',
    empty: '',
    long: 'one two',
    'escaped key=': 'tab\tand é',
    even: 'ends\\',
    last: '1',
  });
});
