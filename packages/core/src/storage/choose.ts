import { type CookieOptions, cookieStore } from "./cookie.js";
import { localStorageStore } from "./local-storage.js";
import { memoryStore } from "./memory.js";
import { STORE_KINDS, type Store, type StoreKind } from "./types.js";

/** The first kind that works, of those given and in their order; memory when none does. */
export function chooseStore(name: string, options: CookieOptions, kinds: readonly StoreKind[] = STORE_KINDS): Store {
  const make: Record<StoreKind, () => Store> = {
    cookie: () => cookieStore(name, options),
    "local-storage": () => localStorageStore(name),
    memory: memoryStore,
  };
  return firstWorking([...kinds.map((kind) => make[kind]()), memoryStore()]);
}

/**
 * The first of several stores that keeps what it is given. Found out by the first write, which is read back: a probe of
 * its own would cost two more writes on every page.
 */
export function firstWorking(stores: readonly Store[]): Store {
  let chosen: Store | undefined;

  return {
    get kind() {
      return chosen?.kind ?? "memory";
    },
    read: () => (chosen ? [chosen] : stores).flatMap((store) => store.read()),
    write(value) {
      if (chosen) return chosen.write(value);
      chosen = stores.find((store) => store.write(value) && store.read().includes(value));
      return chosen !== undefined;
    },
    erase() {
      for (const store of stores) store.erase();
    },
  };
}
