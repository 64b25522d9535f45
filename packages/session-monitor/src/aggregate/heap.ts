/** Moments, of which the earliest can be taken out. */
export interface Heap {
  push(moment: number): void;
  /** Takes out all that are not later. */
  dropUpTo(moment: number): void;
  size(): number;
}

export function createHeap(): Heap {
  const items: number[] = [];
  const at = (index: number) => items[index] ?? Number.POSITIVE_INFINITY;
  const swap = (a: number, b: number) => {
    const kept = at(a);
    items[a] = at(b);
    items[b] = kept;
  };

  function pop(): void {
    const last = items.pop();
    if (last === undefined || items.length === 0) return;
    items[0] = last;
    for (let index = 0; ; ) {
      const left = 2 * index + 1;
      const least = at(left + 1) < at(left) ? left + 1 : left;
      if (at(least) >= at(index)) return;
      swap(index, least);
      index = least;
    }
  }

  return {
    push(moment) {
      items.push(moment);
      for (let index = items.length - 1; index > 0; ) {
        const parent = (index - 1) >> 1;
        if (at(parent) <= at(index)) return;
        swap(index, parent);
        index = parent;
      }
    },
    dropUpTo(moment) {
      while (at(0) <= moment) pop();
    },
    size: () => items.length,
  };
}
