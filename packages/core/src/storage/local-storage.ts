import { tried } from "../tried.js";
import type { Store } from "./types.js";

/** One key of localStorage. Access alone may throw (sandboxed frames, blocked storage), so every access is tried. */
export const localStorageStore = (key: string): Store => ({
  read: () => {
    const value = tried(() => localStorage.getItem(key));
    return value ? [value] : [];
  },
  write: (value) => tried(() => localStorage.setItem(key, value)),
  erase: () => tried(() => localStorage.removeItem(key)),
});
