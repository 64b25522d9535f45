import { gunzipSync, inflateSync } from "node:zlib";

/**
 * The text of a body, whether it came as it is, in gzip or in deflate. How it was packed is told by its first byte: no
 * text that an SDK sends begins with these.
 *
 * @param {Buffer} body
 */
export function inflated(body) {
  if (body[0] === 0x1f) return gunzipSync(body).toString();
  if (body[0] === 0x78) return inflateSync(body).toString();
  return body.toString();
}
