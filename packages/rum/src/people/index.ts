import { flag, type UserContext, uuid } from "@sojourn/core";
import type { RumOptions } from "../options.js";
import type { Feature } from "../sdk.js";
import { storeOf } from "../stores.js";
import type { Who } from "../who.js";

export interface User {
  id?: string;
  name?: string;
  email?: string;
}
export interface Account {
  id?: string;
  name?: string;
}

export interface PeopleMethods {
  /** Says who is there, from the next event on. */
  setUser(user: User): void;
  clearUser(): void;
  /** Says on whose behalf the user acts: a company, a team. */
  setAccount(account: Account): void;
  clearAccount(): void;
  /** Replaces what every event carries in `context`. */
  setGlobalContext(context: Record<string, unknown>): void;
  /** Changes one property of the global context; `undefined` removes it. */
  setGlobalContextProperty(key: string, value: unknown): void;
  /** What a feature flag was evaluated to. Views and errors carry it from now on, also after the session was renewed. */
  addFeatureFlag(name: string, value: unknown): void;
}

const PEOPLE_OPTIONS = {
  /** Keep an anonymous id of this browser, beyond sessions. Default false. */
  visitorId: flag(false),
  /** Begin a new session when `setUser` names another user than before. Default false. */
  rotateOnUserChange: flag(false),
} as const;

/** Chromium keeps no cookie longer: https://developer.chrome.com/blog/cookie-max-age-expires */
const VISITOR_MAX_AGE_S = 400 * 24 * 60 * 60;

const visitorStore = (options: RumOptions) => storeOf(options, `${options.cookieName}_v`, VISITOR_MAX_AGE_S);

/** Who is there, and what the application says of everything that happens. */
export function people(): Feature<PeopleMethods, typeof PEOPLE_OPTIONS> {
  let rotates = false;
  /** By what is said of them: the user, the account, the visitor. */
  const parts: Record<string, UserContext> = {};
  const set = (who: Who, part: string, fields: UserContext) => {
    parts[part] = fields;
    who.current = Object.assign({}, ...Object.values(parts));
  };

  return {
    options: PEOPLE_OPTIONS,
    says: (who, copy, renew) => ({
      setUser(user) {
        const before = who.current.user_id;
        const fields = told("user", ["id", "name", "email"], user);
        // The session that ends, and its last view, are still the user's from before.
        if (rotates && before !== undefined && before !== fields.user_id) renew();
        set(who, "user", fields);
      },
      clearUser: () => set(who, "user", {}),
      setAccount: (account) => set(who, "account", told("account", ["id", "name"], account)),
      clearAccount: () => set(who, "account", {}),
      setGlobalContext(context) {
        who.context = copy(context);
      },
      setGlobalContextProperty(key, value) {
        who.context = copy({ ...who.context, [key]: value }, who.context);
      },
      addFeatureFlag(name, value) {
        who.flags = copy({ ...who.flags, [name]: value }, who.flags);
      },
    }),
    start({ options, who, granted }, { visitorId, rotateOnUserChange }) {
      rotates = rotateOnUserChange;
      // One that was known before consent was taken back, or the option off, is not told of again.
      set(who, "visitor", {});
      function grant(): void {
        if (!visitorId) return;
        const store = visitorStore(options);
        // Safari forgets it after seven days without a visit, whatever is asked of it.
        const visitor_id = store.read().find((known) => /^[\w-]{1,64}$/.test(known)) ?? uuid();
        store.write(visitor_id);
        set(who, "visitor", { visitor_id });
      }
      if (granted()) grant();
      return { grant };
    },
    forget: (options) => visitorStore(options).erase(),
  };
}

/** What the application says of somebody, as fields of a user: texts of bounded length. */
function told(part: "user" | "account", keys: readonly string[], given: object | undefined): UserContext {
  const fields: Record<string, string> = {};
  for (const key of keys) {
    const value = (given as Record<string, unknown> | undefined)?.[key];
    if (value !== undefined && value !== null) fields[`${part}_${key}`] = String(value).slice(0, 256);
  }
  return fields;
}
