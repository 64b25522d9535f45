import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type HttpServer, serve } from "../http/serve.js";
import { silentLog } from "../lib/logger.js";
import { beacon, errorEvent, viewEvent } from "../testing/beacons.js";
import { TOKEN } from "../testing/collector.js";
import { startWriterless } from "../testing/intake.js";

// What a stranger can send, over a socket as he has it. Each test ends with an answer, or with the connection closed.

type Intake = Awaited<ReturnType<typeof startWriterless>>;
let intake: Intake;
let server: HttpServer;
const PATIENCE = { headers: 300, request: 500, check: 50 };

beforeAll(async () => {
  intake = await startWriterless({ limitBytes: 1024 ** 3, perAddress: { rate: 1e6, burst: 1e6 } });
  server = await serve(intake.intake, { host: "127.0.0.1", port: 0, log: silentLog, patience: PATIENCE });
});
afterAll(async () => {
  await server.stop();
  await intake.stop();
});

async function open(): Promise<{ socket: Socket; closed: Promise<string> }> {
  const socket = connect(Number(new URL(server.url).port), "127.0.0.1").on("error", () => {});
  let answer = "";
  socket.setEncoding("utf8").on("data", (text: string) => {
    answer += text;
  });
  await once(socket, "connect");
  return { socket, closed: once(socket, "close").then(() => answer) };
}

const HEAD = `POST /v1/rum?client_token=${TOKEN} HTTP/1.1\r\nHost: c.test\r\nConnection: close\r\n`;

/** Sends a body with its length, and what is wrong with it. */
async function send(body: Uint8Array | string): Promise<{ status: number; said: string }> {
  const bytes = Buffer.from(body);
  const { socket, closed } = await open();
  socket.write(`${HEAD}Content-Length: ${bytes.length}\r\n\r\n`);
  socket.write(bytes);
  const answer = await closed;
  return { status: Number(answer.split(" ", 2)[1]), said: answer.slice(answer.indexOf("\r\n\r\n") + 4) };
}

const json = (text: string) => JSON.stringify(beacon()).replace(/}$/, `,${text}}`);
const withContext = (context: string) =>
  JSON.stringify(beacon({ events: [viewEvent(), errorEvent({ context: {} })] })).replace(
    '"context":{}',
    `"context":${context}`,
  );

describe("bodies", () => {
  test("a zip bomb is refused, by its ratio while it is small and by its size when it is not", async () => {
    for (const size of [1024 * 1024, 64 * 1024 * 1024]) {
      const { status, said } = await send(gzipSync(Buffer.alloc(size)));
      expect([status, said]).toEqual([413, expect.stringContaining("inflated")]);
    }
  });

  test("a zip bomb in a zip bomb is not unpacked twice", async () => {
    expect((await send(gzipSync(gzipSync(JSON.stringify(beacon()))))).status).toBe(400);
  });

  test("many gzip members are one body", async () => {
    const text = JSON.stringify(beacon());
    const halves = [gzipSync(text.slice(0, 100)), gzipSync(text.slice(100))];
    expect((await send(Buffer.concat(halves))).status).toBe(204);
    const bomb = gzipSync(Buffer.alloc(1024 * 1024));
    expect((await send(Buffer.concat(Array(64).fill(bomb)))).status).toBe(413);
  });

  test("a chunked body without an end is refused at the bound, whatever it says of its length", async () => {
    const { socket, closed } = await open();
    socket.write(`${HEAD}Transfer-Encoding: chunked\r\n\r\n`);
    for (let i = 0; i < 64 && socket.writable; i += 1) {
      if (!socket.write(`10000\r\n${"x".repeat(65_536)}\r\n`)) await once(socket, "drain");
    }
    socket.end("0\r\n\r\n");
    expect(await closed).toMatch(/^HTTP\/1\.1 413 /);
  });

  test("a length and chunks together are no request, so that nobody in between can read it otherwise", async () => {
    const { socket, closed } = await open();
    socket.write(`${HEAD}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`);
    expect(await closed).toMatch(/^HTTP\/1\.1 400 /);
  });

  test.each([
    ["a list in a list, 250,000 times", "[".repeat(250_000) + "]".repeat(250_000), 400, "must be a JSON object"],
    ["an unclosed list, 500,000 deep", "[".repeat(500_000), 400, "is not JSON"],
    ["an object in an object, 80,000 times", `${'{"v":'.repeat(80_000)}1${"}".repeat(80_000)}`, 400, "v:"],
    ["a context of 50,000 levels", withContext(`{"a":${"[".repeat(50_000)}${"]".repeat(50_000)}}`), 204, ""],
    ["bytes that are not UTF-8", Buffer.from([0x7b, 0x22, 0xc3, 0x28, 0x22, 0x7d]), 400, "not UTF-8"],
    ["an overlong NUL", Buffer.from([0x22, 0xc0, 0x80, 0x22]), 400, "not UTF-8"],
    ["half a surrogate as UTF-8", Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]), 400, "not UTF-8"],
    ["UTF-16", Buffer.from(JSON.stringify(beacon()), "utf16le"), 400, "is not JSON"],
    ["a number beyond all bounds", json('"sent_at":1e999'), 400, "sent_at"],
    ["a number with 100,000 digits", json(`"sent_at":${"9".repeat(100_000)}`), 400, "sent_at"],
    ["a count below zero", json('"seq":-1'), 400, "seq"],
    ["a count that is no whole number", json('"seq":1.5'), 400, "seq"],
    ["a number as text", json('"sent_at":"1"'), 400, "sent_at"],
    ["__proto__ beside the fields", json('"__proto__":{"v":1}'), 400, "__proto__: is a reserved name"],
    ["__proto__ in place of the events' list", json('"events":{"__proto__":[]}'), 400, "events"],
    ["a __proto__ that is escaped", json('"\\u005f_proto__":{}'), 400, "__proto__: is a reserved name"],
    ["a constructor deep in a context", withContext('{"a":[{"constructor":{"prototype":{}}}]}'), 202, "reserved name"],
    [
      "a hundred thousand keys",
      withContext(`{${Array.from({ length: 40_000 }, (_, i) => `"k${i}":0`)}}`),
      202,
      "bytes",
    ],
    ["more events than a beacon has", JSON.stringify({ ...beacon(), events: Array(1001).fill(0) }), 400, "events"],
  ])("%s is answered with the reason", async (_, body, status, reason) => {
    const answer = await send(body);
    expect([answer.status, answer.said]).toEqual([status, expect.stringContaining(reason)]);
  });

  test("of a key that is there twice the last counts, for every check", async () => {
    expect((await send(json('"application_id":"bank"'))).status).toBe(403);
    expect((await send(json('"v":2,"v":1'))).status).toBe(204);
    expect((await send(json('"page":{"page_id":"p1"}'))).status).toBe(400);
  });

  test("nothing of a prototype is in what was kept, and numbers beyond bounds are none there", async () => {
    await send(withContext('{"huge":1e999,"deep":[[[1]]]}'));
    const { text, damaged } = await intake.readBack();
    expect(damaged).toBe(0);
    expect(text).toContain('"huge":null');
    expect(text).not.toMatch(/"(?:__proto__|constructor|prototype)":/);
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});

describe("slow senders", () => {
  test.each([
    ["says nothing", ""],
    ["never ends its headers", "POST /v1/rum HTTP/1.1\r\nHost: c.test\r\nX-A: b"],
    ["never ends its body", `${HEAD}Content-Length: 100\r\n\r\n{`],
    ["never ends its chunks", `${HEAD}Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n`],
  ])("who %s is cut off", async (_, text) => {
    const { socket, closed } = await open();
    if (text) socket.write(text);
    expect(await closed).toMatch(/^(?:HTTP\/1\.1 408 |$)/);
  });

  test("who sends a byte now and then is cut off all the same, and others are answered meanwhile", async () => {
    const { socket, closed } = await open();
    socket.write(`${HEAD}Content-Length: 100000\r\n\r\n`);
    let gone = false;
    const dripping = (async () => {
      while (!gone) {
        socket.write("x");
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    })();
    expect((await send(JSON.stringify(beacon()))).status).toBe(204);
    expect(await closed).toMatch(/^(?:HTTP\/1\.1 408 |$)/);
    gone = true;
    await dripping;
  });
});
