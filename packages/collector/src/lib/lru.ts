export interface Lru<V> {
  get(key: string): V | undefined;
  set(key: string, value: V): void;
  /** The newest last. */
  values(): Iterable<V>;
  readonly size: number;
}

/** A map that holds at most `capacity` entries and forgets the one unused for longest. */
export function createLru<V>(capacity: number): Lru<V> {
  // A Map iterates in order of insertion: putting an entry back makes it the newest.
  const entries = new Map<string, V>();
  return {
    get(key) {
      const value = entries.get(key);
      if (value === undefined) return undefined;
      entries.delete(key);
      entries.set(key, value);
      return value;
    },
    set(key, value) {
      entries.delete(key);
      entries.set(key, value);
      if (entries.size <= capacity) return;
      for (const oldest of entries.keys()) {
        entries.delete(oldest);
        break;
      }
    },
    values: () => entries.values(),
    get size() {
      return entries.size;
    },
  };
}
