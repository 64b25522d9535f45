import { cleanText, cleanUrl, guard, type Report, URL_IN_TEXT } from "@sojourn/core";

/** Takes out of URLs and texts what must not be kept: what is always a secret, and what the application says is one. */
export interface Cleaner {
  url(url: string): string;
  /** A text with URLs in it, such as a stack. */
  text(text: string): string;
}

/** `redact`: the application's own rule, which sees a URL after the built-in one. What it throws on is not kept. */
export function createCleaner(redact: ((url: string) => string) | undefined, report: Report): Cleaner {
  if (!redact) return { url: cleanUrl, text: cleanText };
  const safe = guard(report, redact);
  const own = (url: string) => (url ? String(safe(url) ?? "") : "");
  return {
    url: (url) => own(cleanUrl(url)),
    text: (text) => cleanText(text).replace(URL_IN_TEXT, own),
  };
}
