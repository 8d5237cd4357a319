export interface Item { id: number }
export class Store<T extends Item> implements Iterable<T> {
  readonly #items = new Map<number, T>();
  add(item: T): this { this.#items.set(item.id, item); return this; }
  get(id: number): T {
    const found = this.#items.get(id);
    if (!found) throw new Error(`no item ${id as number}`);
    return found;
  }
  get size(): number { return this.#items.size; }
  *[Symbol.iterator](): IterableIterator<T> { yield* this.#items.values(); }
}
