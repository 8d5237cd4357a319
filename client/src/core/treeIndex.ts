/**
 * The rows of a view by id, with what changed between two versions: the smallest set of rows to draw again. Long lists are cut into pages; the row
 * after the last one shown says how many are left.
 */
import { signature, type NodeModel } from './nodeModel';

/** Rows shown at once under one parent; more only when asked for, since the editor draws siblings one by one. */
export const pageSize = 200;

export type TreeChange =
  { readonly kind: 'none' } | { readonly kind: 'all' } | { readonly kind: 'nodes'; ids: string[] };

export class TreeIndex {
  #roots: readonly NodeModel[] = [];
  #nodes = new Map<string, NodeModel>();
  #parents = new Map<string, string>();
  #signatures = new Map<string, string>();
  readonly #shown = new Map<string, number>();

  /** Number of top rows, shown or not. */
  get size(): number {
    return this.#roots.length;
  }

  get(id: string): NodeModel | undefined {
    return this.#nodes.get(id);
  }

  parentOf(id: string): string | undefined {
    return this.#parents.get(id);
  }

  /** Ids of the rows to show under `id` (undefined: the top), and how many more there are. */
  page(id: string | undefined): { readonly ids: readonly string[]; readonly left: number } {
    const all = id === undefined ? this.#roots : (this.#nodes.get(id)?.children ?? []);
    const shown = this.#shown.get(id ?? '') ?? pageSize;
    return { ids: all.slice(0, shown).map((node) => node.id), left: Math.max(0, all.length - shown) };
  }

  showMore(id: string | undefined): void {
    this.#shown.set(id ?? '', (this.#shown.get(id ?? '') ?? pageSize) + pageSize);
  }

  /** Makes sure that a row is within what its parent shows. */
  include(id: string): void {
    const parent = this.#parents.get(id);
    const siblings = parent === undefined ? this.#roots : (this.#nodes.get(parent)?.children ?? []);
    const position = siblings.findIndex((node) => node.id === id);
    const key = parent ?? '';
    if (position >= (this.#shown.get(key) ?? pageSize)) this.#shown.set(key, position + 1);
  }

  update(roots: readonly NodeModel[]): TreeChange {
    const sameRows = roots.length === this.#roots.length && roots.every((node, i) => node.id === this.#roots[i]!.id);
    const nodes = new Map<string, NodeModel>();
    const parents = new Map<string, string>();
    const signatures = new Map<string, string>();
    const changed: string[] = [];
    const visit = (node: NodeModel, parent: string | undefined): void => {
      nodes.set(node.id, node);
      if (parent !== undefined) parents.set(node.id, parent);
      const now = signature(node);
      signatures.set(node.id, now);
      const before = this.#signatures.get(node.id);
      if (before !== undefined && before !== now) changed.push(node.id);
      for (const child of node.children ?? []) visit(child, node.id);
    };
    for (const node of roots) visit(node, undefined);
    this.#roots = roots;
    this.#nodes = nodes;
    this.#parents = parents;
    this.#signatures = signatures;
    if (!sameRows) return { kind: 'all' };
    return changed.length === 0 ? { kind: 'none' } : { kind: 'nodes', ids: changed };
  }
}
