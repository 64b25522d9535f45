import { type Address, isWithin, toAddress, toRanges } from "./parse.js";

/**
 * Which proxies are one's own. `false`: there are none, and no header is believed. A number: so many stand before this
 * server. A list: addresses, CIDRs, `loopback`, `linklocal`, `uniquelocal`. A function: whether an address is one, `hop` 0
 * being the peer.
 */
export type TrustProxy = false | number | readonly string[] | ((address: string, hop: number) => boolean);

/** What is read of headers: `Headers`, or what wraps Node's. */
export interface HeaderReader {
  get(name: string): string | null | undefined;
}

export interface ResolverOptions {
  /** Default: false. */
  trustProxy?: TrustProxy | undefined;
  /**
   * A header that one's own proxy sets to the one address, such as `cf-connecting-ip` or `x-real-ip`. It is believed when the
   * peer is a trusted proxy, and goes before the others. Default: none, since a proxy that does not set it hands on what the
   * client wrote.
   */
  header?: string | undefined;
}

/** Longest header that is read, in characters, from its end: what stands further left is claimed, not known. */
const LONGEST_HEADER = 4096;

/**
 * Makes what finds the client's address: the socket's peer, and behind trusted proxies the first address from the right that is
 * none of them. An address further left is the client's own claim and is never believed. What is no address ends the way at
 * the last that was one.
 *
 * @returns the address in its short form, IPv4-mapped IPv6 as IPv4, without port and zone; empty when the peer is unknown.
 * @throws TypeError naming `trustProxy` when it is none of its forms.
 */
export function createAddressResolver({ trustProxy = false, header }: ResolverOptions = {}) {
  const isTrusted = trustOf(trustProxy);
  return (peer: string | undefined, headers: HeaderReader): string => {
    let current = toAddress(peer ?? "");
    if (!current) return "";
    if (!isTrusted?.(current, 0)) return current.toString();
    const told = header === undefined ? undefined : toAddress(headers.get(header) ?? "");
    if (told) return told.toString();
    const hops = forwarded(headers);
    for (let hop = 0; hops.length > 0 && isTrusted(current, hop); hop += 1) {
      const next = toAddress(hops.pop() ?? "");
      if (!next) break;
      current = next;
    }
    return current.toString();
  };
}

/** {@link createAddressResolver} for once. */
export function resolveClientAddress(
  request: { peer: string | undefined; headers: HeaderReader },
  trustProxy: TrustProxy = false,
): string {
  return createAddressResolver({ trustProxy })(request.peer, request.headers);
}

/** undefined when nobody is trusted. */
function trustOf(trust: TrustProxy): ((address: Address, hop: number) => boolean) | undefined {
  if (trust === false) return undefined;
  if (typeof trust === "function") return (address, hop) => trust(address.toString(), hop);
  if (typeof trust === "number") {
    if (!Number.isInteger(trust) || trust < 0) throw new TypeError("trustProxy must be a whole number of proxies");
    return trust === 0 ? undefined : (_, hop) => hop < trust;
  }
  if (!Array.isArray(trust)) throw new TypeError("trustProxy must be false, a number, a list or a function");
  const ranges = trust.flatMap((one: unknown) => {
    const found = typeof one === "string" ? toRanges(one) : [];
    if (found.length === 0)
      throw new TypeError(`trustProxy has ${JSON.stringify(one)}, which is no address, CIDR or name`);
    return found;
  });
  return ranges.length === 0 ? undefined : (address) => ranges.some((range) => isWithin(address, range));
}

/** Addresses of `Forwarded` (RFC 7239), else of `X-Forwarded-For`, left to right. */
function forwarded(headers: HeaderReader): string[] {
  const standard = headers.get("forwarded");
  if (standard) {
    return ending(standard).map(
      (hop) => /(?:^|;)\s*for=(?:"([^"]*)"|([^;]*))/i.exec(hop)?.slice(1).find(Boolean)?.trim() ?? "",
    );
  }
  return ending(headers.get("x-forwarded-for") ?? "").filter((hop) => hop.trim() !== "");
}

/** Parts of a header; of one that is too long those at its end, less the first, which may be cut. */
function ending(header: string): string[] {
  const parts = header.slice(-LONGEST_HEADER).split(",");
  return header.length > LONGEST_HEADER ? parts.slice(1) : parts;
}
