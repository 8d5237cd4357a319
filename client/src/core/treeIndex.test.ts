import { describe, expect, it } from 'vitest';
import type { NodeModel } from './nodeModel';
import { pageSize, TreeIndex } from './treeIndex';

const node = (id: string, change: Partial<NodeModel> = {}): NodeModel => ({
  id,
  label: id,
  icon: { id: 'x' },
  contextValue: 'x',
  accessibilityLabel: id,
  copyText: id,
  ...change,
});

describe('the tree index', () => {
  it('says nothing when nothing looks different', () => {
    const index = new TreeIndex();
    index.update([node('a'), node('b')]);
    expect(index.update([node('a'), node('b')])).toEqual({ kind: 'none' });
  });

  it('names the rows that look different, children too', () => {
    const index = new TreeIndex();
    index.update([node('a', { children: [node('a1')] }), node('b')]);
    const change = index.update([
      node('a', { children: [node('a1', { description: 'new' })] }),
      node('b', { label: 'B' }),
    ]);
    expect(change).toEqual({ kind: 'nodes', ids: ['a1', 'b'] });
  });

  it('draws a row anew when its children come or go, and all when rows do', () => {
    const index = new TreeIndex();
    index.update([node('a', { children: [] })]);
    expect(index.update([node('a', { children: [node('a1')] })])).toEqual({ kind: 'nodes', ids: ['a'] });
    expect(index.update([node('a', { children: [node('a1')] }), node('b')])).toEqual({ kind: 'all' });
    expect(index.parentOf('a1')).toBe('a');
    expect(index.parentOf('a')).toBeUndefined();
  });

  it('shows long lists page by page, and as far as a row that must be seen', () => {
    const index = new TreeIndex();
    index.update(Array.from({ length: 5000 }, (_, i) => node(`n${i}`)));
    expect(index.page(undefined)).toMatchObject({ left: 5000 - pageSize });
    expect(index.page(undefined).ids).toHaveLength(pageSize);
    index.showMore(undefined);
    expect(index.page(undefined).ids).toHaveLength(2 * pageSize);
    index.include('n4000');
    expect(index.page(undefined).ids.at(-1)).toBe('n4000');
    index.include('n3');
    expect(index.page(undefined).ids.at(-1)).toBe('n4000');
  });
});
