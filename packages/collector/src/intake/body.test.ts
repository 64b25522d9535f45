import { randomBytes } from "node:crypto";
import { gzipSync } from "node:zlib";
import { BEACON_LIMITS } from "@sojourn/core/model";
import { expect, test } from "vitest";
import { createBudget } from "../lib/budget.js";
import { readBody } from "./body.js";

function request(body: BodyInit | ReadableStream<Uint8Array> | null, headers: Record<string, string> = {}): Request {
  const init: RequestInit & { duplex: "half" } = { method: "POST", body, headers, duplex: "half" };
  return new Request("http://collector.test/", init);
}

const ENDLESS = { take: () => undefined };

/** A body in pieces, without Content-Length, that counts what was asked for. */
function pieces(
  count: number,
  piece: Uint8Array,
): { stream: ReadableStream<Uint8Array>; given: () => number; cancelled: () => boolean } {
  let given = 0;
  let cancelled = false;
  const stream = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (given === count) controller.close();
        else {
          given += 1;
          controller.enqueue(piece);
        }
      },
      cancel() {
        cancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  return { stream, given: () => given, cancelled: () => cancelled };
}

const status = async (body: Request) => {
  const read = await readBody(body, ENDLESS);
  return read.ok ? "read" : `${read.refusal.status} ${read.refusal.message}`;
};

test("reads plain and gzip bodies alike, without a Content-Encoding", async () => {
  const text = JSON.stringify({ word: "größe 😀" });
  expect(await readBody(request(text), ENDLESS)).toEqual({ ok: true, text });
  expect(await readBody(request(gzipSync(text)), ENDLESS)).toEqual({ ok: true, text });
});

test("reads a gzip body whose magic bytes come in two pieces", async () => {
  const zipped = gzipSync("{}");
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(zipped.subarray(0, 1));
      controller.enqueue(zipped.subarray(1));
      controller.close();
    },
  });
  expect(await readBody(request(stream), ENDLESS)).toEqual({ ok: true, text: "{}" });
});

test("stops reading a chunked body when it passes the bound", async () => {
  const endless = pieces(10_000, new Uint8Array(64 * 1024));
  expect(await status(request(endless.stream))).toBe(`413 The body is larger than ${BEACON_LIMITS.wireBytes} bytes.`);
  expect(endless.given()).toBe(BEACON_LIMITS.wireBytes / (64 * 1024) + 1);
  expect(endless.cancelled()).toBe(true);
});

test("does not believe a small Content-Length", async () => {
  const large = pieces(20, new Uint8Array(64 * 1024));
  expect(await status(request(large.stream, { "content-length": "10" }))).toMatch(/^413/);
});

test("refuses a large Content-Length before reading", async () => {
  const large = pieces(20, new Uint8Array(64 * 1024));
  expect(await status(request(large.stream, { "content-length": "99999999" }))).toMatch(/^413/);
  expect(large.given()).toBe(0);
});

test("refuses a gzip bomb without inflating it whole", async () => {
  const bomb = gzipSync(Buffer.alloc(400 * 1024 * 1024));
  expect(bomb.length).toBeLessThan(BEACON_LIMITS.wireBytes);
  const before = process.memoryUsage().rss;
  expect(await status(request(bomb))).toMatch(/^413 .*inflated/);
  expect(process.memoryUsage().rss - before).toBeLessThan(100 * 1024 * 1024);
});

test("refuses what inflates beyond the bound of a body though its ratio is ordinary", async () => {
  const words = Array.from({ length: 15 }, () =>
    randomBytes(8 * 1024)
      .toString("hex")
      .repeat(10),
  ).join("");
  expect(await status(request(gzipSync(words)))).toMatch(/^413 .*inflated/);
});

test.each([
  ["an empty body", "", "400 The body is empty."],
  ["no body", null, "400 The body is empty."],
  ["broken gzip", gzipSync("{}").subarray(0, 12), "400 The gzip data is broken."],
  ["garbage behind gzip's magic bytes", new Uint8Array([0x1f, 0x8b, 1, 2, 3]), "400 The gzip data is broken."],
  ["bytes that are not UTF-8", new Uint8Array([0x7b, 0xff, 0x7d]), "400 The body is not UTF-8."],
])("refuses %s", async (_, body, expected) => {
  expect(await status(request(body))).toBe(expected);
});

test("what bodies take in memory is bounded, sent or inflated, and is asked for as it comes", async () => {
  const budget = createBudget(300 * 1024, 200 * 1024);
  const read = async (key: string, body: BodyInit) => {
    const answer = await readBody(request(body), budget.share(key));
    return answer.ok ? "read" : answer.refusal;
  };
  expect(await read("a", "x".repeat(150 * 1024))).toBe("read");
  expect(await read("a", "x".repeat(60 * 1024))).toMatchObject({ status: 429, retryAfter: 1 });
  const large = pieces(8, new Uint8Array(64 * 1024));
  expect(await read("b", large.stream)).toMatchObject({ status: 503, code: "busy", retryAfter: 5 });
  expect([large.given(), large.cancelled()]).toEqual([3, true]);
  expect(await read("c", gzipSync("x".repeat(100 * 1024)))).toMatchObject({ status: 503 });
});

test("refuses a body that ends early", async () => {
  const torn = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(new Uint8Array(10));
      controller.error(new Error("gone"));
    },
  });
  expect(await status(request(torn))).toBe("400 The body ended early.");
});
