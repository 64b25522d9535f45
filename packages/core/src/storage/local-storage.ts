import type { Store } from "./types.js";

/** One key of localStorage. Access alone may throw (sandboxed frames, blocked storage), so every access is tried. */
export function localStorageStore(key: string): Store {
  return {
    kind: "local-storage",
    read() {
      try {
        const value = localStorage.getItem(key);
        return value === null ? [] : [value];
      } catch {
        return [];
      }
    },
    write(value) {
      try {
        localStorage.setItem(key, value);
        return true;
      } catch {
        return false;
      }
    },
    erase() {
      try {
        localStorage.removeItem(key);
      } catch {
        // Nothing could have been kept either.
      }
    },
  };
}
