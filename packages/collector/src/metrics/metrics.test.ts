import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { openLog } from "../log/index.js";
import { beacon, errorEvent, viewEvent } from "../testing/beacons.js";
import { READ_TOKEN, type TestCollector, temporaryDirectory, testCollector } from "../testing/collector.js";
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
      ?.split(" ")
      .at(-1),
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
  expect(figure(text, 'sojourn_events_rejected_total{reason="must be a string"}'), text).toBe(2);
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

test("how far the store is behind is how long a record waits for it, not how long none came", async () => {
  let now = 1_000_000;
  const { path, remove } = await temporaryDirectory();
  const open = () => openLog(path, { limitBytes: 1024 ** 2, now: () => now });
  let log = await open();
  const own = createMetrics(log, () => now);
  const lag = async (metrics = own) => figure((await metrics.read()).text, "sojourn_store_lag_seconds");
  const take = async () => {
    const batch = await log.nextBatch({ records: 1, bytes: 1 });
    if (batch) await log.consume(batch);
  };
  expect(await lag()).toBe(0);
  await log.append({ n: 1 });
  await take();
  own.inserted(0.1, now);
  now += 3_600_000;
  expect(await lag()).toBe(0);
  await log.append({ n: 2 });
  expect(await lag()).toBe(0);
  now += 5_000;
  await log.append({ n: 3 });
  now += 1_000;
  expect(await lag()).toBe(6);
  own.inserted(0.1, now - 4_000);
  own.inserted(0.1, now - 5_000);
  await take();
  expect(await lag()).toBe(4);
  await log.close();

  // The file itself tells it after a restart.
  log = await open();
  now = Date.now() + 30_000;
  const next = createMetrics(log, () => now);
  expect(await lag(next)).toBeGreaterThan(29);
  await take();
  expect(await lag(next)).toBe(0);
  await log.close();
  for (const metrics of [own, next]) metrics.stop();
  await remove();
});

test("reasons are words of this program, and not many", async () => {
  const own = createMetrics({ pendingBytes: 0, isFull: false, waitingSince: undefined }, () => 0);
  const rejected = Array.from({ length: 80 }, (_, n) => `context.secret${n}: reason ${n}`);
  own.counted({ accepted: 0, duplicate: 0, silenced: 0, rejected });
  const { text } = await own.read();
  expect(text.match(/^sojourn_events_rejected_total\{/gm)).toHaveLength(51);
  expect(figure(text, 'sojourn_events_rejected_total{reason="other"}')).toBe(30);
  expect(text).not.toContain("secret");
  own.stop();
});

test("a blocked event loop is seen, until measuring is ended", async () => {
  const log = { pendingBytes: 0, isFull: false, waitingSince: undefined };
  const [own, stopped] = [createMetrics(log, () => 0), createMetrics(log, () => 0)];
  stopped.stop();
  const worst = async (metrics: typeof own) =>
    figure((await metrics.read()).text, 'sojourn_nodejs_eventloop_delay_seconds{quantile="1"}');
  for (let left = 50; (await worst(own)) < 0.03; left -= 1) {
    expect(left).toBeGreaterThan(0);
    // What is measured is the time between two turns, so the first after a reading tells nothing.
    for (let turn = 0; turn < 3; turn += 1) {
      for (const end = performance.now() + 60; performance.now() < end; );
      await sleep(1);
    }
  }
  expect(await worst(stopped)).toBe(0);
  own.stop();
});

test("a collector that is about to stop is not ready", async () => {
  expect((await get("/readyz")).status).toBe(200);
  collector.prepareStop();
  const response = await get("/readyz");
  expect([response.status, response.headers.get("retry-after")]).toEqual([503, "5"]);
  expect((await get("/healthz")).status).toBe(200);
  expect((await collector.send(beacon())).status).toBe(204);
});
