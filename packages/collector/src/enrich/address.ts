import ipaddr from "ipaddr.js";

export type AddressMode = "truncate" | "full" | "none";

type Range = [ipaddr.IPv4 | ipaddr.IPv6, number];

/** True for an address, or an address with a prefix length. */
export function isCidr(text: string): boolean {
  return toRange(text) !== undefined;
}

/**
 * Finds the client's address: the socket's peer, and behind configured proxies the right-most forwarded address that
 * is not one of them. An address further left is the client's own claim and is never believed.
 *
 * @returns the address in its short form, IPv4-mapped IPv6 as IPv4; empty when unknown.
 */
export function createAddressFinder(
  trustedProxies: readonly string[],
): (peer: string | undefined, headers: Headers) => string {
  const ranges = trustedProxies.map(toRange).filter((range) => range !== undefined);
  const trusted = (address: ipaddr.IPv4 | ipaddr.IPv6) =>
    ranges.some(([base, bits]) => base.kind() === address.kind() && address.match(base, bits));

  return (peer, headers) => {
    let current = toAddress(peer ?? "");
    if (current === undefined) return "";
    if (ranges.length === 0) return current.toString();
    const hops = forwarded(headers);
    while (hops.length > 0 && trusted(current)) {
      const next = toAddress(hops.pop() ?? "");
      if (next === undefined) break;
      current = next;
    }
    return current.toString();
  };
}

/** The part of an address that may be stored: IPv4 to /24, IPv6 to /48, all of it, or nothing. */
export function privateAddress(address: string, mode: AddressMode): string {
  if (mode === "none" || address === "") return "";
  if (mode === "full") return address;
  const parsed = toAddress(address);
  return parsed === undefined ? "" : networkOf(parsed, 24, 48);
}

/** What one limit is kept for: an IPv4 address, or the /64 a subscriber of IPv6 has to himself. */
export function limitKey(address: string): string {
  const parsed = toAddress(address);
  return parsed === undefined ? "unknown" : networkOf(parsed, 32, 64);
}

/** True for 127.0.0.0/8 and ::1. */
export function isLoopback(address: string | undefined): boolean {
  return toAddress(address ?? "")?.range() === "loopback";
}

function networkOf(address: ipaddr.IPv4 | ipaddr.IPv6, bits4: number, bits6: number): string {
  return address.kind() === "ipv4"
    ? ipaddr.IPv4.networkAddressFromCIDR(`${address.toString()}/${bits4}`).toString()
    : ipaddr.IPv6.networkAddressFromCIDR(`${address.toString()}/${bits6}`).toString();
}

/** Addresses of `Forwarded`, else `X-Forwarded-For`, left to right. */
function forwarded(headers: Headers): string[] {
  const standard = headers.get("forwarded");
  if (standard !== null) {
    return standard.split(",").map((hop) => /(?:^|;)\s*for=("?)([^;"]+)\1/i.exec(hop)?.[2]?.trim() ?? "");
  }
  return (headers.get("x-forwarded-for") ?? "").split(",").filter((hop) => hop.trim() !== "");
}

/** `1.2.3.4`, `1.2.3.4:5678`, `[::1]:80`, `fe80::1%eth0` → the address. */
function toAddress(text: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  const bare = text
    .trim()
    .replace(/^\[([^\]]*)\](?::\d+)?$/, "$1")
    .replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, "$1")
    .replace(/%.*$/, "");
  return bare.length <= 45 && (ipaddr.IPv4.isValidFourPartDecimal(bare) || ipaddr.IPv6.isValid(bare))
    ? ipaddr.process(bare)
    : undefined;
}

function toRange(text: string): Range | undefined {
  try {
    if (text.includes("/")) return ipaddr.parseCIDR(text);
    const address = toAddress(text);
    return address && [address, address.kind() === "ipv4" ? 32 : 128];
  } catch {
    return undefined;
  }
}
