// A binary heap: the smallest key first (qmail's prioq).

/** A priority queue of values; equal keys come out in no particular order. */
export class Heap<T> {
  readonly #items: { key: number; value: T }[] = [];

  /** A value with the smallest key, which stays; undefined when empty. */
  peek(): { readonly key: number; readonly value: T } | undefined {
    return this.#items[0];
  }

  push(key: number, value: T): void {
    const items = this.#items;
    const added = { key, value };
    let at = items.length;
    items.push(added);
    while (at > 0) {
      const parentAt = (at - 1) >> 1;
      const parent = items[parentAt] as { key: number; value: T };
      if (parent.key <= key) break;
      items[at] = parent;
      at = parentAt;
    }
    items[at] = added;
  }

  /** Removes and returns a value with the smallest key; undefined when empty. */
  pop(): T | undefined {
    const items = this.#items;
    const top = items[0];
    const moved = items.pop();
    if (!top || !moved) return undefined;
    if (items.length > 0) this.#sink(moved);
    return top.value;
  }

  /** Puts `moved` where the root was and lets it sink to its place. */
  #sink(moved: { key: number; value: T }): void {
    const items = this.#items;
    let at = 0;
    for (;;) {
      let childAt = 2 * at + 1;
      const left = items[childAt];
      if (!left) break;
      const right = items[childAt + 1];
      if (right && right.key < left.key) childAt++;
      const child = right && right.key < left.key ? right : left;
      if (child.key >= moved.key) break;
      items[at] = child;
      at = childAt;
    }
    items[at] = moved;
  }
}
