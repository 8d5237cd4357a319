import { describe, expect, it } from 'vitest';
import { readableSummary } from './readable';
import { messageSummary } from './summary';

describe('readableSummary', () => {
  const clazz = { name: 'shop.orders.Order' };

  it('shows arguments beside the call', () => {
    const args = [
      { value: '2', clazz: { name: 'int' } },
      { ref: 83, clazz: { name: 'js.Object' }, value: '{"sku":"pen"}' },
      { isNull: true, clazz: { name: 'js.undefined' } },
      { isNull: true, clazz: {} },
      { ref: 7, clazz },
    ];
    const message = { execMessage: { instanceMethodCall: { clazz, name: 'add', objectRef: 4, args } } };
    expect(readableSummary(message)).toBe('call Order.add@4(2, Object@83 {"sku":"pen"}, undefined, null, Order@7)');
    expect(readableSummary({ execMessage: { constructorCall: { clazz } } })).toBe('new Order()');
  });

  it('shows results and written values', () => {
    const array = { ref: 87, clazz: { name: 'js.Array' }, value: '[]' };
    expect(
      readableSummary({
        execMessage: { instanceFieldPut: { clazz, objectRef: 86, field: { name: 'lines' }, valueObject: array } },
      }),
    ).toBe('put Order.lines@86 ⇦ Array@87 []');
    expect(
      readableSummary({ execMessage: { returnValue: { object: array, from: { field: { name: 'lines' } } } } }),
    ).toBe('return Array@87 [] (lines)');
    expect(readableSummary({ execMessage: { returnValue: { isVoid: true } } })).toBe('return void');
  });

  it('cuts long values and marks the cut', () => {
    const value = JSON.stringify('x'.repeat(500));
    const text = readableSummary({
      execMessage: { returnValue: { object: { value, clazz: { name: 'java.lang.String' } } } },
    });
    expect(text).toMatch(/^return "x+…$/);
    expect(text.length).toBeLessThan(80);
  });

  it('writes numbers as JavaScript does', () => {
    const shown = (value: string): string =>
      readableSummary({ execMessage: { returnValue: { object: { value, clazz: { name: 'double' } } } } });
    expect(['1.795525575699E12', '2.0', '-0.0', '"NaN"', '0.1'].map(shown)).toEqual([
      'return 1795525575699',
      'return 2',
      'return -0',
      'return "NaN"',
      'return 0.1',
    ]);
  });

  it('never lets a recorded value steer the terminal', () => {
    const message = {
      execMessage: { raisedThrowable: { throwable: { Type: 'js.Error', message: '\u001b[2Jgone\u009b\n' } } },
    };
    for (const text of [readableSummary(message), messageSummary(message)])
      expect(text).toBe('throw Error: "\\u001b[2Jgone\\u009b\\n"');
  });
});
