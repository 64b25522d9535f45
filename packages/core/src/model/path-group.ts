/** A segment that is an identifier rather than a word: a number, a UUID, a long hash, a date, a long word with digits. */
const IDENTIFIER =
  /^(?:\d+|\d{4}-\d{2}-\d{2}.*|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|(?=.*\d)[0-9a-f]{8,}|(?=[^\d]*\d)[\w~.:=-]{20,}|[a-z]{0,4}[-_]?\d{4,})$/i;
const VERSION = /^v\d{1,3}(?:\.\d{1,3})*$/i;

/**
 * The group of a path: identifiers become `?`, words stay, so that `/orders/1234` and `/orders/77` are one page.
 * Words with a digit such as `v2` or `page3` stay.
 */
export function pathGroup(path: string): string {
  return path
    .split("/")
    .map((segment) => (IDENTIFIER.test(segment) && !VERSION.test(segment) ? "?" : segment))
    .join("/");
}
