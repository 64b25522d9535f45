import { tried } from "./tried.js";

/** Words, divided by `_`, that make a parameter's name that of a secret wherever they stand in it: `resetToken`. */
const SECRET =
  /token|secret|passw|passphrase|pwd|credential|signature|jwt|saml|assertion|authori[sz]ation|verifier|[cx]srf|(?:api|access|secret|private)[_-]?key|sess(?:ion)?[_-]?id|^x_(?:amz|goog)_/i;
/** Those that do it as the end of a name, in a URL: `auth_code`, but not `zipcode`, and not `code=404` in a message. */
const SECRET_AT_END = /^key$|(?:^|_)(?:auth|bearer|code|hmac|pass|pin|pw|session|sid|sig|ticket|t?otp)_?$/i;
/**
 * What a text says of a secret, as JSON, headers and messages do: its name, and its value, to its last quote where it has
 * one. Not a word of a parser about its tokens.
 */
const SAID = new RegExp(
  `(unexpected )?((?:${SECRET.source})[\\w-]{0,40}\\\\*["']?\\s*:\\s*|bearer (?!token))(?:\\\\*"(?:\\\\.|[^"\\\\])*"?|'[^']*'?|(?:b\\w+ )?[^\\s,;}]+)`,
  "gi",
);

const LONGEST = 2048;
const REDACTED = "REDACTED";

/** The path of a URL, with what is before it, and its query and its fragments: a value ends where its part does. */
const PART = /^[^?#]+|[?#][^#]*/g;
/** A run of characters that may be a name, with what divides it from those before, and its value. */
const PAIR = /([?&#;/]?)([^?&#;=/()]+)(?:(=)([^&#]*))?/g;
/** What may be a URL in a text, and what follows one in a stack. */
const WORD = /([^\s"'<>]+?)((?::\d+:\d+)?\)?,?)(?=[\s"'<>]|$)/g;
/** What stands in a text between two spaces, quotes or brackets and begins as a URL does. */
export const URL_IN_TEXT = /\bhttps?:\/\/[^\s"'<>()]+/g;
/** A fragment that is no route is the page's own, and may be a token. */
const FRAGMENT = /#(?![/!]).*/;
/** What is kept of a URL that is not one of a place. */
const OPAQUE = /^(?:data:[\w/+.-]*|blob:|javascript:)/;
const CREDENTIALS = /\/\/[^\s/?#]*@/g;
/** One of these, the beginning of a JSON Web Token, or the end of an e-mail address. `logo@2x.png` and `vue@3.5.1` are none. */
const UNSAFE =
  /#(?![/!])|eyJ(?:(?!eyJ)[\w-]){9,}\.[\w-]|\/\/[^\s/?#]*@|[^\s/:@]@(?!\d+(?:x\.|\.\d))[^\s/:@]+\.[a-z]{2}/i;

/**
 * A URL that may be kept: absolute, without credentials, without a fragment that is no route (`#/cart`, `#!cart`), and
 * with e-mail addresses, JSON Web Tokens and the values of secret parameters replaced by `REDACTED` in path, query and
 * route. A value that has one of these inside of it, as a URL within a URL has, is replaced as a whole. At most 2,048
 * characters. `data:` and `blob:` URLs lose their content. What cannot be parsed becomes `""`.
 */
export function cleanUrl(url: string, base = globalThis.location?.href): string {
  const href = (url && tried(() => new URL(url.slice(0, 2 * LONGEST), base).href)) || "";
  return OPAQUE.exec(href)?.[0] ?? redact(href.replace(FRAGMENT, "")).slice(0, LONGEST);
}

/**
 * A text, such as a stack, without e-mail addresses, tokens, and what it says of secrets (`"password": "…"`), and without
 * the credentials, secret parameters and fragments of URLs in it, and what `blob:` URLs name. It may become longer than
 * it was.
 */
export const cleanText = (text: string): string =>
  unsay(text).replace(
    WORD,
    (_, word: string, position: string) =>
      redact(word.includes("://") ? word.replace(FRAGMENT, "").replace(/\bblob:.*/, "blob:") : word) + position,
  );

const unsay = (text: string): string =>
  text.replace(SAID, (all, parser: string | undefined, name: string) => (parser ? all : name + REDACTED));

function redact(text: string): string {
  if (!/[=%@]|eyJ/.test(text)) return text;
  return text.replace(PART, (part) =>
    part
      .replace(CREDENTIALS, "//")
      .replace(
        PAIR,
        (_, before: string, name: string, equals = "", value = "") =>
          before + hide(name) + equals + (equals && isSecret(name, !!before) ? REDACTED : hide(value)),
      ),
  );
}

/** A name or a value, unless it has something inside that must not be kept. */
function hide(text: string): string {
  const decoded = decode(text);
  const starts = decoded.split("=").slice(0, -1);
  const hides =
    UNSAFE.test(decoded) ||
    unsay(decoded) !== decoded ||
    starts.some((start) => isSecret(start.split(/[?&#;/]/).pop() ?? "", true));
  return hides ? REDACTED : text;
}

function isSecret(name: string, inUrl: boolean): boolean {
  const words = decode(name)
    .replace(/[a-z\d](?=[A-Z])|[A-Z](?=[A-Z][a-z])/g, "$&_")
    .replace(/[^a-z\d]+/gi, "_");
  return SECRET.test(words) || (inUrl && SECRET_AT_END.test(words));
}

/** Reads what is encoded in ASCII, however often it was: `%252540` is `@`. The rest divides nothing and names nothing. */
const decode = (text: string): string =>
  text.replace(/%(?:25)*([0-7][\da-f])/gi, (_, hex: string) => decodeURIComponent(`%${hex}`));
