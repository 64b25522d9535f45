import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { createStore, isDataRefused } from "./index.js";

const servers: Server[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
});

/** A server that answers everything with one row, or with one error. */
async function serverOf(error?: {
  code: number;
  type: string;
}): Promise<{ url: string; asked: () => number; stop(): void }> {
  let asked = 0;
  const server = createServer((request, response) => {
    asked += 1;
    request.resume();
    request.on("end", () => {
      if (error) response.writeHead(500, { "X-ClickHouse-Exception-Code": String(error.code) });
      response.end(error ? `Code: ${error.code}. DB::Exception: no. (${error.type})` : '{"name":"here"}\n');
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    asked: () => asked,
    stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}

const BLOCK = { columns: ["name"], rows: 1, pieces: [Buffer.from('["a"]\n')] };

test("when a server is gone the next one is asked, and goes on being asked", async () => {
  const [first, second] = [await serverOf(), await serverOf()];
  const store = createStore({ url: [first.url, second.url], database: "d" });
  await store.insert("t", BLOCK, "1");
  expect([first.asked(), second.asked()]).toEqual([1, 0]);
  first.stop();
  await store.insert("t", BLOCK, "2");
  expect(await store.query("SELECT 1")).toEqual([{ name: "here" }]);
  expect(await store.isReachable()).toBe(true);
  expect(second.asked()).toBeGreaterThanOrEqual(3);
  second.stop();
  await expect(store.insert("t", BLOCK, "3")).rejects.toThrow(/ECONNREFUSED|ECONNRESET|hang up/);
  expect(await store.isReachable()).toBe(false);
  await store.close();
});

test("a server without its keeper, whose tables are read-only, is passed over", async () => {
  const [first, second] = [await serverOf({ code: 242, type: "TABLE_IS_READ_ONLY" }), await serverOf()];
  const store = createStore({ url: [first.url, second.url], database: "d" });
  await store.insert("t", BLOCK, "1");
  expect([first.asked(), second.asked()]).toEqual([1, 1]);
  await store.close();
});

test("what one server refuses for what is in it, no other is asked to take", async () => {
  const [first, second] = [await serverOf({ code: 469, type: "VIOLATED_CONSTRAINT" }), await serverOf()];
  const store = createStore({ url: [first.url, second.url], database: "d" });
  expect(isDataRefused(await store.insert("t", BLOCK, "1").catch((error: unknown) => error))).toBe(true);
  expect(second.asked()).toBe(0);
  await store.close();
});

test("in a cluster a block has to be on its shard, and on most of the replicas there, before it counts", async () => {
  const urls: string[] = [];
  const server = createServer((request, response) => {
    urls.push(request.url ?? "");
    request.resume().on("end", () => response.end());
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const store = createStore({ url, database: "d", cluster: "two" });
  await store.insert("t", BLOCK, "token-1");
  const settings = Object.fromEntries(new URL(urls[0] ?? "", url).searchParams);
  expect(settings).toMatchObject({
    distributed_foreground_insert: "1",
    insert_quorum: "auto",
    insert_deduplication_token: "token-1",
  });
  await store.close();
});
