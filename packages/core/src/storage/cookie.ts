import { tried } from "../tried.js";
import type { Store } from "./types.js";

export interface CookieOptions {
  /** Seconds until the browser forgets the cookie, counted from each write. */
  maxAge: number;
  /** Share the cookie with every subdomain of the site. Default: this host alone. */
  acrossSubdomains?: boolean | undefined;
  /** A cookie of its own under each site that embeds this page (CHIPS); implies `SameSite=None; Secure`. */
  partitioned?: boolean | undefined;
}

/** Values of all cookies of a name: others may have another path or domain than ours. */
export function cookieValues(name: string): string[] {
  const start = `${name}=`;
  const pairs = tried(() => document.cookie.split("; ")) ?? [];
  return pairs.flatMap((pair) => (pair.startsWith(start) ? pair.slice(start.length) : []));
}

/** Name and value hold only characters that a cookie may carry, so that they stay readable: nothing is escaped. */
function put(name: string, value: string, attributes: string): void {
  // biome-ignore lint/suspicious/noDocumentCookie: the asynchronous API cannot be waited for at an exit
  document.cookie = `${name}=${value}; path=/${attributes}`;
}

const REMOVED = "; max-age=-1";

/** One cookie: `SameSite=Lax`, `Secure` on https, `Path=/`. */
export function cookieStore(name: string, { maxAge, acrossSubdomains, partitioned }: CookieOptions): Store {
  let domain: string | undefined;

  // Out of reach nothing is kept, and there is nothing to remove.
  const tryPut = (value: string, age: string) =>
    tried(() => {
      domain ??= acrossSubdomains ? widestDomain(`${name}_d`) : "";
      const secure = partitioned || location.protocol === "https:" ? "; secure" : "";
      put(name, value, `${domain}; samesite=${partitioned ? "none; partitioned" : "lax"}${secure}${age}`);
    });
  return {
    read: () => cookieValues(name),
    write: (value) => tryPut(value, `; max-age=${maxAge}`),
    erase: () => tryPut("", REMOVED),
  };
}

/**
 * The attribute of the widest domain that takes a cookie. Browsers refuse public suffixes (`co.uk`, `github.io`), so the
 * first that works, from the right, is the site. `""` where none does (`localhost`, addresses): then it is the host alone.
 */
function widestDomain(probe: string): string {
  const labels = location.hostname.split(".");
  for (let count = 1; count <= labels.length; count++) {
    const domain = `; domain=${labels.slice(-count).join(".")}`;
    put(probe, "1", domain);
    const kept = cookieValues(probe).length > 0;
    put(probe, "", domain + REMOVED);
    if (kept) return domain;
  }
  return "";
}
