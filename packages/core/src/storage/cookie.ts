import Cookies from "js-cookie";
import type { Store } from "./types.js";

export interface CookieOptions {
  /** Seconds until the browser forgets the cookie, counted from each write. */
  maxAge: number;
  /** Set on the whole registrable domain instead of this host. */
  domain?: string | undefined;
}

// The value holds only characters that a cookie may carry, so that it stays readable: no percent escapes.
const plain = Cookies.withConverter<string>({ read: (value) => value, write: (value) => value });

/** One cookie: `SameSite=Lax`, `Secure` on https, `Path=/`. */
export function cookieStore(name: string, options: CookieOptions): Store {
  const where = { path: "/", domain: options.domain };
  return {
    kind: "cookie",
    read() {
      try {
        return plain.get(name);
      } catch {
        return undefined;
      }
    },
    write(value) {
      try {
        plain.set(name, value, {
          ...where,
          expires: new Date(Date.now() + options.maxAge * 1000),
          sameSite: "lax",
          secure: location.protocol === "https:",
        });
        return true;
      } catch {
        return false;
      }
    },
    erase() {
      try {
        plain.remove(name, where);
      } catch {
        // Cookies are out of reach; there is none to remove.
      }
    },
  };
}
