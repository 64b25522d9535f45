import { expect, test } from "vitest";
import { createAddressFinder, isCidr, isLoopback, limitKey, privateAddress } from "./address.js";
import { createClientReader } from "./client.js";

const forwarded = (value: string, name = "x-forwarded-for") => new Headers({ [name]: value });

test("believes no header without configured proxies", () => {
  const find = createAddressFinder([]);
  expect(find("198.51.100.4", forwarded("1.2.3.4"))).toBe("198.51.100.4");
});

test("behind a proxy, takes the right-most address that is no proxy, never the left-most claim", () => {
  const find = createAddressFinder(["10.0.0.0/8", "192.0.2.1"]);
  expect(find("10.1.1.1", forwarded("6.6.6.6, 203.0.113.9, 192.0.2.1, 10.9.9.9"))).toBe("203.0.113.9");
  expect(find("198.51.100.4", forwarded("6.6.6.6"))).toBe("198.51.100.4");
  expect(find("10.1.1.1", forwarded("10.2.2.2"))).toBe("10.2.2.2");
  expect(find("10.1.1.1", new Headers())).toBe("10.1.1.1");
});

test("stops at what is no address", () => {
  const find = createAddressFinder(["10.0.0.0/8"]);
  expect(find("10.1.1.1", forwarded("1.2.3.4, unknown"))).toBe("10.1.1.1");
  expect(find("10.1.1.1", forwarded("1.2.3.4, <script>, 10.0.0.2"))).toBe("10.0.0.2");
});

test("reads the standard Forwarded header, with ports and IPv6", () => {
  const find = createAddressFinder(["10.0.0.0/8"]);
  expect(find("10.1.1.1", forwarded('for=9.9.9.9;proto=https, for="[2001:db8::17]:4711"', "forwarded"))).toBe(
    "2001:db8::17",
  );
  expect(find("::ffff:10.1.1.1", forwarded("203.0.113.9:5555"))).toBe("203.0.113.9");
});

test.each([
  ["203.0.113.77", "truncate", "203.0.113.0"],
  ["2001:db8:aaaa:bbbb:cccc::1", "truncate", "2001:db8:aaaa::"],
  ["::ffff:203.0.113.77", "truncate", "203.0.113.0"],
  ["203.0.113.77", "full", "203.0.113.77"],
  ["203.0.113.77", "none", ""],
  ["", "truncate", ""],
] as const)("keeps of %s in mode %s: %s", (address, mode, expected) => {
  expect(privateAddress(address, mode)).toBe(expected);
});

test("limits IPv4 by address and IPv6 by the /64 one subscriber has", () => {
  expect(limitKey("203.0.113.7")).not.toBe(limitKey("203.0.113.8"));
  expect(limitKey("2001:db8:1:2::1")).toBe(limitKey("2001:db8:1:2:ffff::9"));
  expect(limitKey("2001:db8:1:3::1")).not.toBe(limitKey("2001:db8:1:2::1"));
});

test("knows loopback and CIDRs", () => {
  expect(["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"].map(isLoopback)).toEqual([true, true, true, true]);
  expect(["10.0.0.1", "", undefined, "localhost"].map(isLoopback)).toEqual([false, false, false, false]);
  expect(["10.0.0.0/8", "::1", "2001:db8::/32"].map(isCidr)).toEqual([true, true, true]);
  expect(["10.0.0.0/33", "example.com", ""].map(isCidr)).toEqual([false, false, false]);
});

const read = createClientReader();
const client = (headers: Record<string, string>) => read(new Headers(headers));

test.each([
  [
    "Firefox on Windows",
    { "user-agent": "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0" },
    { browser: "Firefox", browser_version: "140.0", os: "Windows", os_version: "10", device: "desktop", bot: false },
  ],
  [
    "Safari on an iPhone",
    {
      "user-agent":
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1",
    },
    {
      browser: "Mobile Safari",
      browser_version: "18.5",
      os: "iOS",
      os_version: "18.5",
      device: "Apple iPhone",
      bot: false,
    },
  ],
  [
    "Edge by its client hints, Windows 11 by the platform's version",
    {
      "user-agent":
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36 Edg/150.0.0.0",
      "sec-ch-ua": '"Not)A;Brand";v="8", "Chromium";v="150", "Microsoft Edge";v="150"',
      "sec-ch-ua-mobile": "?0",
      "sec-ch-ua-platform": '"Windows"',
      "sec-ch-ua-platform-version": '"15.0.0"',
    },
    { browser: "Edge", browser_version: "150", os: "Windows", os_version: "11", device: "desktop", bot: false },
  ],
  [
    "a reduced Android agent by its model hint",
    {
      "user-agent":
        "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Mobile Safari/537.36",
      "sec-ch-ua": '"Chromium";v="150", "Google Chrome";v="150", "Not.A/Brand";v="24"',
      "sec-ch-ua-mobile": "?1",
      "sec-ch-ua-platform": '"Android"',
      "sec-ch-ua-model": '"Pixel 9"',
    },
    { browser: "Chrome", browser_version: "150", os: "Android", device: "Pixel 9", bot: false },
  ],
  [
    "a crawler",
    { "user-agent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)" },
    { bot: true },
  ],
  ["nothing", {}, { browser: "", os: "", device: "", bot: false }],
])("recognises %s", (_, headers, expected) => {
  expect(client(headers as Record<string, string>)).toMatchObject(expected);
});

test("reads a hostile agent in bounded time", () => {
  const started = performance.now();
  client({ "user-agent": `${"Mozilla/5.0 (".repeat(600)}`, "sec-ch-ua": '"a";v='.repeat(1000) });
  expect(performance.now() - started).toBeLessThan(1000);
});
