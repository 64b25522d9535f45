import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { parseConfig } from "./config/parse.js";
import { createEnricher } from "./enrich/index.js";
import { createIntake } from "./intake/index.js";
import { silentLog } from "./lib/logger.js";
import { openLog } from "./log/index.js";
import { createQueries } from "./query/index.js";
import type { Store } from "./store/index.js";
import { at, beacon, errorEvent, NOON, resourceEvent, session, view, viewEvent } from "./testing/beacons.js";
import { ORIGIN, type ReadBody, TOKEN, temporaryDirectory, testCollector } from "./testing/collector.js";
import { openTestStore } from "./testing/server.js";
import { startWriter } from "./writer/index.js";
import { openRefusedRecords } from "./writer/refused.js";

// Real processes on whatever machine this is.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
beforeAll(async () => {
  directory = await temporaryDirectory();
});
afterAll(() => directory.remove());

/** Three bodies of one page; a later version of the view comes with each. */
const bodies = [1, 2, 3].map((n) =>
  beacon({
    page: { page_id: "P", page_started_at: at(-60_000) },
    sessions: [session({ session_id: "S", session_error_count: n, session_resource_count: n })],
    views: [view({ view_id: "V" })],
    events: [
      // The second took the number of the first, which had not left; the third has its own.
      viewEvent({ seq: n === 3 ? 7 : 1, document_version: n, view_error_count: n }),
      errorEvent({ seq: 2 * n }),
      errorEvent({ seq: 2 * n }),
      resourceEvent({ seq: 2 * n + 1 + (n === 3 ? 1 : 0) }),
    ],
    seq: 8,
  }),
);

/** Every answer that tells of them. */
async function everything(read: (path: string) => Promise<ReadBody>) {
  const sessions = await read("/v1/sessions");
  const detail = await read("/v1/sessions/S");
  const { items } = await read("/v1/delivery");
  const numbers = (list: ReadBody["items"]) => list.map(({ type, seq }) => `${type} ${seq}`).sort();
  return {
    sessions: sessions.items
      .filter(({ session_id }) => session_id === "S")
      .map(({ session_error_count, session_resource_count }) => [session_error_count, session_resource_count]),
    detail: [numbers(detail.views), numbers(detail.events)],
    views: (await read("/v1/views")).items.map(({ document_version, view_error_count }) => [
      document_version,
      view_error_count,
    ]),
    events: numbers((await read("/v1/events")).items),
    errors: numbers((await read("/v1/events?type=error")).items),
    delivery: items.map(({ pages, claimed, stored, missing, late }) => ({ pages, claimed, stored, missing, late })),
  };
}
const errors = ["error 2", "error 4", "error 6"];
const events = [...errors, "resource 3", "resource 5", "resource 8"];
const once = {
  sessions: [[3, 3]],
  detail: [["view 7"], events],
  views: [[3, 3]],
  events,
  errors,
  delivery: [{ pages: 1, claimed: 8, stored: 8, missing: 0, late: 0 }],
};

test("five times each, in any order, late and in time, over a restart: everything is there once", async () => {
  const data = join(directory.path, "restart");
  const rounds = [
    [2, 0],
    [1, 2, 0, 0],
    [0, 1, 2, 1],
    [2, 1, 0, 1, 2],
  ];
  for (const [index, round] of rounds.entries()) {
    const collector = await testCollector({ data });
    for (const [place, n] of round.entries()) {
      const query = `?client_token=${TOKEN}${place > 1 ? "&late=1" : ""}`;
      expect((await collector.send(bodies[n], { query })).status).toBe(204);
    }
    // The other restarts leave it to the next one to take what is in the log.
    if (index === 1 || index === 3) await collector.readSettled("/v1/sessions");
    if (index === 3) expect(await everything(async (path) => (await collector.read(path)).body)).toEqual(once);
    await collector.stop();
  }
});

test("the same bodies through different collectors: everything is there once", async () => {
  const store = await openTestStore(join(directory.path, "shared"));
  // What merges would remove, reads must not show before.
  await store.command("SYSTEM STOP MERGES");
  const collectors = await Promise.all(["one", "two"].map((name) => collectorOf(store, name)));
  await Promise.all(collectors.map(({ send }) => Promise.all([...bodies, ...bodies].map(send))));
  for (const { emptied } of collectors) await emptied();
  const query = createQueries(store, {
    log: silentLog,
    now: () => NOON,
    limits: { seconds: 30, memoryBytes: 1024 ** 3, atOnce: 4 },
  });
  const read = async (path: string) =>
    (await query(new Request(`http://c.test${path}`), "read"))?.json() as Promise<ReadBody>;
  expect(await everything(read)).toEqual(once);

  // Written before its session's id was confirmed, and after: a page that is gone may leave both.
  const [{ send }] = collectors as [Awaited<ReturnType<typeof collectorOf>>, unknown];
  for (const session_id of ["provisional", "confirmed"]) {
    const page = { page_id: "P-both", page_started_at: at(0) };
    await send(beacon({ page, sessions: [session({ session_id })], events: [errorEvent({ seq: 1 })] }));
    for (const { emptied } of collectors) await emptied();
  }
  const of = async (path: string) => {
    const { items } = await read(path);
    return items.map(({ session_id }) => session_id).filter((id) => id === "provisional" || id === "confirmed");
  };
  const named = [...(await of("/v1/events?session_id=provisional")), ...(await of("/v1/events?session_id=confirmed"))];
  expect(named).toEqual(["confirmed"]);
  expect(await of("/v1/delivery")).toHaveLength(1);
  for (const { stop } of collectors) await stop();
  await store.close();
});

/** Intake, log and writer, as in a process of its own, over a store that it shares. */
async function collectorOf(store: Store, name: string) {
  const log = await openLog(join(directory.path, name, "log"), { limitBytes: 1024 ** 2 });
  const refused = await openRefusedRecords(join(directory.path, name, "refused"));
  const config = parseConfig({ applications: [{ id: "shop", clientToken: TOKEN, origins: [ORIGIN] }] });
  const enrich = await createEnricher(config, silentLog, () => NOON);
  const intake = createIntake({ config, enrich, log, now: () => NOON });
  const writer = startWriter({ log, store, refused, logger: silentLog, logId: name });
  return {
    async send(body: unknown) {
      const request = new Request(`http://c.test/v1/rum?client_token=${TOKEN}`, {
        method: "POST",
        body: JSON.stringify(body),
      });
      expect((await intake(request, {})).status).toBe(204);
    },
    async emptied() {
      for (let left = 1000; log.pendingBytes > 0; left -= 1) {
        if (left === 0) throw new Error("the log is not emptied");
        await sleep(20);
      }
    },
    async stop() {
      await writer.stop();
      await log.close();
    },
  };
}
