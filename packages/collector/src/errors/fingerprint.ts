import { createHash } from "node:crypto";
import { type FieldsOf, pathGroup } from "@sojourn/core/model";
import type { Frame } from "./stack.js";

/** So many calls tell defects apart; more would tell releases and engines apart. */
const CALLS = 3;
const MAX_MESSAGE = 512;

/** Types of errors that engines throw themselves, each in its own words. */
const OF_ENGINES = /^(?:Type|Reference|Range|Internal|Syntax)Error$/;
/** What they say of the same mistake, in words of all. */
const SAME: readonly [RegExp, string][] = [
  [
    /^(?:cannot (?:read|set) propert|can't access property|(?:undefined|null) is not an object).*|.* is (?:undefined|null)$/,
    "no object",
  ],
  [/( is not an? (?:function|constructor))\b.*/, "$1"],
  [/^can't find variable: (.*)/, "$1 is not defined"],
  [/^(?:failed to fetch|networkerror when attempting|load failed).*/, "no answer"],
  [/^json(?:\.parse| parse error): .*|.* (?:in|valid|of) json(?: .*)?$/, "no json"],
  [/^(?:maximum call stack size|too much recursion).*/, "too deep"],
];

type Described = Pick<FieldsOf<"error">, "error_message" | "error_type" | "error_source">;

/**
 * What groups errors of one defect: the type, what the message says without what varies in it, and the innermost calls by
 * file and function. Releases, origins, engines and positions are left out, so that a defect stays one when it moves.
 */
export function fingerprintOf(
  { error_message, error_type = "", error_source }: Described,
  frames: readonly Frame[],
): string {
  const loaded = error_source === "network" || error_source === "report";
  const message = plainMessage(error_message, loaded);
  const said = OF_ENGINES.test(error_type)
    ? ["engine", SAME.reduce((text, [theirs, ours]) => text.replace(theirs, ours), message)]
    : [error_type, message];
  const calls = loaded ? [] : innermost(frames);
  return createHash("sha256")
    .update(JSON.stringify([...said, ...calls]))
    .digest("hex")
    .slice(0, 32);
}

/** The message with numbers, identifiers, quotations and URLs taken out; a file that did not load is known by its URL. */
function plainMessage(message: string, keepUrls: boolean): string {
  const urls: string[] = [];
  const plain = message
    .slice(0, MAX_MESSAGE)
    .replace(/[a-z][a-z\d+.-]{0,30}:\/\/[^\s"'`<>()]+/gi, (url) => {
      if (keepUrls) urls.push(plainUrl(url));
      return "<url>";
    })
    .replace(/"[^"]*"|`[^`]*`|(?<!\w)'[^']*'(?!\w)/g, "<text>")
    .replace(/[\w-]*\d[\w-]*(?:\.\d[\w-]*)*/g, "<id>")
    .replace(/\s+/g, " ")
    .trim()
    .toLowerCase();
  return [plain, ...urls].join(" ");
}

/**
 * The innermost calls of files that have a name, each once in a row: how deep a recursion went does not matter. Not every
 * engine knows what came before an asynchronous call.
 */
function innermost(frames: readonly Frame[]): string[] {
  const calls: string[] = [];
  for (const { file, function: name = "", async } of frames) {
    if (async) break;
    if (!file || file === "<anonymous>" || file === "self-hosted" || /-extension:/.test(file)) continue;
    const call = `${plainPath(file)} ${plainFunction(name)}`;
    if (call !== calls.at(-1) && calls.push(call) === CALLS) break;
  }
  return calls;
}

function plainUrl(url: string): string {
  try {
    return new URL(url).host + plainPath(url);
  } catch {
    return plainPath(url);
  }
}

/** The path of a file without origin, query, identifiers and hashes of its content: `/assets/app.js`. */
function plainPath(file: string): string {
  const [bare = ""] = file.split(/[?#]/, 1);
  const path = pathGroup(bare.replace(/^(?:blob:)?[\w+.-]+:\/\/[^/]*/, ""));
  const slash = path.lastIndexOf("/") + 1;
  return path.slice(0, slash) + plainName(path.slice(slash));
}

/** `app.3f9a2b.js`, `app-Bx3_a9Zk.js`, `app.12.min.js` → `app.js`, `app.js`, `app.min.js`. */
function plainName(name: string): string {
  return name
    .split(".")
    .map((part) => {
      // Vite's: eight characters, of which some may be dashes.
      const [stem, tail] = [part.slice(0, -9), part.slice(-8)];
      const isTailed = part.length > 9 && part.at(-9) === "-" && !/^(?:[A-Z]?[a-z]+-?)+$/.test(tail);
      return (isTailed ? stem : part)
        .split("-")
        .filter((word) => !isHash(word))
        .join("-");
    })
    .filter(Boolean)
    .join(".");
}

const isHash = (word: string): boolean =>
  /^\d+$/.test(word) ||
  (/^[\da-f]{6,}$/i.test(word) && /\d/.test(word)) ||
  (/^\w{8}$/.test(word) && !/^[A-Z]?[a-z]+$/.test(word)) ||
  (/^\w{16,}$/.test(word) && /\d/.test(word));

/** The name that all engines agree on. Names of one or two characters are a minifier's, and change. */
function plainFunction(name: string): string {
  const [bare = ""] = name
    .slice(name.lastIndexOf("/") + 1)
    .replace(/^(?:new|get|set) /, "")
    .split(" ", 1);
  const last = bare.slice(bare.lastIndexOf(".") + 1);
  return last.length < 3 || /^(?:<anonymous>|anonymous|global|module|eval)$/.test(last) ? "" : last;
}
