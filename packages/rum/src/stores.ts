import { type CookieOptions, chooseStore, type Store, uuid } from "@sojourn/core";
import type { RumOptions } from "./options.js";
import { forgetTab } from "./page.js";

/** Chromium keeps no cookie longer: https://developer.chrome.com/blog/cookie-max-age-expires */
const VISITOR_MAX_AGE_S = 400 * 24 * 60 * 60;

/** What may be kept in the browser: the session, and an anonymous id of the browser where the application asks for it. */
export function createStores(options: RumOptions): { session: Store; visitor: Store | undefined } {
  const { cookieName, trackAcrossSubdomains, partitionedCookie, persistence, sessionMaxMs, visitorId } = options;
  const cookie = (maxAge: number): CookieOptions => ({
    maxAge,
    acrossSubdomains: trackAcrossSubdomains,
    partitioned: partitionedCookie,
  });
  return {
    session: chooseStore(cookieName, cookie(sessionMaxMs / 1000), persistence),
    visitor: visitorId ? chooseStore(`${cookieName}_v`, cookie(VISITOR_MAX_AGE_S), persistence) : undefined,
  };
}

/** The kept id, or a new one. Safari forgets it after seven days without a visit, whatever is asked of it. */
export function visitorId(store: Store): string {
  const id = store.read().find((known) => /^[\w-]{1,64}$/.test(known)) ?? uuid();
  store.write(id);
  return id;
}

/** Removes whatever measuring has left in this browser, whether it runs or not. */
export function eraseStored(options: RumOptions): void {
  const { session, visitor } = createStores({ ...options, visitorId: true });
  session.erase();
  visitor?.erase();
  forgetTab();
}
