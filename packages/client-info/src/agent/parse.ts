import { isbot } from "isbot";
import { UAParser } from "ua-parser-js";
import type { HeaderReader } from "../address/resolve.js";
import { type AppPattern, readApp } from "./app.js";
import { readHints, windowsVersion } from "./hints.js";

/** The program and machine of a client; what is unknown is absent. */
export interface ClientInfo {
  browser?: { name: string; version?: string; major?: string };
  engine?: { name: string; version?: string };
  os?: { name: string; version?: string };
  /** `type`: `desktop`, `mobile`, `tablet`, `smarttv`, `console`, `wearable`, `embedded`; `bitness`: `32` or `64`. */
  device?: { type?: string; vendor?: string; model?: string; bitness?: string };
  /** An application with a user agent of its own. Neither version nor bundle have a `v` or parentheses. */
  app?: { name: string; version?: string; bundle?: string };
  /** Present, and true, for what says that it is a crawler, a tool or a test. */
  bot?: true;
}

/** Request headers that are read beside `user-agent`. */
export const CLIENT_HINTS = [
  "sec-ch-ua",
  "sec-ch-ua-full-version-list",
  "sec-ch-ua-mobile",
  "sec-ch-ua-model",
  "sec-ch-ua-platform",
  "sec-ch-ua-platform-version",
  "sec-ch-ua-bitness",
  "sec-ch-ua-form-factors",
] as const;

export interface AgentReaderOptions {
  /** Applications whose user agents are their own. Default: none. */
  apps?: readonly AppPattern[] | undefined;
  /** Answers that are kept, since a few thousand agents make up nearly all traffic. Default: 5000; 0 keeps none. */
  cache?: number | undefined;
}

/** Reads user agent and client hints of a request. The same answer may be handed out more than once: it is frozen. */
export type AgentReader = (headers: HeaderReader) => Readonly<ClientInfo>;

/** Longest header that is read, in characters; the rest is cut before anything looks at it. */
const LONGEST = 512;
const DEFAULT_CACHE = 5000;

export function createAgentReader({ apps = [], cache = DEFAULT_CACHE }: AgentReaderOptions = {}): AgentReader {
  /** In the order in which they came: when it is full the oldest goes. */
  const known = new Map<string, Readonly<ClientInfo>>();
  return (headers) => {
    const given = new Map<string, string>();
    for (const name of ["user-agent", ...CLIENT_HINTS]) {
      const value = clean(headers.get(name));
      if (value !== "") given.set(name, value);
    }
    const key = JSON.stringify([...given]);
    const found = known.get(key);
    if (found) return found;
    const info = Object.freeze(read((name) => given.get(name) ?? "", apps));
    if (cache > 0) {
      const [oldest] = known.size >= cache ? known.keys() : [];
      if (oldest !== undefined) known.delete(oldest);
      known.set(key, info);
    }
    return info;
  };
}

/**
 * What a user agent says, without keeping the answer.
 *
 * @param hints headers of {@link CLIENT_HINTS} by their names in lower case
 */
export function parseUserAgent(
  agent: string,
  hints: Readonly<Record<string, string>> = {},
  apps: readonly AppPattern[] = [],
): ClientInfo {
  const known: readonly string[] = CLIENT_HINTS;
  return read((name) => {
    if (name === "user-agent") return clean(agent);
    return known.includes(name) && Object.hasOwn(hints, name) ? clean(hints[name]) : "";
  }, apps);
}

function read(get: (name: string) => string, apps: readonly AppPattern[]): ClientInfo {
  const agent = get("user-agent");
  const own = readApp(agent, apps);
  if (own) return own;
  const parsed = new UAParser(agent).getResult();
  const hints = readHints(get);
  const browser = hints.brand ?? named(parsed.browser);
  const os = systemOf(named(parsed.os), hints);
  const device = deviceOf(agent, parsed, hints);
  const engine = named(parsed.engine);
  const major = browser?.version?.split(".", 1)[0];
  return {
    ...(browser && { browser: { ...browser, ...(major && { major }) } }),
    ...(engine && { engine }),
    ...(os && { os }),
    ...(device && { device }),
    ...(isbot(agent) && { bot: true as const }),
  };
}

type Named = { name: string; version?: string };

function named({ name, version }: { name: string | undefined; version: string | undefined }): Named | undefined {
  return name === undefined ? undefined : { name, ...(version && { version }) };
}

/** Where a Linux has its version, some agents have this. */
const PROCESSOR = /^(?:x86|i\d86|amd64|arm|aarch|ppc|riscv)/i;

function systemOf(
  fromAgent: Named | undefined,
  { platform, platformVersion }: ReturnType<typeof readHints>,
): Named | undefined {
  if (platform === undefined) {
    return fromAgent?.version && PROCESSOR.test(fromAgent.version) ? { name: fromAgent.name } : fromAgent;
  }
  const same = platform === fromAgent?.name ? fromAgent.version : undefined;
  const told = platformVersion && (platform === "Windows" ? windowsVersion(platformVersion) : platformVersion);
  const version = told || same;
  return { name: platform, ...(version && { version }) };
}

/** In the place of a model, browsers that tell none write this. */
const NO_MODEL = "K";
const BITS: Readonly<Record<string, string>> = { amd64: "64", arm64: "64", ia32: "32", arm: "32", armhf: "32" };

function deviceOf(
  agent: string,
  { device, cpu, os }: UAParser.IResult,
  hints: ReturnType<typeof readHints>,
): ClientInfo["device"] {
  if (agent === "" && hints.platform === undefined) return undefined;
  const model = hints.model ?? (device.model === NO_MODEL ? undefined : device.model);
  const type = hints.formFactors?.includes("Tablet")
    ? "tablet"
    : (device.type ?? (hints.mobile ? "mobile" : undefined));
  const bitness = hints.bitness ?? BITS[cpu.architecture ?? ""] ?? (os.name === "Mac OS" ? "64" : undefined);
  const isKnown = type !== undefined || os.name !== undefined || hints.platform !== undefined;
  if (!isKnown && model === undefined) return undefined;
  return {
    type: type ?? "desktop",
    ...(device.vendor && model !== undefined && { vendor: device.vendor }),
    ...(model !== undefined && { model }),
    ...(bitness && { bitness }),
  };
}

/** Without control characters, and no longer than anything that a browser writes. */
function clean(value: string | null | undefined): string {
  let text = (value ?? "").slice(0, LONGEST);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (/[\u0000-\u001f\u007f]/.test(text)) text = text.replace(/[\u0000-\u001f\u007f]/g, "");
  return text.trim();
}
