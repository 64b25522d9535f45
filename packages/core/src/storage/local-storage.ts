import type { Store } from "./types.js";

/** One key of localStorage. Access alone may throw (sandboxed frames, blocked storage), so every access is tried. */
export function localStorageStore(key: string): Store {
  return {
    kind: "local-storage",
    read() {
      try {
        return localStorage.getItem(key) ?? undefined;
      } catch {
        return undefined;
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
