import { chooseStore, type Store } from "@sojourn/core";
import type { RumOptions } from "./options.js";

/** Where the application lets something be kept in the browser for so many seconds. */
export function storeOf(options: RumOptions, name: string, maxAge: number): Store {
  const { trackAcrossSubdomains, partitionedCookie, persistence } = options;
  const cookie = { maxAge, acrossSubdomains: trackAcrossSubdomains, partitioned: partitionedCookie };
  return chooseStore(name, cookie, persistence);
}

export const sessionStore = (options: RumOptions): Store =>
  storeOf(options, options.cookieName, options.sessionMaxMs / 1000);
