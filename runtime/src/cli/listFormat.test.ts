import { expect, it } from 'vitest';
import { dateText, listTable, sizeText, trimCell, uptimeText } from './listFormat';

it('cuts long cells to two characters less and two dots', () => {
  expect([trimCell('/srv/palrun/wal-victim', 20), trimCell('answers', 20)]).toEqual([
    '/srv/palrun/wal-vi..',
    'answers',
  ]);
});

it.each<[number | undefined, string]>([
  [undefined, '??'],
  [0, '0 B'],
  [870, '870 B'],
  [1024, '1.0 KiB'],
  [3_686, '3.6 KiB'],
  [109_568, '107.0 KiB'],
  [5_242_880, '5.0 MiB'],
])('writes %s bytes as %s', (bytes, text) => {
  expect(sizeText(bytes)).toBe(text);
});

it('writes times in UTC and durations without days', () => {
  expect(dateText(Date.UTC(2026, 10, 24, 8, 19, 59))).toBe('Nov 24 08:19');
  expect(dateText(undefined)).toBe('??');
  expect([uptimeText(0, 59_999), uptimeText(0, 360_061_000), uptimeText(5, 0)]).toEqual([
    '0:00:59',
    '100:01:01',
    '0:00:00',
  ]);
});

it('aligns cells to the left and leaves the columns that are never cut', () => {
  const columns = [
    { title: 'Name', width: 6 },
    { title: 'End', width: 4, after: ' | ' },
    { title: 'At', width: 3, neverTrim: true },
  ];
  const rows = [['a-long-name', '12', 'Nov 24']];
  expect(listTable(columns, rows, true)).toBe('Name   End  | At \na-lo.. 12   | Nov 24\n');
  expect(listTable(columns, rows, false)).toBe('Name   End  | At \na-long-name 12   | Nov 24\n');
});
