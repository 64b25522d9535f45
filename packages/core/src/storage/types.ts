/** A place for one short string that other tabs of the site can see. Never throws: a failure answers false or undefined. */
export interface Store {
  readonly kind: "cookie" | "local-storage" | "memory";
  read(): string | undefined;
  /** False when the value was not kept. */
  write(value: string): boolean;
  erase(): void;
}
