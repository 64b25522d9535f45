import { compareClients } from "@sojourn/client-info";
import { describe, expect, test } from "vitest";
import { type Agent, client, type Place } from "../testing/clients.js";
import { testRegistry } from "../testing/registry.js";
import { defaultPolicy, type Outcome } from "./policy.js";

type Seen = readonly [agent: Agent, place?: Place, version?: string];
/** What happened, the client before, the client after, what becomes of it, what is written down. */
type Row = readonly [
  what: string,
  before: Seen,
  after: Seen,
  outcome: Outcome,
  flags?: readonly string[],
  known?: "known",
];

const TABLE: readonly Row[] = [
  // Nothing to speak of.
  ["the same client", ["chromeLinux"], ["chromeLinux"], "allow"],
  ["another host of one network", ["chromeLinux"], ["chromeLinux", "homeLater"], "touch"],
  ["a new lease of IPv6", ["chromeLinux", "homeV6"], ["chromeLinux", "homeV6Later"], "touch"],
  ["no address on either side", ["chromeLinux", "unknown"], ["chromeLinux", "unknown"], "allow"],
  ["an address that was not known before", ["chromeLinux", "unknown"], ["chromeLinux", "home"], "allow"],
  ["an address that is not known any more", ["chromeLinux"], ["chromeLinux", "unknown"], "allow"],
  // People travel, and networks change below them: an address never ends a session.
  ["the provider gave another network", ["chromeLinux"], ["chromeLinux", "homeMoved"], "touch"],
  ["another network of the same provider", ["chromeLinux"], ["chromeLinux", "sameOwner"], "touch"],
  ["from Wi-Fi to the mobile network", ["chromeAndroid"], ["chromeAndroid", "phone"], "touch"],
  ["and back", ["chromeAndroid", "phone"], ["chromeAndroid", "home"], "touch"],
  ["an iPhone on the way", ["safariIphone", "phone"], ["safariIphone", "home"], "touch"],
  ["from IPv4 to IPv6", ["chromeLinux", "home"], ["chromeLinux", "homeV6"], "touch"],
  ["a VPN abroad that was used before", ["chromeLinux"], ["chromeLinux", "vpn"], "touch", [], "known"],
  ["a VPN in a new country", ["chromeLinux"], ["chromeLinux", "vpn"], "touch", ["new_country"]],
  ["a journey to a new country", ["safariIphone"], ["safariIphone", "abroad"], "touch", ["new_country"]],
  ["home again", ["safariIphone", "abroad"], ["safariIphone", "home"], "touch", [], "known"],
  ["an application on a journey", ["app", "phone"], ["app", "abroad"], "touch", ["new_country"]],
  ["networks of which nothing is known", ["chromeLinux", "bare"], ["chromeLinux", "bareElsewhere"], "touch"],
  [
    "a cookie stolen to the same browser abroad",
    ["chromeWindows"],
    ["chromeWindows", "abroad"],
    "touch",
    ["new_country"],
  ],
  // Programs are updated.
  ["a browser's update", ["chromeLinux"], ["chromeLinux", "home", "151.0.0.0"], "touch"],
  ["a browser's update over many versions", ["chromeLinux"], ["chromeLinux", "home", "190.0.0.0"], "touch"],
  ["Firefox's update", ["firefoxLinux"], ["firefoxLinux", "home", "146.0"], "touch"],
  ["an application's update", ["app"], ["app", "home", "v3.1.0"], "touch"],
  ["an update on a journey", ["chromeLinux"], ["chromeLinux", "phone", "151.0.0.0"], "touch"],
  [
    "an update on a journey to a new country",
    ["chromeLinux"],
    ["chromeLinux", "abroad", "151.0.0.0"],
    "touch",
    ["new_country"],
  ],
  ["an older version", ["chromeLinux"], ["chromeLinux", "home", "149.0.0.0"], "touch", ["older_version"]],
  ["an older version elsewhere", ["chromeLinux"], ["chromeLinux", "phone", "149.0.0.0"], "touch", ["older_version"]],
  [
    "an older version in a new country",
    ["chromeLinux"],
    ["chromeLinux", "abroad", "149.0.0.0"],
    "touch",
    ["new_country", "older_version"],
  ],
  ["an application went back", ["app"], ["app", "home", "v2.9.0"], "touch", ["older_version"]],
  ["Safari's update", ["safariMac"], ["safariMac", "home", "18.5"], "touch"],
  ["a telephone's system update", ["safariIphone"], ["safariIphone", "home", "18.5"], "touch"],
  // Desktop sites.
  ["Chrome on Android asks for the desktop site", ["chromeAndroid"], ["chromeLinux"], "touch", ["desktop_site"]],
  ["and for the mobile one again", ["chromeLinux"], ["chromeAndroid"], "touch", ["desktop_site"]],
  ["on the mobile network", ["chromeAndroid", "phone"], ["chromeLinux", "home"], "touch", ["desktop_site"]],
  ["Firefox on Android asks for it", ["firefoxAndroid"], ["firefoxLinux"], "touch", ["desktop_site"]],
  ["Safari on an iPhone asks for it", ["safariIphone"], ["safariMac"], "touch", ["desktop_site"]],
  ["and for the mobile one again", ["safariMac"], ["safariIphone"], "touch", ["desktop_site"]],
  ["Chrome on an iPhone asks for it", ["chromeIphone"], ["chromeMac"], "touch", ["desktop_site"]],
  [
    "a desktop site in a new country",
    ["chromeAndroid"],
    ["chromeLinux", "abroad"],
    "touch",
    ["new_country", "desktop_site"],
  ],
  // Another program.
  ["another browser in one network", ["chromeLinux"], ["firefoxLinux"], "challenge", ["another_program"]],
  [
    "another browser in the next network",
    ["chromeLinux"],
    ["firefoxLinux", "homeMoved"],
    "challenge",
    ["another_program"],
  ],
  ["another browser at one provider", ["chromeLinux"], ["firefoxLinux", "sameOwner"], "challenge", ["another_program"]],
  ["a browser of the same engine", ["chromeWindows"], ["edgeWindows"], "challenge", ["another_program"]],
  ["another browser at another provider", ["chromeLinux"], ["firefoxLinux", "phone"], "revoke", ["another_program"]],
  ["another browser abroad", ["chromeLinux"], ["firefoxLinux", "abroad"], "revoke", ["new_country", "another_program"]],
  [
    "another browser in a country that is known",
    ["chromeLinux"],
    ["firefoxLinux", "abroad"],
    "revoke",
    ["another_program"],
    "known",
  ],
  [
    "another browser where nothing is known of networks",
    ["chromeLinux", "bare"],
    ["firefoxLinux", "bareElsewhere"],
    "challenge",
    ["another_program"],
  ],
  [
    "another browser without an address",
    ["chromeLinux", "unknown"],
    ["firefoxLinux", "unknown"],
    "challenge",
    ["another_program"],
  ],
  [
    "a cookie stolen to another browser abroad",
    ["safariIphone"],
    ["chromeWindows", "abroad"],
    "revoke",
    ["new_country", "another_program", "another_system"],
  ],
  ["from the application to a browser", ["app"], ["safariIphone"], "revoke", ["app_and_browser"]],
  ["from a browser to the application", ["safariIphone"], ["app"], "revoke", ["app_and_browser"]],
  [
    "from the application to a browser elsewhere",
    ["app"],
    ["chromeWindows", "phone"],
    "revoke",
    ["app_and_browser", "another_system"],
  ],
  // Another machine.
  ["Chrome on another system in one network", ["chromeWindows"], ["chromeMac"], "challenge", ["another_system"]],
  ["Chrome on another system elsewhere", ["chromeWindows"], ["chromeMac", "phone"], "revoke", ["another_system"]],
  [
    "Chrome on another system abroad",
    ["chromeWindows"],
    ["chromeLinux", "abroad"],
    "revoke",
    ["new_country", "another_system"],
  ],
  ["Windows is no desktop site of Android's", ["chromeAndroid"], ["chromeWindows"], "challenge", ["another_system"]],
  ["Linux is no desktop site of an iPhone's", ["chromeIphone"], ["chromeLinux"], "challenge", ["another_system"]],
  ["the application on another system", ["app"], ["appAndroid"], "challenge", ["another_system"]],
  [
    "the application on another system abroad",
    ["app"],
    ["appAndroid", "abroad"],
    "revoke",
    ["new_country", "another_system"],
  ],
  ["another model of telephone", ["pixel"], ["galaxy"], "challenge", ["another_model"]],
  ["another model of telephone elsewhere", ["pixel"], ["galaxy", "phone"], "revoke", ["another_model"]],
  ["a model that is not told any more", ["pixel"], ["chromeAndroid"], "touch"],
  ["a model that is told from now on", ["chromeAndroid"], ["pixel"], "touch"],
  // Programs that are no browsers.
  ["a tool with the cookie", ["chromeLinux"], ["curl"], "challenge"],
  ["a browser that nobody sits at", ["chromeLinux"], ["headless"], "challenge"],
  ["a tool with the cookie abroad", ["chromeLinux"], ["curl", "abroad"], "challenge"],
  ["no agent any more", ["chromeLinux"], ["none"], "challenge", ["no_program"]],
  ["no agent, before and after", ["none"], ["none", "phone"], "touch"],
  ["an agent that was not told before", ["none"], ["chromeLinux"], "touch"],
  ["a tool stays a tool", ["curl"], ["curl", "phone"], "touch"],
];

describe("the policy where none is given", () => {
  test("is decided for at least 60 situations", () => expect(TABLE.length).toBeGreaterThanOrEqual(60));

  for (const [what, before, after, outcome, flags, known] of TABLE) {
    test(`${what}: ${outcome}`, () => judge(before, after, outcome, flags, known));
    test(`a request is answered so: ${what}`, () => ask(before, after, outcome, known));
  }

  function judge(before: Seen, after: Seen, outcome: Outcome, flags: Row[4], known: Row[5]) {
    const [a, b] = [client(...before), client(...after)];
    const newCountry =
      known === undefined && a.country !== undefined && b.country !== undefined && a.country !== b.country;
    const judged = defaultPolicy({
      change: compareClients(a, b),
      before: a,
      after: b,
      newCountry,
      kind: "login",
      at: 0,
    });
    expect(judged.outcome).toBe(outcome);
    if (flags) expect(judged.flags).toEqual(flags);
    expect(judged.risk ?? false).toBe(newCountry);
  }

  async function ask(before: Seen, after: Seen, outcome: Outcome, known: Row[5]) {
    const { signIn, registry, store } = testRegistry({ policy: { mode: "enforce" }, address: "full" });
    const { token, guid } = await signIn("ann", { client: client(...before) });
    const { country } = client(...after);
    if (known) await store.change("ann", () => ({ marks: [{ mark: `c:${country}`, seenAt: Date.now() }], result: 0 }));
    const { status } = await registry.authenticate({ token, client: client(...after) });
    const expected = { allow: "active", touch: "active", challenge: "challenge", revoke: "none" } as const;
    expect(status).toBe(expected[outcome]);
    expect((await store.find(guid))?.ended?.reason).toBe(outcome === "revoke" ? "client_mismatch" : undefined);
  }
});
