import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { afterAll, expect, test } from "vitest";
import { endAll, listening, runCli } from "../testing/cli.js";
import { temporaryDirectory } from "../testing/collector.js";

const HELD = 10_000;
/** What a connection may take of the process that has it, with its socket and parser. */
const BYTES_EACH = 24 * 1024;

const sockets: Socket[] = [];
const closers: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  for (const close of closers.reverse()) await close();
});

test(`${HELD} connections that send their headers a byte at a time keep nobody out of a collector`, {
  timeout: 300_000,
}, async () => {
  const { path, remove } = await temporaryDirectory();
  closers.push(remove);
  const run = runCli(path, ["--port", "0", "--data", "data"]);
  closers.push(() => endAll([run.child]));
  const url = await listening(run);
  const before = await residentBytes(run.child.pid);

  let closed = 0;
  let allClosed = () => {};
  const gone = new Promise<void>((resolve) => {
    allClosed = resolve;
  });
  for (let i = 0; i < HELD; i += 1) {
    const socket = connect(Number(new URL(url).port), "127.0.0.1")
      .on("error", () => {})
      .resume();
    socket.once("close", () => {
      closed += 1;
      if (closed === HELD) allClosed();
    });
    await once(socket, "connect");
    socket.write("POST /v1/rum HTTP/1.1\r\nHost: x\r\nX-");
    sockets.push(socket);
  }
  const began = performance.now();
  for (let i = 0; i < 20; i += 1) {
    for (const socket of sockets.slice(i * 500, (i + 1) * 500)) if (!socket.destroyed) socket.write("a");
    const answer = await fetch(`${url}/healthz`, { headers: { Connection: "close" } });
    expect(answer.status).toBe(200);
  }
  expect(performance.now() - began).toBeLessThan(20_000);
  expect((await residentBytes(run.child.pid)) - before).toBeLessThan(HELD * BYTES_EACH);
  // Whoever has not sent his headers after the time for them is gone.
  await gone;
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
});

/** As Linux tells it. */
async function residentBytes(pid: number | undefined): Promise<number> {
  const [, pages = "0"] = (await readFile(`/proc/${pid}/statm`, "utf8")).split(" ");
  return Number(pages) * 4096;
}
