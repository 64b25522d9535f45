import { gunzipSync } from "node:zlib";
import type { Beacon } from "@sojourn/core";

/** What was sent, as the intake reads it. */
export function bodyOf(body: unknown): Beacon {
  return JSON.parse(body instanceof Uint8Array ? gunzipSync(body).toString() : String(body));
}
