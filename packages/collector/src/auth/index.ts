import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { createAddressResolver, isLoopback, subscriberOf } from "@sojourn/client-info";
import type { Config } from "../config/schema.js";
import { json, methodNotAllowed, refuse } from "../http/answers.js";
import type { RequestContext } from "../http/context.js";
import { readSmallJson } from "../http/small-json.js";
import { createLimiter } from "../lib/limiter.js";

export type Role = "read" | "admin";

export interface Auth {
  /** Who may read: the role of the request's token or cookie, or of an open read; undefined for nobody known. */
  roleOf(request: Request, context: RequestContext): Role | undefined;
  /** `POST /v1/sign-in {"token"}`: answers with a cookie. */
  signIn(request: Request, context: RequestContext): Promise<Response>;
  /** `POST /v1/sign-out`: takes the cookie back. */
  signOut(request: Request): Response;
  /** From now on these are the tokens. Cookies of others are worth nothing any more. */
  setTokens(tokens: Config["readTokens"]): void;
}

const COOKIE = "sojourn_read";
const COOKIE_DAYS = 30;
/** Tries of one address. */
const SIGN_IN_RATE = { rate: 0.1, burst: 10 };
const FORWARDING = ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "via"];

/**
 * Reading is for holders of a read token. With `openReads` it is also for this machine itself: a loopback peer that
 * names a loopback host and comes through no proxy. A page of another site that has its name resolve to 127.0.0.1 has
 * neither the host name nor the cookie.
 */
export function createAuth(
  config: Pick<Config, "openReads" | "readTokens"> & Partial<Pick<Config, "trustedProxies" | "addressHeader">>,
  now: () => number,
): Auth {
  const withDigest = ({ token, role }: Config["readTokens"][number]) => ({ token, role, digest: digest(token) });
  const addressOf = createAddressResolver({ trustProxy: config.trustedProxies, header: config.addressHeader });
  let tokens = config.readTokens.map(withDigest);
  const tries = createLimiter(SIGN_IN_RATE, now);

  function byToken(given: string) {
    const wanted = digest(given);
    let found: (typeof tokens)[number] | undefined;
    for (const token of tokens) if (timingSafeEqual(token.digest, wanted)) found = token;
    return found;
  }

  /** `expiry.signature`: the token signs, so that every process knows the cookie and removing the token ends it. */
  function byCookie(value: string) {
    const [expiry = "", signature = ""] = value.split(".");
    if (!/^\d{1,16}$/.test(expiry) || Number(expiry) < now()) return undefined;
    let found: (typeof tokens)[number] | undefined;
    for (const token of tokens)
      if (timingSafeEqual(digest(sign(token.token, expiry)), digest(signature))) found = token;
    return found;
  }

  return {
    roleOf(request, context) {
      const bearer = /^Bearer ([\x21-\x7e]{1,256})$/i.exec(request.headers.get("authorization") ?? "")?.[1];
      if (bearer !== undefined) return byToken(bearer)?.role;
      const cookie = cookieOf(request, COOKIE);
      const signedIn = cookie === undefined ? undefined : byCookie(cookie);
      if (signedIn) return changes(request) && !isOwnPage(request) ? undefined : signedIn.role;
      return config.openReads && isOpenRead(request, context) ? "read" : undefined;
    },

    async signIn(request, context) {
      if (request.method !== "POST") return methodNotAllowed(request.method, "POST");
      if (!mayComeFrom(request)) return foreignPage();
      const wait = tries.take(subscriberOf(addressOf(context.peer, request.headers)));
      if (wait > 0) {
        return refuse({
          status: 429,
          code: "too_many_requests",
          message: "Too many tries to sign in.",
          retryAfter: wait,
        });
      }
      const given = await readToken(request);
      if (given === undefined) {
        return refuse({ status: 400, code: "malformed", message: 'The body must be {"token": "…"}.', field: "token" });
      }
      const found = byToken(given);
      if (!found)
        return refuse({ status: 401, code: "unknown_token", message: "This is no read token.", field: "token" });
      const expiry = String(Math.floor(now()) + COOKIE_DAYS * 86_400_000);
      const value = `${expiry}.${sign(found.token, expiry)}`;
      return json(200, { role: found.role }, { "Set-Cookie": setCookie(request, value, COOKIE_DAYS * 86_400) });
    },

    signOut(request) {
      if (request.method !== "POST") return methodNotAllowed(request.method, "POST");
      if (!mayComeFrom(request)) return foreignPage();
      return new Response(null, {
        status: 204,
        headers: { "Set-Cookie": setCookie(request, "", 0), "Cache-Control": "no-store" },
      });
    },

    setTokens(given) {
      tokens = given.map(withDigest);
    },
  };
}

/** The answer to somebody who may not read. */
export function notSignedIn(openReads: boolean): Response {
  const message = openReads
    ? "Reading without a token is for this machine only: open the dashboard by a localhost address, or use a read token."
    : "Reading needs a token of readTokens: send it as Authorization: Bearer, or sign in.";
  const response = refuse({ status: 401, code: "not_signed_in", message });
  response.headers.set("WWW-Authenticate", "Bearer");
  return response;
}

const changes = ({ method }: Request) => method !== "GET" && method !== "HEAD";

/**
 * A cookie goes along whoever's page asks, and SameSite alone would let a sister site in. Browsers say in what changes
 * something which page asks: where they say so in `Sec-Fetch-Site`, which is no matter of how a proxy names the host, by
 * that, else by the origin.
 */
function isOwnPage({ headers }: Request): boolean {
  const site = headers.get("sec-fetch-site");
  if (site !== null) return site === "same-origin";
  const origin = headers.get("origin");
  return origin !== null && URL.canParse(origin) && new URL(origin).host === headers.get("host");
}

/** Who signs in or out is a page of this origin, or no page. A foreign one would have people look at its own data. */
function mayComeFrom(request: Request): boolean {
  const { headers } = request;
  return (!headers.has("origin") && !headers.has("sec-fetch-site")) || isOwnPage(request);
}

const foreignPage = () =>
  refuse({ status: 403, code: "foreign_page", message: "Signing in and out is for the dashboard's own pages." });

function isOpenRead(request: Request, { peer }: RequestContext): boolean {
  if (!isLoopback(peer)) return false;
  if (FORWARDING.some((name) => request.headers.has(name))) return false;
  if (request.headers.get("sec-fetch-site") === "cross-site") return false;
  const hostname = hostnameOf(request.headers.get("host") ?? "");
  return hostname === "localhost" || hostname.endsWith(".localhost") || isLoopback(hostname.replace(/^\[|\]$/g, ""));
}

/** The name or address of a Host header, lower case; empty when it is none. */
function hostnameOf(host: string): string {
  try {
    return new URL(`http://${host}`).hostname;
  } catch {
    return "";
  }
}

async function readToken(request: Request): Promise<string | undefined> {
  const body = await readSmallJson(request);
  const { token } = (typeof body === "object" && body !== null ? body : {}) as { token?: unknown };
  return typeof token === "string" ? token : undefined;
}

function setCookie(request: Request, value: string, maxAge: number): string {
  const secure = new URL(request.url).protocol === "https:" || request.headers.get("x-forwarded-proto") === "https";
  return `${COOKIE}=${value}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${maxAge}${secure ? "; Secure" : ""}`;
}

function cookieOf(request: Request, name: string): string | undefined {
  for (const pair of (request.headers.get("cookie") ?? "").split(";")) {
    const [key = "", value = ""] = pair.trim().split("=", 2);
    if (key === name) return value;
  }
  return undefined;
}

function sign(token: string, expiry: string): string {
  return createHmac("sha256", token).update(`sojourn read ${expiry}`).digest("base64url");
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
