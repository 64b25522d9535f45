import type { Store } from "./types.js";

/** Lives as long as this page. The last resort: every page is then a session of its own. */
export function memoryStore(): Store {
  let kept: string | undefined;
  return {
    kind: "memory",
    read: () => (kept === undefined ? [] : [kept]),
    write(value) {
      kept = value;
      return true;
    },
    erase() {
      kept = undefined;
    },
  };
}
