import type { Store } from "./types.js";

/** Lives as long as this page. The last resort: every page is then a session of its own. */
export function memoryStore(): Store {
  let kept: string[] = [];
  return {
    read: () => kept,
    write(value) {
      kept = [value];
    },
    erase() {
      kept = [];
    },
  };
}
