import { expect, test } from "vitest";
import { createDescriber, type DescriberOptions } from "./request.js";
import { setUp } from "./testing/monitor.js";

const AT = Date.UTC(2026, 0, 5);
const see = (headers: Record<string, string>, remoteAddress = "127.0.0.1", options: DescriberOptions = {}) =>
  createDescriber(options)({ headers, socket: { remoteAddress } }, AT);

const RC = { apps: [{ name: "RC Mobile", grammar: "semicolon" as const }] };

test.each([
  ["RC Mobile", { app: { name: "RC Mobile" } }],
  [
    "RC Mobile; iOS 12.0; v3.0.0 (196)",
    {
      app: { name: "RC Mobile", version: "3.0.0", bundle: "196" },
      os: { name: "iOS", version: "12.0" },
      device: { type: "mobile" },
    },
  ],
  [
    "RC Mobile; Android 6.0; v2.5.0 (2750)",
    {
      app: { name: "RC Mobile", version: "2.5.0", bundle: "2750" },
      os: { name: "Android", version: "6.0" },
      device: { type: "mobile" },
    },
  ],
  [
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_13_6) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/67.0.3396.99 Safari/537.36",
    {
      browser: { name: "Chrome", version: "67.0.3396.99", major: "67" },
      os: { name: "Mac OS", version: "10.13.6" },
      engine: { name: "Blink", version: "67.0.3396.99" },
    },
  ],
])("the seed's user agent %s is in the document, without v and parentheses, and is no bot", async (agent, client) => {
  const { monitor } = setUp(RC);
  const request = { headers: { "user-agent": agent, host: "localhost:3000" }, socket: { remoteAddress: "127.0.0.1" } };
  const { sessionId } = monitor.open({ request });
  await monitor.flush();
  expect(await monitor.get(sessionId)).toMatchObject({
    ...client,
    bot: false,
    ip: "127.0.0.0",
    host: "localhost:3000",
  });
  await monitor.stop();
});

test("the address is the peer's, whatever headers say, unless the peer is a proxy of one's own", () => {
  const full = { ip: { keep: "full" as const } };
  const forged = { "x-forwarded-for": "6.6.6.6", "x-real-ip": "6.6.6.6", forwarded: "for=6.6.6.6" };
  expect(see(forged, "203.0.113.9", full).ip).toBe("203.0.113.9");
  const behind = { ...full, trustProxy: ["loopback"] };
  expect(see({ "x-forwarded-for": "6.6.6.6" }, "203.0.113.9", behind).ip).toBe("203.0.113.9");
  expect(see({ "x-forwarded-for": "200.34.239.117,127.0.0.1" }, "127.0.0.1", behind).ip).toBe("200.34.239.117");
  expect(see({ "x-forwarded-for": "6.6.6.6, 200.34.239.117" }, "127.0.0.1", behind).ip).toBe("200.34.239.117");
  expect(see({ "x-real-ip": "200.34.239.117" }, "127.0.0.1", { ...behind, addressHeader: "X-Real-IP" }).ip).toBe(
    "200.34.239.117",
  );
});

test("of an address only its network is kept, or a keyed hash, or nothing", () => {
  expect(see({}, "203.0.113.77").ip).toBe("203.0.113.0");
  expect(see({}, "2001:db8:aaaa:bbbb::1").ip).toBe("2001:db8:aaaa::");
  const hash = see({}, "203.0.113.77", { ip: { keep: "hmac", key: "sixteen bytes or more" } }).ip;
  expect(hash).toMatch(/^[\w-]{16}$/);
  expect(see({}, "203.0.113.77", { ip: { keep: "none" } })).not.toHaveProperty("ip");
  expect(() => createDescriber({ ip: { keep: "hmac" } })).toThrow("key must have at least 16 bytes");
});

test("a host is kept when it is one, and one of one's own", () => {
  expect(see({ host: "chat.example:8443" }).host).toBe("chat.example:8443");
  expect(see({ host: "[::1]:3000" }).host).toBe("[::1]:3000");
  for (const host of ["<script>", "a b", "evil.example/path", "x".repeat(300), ""])
    expect(see({ host })).not.toHaveProperty("host");
  expect(see({ host: "evil.example" }, "127.0.0.1", { hosts: ["chat.example"] })).not.toHaveProperty("host");
});

test("fields that are not wanted are not kept; the country sees the whole address", () => {
  const seen: string[] = [];
  const countryOf = (address: string) => {
    seen.push(address);
    return "BR";
  };
  const headers = { host: "chat.example", "user-agent": "RC Mobile; iOS 12.0; v3.0.0 (196)" };
  const all = see(headers, "200.34.239.117", { ...RC, countryOf });
  expect(all).toMatchObject({ country: "BR", ip: "200.34.239.0" });
  expect(seen).toEqual(["200.34.239.117"]);
  const less = see(headers, "200.34.239.117", { ...RC, countryOf, omit: ["ip", "host", "country", "os", "device"] });
  expect(less).toEqual({ client: { app: { name: "RC Mobile", version: "3.0.0", bundle: "196" } } });
});

test("nothing of cookies, of the user agent's text or of other headers is kept", () => {
  const headers = {
    cookie: "sid=secret",
    authorization: "Bearer secret",
    "user-agent": "Mozilla/5.0 (secret)",
    referer: "/secret",
  };
  expect(JSON.stringify(see(headers))).not.toContain("secret");
});

test("a user agent of 20 KB costs no more than one that was cut", () => {
  for (const part of [" ", "Mozilla/5.0 (", "RC Mobile;", "a;"]) {
    const began = performance.now();
    const seen = see({ "user-agent": part.repeat(20_000 / part.length) }, "127.0.0.1", RC);
    expect(performance.now() - began).toBeLessThan(200);
    expect(JSON.stringify(seen).length).toBeLessThan(2000);
  }
});

test("a bot is marked, an application first read as itself", () => {
  expect(see({ "user-agent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)" }).bot).toBe(
    true,
  );
});
