import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { beacon, errorEvent, viewEvent } from "../testing/beacons.js";
import { READ_TOKEN, type TestCollector, testCollector } from "../testing/collector.js";
import { createMetrics } from "./index.js";

// Real processes on whatever machine this is.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let collector: TestCollector;
beforeAll(async () => {
  collector = await testCollector();
});
afterAll(() => collector.stop());

const get = (path: string, headers: Record<string, string> = {}) =>
  collector.handle(new Request(`http://c.test${path}`, { headers }), { peer: "192.0.2.1" });
const metrics = async () => (await get("/metrics", { authorization: `Bearer ${READ_TOKEN}` })).text();
const figure = (text: string, line: string) =>
  Number(
    text
      .split("\n")
      .find((one) => one.startsWith(`${line} `))
      ?.split(" ")[1],
  );

test("metrics are for those who may read", async () => {
  expect((await get("/metrics")).status).toBe(401);
  const response = await get("/metrics", { authorization: `Bearer ${READ_TOKEN}` });
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toContain("text/plain");
});

test("what comes, what becomes of it and what the store takes is counted, and nothing of it is named", async () => {
  const events = [viewEvent(), errorEvent(), errorEvent({ seq: 3, error_handling: 7 as never })];
  expect((await collector.send(beacon({ events }))).status).toBe(202);
  expect((await collector.send(beacon({ events }))).status).toBe(202);
  expect((await collector.send("{")).status).toBe(400);
  await get("/v1/sessions/some-id-that-is-nobody's");
  await get(`/made/up/${"path".repeat(50)}`);
  await collector.readSettled("/v1/sessions");
  const text = await metrics();
  expect(figure(text, 'sojourn_events_total{outcome="rejected"}')).toBe(2);
  expect(figure(text, 'sojourn_events_total{outcome="duplicate"}')).toBe(2);
  expect(figure(text, 'sojourn_events_total{outcome="accepted"}')).toBe(2);
  const requests = (status: number) =>
    figure(text, `sojourn_http_request_seconds_count{route="/v1/rum",method="POST",status="${status}"}`);
  expect([requests(202), requests(400)]).toEqual([2, 1]);
  expect(figure(text, "sojourn_store_insert_seconds_count")).toBeGreaterThan(0);
  expect(figure(text, "sojourn_log_pending_bytes")).toBe(0);
  expect(figure(text, "sojourn_store_lag_seconds")).toBe(0);
  expect(text).toContain('route="/v1/sessions/{id}"');
  expect(text).toContain('route="other"');
  for (const secret of ["made", "nobody", READ_TOKEN, "pub-shop-token", "203.0.113"])
    expect(text).not.toContain(secret);
  expect(text).toContain("sojourn_process_resident_memory_bytes");
});

test("how far the store is behind is the age of the newest that it has, while others wait", async () => {
  let now = 1_000_000;
  const log = { pendingBytes: 0, isFull: false };
  const own = createMetrics(log, () => now);
  const lag = async () => figure((await own.read()).text, "sojourn_store_lag_seconds");
  now += 5_000;
  expect(await lag()).toBe(0);
  log.pendingBytes = 7;
  expect(await lag()).toBe(5);
  own.inserted(0.1, now - 2_000);
  own.inserted(0.1, now - 3_000);
  expect(await lag()).toBe(2);
  log.pendingBytes = 0;
  expect(await lag()).toBe(0);
});

test("a collector that is about to stop is not ready", async () => {
  expect((await get("/readyz")).status).toBe(200);
  collector.prepareStop();
  const response = await get("/readyz");
  expect([response.status, response.headers.get("retry-after")]).toEqual([503, "5"]);
  expect((await get("/healthz")).status).toBe(200);
  expect((await collector.send(beacon())).status).toBe(204);
});
