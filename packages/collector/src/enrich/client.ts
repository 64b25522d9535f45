import { isbot } from "isbot";
import { UAParser } from "ua-parser-js";
import { createLru } from "../lib/lru.js";

/** The program and machine an event came from; empty strings where unknown. */
export interface ClientSoftware {
  browser: string;
  browser_version: string;
  os: string;
  os_version: string;
  /** Vendor and model where known, such as `Apple iPhone`; else `desktop`, `mobile` or `tablet`. */
  device: string;
  bot: boolean;
}

/** Longest user agent that is read; the rest is cut. */
const MAX_USER_AGENT = 1024;
const CACHE = 2_000;
/** Client hints that change what is found; all are part of the cache's key. */
const HINTS = [
  "sec-ch-ua",
  "sec-ch-ua-full-version-list",
  "sec-ch-ua-mobile",
  "sec-ch-ua-model",
  "sec-ch-ua-platform",
  "sec-ch-ua-platform-version",
  "sec-ch-ua-form-factors",
] as const;

/** Reads user agent and client hints. Answers are kept, since a few thousand agents make up nearly all traffic. */
export function createClientReader(): (headers: Headers) => ClientSoftware {
  const cache = createLru<ClientSoftware>(CACHE);
  return (headers) => {
    const picked = { "user-agent": cut(headers.get("user-agent")) } as Record<string, string>;
    for (const name of HINTS) {
      const value = cut(headers.get(name));
      if (value !== "") picked[name] = value;
    }
    const key = JSON.stringify(picked);
    const known = cache.get(key);
    if (known) return known;
    const found = read(picked);
    cache.set(key, found);
    return found;
  };
}

function read(headers: Record<string, string>): ClientSoftware {
  const agent = headers["user-agent"] ?? "";
  const parsed = new UAParser(agent).getResult();
  const brand = brandOf(headers["sec-ch-ua-full-version-list"] ?? headers["sec-ch-ua"] ?? "");
  const platform = unquote(headers["sec-ch-ua-platform"] ?? "");
  const platformVersion = unquote(headers["sec-ch-ua-platform-version"] ?? "");
  const model =
    unquote(headers["sec-ch-ua-model"] ?? "") || [parsed.device.vendor, parsed.device.model].filter(Boolean).join(" ");
  const handheld = parsed.device.type ?? (headers["sec-ch-ua-mobile"] === "?1" ? "mobile" : undefined);
  return {
    browser: brand?.name ?? parsed.browser.name ?? "",
    browser_version: brand?.version ?? parsed.browser.version ?? "",
    os: platform || (parsed.os.name ?? ""),
    os_version: osVersion(platform, platformVersion, parsed.os.version ?? ""),
    device: model || handheld || (agent === "" ? "" : "desktop"),
    bot: isbot(agent),
  };
}

/** Windows reports 13 and more for Windows 11, 1 to 10 for Windows 10; a reduced agent always says 10. */
function osVersion(platform: string, version: string, fromAgent: string): string {
  if (version === "") return fromAgent;
  if (platform !== "Windows") return version;
  const major = Number.parseInt(version, 10);
  return major >= 13 ? "11" : major >= 1 ? "10" : fromAgent;
}

/** The most telling brand of a `Sec-CH-UA` list: neither the deliberate nonsense one nor plain Chromium, if there is another. */
function brandOf(list: string): { name: string; version: string } | undefined {
  const brands = [...list.matchAll(/"([^"]{1,64})"\s*;\s*v="([\d.]{1,32})"/g)]
    .map(([, name = "", version = ""]) => ({ name, version }))
    .filter(({ name }) => !/not[^a-z]*a[^a-z]*brand/i.test(name));
  const brand = brands.find(({ name }) => name !== "Chromium") ?? brands[0];
  if (brand === undefined) return undefined;
  return { ...brand, name: { "Google Chrome": "Chrome", "Microsoft Edge": "Edge" }[brand.name] ?? brand.name };
}

function unquote(value: string): string {
  return value.replace(/^"|"$/g, "").slice(0, 64);
}

function cut(value: string | null): string {
  return (value ?? "").slice(0, MAX_USER_AGENT);
}
