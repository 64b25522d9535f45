import ipaddr from "ipaddr.js";

export type Address = ipaddr.IPv4 | ipaddr.IPv6;
export type Range = readonly [base: Address, bits: number];

/** Names of ranges that proxies of one's own are in. */
const NAMED: Readonly<Record<string, readonly string[]>> = {
  loopback: ["127.0.0.0/8", "::1/128"],
  linklocal: ["169.254.0.0/16", "fe80::/10"],
  uniquelocal: ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"],
};
/** The longest text of an address; anything longer is none. */
const LONGEST = 45;

/** `1.2.3.4`, `1.2.3.4:5678`, `[::1]:80`, `fe80::1%eth0` → the address, IPv4-mapped IPv6 as IPv4. */
export function toAddress(text: string): Address | undefined {
  if (text.length > 4 * LONGEST) return undefined;
  const bare = text
    .trim()
    .replace(/^\[([^\]]*)\](?::\d+)?$/, "$1")
    .replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, "$1")
    .replace(/%.*$/, "");
  return bare.length <= LONGEST && (ipaddr.IPv4.isValidFourPartDecimal(bare) || ipaddr.IPv6.isValid(bare))
    ? ipaddr.process(bare)
    : undefined;
}

/** Ranges of an address, a CIDR, or `loopback`, `linklocal`, `uniquelocal`; none for anything else. */
export function toRanges(text: string): Range[] {
  if (Object.hasOwn(NAMED, text)) return (NAMED[text] ?? []).map((range) => ipaddr.parseCIDR(range));
  try {
    if (text.includes("/")) {
      const [base, bits] = ipaddr.parseCIDR(text);
      // What is asked of an IPv4-mapped range is asked of IPv4 addresses: addresses never come mapped.
      const plain = ipaddr.process(base.toString());
      return [[plain, plain.kind() === base.kind() ? bits : Math.max(0, bits - 96)]];
    }
  } catch {
    return [];
  }
  const address = toAddress(text);
  return address ? [[address, address.kind() === "ipv4" ? 32 : 128]] : [];
}

export const isWithin = (address: Address, [base, bits]: Range): boolean =>
  base.kind() === address.kind() && address.match(base, bits);

/** The network that an address is in, as its first address. */
export function networkOf(address: Address, bits4: number, bits6: number): string {
  return address.kind() === "ipv4"
    ? ipaddr.IPv4.networkAddressFromCIDR(`${address.toString()}/${bits4}`).toString()
    : ipaddr.IPv6.networkAddressFromCIDR(`${address.toString()}/${bits6}`).toString();
}

/** True for an IPv4 or IPv6 address, also with a port or a zone. */
export const isAddress = (text: string): boolean => toAddress(text) !== undefined;

/** True for what proxies can be named by: an address, a CIDR, `loopback`, `linklocal` or `uniquelocal`. */
export const isCidr = (text: string): boolean => toRanges(text).length > 0;

/** True for 127.0.0.0/8 and ::1. */
export const isLoopback = (text: string | undefined): boolean => toAddress(text ?? "")?.range() === "loopback";

/** What stands for one subscriber, to count by: an IPv4 address, or the /64 that a subscriber of IPv6 has alone. */
export function subscriberOf(text: string): string {
  const address = toAddress(text);
  return address ? networkOf(address, 32, 64) : "unknown";
}
