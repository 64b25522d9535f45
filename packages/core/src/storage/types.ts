/** Where a store keeps its value. */
export type StoreKind = "cookie" | "local-storage" | "memory";
/** All of them, best first. */
export const STORE_KINDS: readonly StoreKind[] = ["cookie", "local-storage", "memory"];

/** A place for one short string that other tabs of the site can see. Never throws. */
export interface Store {
  /**
   * Everything that is there under the name. More than one value where several cookies have it, of other paths or
   * domains, or where another kind of store was used before.
   */
  read(): readonly string[];
  write(value: string): void;
  erase(): void;
}
