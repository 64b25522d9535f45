/** Words, divided by `_`, that make a parameter's name that of a secret wherever they stand in it: `resetToken`. */
const SECRET =
  /token|secret|passw|passphrase|pwd|credential|signature|jwt|saml|assertion|authori[sz]ation|verifier|[cx]srf|(?:api|access|secret|private)_?key|sess(?:ion)?_?id|^x_(?:amz|goog)_/;
/** Those that do it as the end of a name, in a URL: `auth_code`, but not `zipcode`, and not `code=404` in a message. */
const SECRET_AT_END = /^key$|(?:^|_)(?:auth|bearer|code|hmac|pass|pin|session|sid|sig|ticket|t?otp)_?$/;

const LONGEST = 2048;

// A run of characters that may be a name, and its value. Each character is looked at once.
const NAME = "([^?&#;=/\\s\"'<>()]+)";
const IN_PATH = /([^;=/]+)(?:=([^;/]*))?/g;
const IN_URL = new RegExp(`${NAME}(?:=([^&#]*))?`, "g");
/** In a text a value ends where its URL does. */
const IN_TEXT = new RegExp(`${NAME}(?:=([^&#\\s"'<>]*))?`, "g");
/** What follows a URL in a stack. */
const POSITION = /(?::\d{1,7}:\d{1,7})?\)?$/;
/** What stands in a text between two spaces, quotes or brackets and begins as a URL does. */
export const URL_IN_TEXT = /\bhttps?:\/\/[^\s"'<>()]+/g;
/** A fragment that is no route is the page's own, and may be a token. */
const FRAGMENT = /#(?![/!]).*?((?::\d{1,7}:\d{1,7})?)$/;
const CREDENTIALS = /(\/\/)[^\s/?#]*@/g;
const CREDENTIALS_IN_TEXT = /(\/\/)[^\s/?#"'<>]*@/g;

/**
 * An e-mail address, its `@` and what may be encoded beside it as they are or encoded. It is looked for at the end of a run
 * that is taken whether or not one follows, so that each character is looked at a few times. `logo@2x.png` and
 * `vue@3.5.1` are none.
 */
const EMAIL =
  /(?:[^\s"'<>()[\]{},;:@/?&#=%|\\]|%(?:2[bde]|[89a-f][\da-f]))+((?:@|%40)(?!\d+(?:x\.|\.\d))[^\s"'<>()[\]{},;:@/?&#=%|\\.]+(?:\.[^\s"'<>()[\]{},;:@/?&#=%|\\.]+)*\.[a-z]{2,})?/gi;

/** URLs inside of URLs are read this deep. What is encoded deeper is left out. */
const DEEPEST = 5;

/**
 * A URL that may be kept: absolute, without credentials, without a fragment that is no route (`#/cart`, `#!cart`), and
 * with e-mail addresses and the values of secret parameters replaced by `REDACTED` in path, query and route, and in URLs
 * that are values themselves. At most 2,048 characters. `data:` and `blob:` URLs lose their content. What cannot be
 * parsed becomes `""`.
 */
export function cleanUrl(url: string, base?: string): string {
  if (!url) return "";
  let parsed: URL;
  try {
    parsed = new URL(url.slice(0, 2 * LONGEST), base ?? (typeof location === "undefined" ? undefined : location.href));
  } catch {
    return "";
  }
  const opaque = /^(?:data:[\w/+.-]*|blob:|javascript:)/.exec(parsed.href);
  if (opaque) return opaque[0];
  if (parsed.username) parsed.username = "";
  if (parsed.password) parsed.password = "";
  if (/[=%@]/.test(parsed.pathname)) parsed.pathname = redact(parsed.pathname, IN_PATH);
  if (parsed.search) parsed.search = redact(parsed.search, IN_URL);
  if (parsed.hash) parsed.hash = redact(parsed.hash, IN_URL);
  return parsed.href.slice(0, LONGEST);
}

/**
 * A text, such as a stack, without e-mail addresses and without the credentials, secret parameters and fragments of URLs
 * in it. It may become longer than it was.
 */
export const cleanText = (text: string): string =>
  redact(
    text.replace(URL_IN_TEXT, (url) => url.replace(FRAGMENT, "$1")),
    IN_TEXT,
  );

function redact(text: string, pairs: RegExp, depth = 0): string {
  const inText = pairs === IN_TEXT;
  const bare = (inText ? text : text.replace(FRAGMENT, "")).replace(inText ? CREDENTIALS_IN_TEXT : CREDENTIALS, "$1");
  const paired = bare.replace(pairs, (pair, name: string, value: string | undefined, offset: number) => {
    const given = value ?? name;
    const position = inText ? (POSITION.exec(given)?.[0] ?? "") : "";
    const inUrl = !inText || /[?&#;]/.test(bare.charAt(offset - 1));
    const start = value === undefined ? "" : `${name}=`;
    if (start && isSecret(name, inUrl)) return `${start}REDACTED${position}`;
    const inside = given.slice(0, given.length - position.length);
    const decoded = decode(inside);
    if (!/[=%@]|:\/\//.test(decoded)) return pair;
    // Nothing of it was taken apart or decoded.
    if (value === undefined && decoded === name) return pair;
    const cleaned = depth < DEEPEST ? redact(decoded, IN_URL, depth + 1) : "REDACTED";
    if (cleaned === decoded) return pair;
    return start + (decoded === inside ? cleaned : encode(cleaned)) + position;
  });
  // Last, since what looks like an address may be the credentials of a URL that had to be decoded.
  return paired.replace(EMAIL, (run, domain) => (domain ? "REDACTED" : run));
}

function isSecret(name: string, inUrl: boolean): boolean {
  const words = decode(name)
    .replace(/[a-z\d](?=[A-Z])|[A-Z](?=[A-Z][a-z])/g, "$&_")
    .toLowerCase()
    .replace(/[^a-z\d]+/g, "_");
  return SECRET.test(words) || (inUrl && SECRET_AT_END.test(words));
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A stray `%` must not hide what is encoded beside it.
    return text.replace(/%[0-7][\da-f]/gi, decodeURIComponent);
  }
}

/** Half a surrogate pair cannot be encoded; a text of the page's may have one. */
const encode = (text: string): string => text.replace(/[^\w.~\ud800-\udfff-]/g, encodeURIComponent);
