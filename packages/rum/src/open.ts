/** More than this at once is a page that begins and never ends; the oldest goes first. */
const MOST = 100;

/** What was begun by name and has not ended yet. The same name several times at once needs a key for each. */
export interface Open<T> {
  /** Begins; what was begun by that name and key before is forgotten. */
  begin(name: unknown, key: unknown, what: T): void;
  /** Ends, and answers what was begun, if anything was. */
  take(name: unknown, key?: unknown): T | undefined;
  /** What has not ended. */
  all(): Iterable<T>;
}

/** `overflowed` is told of each that had to go. */
export function createOpen<T>(overflowed: () => void): Open<T> {
  const open = new Map<string, T>();
  const id = (name: unknown, key: unknown = "") => `${key}\n${name}`;

  function take(name: unknown, key?: unknown): T | undefined {
    const what = open.get(id(name, key));
    open.delete(id(name, key));
    return what;
  }

  return {
    begin(name, key, what) {
      // The newest comes last.
      take(name, key);
      open.set(id(name, key), what);
      const [oldest = ""] = open.keys();
      if (open.size > MOST && open.delete(oldest)) overflowed();
    },
    take,
    all: () => open.values(),
  };
}
