import { describe, expect, it } from 'vitest';
import { sourceLink } from './sourceLinks';

describe('the place that a line names', () => {
  it.each([
    ['  [1] call Cart.add@2("pen")  (src/cart.ts:41)', 'src/cart.ts', 41],
    ['[1] call Cart.add@2  (/w/with blank/cart.ts:7)  # main/async#1', '/w/with blank/cart.ts', 7],
    ['[1] call Cart.add@2("  (evil.ts:1)")  (src/cart.ts:41)', 'src/cart.ts', 41],
    ['[1] put A.b@2 ⇦ "x"  (C:\\w\\a.ts:3)', 'C:\\w\\a.ts', 3],
  ])('%s', (text, file, line) => {
    const link = sourceLink(text)!;
    expect(link).toMatchObject({ file, line });
    expect(text.slice(link.start, link.start + link.length)).toBe(`${file}:${line}`);
  });

  it.each([
    '[1] call Cart.add@2("pen")',
    '[1] call Cart.add@2("  (evil.ts:1)")',
    '[1] call A.b(1, 2)',
    '# Connecting to shop at tcp://127.0.0.1:5570',
    '',
  ])('is none in: %s', (text) => {
    expect(sourceLink(text)).toBeUndefined();
  });

  it('is found at once in a hostile line', () => {
    const text = `[1] call A.b(${'  ('.repeat(20_000)}`;
    expect(sourceLink(text)).toBeUndefined();
  });
});
