/** A share of a budget, held by one piece of work. */
export interface Share {
  /** Asks for more. Says what has run out: of what this key may hold, or of the whole; undefined when it was there. */
  take(amount: number): "key" | "whole" | undefined;
  /** Gives back all that was taken. */
  release(): void;
}

/** Bounds what is held at a time, by all together and by each key. Only keys that hold something are remembered. */
export function createBudget(whole: number, perKey: number) {
  const byKey = new Map<string, number>();
  let held = 0;
  return {
    share(key: string): Share {
      let own = 0;
      return {
        take(amount) {
          const ofKey = (byKey.get(key) ?? 0) + amount;
          if (ofKey > perKey) return "key";
          if (held + amount > whole) return "whole";
          own += amount;
          held += amount;
          byKey.set(key, ofKey);
          return undefined;
        },
        release() {
          const rest = (byKey.get(key) ?? 0) - own;
          if (rest > 0) byKey.set(key, rest);
          else byKey.delete(key);
          held -= own;
          own = 0;
        },
      };
    },
    /** For tests: what is held, and by how many keys. */
    get held() {
      return { amount: held, keys: byKey.size };
    },
  };
}
