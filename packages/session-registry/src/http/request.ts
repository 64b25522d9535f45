import type { RequestLike } from "../client.js";

/** A request, whichever server it came to. */
export interface HttpRequest extends RequestLike {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  /** The body as a value, at most {@link MAX_BODY_BYTES}; undefined for what is none, or too long. */
  body(): Promise<unknown>;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** One `Set-Cookie` each. */
  readonly cookies: readonly string[];
  /** JSON; empty with 204. */
  readonly body: string;
}

export const MAX_BODY_BYTES = 4096;

/** Nothing of a list of devices is kept by anybody on the way. */
const HEADERS = { "content-type": "application/json; charset=utf-8", "cache-control": "no-store" };

export function answer(status: number, value?: unknown, more: Partial<HttpAnswer> = {}): HttpAnswer {
  return {
    status,
    headers: { ...HEADERS, ...more.headers },
    cookies: more.cookies ?? [],
    body: value === undefined ? "" : JSON.stringify(value),
  };
}

export const refusal = (status: number, code: string, message: string, more?: Partial<HttpAnswer>): HttpAnswer =>
  answer(status, { error: { code, message } }, more);

/** Whatever is wrong with a token: nobody learns from the answer. */
export const notSignedIn = (cookies: readonly string[] = []): HttpAnswer =>
  refusal(401, "not_signed_in", "Sign in to go on.", { cookies });

export const limited = (retryAfter: number): HttpAnswer =>
  refusal(429, "too_many", "Too many requests. Try again later.", { headers: { "retry-after": String(retryAfter) } });

/** A text as JSON; undefined for anything else. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
