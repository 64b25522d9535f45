import { tried } from "../tried.js";
import type { Store } from "./types.js";

export interface CookieOptions {
  /** Seconds until the browser forgets the cookie, counted from each write. */
  maxAge: number;
  /** Share the cookie with every subdomain of the site. Default: this host alone. */
  trackAcrossSubdomains?: boolean | undefined;
  /** A cookie of its own under each site that embeds this page (CHIPS); implies `SameSite=None; Secure`. */
  partitionedCookie?: boolean | undefined;
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
export function cookieStore(name: string, options: CookieOptions): Store {
  const { maxAge, trackAcrossSubdomains, partitionedCookie } = options;
  let domain: string | undefined;

  // Out of reach nothing is kept, and there is nothing to remove.
  const tryPut = (value: string, age: string, domains: () => readonly string[]) =>
    tried(() => {
      const secure = partitionedCookie || location.protocol === "https:" ? "; secure" : "";
      for (const one of domains()) {
        put(name, value, `${one}; samesite=${partitionedCookie ? "none; partitioned" : "lax"}${secure}${age}`);
      }
    });
  return {
    read: () => cookieValues(name),
    write: (value) =>
      tryPut(value, `; max-age=${maxAge}`, () => {
        domain ??= trackAcrossSubdomains ? widestDomain(`${name}_d`) : "";
        return [domain];
      }),
    // Of any domain that it may have: to find out which would be to write one.
    erase: () => tryPut("", REMOVED, () => (trackAcrossSubdomains ? domainsOf(location.hostname) : [""])),
  };
}

/** The attributes of the domains that a cookie may be for, the widest first, and `""` for the host alone. */
const domainsOf = (host: string): string[] => {
  const labels = host.split(".");
  return [...labels.map((_, i) => `; domain=${labels.slice(-1 - i).join(".")}`), ""];
};

/**
 * The attribute of the widest domain that takes a cookie. Browsers refuse public suffixes (`co.uk`, `github.io`), so the
 * first that works, from the right, is the site. `""` where none does (`localhost`, addresses): then it is the host alone.
 */
const widestDomain = (probe: string): string =>
  domainsOf(location.hostname).find((domain) => {
    put(probe, "1", domain);
    const kept = cookieValues(probe).length > 0;
    put(probe, "", domain + REMOVED);
    return kept;
  }) ?? "";
