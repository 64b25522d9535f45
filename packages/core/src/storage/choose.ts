import { type CookieOptions, cookieStore } from "./cookie.js";
import { localStorageStore } from "./local-storage.js";
import { memoryStore } from "./memory.js";
import type { Store } from "./types.js";

/** The first of cookie, localStorage and memory that keeps what it is given. Leaves nothing behind from trying. */
export function chooseStore(name: string, options: CookieOptions): Store {
  const probe = `${name}_probe`;
  const tries: [trial: Store, store: Store][] = [
    [cookieStore(probe, { ...options, maxAge: 10 }), cookieStore(name, options)],
    [localStorageStore(probe), localStorageStore(name)],
  ];
  for (const [trial, store] of tries) {
    // A value that is already there proves the store without a write.
    if (store.read() !== undefined) return store;
    const kept = trial.write("1") && trial.read() === "1";
    trial.erase();
    if (kept) return store;
  }
  return memoryStore();
}
