import Cookies from "js-cookie";
import type { Store } from "./types.js";

export interface CookieOptions {
  /** Seconds until the browser forgets the cookie, counted from each write. */
  maxAge: number;
  /** Share the cookie with every subdomain of the site. Default: this host alone. */
  acrossSubdomains?: boolean | undefined;
  /** A cookie of its own under each site that embeds this page (CHIPS); implies `SameSite=None; Secure`. */
  partitioned?: boolean | undefined;
}

// The value holds only characters that a cookie may carry, so that it stays readable: no percent escapes.
const plain = Cookies.withConverter<string>({ read: (value) => value, write: (value) => value });

/**
 * Values of all cookies of a name. The library answers the first, which need not be the one that it writes: others may
 * have another path or domain.
 */
export function cookieValues(name: string): string[] {
  try {
    const start = `${name}=`;
    return document.cookie.split("; ").flatMap((pair) => (pair.startsWith(start) ? pair.slice(start.length) : []));
  } catch {
    return [];
  }
}

/** One cookie: `SameSite=Lax`, `Secure` on https, `Path=/`. */
export function cookieStore(name: string, { maxAge, acrossSubdomains, partitioned }: CookieOptions): Store {
  let domain: string | undefined;
  let domainKnown = !acrossSubdomains;

  const attributes = () => {
    if (!domainKnown) {
      domain = widestDomain(`${name}_d`);
      domainKnown = true;
    }
    return {
      path: "/",
      domain,
      sameSite: partitioned ? ("none" as const) : ("lax" as const),
      secure: partitioned || location.protocol === "https:",
      ...(partitioned && { partitioned: true }),
    };
  };

  return {
    kind: "cookie",
    read: () => cookieValues(name),
    write(value) {
      try {
        plain.set(name, value, { ...attributes(), expires: new Date(Date.now() + maxAge * 1000) });
        return true;
      } catch {
        return false;
      }
    },
    erase() {
      try {
        plain.remove(name, attributes());
      } catch {
        // Cookies are out of reach; there is none to remove.
      }
    },
  };
}

/**
 * The widest domain that takes a cookie. Browsers refuse public suffixes (`co.uk`, `github.io`), so the first that works,
 * from the right, is the site. `undefined` where none does (`localhost`, addresses): then the host alone is used.
 */
function widestDomain(probe: string): string | undefined {
  const labels = location.hostname.split(".");
  for (let count = 1; count <= labels.length; count++) {
    const domain = labels.slice(-count).join(".");
    plain.set(probe, "1", { path: "/", domain });
    const kept = plain.get(probe) === "1";
    plain.remove(probe, { path: "/", domain });
    if (kept) return domain;
  }
  return undefined;
}
