import { type CookieOptions, cookieStore } from "./cookie.js";
import { localStorageStore } from "./local-storage.js";
import { memoryStore } from "./memory.js";
import { STORE_KINDS, type Store, type StoreKind } from "./types.js";

/**
 * The first kind that keeps what it is given, of those named and in their order; memory when none does. Found out by the
 * first write, which is read back: a probe of its own would cost two more writes on every page.
 */
export function chooseStore(name: string, options: CookieOptions, kinds: readonly StoreKind[] = STORE_KINDS): Store {
  const make: Partial<Record<StoreKind, () => Store>> = {
    cookie: () => cookieStore(name, options),
    "local-storage": () => localStorageStore(name),
  };
  const stores = [...kinds, "memory" as const].map((kind) => (make[kind] ?? memoryStore)());
  let chosen: Store | undefined;

  return {
    read: () => (chosen ? [chosen] : stores).flatMap((store) => store.read()),
    write(value) {
      if (chosen) chosen.write(value);
      else {
        chosen = stores.find((store) => {
          store.write(value);
          return store.read().includes(value);
        });
      }
    },
    erase() {
      for (const store of stores) store.erase();
    },
  };
}
