import { networkOf, toAddress } from "./address/parse.js";
import type { ClientInfo } from "./agent/parse.js";

/** What is known of a client when it was seen. */
export interface Client {
  /** In full: what was cut off cannot be compared. */
  address?: string | undefined;
  /** Number of the autonomous system that the address is in. */
  asn?: number | undefined;
  /** ISO 3166 code. */
  country?: string | undefined;
  info: ClientInfo;
}

/**
 * The nearest that two addresses have in common: all of it; the subnet (IPv4 /24, IPv6 /64); the network (/16, /48); the
 * autonomous system; the country; nothing known. `unknown` where one has no address.
 */
export type AddressChange = "same" | "subnet" | "network" | "asn" | "country" | "other" | "unknown";

export type VersionChange = "same" | "up" | "down" | "unknown";

/** How the second of two clients differs from the first. */
export interface ClientChange {
  address: AddressChange;
  /** Whether both were a browser, or both the same application. */
  program: "same" | "family" | "kind" | "unknown";
  /** Of the program, where it is the same. */
  version: VersionChange;
  os: "same" | "version" | "family" | "unknown";
  device: "same" | "type" | "model" | "unknown";
}

/** Never by comparing texts: a browser that was updated is the same browser. */
export function compareClients(before: Client, after: Client): ClientChange {
  const [a, b] = [programOf(before.info), programOf(after.info)];
  const program = !a || !b ? "unknown" : a.kind !== b.kind ? "kind" : a.name === b.name ? "same" : "family";
  return {
    address: addressChange(before, after),
    program,
    version: program === "same" ? versionChange(a?.version, b?.version) : "unknown",
    os: systemChange(before.info.os, after.info.os),
    device: deviceChange(before.info.device, after.info.device),
  };
}

/** What a client runs: an application of its own, or a browser by the name of its family. */
export interface Program {
  kind: "app" | "browser";
  name: string;
  version?: string | undefined;
}

/** `Mobile Safari` and `Safari` are one program; undefined where neither application nor browser is known. */
export function programOf({ app, browser }: ClientInfo): Program | undefined {
  if (app) return { kind: "app", name: app.name, version: app.version };
  return browser && { kind: "browser", name: familyOf(browser.name), version: browser.version };
}

/** One browser has a name for each kind of machine, and asks for desktop sites under another one. */
const familyOf = (name: string) => name.replace(/^Mobile | (?:Mobile|WebView|Headless)$/g, "");

function addressChange(before: Client, after: Client): AddressChange {
  const [a, b] = [toAddress(before.address ?? ""), toAddress(after.address ?? "")];
  if (!a || !b) return "unknown";
  if (a.toString() === b.toString()) return "same";
  if (a.kind() === b.kind()) {
    if (networkOf(a, 24, 64) === networkOf(b, 24, 64)) return "subnet";
    if (networkOf(a, 16, 48) === networkOf(b, 16, 48)) return "network";
  }
  if (before.asn !== undefined && before.asn === after.asn) return "asn";
  return before.country && before.country === after.country ? "country" : "other";
}

function versionChange(before: string | undefined, after: string | undefined): VersionChange {
  if (before === undefined || after === undefined) return "unknown";
  const order = compareVersions(before, after);
  return order === 0 ? "same" : order < 0 ? "up" : "down";
}

/** By numbers, as far as both have them: a reduced agent says 150.0.0.0, a hint 150. */
function compareVersions(a: string, b: string): number {
  const [x, y] = [numbersOf(a), numbersOf(b)];
  for (let i = 0; i < Math.min(x.length, y.length); i += 1) {
    const difference = (x[i] ?? 0) - (y[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

const numbersOf = (version: string) =>
  version
    .split(/[._-]/)
    .slice(0, 6)
    .map((part) => Number.parseInt(part, 10) || 0);

function systemChange(before: ClientInfo["os"], after: ClientInfo["os"]): ClientChange["os"] {
  if (!before || !after) return "unknown";
  if (before.name !== after.name) return "family";
  const version = versionChange(before.version, after.version);
  return version === "up" || version === "down" ? "version" : "same";
}

function deviceChange(before: ClientInfo["device"], after: ClientInfo["device"]): ClientChange["device"] {
  if (!before || !after) return "unknown";
  if (before.type !== after.type) return "type";
  return before.model !== undefined && after.model !== undefined && before.model !== after.model ? "model" : "same";
}
