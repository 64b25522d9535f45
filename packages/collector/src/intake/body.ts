import { once } from "node:events";
import { createGunzip } from "node:zlib";
import { BEACON_LIMITS } from "@sojourn/core/model";
import type { Refusal } from "../http/answers.js";
import type { Share } from "../lib/budget.js";

export type Body = { ok: true; text: string } | { ok: false; refusal: Refusal };

/** How much larger than its compressed form a body may be; JSON of events stays below 30. */
const MAX_RATIO = 100;
/** Bodies below this are small enough whatever their ratio. */
const RATIO_FLOOR = 256 * 1024;

const tooLarge = (limit: string): Body => ({
  ok: false,
  refusal: { status: 413, code: "too_large", message: `The body is larger than ${limit}.`, field: "body" },
});
const malformed = (message: string): Body => ({
  ok: false,
  refusal: { status: 400, code: "malformed", message, field: "body" },
});

const RAN_OUT: Record<"key" | "whole", Refusal> = {
  key: { status: 429, code: "too_many_requests", message: "Too much is being sent from this address.", retryAfter: 1 },
  whole: { status: 503, code: "busy", message: "Too much is being sent at the moment.", retryAfter: 5 },
};

/**
 * Reads a beacon's body, inflating it when it starts with gzip's magic bytes. Reading stops as soon as a bound is
 * passed, on the wire or inflated; what `Content-Length` says can refuse a body but never admit one.
 *
 * @param memory what all bodies together may take; it is asked as bytes come, and given back by the caller.
 */
export async function readBody(request: Request, memory: Pick<Share, "take">): Promise<Body> {
  const { wireBytes, bodyBytes } = BEACON_LIMITS;
  if (Number(request.headers.get("content-length")) > wireBytes) return tooLarge(`${wireBytes} bytes`);
  if (request.body === null) return malformed("The body is empty.");
  const chunks: Uint8Array[] = [];
  let wire = 0;
  const reader = request.body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      wire += value.byteLength;
      if (wire > wireBytes) {
        await reader.cancel();
        return tooLarge(`${wireBytes} bytes`);
      }
      const ranOut = memory.take(value.byteLength);
      if (ranOut) {
        await reader.cancel();
        return { ok: false, refusal: RAN_OUT[ranOut] };
      }
      chunks.push(value);
    }
  } catch {
    return malformed("The body ended early.");
  }
  const raw = Buffer.concat(chunks);
  if (raw.length === 0) return malformed("The body is empty.");
  if (!isGzip(raw)) return decode(raw);
  const limit = Math.min(bodyBytes, Math.max(RATIO_FLOOR, wire * MAX_RATIO));
  const inflated = await inflate(raw, limit, memory);
  if (inflated === "key" || inflated === "whole") return { ok: false, refusal: RAN_OUT[inflated] };
  if (inflated === "too large")
    return tooLarge(`${bodyBytes} bytes when inflated, or ${MAX_RATIO} times its compressed size`);
  if (inflated === "broken") return malformed("The gzip data is broken.");
  return decode(inflated);
}

function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** Inflates piece by piece: a bomb is noticed when its output passes `limit`, never held whole. */
async function inflate(
  bytes: Buffer,
  limit: number,
  memory: Pick<Share, "take">,
): Promise<Buffer | "too large" | "broken" | "key" | "whole"> {
  const gunzip = createGunzip();
  const pieces: Buffer[] = [];
  let size = 0;
  let ranOut: "key" | "whole" | undefined;
  gunzip.on("data", (piece: Buffer) => {
    size += piece.length;
    if (size <= limit) ranOut = memory.take(piece.length);
    if (size > limit || ranOut) gunzip.destroy();
    else pieces.push(piece);
  });
  gunzip.end(bytes);
  try {
    await once(gunzip, "close");
  } catch {
    return "broken";
  }
  if (ranOut) return ranOut;
  return size > limit ? "too large" : Buffer.concat(pieces, size);
}

function decode(bytes: Buffer): Body {
  try {
    return { ok: true, text: new TextDecoder("utf-8", { fatal: true }).decode(bytes) };
  } catch {
    return malformed("The body is not UTF-8.");
  }
}
