/** An application that writes its own user agent. */
export interface AppPattern {
  /** As it stands in the user agent, such as `RC Mobile`. */
  name: string;
  grammar: AppGrammar;
}

/**
 * `semicolon`: `NAME; SYSTEM VERSION; vVERSION (BUNDLE)`, of which all but the name may be missing. `product`:
 * `NAME/VERSION (…; SYSTEM VERSION; build:BUNDLE; …) …`, as common HTTP libraries of apps write it.
 */
export type AppGrammar = "semicolon" | "product";

/** What an application's own user agent says. */
export interface AppAgent {
  app: { name: string; version?: string; bundle?: string };
  os?: { name: string; version?: string };
  device?: { type: string };
}

const SYSTEMS: Readonly<Record<string, string>> = {
  ios: "iOS",
  ipados: "iPadOS",
  android: "Android",
  "mac os x": "Mac OS",
  macos: "Mac OS",
  windows: "Windows",
  linux: "Linux",
};
const HANDHELD = new Set(["iOS", "Android"]);
const VERSION = /^v?(\d[\w.+-]{0,31})$/i;

/** @returns undefined when the user agent is none of these applications'. */
export function readApp(agent: string, apps: readonly AppPattern[]): AppAgent | undefined {
  for (const { name, grammar } of apps) {
    const rest = agent.slice(name.length);
    if (!agent.startsWith(name) || !/^(?:$|[;/\s])/.test(rest)) continue;
    const parts = grammar === "semicolon" ? semicolon(rest) : product(rest);
    if (parts) return describe(name, parts);
  }
  return undefined;
}

interface Parts {
  version?: string | undefined;
  bundle?: string | undefined;
  /** Where a system may be named. */
  texts: readonly string[];
}

function semicolon(rest: string): Parts | undefined {
  const texts = rest.split(";").map((text) => text.trim());
  // Something else in the name's place is another program.
  if (texts.shift() !== "") return undefined;
  const last = texts.at(-1) ?? "";
  const [, version, bundle] = /^v?(\d[\w.+-]{0,31})(?: \(([^()]{1,64})\))?$/i.exec(last) ?? [];
  return { version, bundle, texts };
}

function product(rest: string): Parts | undefined {
  if (!rest.startsWith("/")) return undefined;
  const [, version = "", more = ""] = /^\/(\S*)(?: \(([^()]*)\))?/.exec(rest) ?? [];
  const texts = more.split(";").map((text) => text.trim());
  const build = texts
    .find((text) => /^build[:/ ]/i.test(text))
    ?.slice(6)
    .trim();
  return { version: VERSION.exec(version)?.[1], bundle: build?.slice(0, 64), texts };
}

function describe(name: string, { version, bundle, texts }: Parts): AppAgent {
  const os = texts.map(systemOf).find((system) => system !== undefined);
  return {
    app: { name, ...(version && { version }), ...(bundle && { bundle }) },
    ...(os && { os, device: { type: HANDHELD.has(os.name) ? "mobile" : os.name === "iPadOS" ? "tablet" : "desktop" } }),
  };
}

function systemOf(text: string): AppAgent["os"] {
  const [, named = "", version] = /^([a-z][a-z ]{1,11}?)(?: (\d[\w.]{0,15}))?$/i.exec(text) ?? [];
  const name = SYSTEMS[named.toLowerCase()];
  return name === undefined ? undefined : { name, ...(version && { version }) };
}
