import type { HttpRequest } from "./request.js";

const SAFE: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);

export const isSafe = ({ method }: Pick<HttpRequest, "method">): boolean => SAFE.has(method.toUpperCase());

/**
 * Whether a request that changes something comes from one's own pages. Browsers say so by `Sec-Fetch-Site`, older ones by
 * `Origin`, and neither can be set by a page. What says nothing is not believed: a content type proves nothing.
 *
 * https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html
 */
export function isOwn(request: HttpRequest, origins: ReadonlySet<string>): boolean {
  const origin = request.header("origin");
  const site = request.header("sec-fetch-site");
  if (site === "same-origin") return true;
  // `none` is a person at the address bar, who changes nothing there.
  if (site === "none") return false;
  return origin !== undefined && origins.has(origin);
}

/** @throws TypeError naming what is no origin */
export function originsOf(given: readonly string[]): ReadonlySet<string> {
  for (const origin of given) {
    if (!URL.canParse(origin) || new URL(origin).origin !== origin)
      throw new TypeError(`origins must be like https://app.example: ${JSON.stringify(origin)} was given`);
  }
  return new Set(given);
}
