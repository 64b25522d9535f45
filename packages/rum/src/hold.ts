/** What waits for a decision is bounded; the oldest goes first. */
const MOST = 200;

/**
 * A ring of recent items that may be sent later: the events of a session that is measured only once it has an error, and
 * those from before consent was given.
 */
export interface Hold<T> {
  keep(item: T): void;
  /** Gives every item to `judge`; those it answers `true` for have left. */
  release(judge: (item: T) => boolean): void;
  /** Whether anything waits. */
  holds(): boolean;
}

/** `overflowed` is told of each item that had to go. */
export function createHold<T>(overflowed: () => void): Hold<T> {
  let items: T[] = [];
  return {
    keep(item) {
      items.push(item);
      if (items.length <= MOST) return;
      items.shift();
      overflowed();
    },
    release(judge) {
      const waiting = items;
      items = [];
      items = [...waiting.filter((item) => !judge(item)), ...items];
    },
    holds: () => items.length > 0,
  };
}
