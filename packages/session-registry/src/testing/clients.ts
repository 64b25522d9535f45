import { parseUserAgent } from "@sojourn/client-info";
import type { SeenClient } from "../flows/authenticate.js";

export const AGENTS = {
  chromeLinux: "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36",
  chromeWindows:
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36",
  chromeMac:
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36",
  chromeAndroid:
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Mobile Safari/537.36",
  pixel:
    "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Mobile Safari/537.36",
  galaxy:
    "Mozilla/5.0 (Linux; Android 14; SM-S921B) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Mobile Safari/537.36",
  firefoxLinux: "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
  firefoxWindows: "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0",
  firefoxAndroid: "Mozilla/5.0 (Android 14; Mobile; rv:145.0) Gecko/145.0 Firefox/145.0",
  edgeWindows:
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36 Edg/150.0.0.0",
  safariMac:
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.4 Safari/605.1.15",
  safariIphone:
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.4 Mobile/15E148 Safari/604.1",
  chromeIphone:
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/150.0.0.0 Mobile/15E148 Safari/604.1",
  app: "RC Mobile; iOS 12.0; v3.0.0 (196)",
  appAndroid: "RC Mobile; Android 14; v3.0.0 (196)",
  curl: "curl/8.5.0",
  headless:
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/150.0.0.0 Safari/537.36",
  none: "",
} as const;

export type Agent = keyof typeof AGENTS;
const APPS = [{ name: "RC Mobile", grammar: "semicolon" }] as const;

/** Networks: two homes in one town, a phone's, a company's abroad. */
export const PLACES = {
  home: { address: "203.0.113.7", asn: 64500, country: "DE" },
  homeLater: { address: "203.0.113.99", asn: 64500, country: "DE" },
  homeMoved: { address: "203.0.200.9", asn: 64500, country: "DE" },
  sameOwner: { address: "192.0.2.50", asn: 64500, country: "DE" },
  phone: { address: "198.51.100.20", asn: 64501, country: "DE" },
  abroad: { address: "100.64.3.4", asn: 64510, country: "BR" },
  vpn: { address: "100.70.1.1", asn: 64511, country: "NL" },
  homeV6: { address: "2001:db8:1:2::5", asn: 64500, country: "DE" },
  homeV6Later: { address: "2001:db8:1:2:ffff::9", asn: 64500, country: "DE" },
  bare: { address: "203.0.113.7" },
  bareElsewhere: { address: "198.18.0.1" },
  unknown: {},
} as const;

export type Place = keyof typeof PLACES;

/** A client by the names of an agent and a place; `version` takes the place of the agent's. */
export function client(agent: Agent = "chromeLinux", place: Place = "home", version?: string): SeenClient {
  const text: string = AGENTS[agent];
  const written = version === undefined ? text : text.replace(/150\.0\.0\.0|145\.0|18\.4|v3\.0\.0/g, version);
  return { ...PLACES[place], host: "app.example", info: parseUserAgent(written, {}, APPS) };
}
