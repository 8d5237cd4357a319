import { describe, expect, it } from 'vitest';
import { PagedInts } from './pagedInts';

const PAGE = 65_536;

describe('paged integers', () => {
  it('are zero where nothing was stored', () => {
    const table = new PagedInts();
    table.set(70_000, 5);
    expect([table.get(0), table.get(70_000), table.get(2 ** 31)]).toEqual([0, 5, 0]);
  });

  it('keep every value when pages are packed, and take little memory for them', () => {
    const table = new PagedInts(3);
    for (let i = 0; i < 40 * PAGE; i += 7) table.set(i, (i % 5) + 1);
    expect(table.memory).toBeLessThan(3 * PAGE * 4 + 37 * 60_000);
    let wrong = 0;
    for (let i = 39 * PAGE; i >= 0; i -= 7 * 997) if (table.get(i - (i % 7)) !== ((i - (i % 7)) % 5) + 1) wrong++;
    expect(wrong).toBe(0);
  });

  it('can be changed in pages that were packed', () => {
    const table = new PagedInts(2);
    for (let page = 0; page < 6; page++) table.set(page * PAGE, page + 1);
    table.set(0, -9);
    for (let page = 1; page < 6; page++) table.set(page * PAGE + 1, 1);
    expect([table.get(0), table.get(PAGE), table.get(5 * PAGE)]).toEqual([-9, 2, 6]);
    table.clear();
    expect(table.get(0)).toBe(0);
  });
});
