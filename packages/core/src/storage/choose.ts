import { type CookieOptions, cookieStore } from "./cookie.js";
import { localStorageStore } from "./local-storage.js";
import { memoryStore } from "./memory.js";
import type { Store } from "./types.js";

/** Cookie, then localStorage, then memory. */
export const chooseStore = (name: string, options: CookieOptions): Store =>
  firstWorking([cookieStore(name, options), localStorageStore(name), memoryStore()]);

/**
 * The first of several stores that keeps what it is given. Found out by the first write, which is read back: a probe of
 * its own would cost two more writes on every page.
 */
export function firstWorking(stores: readonly [Store, ...Store[]]): Store {
  let [chosen] = stores;
  let proven = false;

  return {
    get kind() {
      return chosen.kind;
    },
    read() {
      if (proven) return chosen.read();
      for (const store of stores) {
        const value = store.read();
        if (value !== undefined) return value;
      }
      return undefined;
    },
    write(value) {
      if (proven) return chosen.write(value);
      for (const store of stores) {
        chosen = store;
        proven = store.write(value) && store.read() === value;
        if (proven) return true;
      }
      return false;
    },
    erase() {
      for (const store of stores) store.erase();
    },
  };
}
