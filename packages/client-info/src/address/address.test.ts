import fc from "fast-check";
import { expect, test } from "vitest";
import { type AddressKeep, anonymizeAddress, createAnonymizer } from "./anonymize.js";
import { isAddress, isCidr, isLoopback, subscriberOf } from "./parse.js";
import { createAddressResolver, resolveClientAddress, type TrustProxy } from "./resolve.js";

const headers = (given: Record<string, string>) => new Headers(given);
const xff = (value: string) => headers({ "x-forwarded-for": value });

test("believes no header where nobody is trusted", () => {
  const find = createAddressResolver();
  expect(find("198.51.100.4", xff("1.2.3.4"))).toBe("198.51.100.4");
  expect(find("198.51.100.4", headers({ forwarded: "for=1.2.3.4", "x-real-ip": "1.2.3.4" }))).toBe("198.51.100.4");
  expect(find(undefined, xff("1.2.3.4"))).toBe("");
});

test("the addresses of the seed: behind one's own proxy the client's, from elsewhere what was forged is worth nothing", () => {
  const find = createAddressResolver({ trustProxy: ["loopback"] });
  expect(find("127.0.0.1", xff("200.34.239.117,127.0.0.1"))).toBe("200.34.239.117");
  expect(find("203.0.113.9", xff("200.34.239.117,127.0.0.1"))).toBe("203.0.113.9");
});

test("takes the right-most address that is no proxy, never the left-most claim", () => {
  const find = createAddressResolver({ trustProxy: ["10.0.0.0/8", "192.0.2.1"] });
  expect(find("10.1.1.1", xff("6.6.6.6, 203.0.113.9, 192.0.2.1, 10.9.9.9"))).toBe("203.0.113.9");
  expect(find("10.1.1.1", xff("10.2.2.2"))).toBe("10.2.2.2");
  expect(find("10.1.1.1", headers({}))).toBe("10.1.1.1");
  expect(find("::ffff:10.1.1.1", xff("203.0.113.9:5555"))).toBe("203.0.113.9");
});

test.each<[TrustProxy, string]>([
  [0, "10.0.0.1"],
  [1, "4.4.4.4"],
  [2, "3.3.3.3"],
  [9, "1.1.1.1"],
  [(address, hop) => address === "10.0.0.1" && hop === 0, "4.4.4.4"],
])("trusts as many proxies as there are, or those that it is told of: %s", (trustProxy, expected) => {
  const request = { peer: "10.0.0.1", headers: xff("1.1.1.1, 2.2.2.2, 3.3.3.3, 4.4.4.4") };
  expect(resolveClientAddress(request, trustProxy)).toBe(expected);
});

test("stops at the last good address before what is none", () => {
  const find = createAddressResolver({ trustProxy: ["10.0.0.0/8"] });
  for (const bad of ["unknown", "<script>", "evil", "_hidden", "1.2.3", "999.1.1.1", "0x7f.1", "::g", '"']) {
    expect(find("10.1.1.1", xff(`1.2.3.4, ${bad}, 10.0.0.2`))).toBe("10.0.0.2");
  }
});

test("reads the standard Forwarded header, with ports, IPv6, zones and hidden names", () => {
  const find = createAddressResolver({ trustProxy: ["uniquelocal", "linklocal"] });
  const forwarded = (value: string) => find("10.1.1.1", headers({ forwarded: value, "x-forwarded-for": "7.7.7.7" }));
  expect(forwarded('for=9.9.9.9;proto=https, for="[2001:db8::17]:4711"')).toBe("2001:db8::17");
  expect(forwarded("For=203.0.113.9;by=10.0.0.1")).toBe("203.0.113.9");
  expect(forwarded('for=203.0.113.9, for="[fe80::1%eth0]"')).toBe("203.0.113.9");
  expect(forwarded("for=203.0.113.9, for=_hidden")).toBe("10.1.1.1");
  expect(forwarded("proto=https")).toBe("10.1.1.1");
});

test("a header with the one address counts only by name, and only from a trusted proxy", () => {
  const find = createAddressResolver({ trustProxy: ["loopback"], header: "cf-connecting-ip" });
  const given = headers({ "cf-connecting-ip": "203.0.113.9", "x-real-ip": "6.6.6.6", "x-forwarded-for": "5.5.5.5" });
  expect(find("127.0.0.1", given)).toBe("203.0.113.9");
  expect(find("198.51.100.1", given)).toBe("198.51.100.1");
  expect(find("127.0.0.1", headers({ "cf-connecting-ip": "evil", "x-forwarded-for": "5.5.5.5" }))).toBe("5.5.5.5");
});

test("says what it cannot trust", () => {
  expect(() => createAddressResolver({ trustProxy: ["10.0.0.0/8", "example.com"] })).toThrow(
    /trustProxy has "example.com"/,
  );
  expect(() => createAddressResolver({ trustProxy: -1 })).toThrow("trustProxy must be a whole number");
  expect(() => createAddressResolver({ trustProxy: "loopback" as never })).toThrow(
    "trustProxy must be false, a number",
  );
});

test("of a header that is too long only the end is read, in little time", () => {
  const find = createAddressResolver({ trustProxy: ["10.0.0.0/8"] });
  expect(find("10.1.1.1", xff(`${"6.6.6.6, ".repeat(100_000)}203.0.113.9, 10.0.0.2`))).toBe("203.0.113.9");
  const own = "10.0.0.2, ".repeat(100_000);
  const began = performance.now();
  expect(find("10.1.1.1", xff(`6.6.6.6, ${own}10.0.0.2`))).toBe("10.0.0.2");
  expect(performance.now() - began).toBeLessThan(2000);
});

test("whatever headers say, the answer is an address that a trusted hop told of, or the peer's", () => {
  const find = createAddressResolver({ trustProxy: ["10.0.0.0/8"] });
  const hop = fc.oneof(fc.ipV4(), fc.ipV6(), fc.string(), fc.constant("10.0.0.3"));
  fc.assert(
    fc.property(fc.array(hop, { maxLength: 6 }), (hops) => {
      const found = find("10.1.1.1", { get: (name) => (name === "x-forwarded-for" ? hops.join(",") : null) });
      expect(isAddress(found)).toBe(true);
      // From outside nothing of it counts.
      expect(find("198.51.100.1", { get: () => hops.join(",") })).toBe("198.51.100.1");
    }),
  );
});

test.each<[string, Exclude<AddressKeep, "hmac">, string]>([
  ["203.0.113.77", "truncate", "203.0.113.0"],
  ["2001:db8:aaaa:bbbb:cccc::1", "truncate", "2001:db8:aaaa::"],
  ["::ffff:203.0.113.77", "truncate", "203.0.113.0"],
  ["203.0.113.77:8080", "full", "203.0.113.77"],
  ["fe80::1%eth0", "full", "fe80::1"],
  ["203.0.113.77", "none", ""],
  ["", "truncate", ""],
  ["<b>", "full", ""],
])("keeps of %s in mode %s: %s", (address, keep, expected) => {
  expect(anonymizeAddress(address, keep)).toBe(expected);
});

test("hashes are the same within a day, differ between days and keys, and hide the address", () => {
  const day = Date.UTC(2026, 0, 5);
  const hash = createAnonymizer({ keep: "hmac", key: "0123456789abcdef" });
  const first = hash("203.0.113.77", day);
  expect(first).toMatch(/^[\w-]{16}$/);
  expect(hash("::ffff:203.0.113.77", day + 86_399_999)).toBe(first);
  expect(hash("203.0.113.77", day + 86_400_000)).not.toBe(first);
  expect(hash("203.0.113.77", day)).toBe(first);
  expect(hash("203.0.113.78", day)).not.toBe(first);
  expect(createAnonymizer({ keep: "hmac", key: "0123456789abcdeX" })("203.0.113.77", day)).not.toBe(first);
  const monthly = createAnonymizer({ keep: "hmac", key: "0123456789abcdef", rotation: "monthly" });
  expect(monthly("203.0.113.77", day)).toBe(monthly("203.0.113.77", day + 20 * 86_400_000));
  const never = createAnonymizer({ keep: "hmac", key: "0123456789abcdef", rotation: "never" });
  expect(never("203.0.113.77", 0)).toBe(never("203.0.113.77", day));
  expect(hash("nonsense", day)).toBe("");
});

test("no hashes without a key: all addresses could be tried", () => {
  expect(() => createAnonymizer({ keep: "hmac" })).toThrow("key must have at least 16 bytes");
  expect(() => createAnonymizer({ keep: "hmac", key: "short" })).toThrow("key must have at least 16 bytes");
});

test("counts IPv4 by address and IPv6 by the /64 that one subscriber has", () => {
  expect(subscriberOf("203.0.113.7")).not.toBe(subscriberOf("203.0.113.8"));
  expect(subscriberOf("2001:db8:1:2::1")).toBe(subscriberOf("2001:db8:1:2:ffff::9"));
  expect(subscriberOf("2001:db8:1:3::1")).not.toBe(subscriberOf("2001:db8:1:2::1"));
  expect(subscriberOf("")).toBe("unknown");
});

test("knows loopback, and what proxies can be named by", () => {
  expect(["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"].map(isLoopback)).toEqual([true, true, true, true]);
  expect(["10.0.0.0", "", undefined, "localhost"].map(isLoopback)).toEqual([false, false, false, false]);
  expect(["10.0.0.0/8", "::1", "2001:db8::/32", "loopback", "uniquelocal"].map(isCidr)).toEqual(Array(5).fill(true));
  expect(["10.0.0.0/33", "example.com", "", "toString"].map(isCidr)).toEqual(Array(4).fill(false));
  const mapped = createAddressResolver({ trustProxy: ["::ffff:10.0.0.0/104"] });
  expect(mapped("10.1.1.1", xff("203.0.113.9"))).toBe("203.0.113.9");
});
