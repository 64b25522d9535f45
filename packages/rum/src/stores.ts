import { chooseStore, eraseSpool, type Store } from "@sojourn/core";
import type { RumOptions } from "./options.js";

/** Where the application lets something be kept in the browser for so many seconds. */
export const storeOf = (options: RumOptions, name: string, maxAge: number): Store =>
  chooseStore(name, { ...options, maxAge }, options.persistence);

/** Of the database of what has not arrived; none where the application lets nothing of the kind be kept. */
export const spoolName = ({ persistence, cookieName, applicationId }: RumOptions): string | undefined =>
  persistence.includes("local-storage") ? `${cookieName}.${applicationId}` : undefined;

export const forgetSpool = (options: RumOptions): void => {
  const name = spoolName(options);
  if (name) eraseSpool(name);
};

export const sessionStore = (options: RumOptions): Store =>
  storeOf(options, options.cookieName, options.sessionMaxMs / 1000);
