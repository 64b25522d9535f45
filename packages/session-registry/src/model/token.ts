import { createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";

/** Bytes of chance; `crypto.randomBytes` but in tests. */
export type Random = (bytes: number) => Uint8Array;
export const systemRandom: Random = (bytes) => randomBytes(bytes);

/** Crockford's base 32: no I, L, O and U, so that a person can read it aloud. */
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const UID_BYTES = 5;
const GUID_BYTES = 16;
const SECRET_BYTES = 32;
const TOKEN = /^s1\.([\w-]{22})\.([\w-]{43})$/;

/** 40 bits as 8 characters: a name that is unique to one user, and no credential. */
export function newUid(random: Random): string {
  let bits = 0n;
  for (const byte of random(UID_BYTES)) bits = (bits << 8n) | BigInt(byte);
  let uid = "";
  for (let i = 0; i < 8; i += 1) {
    uid = (ALPHABET[Number(bits & 31n)] ?? "") + uid;
    bits >>= 5n;
  }
  return uid;
}

export const isUid = (text: string): boolean => /^[0-9A-HJKMNP-TV-Z]{8}$/.test(text);

/**
 * The name that a session has among all users': a hash of user and uid, keyed so that nobody else can tell which user
 * it is of. The user's length stands before, or ("1", "23…") would be ("12", "3…"). Without a key a plain SHA-256.
 */
export function guidOf(key: Uint8Array | undefined, userId: string, uid: string): string {
  const user = Buffer.from(userId);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(user.length);
  const named = Buffer.concat([Buffer.from("session-guid/v1\0"), length, user, Buffer.from(uid)]);
  const hash = key ? createHmac("sha256", key) : createHash("sha256");
  return hash.update(named).digest().subarray(0, GUID_BYTES).toString("base64url");
}

/** 256 bits, the one thing that proves a session. */
export const newSecret = (random: Random): string => Buffer.from(random(SECRET_BYTES)).toString("base64url");

/** What is stored of a secret. It is all chance, so that one round of SHA-256 cannot be undone. */
export const hashOf = (secret: string): string => createHash("sha256").update(secret).digest("base64url");

/** The key that all others are derived from gives each use one of its own. */
export const derive = (key: Uint8Array, ...parts: readonly string[]): string =>
  createHmac("sha256", key).update(parts.join("\0")).digest("base64url");

export interface Token {
  readonly guid: string;
  readonly secret: string;
}

export const formatToken = ({ guid, secret }: Token): string => `s1.${guid}.${secret}`;

/** undefined for what is none, however long it is. */
export function parseToken(text: unknown): Token | undefined {
  if (typeof text !== "string" || text.length !== 69) return undefined;
  const [, guid, secret] = TOKEN.exec(text) ?? [];
  return guid && secret ? { guid, secret } : undefined;
}

/** What is compared with where no session was found, so that both take the same time. */
const NOBODY = hashOf("");

/** Whether this secret is what that hash is of, in a time that does not tell how much of it is right. */
export function isSecret(secret: string, hash: string | undefined): boolean {
  const same = timingSafeEqual(
    Buffer.from(hashOf(secret)),
    Buffer.from(hash?.length === NOBODY.length ? hash : NOBODY),
  );
  return same && hash !== undefined && hash.length === NOBODY.length;
}

/** Enough of a guid to find it in a log by, and not enough to use it. */
export const shortGuid = (guid: string): string => guid.slice(0, 6);
