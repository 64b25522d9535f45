import { createHmac } from "node:crypto";
import { networkOf, toAddress } from "./parse.js";

/** How much of an address is kept. `truncate`: IPv4 to /24, IPv6 to /48. `hmac`: a keyed hash of it. */
export type AddressKeep = "full" | "truncate" | "hmac" | "none";

/** How often hashes of one address change: two of different periods cannot be told to be of one. UTC. */
export type Rotation = "daily" | "monthly" | "never";

/** What may be stored of an address at a time, epoch ms; empty for what is no address. */
export type Anonymizer = (address: string, at: number) => string;

export interface AnonymizerOptions {
  keep: AddressKeep;
  /** For `hmac`: at least 16 bytes of chance, kept apart from what is stored. A hash without one could be undone by trying all addresses. */
  key?: string | undefined;
  /** For `hmac`. Default: `daily`. */
  rotation?: Rotation | undefined;
}

const SHORTEST_KEY = 16;
/** 96 bits: enough that no two of the world's addresses meet. */
const DIGITS = 16;
const PERIODS: Readonly<Record<Rotation, number>> = { daily: 10, monthly: 7, never: 0 };

/** @throws TypeError naming `key` when `hmac` has none, or one that is too short. */
export function createAnonymizer({ keep, key, rotation = "daily" }: AnonymizerOptions): Anonymizer {
  if (keep !== "hmac") return (address) => anonymizeAddress(address, keep);
  if (key === undefined || Buffer.byteLength(key) < SHORTEST_KEY) {
    throw new TypeError(`key must have at least ${SHORTEST_KEY} bytes for addresses to be hashed with`);
  }
  let current = { period: "", derived: Buffer.alloc(0) };
  return (address, at) => {
    const parsed = toAddress(address);
    if (!parsed) return "";
    const period = new Date(at).toISOString().slice(0, PERIODS[rotation]);
    if (current.derived.length === 0 || current.period !== period) {
      current = { period, derived: createHmac("sha256", key).update(`address/v1/${period}`).digest() };
    }
    return createHmac("sha256", current.derived)
      .update(parsed.toNormalizedString())
      .digest("base64url")
      .slice(0, DIGITS);
  };
}

/** The part of an address that may be stored; empty for what is no address. Hashes need a key: {@link createAnonymizer}. */
export function anonymizeAddress(address: string, keep: Exclude<AddressKeep, "hmac">): string {
  const parsed = keep === "none" ? undefined : toAddress(address);
  if (!parsed) return "";
  return keep === "full" ? parsed.toString() : networkOf(parsed, 24, 48);
}
