import { gzipSync } from "node:zlib";
import { EVENT_TYPES } from "@sojourn/core/model";
import fc from "fast-check";
import { expect } from "vitest";
import { beacon, errorEvent, NOON, resourceEvent, viewEvent } from "./beacons.js";
import type { startWriterless } from "./intake.js";

const ALLOWED = [202, 204, 400, 403, 413];
const whole = JSON.stringify(beacon({ events: [viewEvent(), errorEvent({ context: { a: [1] } }), resourceEvent()] }));

/** A valid beacon with one value somewhere replaced by anything JSON can hold. */
const replaced = fc
  .tuple(
    fc.nat(200),
    fc.oneof(fc.jsonValue(), fc.constantFrom("__proto__", "", 1e308, -1, NOON * 1e6, "x".repeat(20_000))),
  )
  .map(([at, value]) => {
    let n = 0;
    return JSON.stringify(JSON.parse(whole, (_, old) => (n++ === at ? value : old)) ?? null);
  });

/** A valid beacon with some of its bytes changed. */
const mutated = fc
  .array(fc.tuple(fc.nat(whole.length - 1), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 8 })
  .map((edits) => {
    const bytes = Buffer.from(whole);
    for (const [at, byte] of edits) bytes[at] = byte;
    return bytes;
  });

/** Events made of anything, under names that are known. */
const events = fc
  .array(
    fc.dictionary(
      fc.constantFrom("type", "seq", "date", "s", "w", "u", "context", "error_message", "duration", "constructor"),
      fc.oneof(fc.jsonValue(), fc.constantFrom(...EVENT_TYPES, NOON, 0, 1)),
    ),
  )
  .map((list) => JSON.stringify({ ...beacon(), events: list }));

const bodies = fc.oneof(
  replaced,
  mutated,
  events,
  fc.json(),
  fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
);

/** Sends so many bodies: each gets a reasoned answer, and what is kept can be read back and has no name of a prototype. */
export async function fuzz(
  intake: Awaited<ReturnType<typeof startWriterless>>,
  options: { inputs: number; seed: number },
) {
  await fc.assert(
    fc.asyncProperty(bodies, fc.constantFrom("plain", "gzip", "torn gzip"), async (body, how) => {
      const zipped = how === "plain" ? Buffer.from(body) : gzipSync(body);
      const response = await intake.sendBytes(how === "torn gzip" ? zipped.subarray(0, zipped.length - 3) : zipped);
      expect(ALLOWED).toContain(response.status);
      if (response.status >= 400) {
        const { error } = (await response.json()) as { error: { code: string; message: string } };
        expect(error.code).not.toBe("");
        expect(error.message).not.toBe("");
      }
    }),
    { numRuns: options.inputs, seed: options.seed },
  );
  const kept = await intake.readBack();
  expect(kept.damaged).toBe(0);
  expect(kept.records).toBeGreaterThan(options.inputs / 40);
  expect(kept.text).not.toMatch(/"(?:__proto__|constructor|prototype)":/);
}
