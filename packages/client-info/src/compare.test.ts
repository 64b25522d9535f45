import { expect, test } from "vitest";
import { parseUserAgent } from "./agent/parse.js";
import { type Client, compareClients } from "./compare.js";

const WIN =
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36";
const of = (agent: string, more: Partial<Client> = {}): Client => ({
  info: parseUserAgent(agent, {}, [{ name: "RC Mobile", grammar: "semicolon" }]),
  ...more,
});
const iphone = (version: string) =>
  `Mozilla/5.0 (iPhone; CPU iPhone OS ${version.replace(".", "_")} like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/${version} Mobile/15E148 Safari/604.1`;

test("a client is the same as itself", () => {
  const client = of(WIN, { address: "203.0.113.7" });
  expect(compareClients(client, client)).toEqual({
    address: "same",
    program: "same",
    version: "same",
    os: "same",
    device: "same",
  });
});

test.each([
  ["203.0.113.7", "::ffff:203.0.113.7", "same"],
  ["203.0.113.7", "203.0.113.99", "subnet"],
  ["203.0.113.7", "203.0.1.1", "network"],
  ["203.0.113.7", "198.51.100.1", "other"],
  ["2001:db8:1:2::1", "2001:db8:1:2:ffff::1", "subnet"],
  ["2001:db8:1:2::1", "2001:db8:1:3::1", "network"],
  ["2001:db8:1:2::1", "2001:db8:2:3::1", "other"],
  ["203.0.113.7", "2001:db8::1", "other"],
  ["203.0.113.7", "", "unknown"],
  [undefined, "203.0.113.7", "unknown"],
])("from %s to %s the address is: %s", (before, after, expected) => {
  expect(compareClients(of(WIN, { address: before }), of(WIN, { address: after })).address).toBe(expected);
});

test("addresses of two networks may be of one provider, or of one country", () => {
  const before = of(WIN, { address: "203.0.113.7", asn: 1, country: "DE" });
  const change = (more: Partial<Client>) =>
    compareClients(before, of(WIN, { address: "198.51.100.1", ...more })).address;
  expect(change({ asn: 1, country: "FR" })).toBe("asn");
  expect(change({ asn: 2, country: "DE" })).toBe("country");
  expect(change({ asn: 2, country: "FR" })).toBe("other");
});

test.each([
  ["an update", WIN, WIN.replace("150.0.0.0", "151.0.0.0"), { program: "same", version: "up" }],
  ["a step back", WIN, WIN.replace("150.0.0.0", "149.9.0.0"), { program: "same", version: "down" }],
  [
    "a phone's system and browser updated",
    iphone("18.5"),
    iphone("26.0"),
    { program: "same", version: "up", os: "version", device: "same" },
  ],
  [
    "another browser on the same machine",
    WIN,
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0",
    { program: "family", version: "unknown", os: "same" },
  ],
  [
    "a desktop site asked for on a phone",
    iphone("18.5"),
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15",
    { program: "same", version: "same", os: "family", device: "type" },
  ],
  [
    "from a browser to an app",
    iphone("18.5"),
    "RC Mobile; iOS 18.5; v3.0.0 (196)",
    { program: "kind", os: "same", device: "same" },
  ],
  [
    "an app updated",
    "RC Mobile; iOS 18.5; v3.0.0 (196)",
    "RC Mobile; iOS 18.5; v3.1.0 (197)",
    { program: "same", version: "up" },
  ],
  ["nothing known", "", WIN, { program: "unknown", version: "unknown", os: "unknown", device: "unknown" }],
])("tells %s apart", (_, before, after, expected) => {
  expect(compareClients(of(before), of(after))).toMatchObject(expected);
});

test("a version that one tells in full and the other shortened is the same, and numbers are no texts", () => {
  const at = (version: string): Client => ({ info: { browser: { name: "Chrome", version } } });
  expect(compareClients(at("150.0.7871.51"), at("150")).version).toBe("same");
  expect(compareClients(at("9.0"), at("10.0")).version).toBe("up");
});
