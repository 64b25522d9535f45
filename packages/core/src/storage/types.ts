/** Where a store keeps its value. */
export type StoreKind = "cookie" | "local-storage" | "memory";
/** All of them, best first. */
export const STORE_KINDS: readonly StoreKind[] = ["cookie", "local-storage", "memory"];

/** A place for one short string that other tabs of the site can see. Never throws: a failure answers false or undefined. */
export interface Store {
  readonly kind: StoreKind;
  read(): string | undefined;
  /** False when the value was not kept. */
  write(value: string): boolean;
  erase(): void;
}
