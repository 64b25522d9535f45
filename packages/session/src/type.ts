import { cookieValues, tried } from "@sojourn/core";

/** `synthetics` for monitors and headless browsers; the two never mix in a figure. */
export type SessionType = "user" | "synthetics";

export interface TypeOptions {
  /** What the application says; wins over everything. */
  sessionType?: SessionType | undefined;
  /** Look for `navigator.webdriver` and HeadlessChrome. Default true. */
  detectSynthetics?: boolean | undefined;
}

export interface TypeInfo {
  type: SessionType;
  testId?: string | undefined;
  resultId?: string | undefined;
}

export const SYNTHETICS_GLOBAL = "__SOJOURN_SYNTHETICS__";
export const SYNTHETICS_COOKIE = "_sojourn_synthetics";

/** What the session is right now. Monitors may say so long after init, so it is asked again for each body. */
export function readType({ sessionType, detectSynthetics = true }: TypeOptions): TypeInfo {
  const told = (globalThis as Record<string, unknown>)[SYNTHETICS_GLOBAL] || readCookie();
  const ids = Object(told) as Record<string, unknown>;
  const detected = detectSynthetics && (navigator.webdriver || /HeadlessChrome/.test(navigator.userAgent));
  return {
    type: sessionType ?? (told || detected ? "synthetics" : "user"),
    testId: text(ids.testId),
    resultId: text(ids.resultId),
  };
}

const text = (value: unknown): string | undefined => (value ? String(value).slice(0, 256) : undefined);

/** The cookie is `1`, or `testId=…&resultId=…`. */
function readCookie(): Record<string, string> | undefined {
  const [value] = cookieValues(SYNTHETICS_COOKIE);
  return value ? Object.fromEntries(new URLSearchParams(tried(() => decodeURIComponent(value)))) : undefined;
}
