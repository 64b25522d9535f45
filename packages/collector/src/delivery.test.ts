import type { Beacon, EpochMs, WireEvent } from "@sojourn/core/model";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { at, beacon, errorEvent, session, view, viewEvent } from "./testing/beacons.js";
import { ORIGIN, type TestCollector, TOKEN, temporaryDirectory, testCollector } from "./testing/collector.js";
import { openTestStore } from "./testing/server.js";

// Real processes on whatever machine this is.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const origins = [ORIGIN];
let collector: TestCollector;
beforeAll(async () => {
  collector = await testCollector({
    applications: [
      { id: "shop", clientToken: TOKEN, origins },
      { id: "half", clientToken: "pub-half-token", origins, sampleRate: 50 },
      { id: "quiet", clientToken: "pub-quiet-token", origins, sampleRate: 0 },
      { id: "lists", clientToken: "pub-lists-token", origins },
    ],
    limits: { perAddress: { rate: 1000, burst: 10_000 } },
  });
});
afterAll(() => collector.stop());

const DAY = 86_400_000;
const LATE = { query: `?client_token=${TOKEN}&late=1` };
const dayOf = (time: number) => new Date(time).toISOString().slice(0, 10);

/** A beacon of page `P-id` with errors of these numbers in session `id`. */
const numbers = (id: string, seqs: number[], more: Partial<Beacon> = {}): Beacon =>
  beacon({
    page: { page_id: `P-${id}`, page_started_at: at(-3 * DAY) },
    sessions: [session({ session_id: id })],
    views: [view({ view_id: `V-${id}` })],
    events: seqs.map((seq) => errorEvent({ seq })),
    ...more,
  });

const nothing = { pages: 1, claimed: 0, stored: 0, missing: 0, late: 0, rejected: {}, dropped: {} };
const item = (id: string, more: object) => ({
  application_id: "shop",
  session_id: id,
  session_type: "user",
  day: dayOf(at(0)),
  ...nothing,
  ...more,
});
const ledger = async (id: string) => (await collector.readSettled(`/v1/delivery?session_id=${id}`)).items;

test("a number between those that arrived is missing", async () => {
  await collector.send(numbers("gap", [1, 2, 5]));
  expect(await ledger("gap")).toEqual([item("gap", { claimed: 5, stored: 3, missing: 2 })]);
});

test("a lost end is missing once any later body tells of it, and no longer when it arrives", async () => {
  await collector.send(numbers("end", [1, 2]));
  expect(await ledger("end")).toEqual([item("end", { claimed: 2, stored: 2 })]);
  await collector.send(numbers("end", [2], { seq: 4 }));
  expect(await ledger("end")).toEqual([item("end", { claimed: 4, stored: 2, missing: 2 })]);
  await collector.send(numbers("end", [3, 4], { seq: 4 }));
  expect(await ledger("end")).toEqual([item("end", { claimed: 4, stored: 4 })]);
});

test("a number counts once, whatever carries it: two events in one body, bodies again, versions of a view", async () => {
  const version = (document_version: number, seq: number) => viewEvent({ seq, document_version });
  await collector.send(numbers("once", [2, 2, 3]));
  await collector.send(numbers("once", [3, 2]));
  // A version that had not left is replaced by one with its number; one that had left is not.
  for (const events of [[version(2, 1)], [version(1, 1)], [version(3, 4)]]) {
    await collector.send(numbers("once", [], { events }));
  }
  expect(await ledger("once")).toEqual([item("once", { claimed: 4, stored: 4 })]);
  const { views, events } = (await collector.read("/v1/sessions/once")).body;
  expect(views).toMatchObject([{ document_version: 3 }]);
  expect(events.map(({ seq }) => seq)).toEqual([2, 3]);
});

test("late is what only ever arrived late", async () => {
  await collector.send(numbers("late", [1, 2]), LATE);
  await collector.send(numbers("late", [2, 3]));
  await collector.send(numbers("late", [3, 4]), LATE);
  expect(await ledger("late")).toEqual([item("late", { claimed: 4, stored: 4, late: 2 })]);
});

test("what is refused is kept account of: by reason, once, until it arrives well after all", async () => {
  const poor = (seq: unknown, more: object) => ({ ...errorEvent(), seq, ...more }) as WireEvent;
  const events = [
    errorEvent({ seq: 1 }),
    poor(2, { error_message: 7 }),
    poor(3, { error_message: 8 }),
    poor(4, { date: at(3 * DAY) }),
    poor("five", {}),
    poor(6, { type: "<script>" }),
    poor(7, { context: { my: { constructor: "secret" } } }),
    poor(8, { s: 9 }),
  ];
  for (let i = 0; i < 3; i += 1) expect((await collector.send(numbers("poor", [], { events }))).status).toBe(202);
  const rejected = {
    "context: is a reserved name": 1,
    "date: is more than a day in the future of the collector's clock": 1,
    "error_message: must be a string": 2,
    "s: names no entry of sessions": 1,
    "type: must be one of view, action, error, resource, long_task, vital": 1,
  };
  expect(await ledger("poor")).toEqual([item("poor", { claimed: 8, stored: 1, missing: 1, rejected })]);
  await collector.send(numbers("poor", [2]));
  const fewer = { ...rejected, "error_message: must be a string": 1 };
  expect(await ledger("poor")).toEqual([item("poor", { claimed: 8, stored: 2, missing: 1, rejected: fewer })]);
});

test("numbers of one page belong to their events' sessions and days, gaps where the next higher number does", async () => {
  const sessions = [session({ session_id: "old" }), session({ session_id: "new", session_created_at: at(-1) })];
  const events = [
    errorEvent({ seq: 2, date: at(-DAY) }),
    errorEvent({ seq: 3 }),
    errorEvent({ seq: 6, s: 1 }),
    errorEvent({ seq: 7 }),
  ];
  await collector.send(numbers("old", [], { sessions, events, seq: 9 }));
  expect(await ledger("old")).toEqual([
    item("old", { claimed: 2, stored: 2 }),
    item("old", { day: dayOf(at(-DAY)), claimed: 2, stored: 1, missing: 1 }),
  ]);
  expect(await ledger("new")).toEqual([item("new", { claimed: 5, stored: 1, missing: 4 })]);
});

test("dropped is what the newest version of each view says, and nothing that is no count", async () => {
  const said = (view_id: string, seq: number, document_version: number, sdk_dropped: Record<string, unknown>) =>
    numbers("dropped", [], {
      views: [view({ view_id })],
      events: [viewEvent({ seq, document_version, sdk_dropped })],
    });
  await collector.send(said("D1", 2, 2, { hold: 3, buffer: 1 }));
  await collector.send(said("D1", 1, 1, { hold: 1, json: 9 }));
  await collector.send(said("D2", 3, 1, { hold: 2 }));
  await collector.send(said("D3", 4, 1, { hold: "many", '"': [], x: { y: -1 } }));
  const [found] = await ledger("dropped");
  expect(found?.dropped).toMatchObject({ hold: 5, buffer: 1 });
  expect(found?.dropped).not.toHaveProperty("json");
  await collector.send(said("D3", 5, 2, { hold: 2 ** 53 - 1, least: -4, part: 1.5 }));
  expect((await ledger("dropped"))[0]?.dropped).toMatchObject({ hold: 0xffff_ffff + 5, buffer: 1 });
  await collector.send(said("D3", 6, 3, Object.fromEntries(Array.from({ length: 90 }, (_, n) => [`reason-${n}`, 1]))));
  const many = (await ledger("dropped"))[0]?.dropped as Record<string, number>;
  expect(Object.keys(many)).toHaveLength(51);
  expect(many).toMatchObject({ hold: 5, others: 42 });
});

test("an application that samples says so with every answer", async () => {
  const more = { query: "?client_token=pub-half-token" };
  const response = await collector.send(numbers("half", [1, 2, 2], { application_id: "half" }), more);
  expect([response.status, response.headers.get("access-control-allow-origin")]).toEqual([202, ORIGIN]);
  expect(await response.json()).toEqual({ accepted: 2, duplicates: 1, rejected: [], sample_rate: 50 });
  expect((await collector.readSettled("/v1/sessions/half")).events).toHaveLength(2);
});

test("of the other sessions nothing is kept, whether their pages have heard of the rate or not", async () => {
  // By their ids: the first is within half of all, the second is not, the third was measured for its error.
  const ids = ["half-in", "L1", "out"];
  const sessions = ids.map((session_id, i) =>
    session({ session_id, session_sample_rate: 100, ...(i === 2 && { sampled_for_error_session: true }) }),
  );
  const events = [2, 0, 1, 2].map((s, i) => errorEvent({ seq: i + 1, s }));
  events.splice(1, 0, { type: "spell", seq: 9 } as unknown as (typeof events)[number]);
  const body = numbers("mixed", [], { application_id: "half", sessions, events });
  const response = await collector.send(body, { query: "?client_token=pub-half-token" });
  expect(await response.json()).toMatchObject({
    accepted: 3,
    rejected: [
      { index: 1, reason: expect.stringMatching(/^type: /) },
      { index: 3, reason: "silenced" },
    ],
  });
  const kept = async (id: string) => (await collector.readSettled(`/v1/sessions/${id}`)).events.map(({ seq }) => seq);
  expect([await kept("half-in"), await kept("out")]).toEqual([[2], [1, 4]]);
  expect((await collector.read("/v1/sessions/L1?application_id=half")).status).toBe(404);
});

test("nothing is kept of an application that is told to fall silent, but that it was", async () => {
  const more = { query: "?client_token=pub-quiet-token" };
  const body = numbers("quiet", [2], { application_id: "quiet", seq: 3 });
  body.events.push({ type: "spell", seq: 1 } as unknown as WireEvent, viewEvent({ seq: 3 }));
  for (let i = 0; i < 2; i += 1) {
    const response = await collector.send(body, more);
    expect([response.status, response.headers.get("access-control-allow-origin")]).toEqual([202, ORIGIN]);
    expect(await response.json()).toEqual({
      accepted: 0,
      duplicates: 0,
      rejected: [0, 1, 2].map((index) => ({ index, reason: "silenced" })),
      sample_rate: 0,
    });
  }
  expect((await ledger("quiet")).map(({ claimed, rejected }) => [claimed, rejected])).toEqual([[3, { silenced: 3 }]]);
  expect((await collector.read("/v1/sessions/quiet")).status).toBe(404);
  for (const list of ["sessions", "events", "views"]) {
    expect((await collector.read(`/v1/${list}?application_id=quiet`)).body.items).toEqual([]);
  }
});

test("the ledger is narrowed, comes in parts, and says what all of it adds up to", async () => {
  for (let n = 1; n <= 5; n += 1) {
    const sessions = [session({ session_id: `L${n}`, session_type: n === 3 ? "synthetics" : "user" })];
    const events = [errorEvent({ seq: 1 }), errorEvent({ seq: n + 1, date: at(n > 3 ? 0 : -DAY) })];
    const body = numbers(`L${n}`, [], { application_id: "lists", sessions, events });
    await collector.send(body, { query: "?client_token=pub-lists-token" });
  }
  await collector.readSettled("/v1/sessions");
  const read = async (query: string) => {
    const { items, next, ...rest } = (await collector.read(`/v1/delivery?application_id=lists&${query}`)).body;
    const { total } = rest as unknown as { total: Record<string, number> };
    return { ids: items.map(({ session_id, day }) => `${session_id} ${day}`), next, total };
  };
  const [today, before] = [dayOf(at(0)), dayOf(at(-DAY))];
  const all = ["L5", "L4", "L3", "L2", "L1"].map((id) => `${id} ${today}`);
  all.push(...["L3", "L2", "L1"].map((id) => `${id} ${before}`));
  const whole = await read("");
  expect(whole.ids).toEqual(all);
  expect(whole.total).toEqual({ ...nothing, sessions: 5, pages: 5, claimed: 20, stored: 10, missing: 10 });

  const parts: string[] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const part = await read(`limit=3${cursor && `&cursor=${cursor}`}`);
    // What all of it adds up to is said once.
    expect(part.total).toEqual(cursor === "" ? whole.total : null);
    parts.push(...part.ids);
    cursor = part.next;
  }
  expect(parts).toEqual(all);

  expect((await read("session_type=synthetics")).ids).toEqual([`L3 ${today}`, `L3 ${before}`]);
  const midnight = at(-DAY / 2);
  const yesterday = await read(`from=${at(-DAY)}&to=${midnight}`);
  expect(yesterday.ids).toEqual(all.slice(5));
  // The gap up to yesterday's number is yesterday's.
  expect(yesterday.total).toEqual({ ...nothing, sessions: 3, pages: 3, claimed: 6, stored: 3, missing: 3 });
  expect((await read(`from=${midnight}`)).ids).toEqual(all.slice(0, 5));
  expect((await collector.read("/v1/delivery?user_id=u")).body.error).toMatchObject({ field: "user_id" });
  expect((await collector.handle(new Request("http://c.test/v1/delivery"))).status).toBe(401);
});

test("whatever is lost, doubled, late and out of order, every number is accounted for once", async () => {
  type Fate = { arrives: number; session: number; late: boolean; poor: boolean };
  const fate = fc.record({
    arrives: fc.nat(3),
    session: fc.nat(1),
    late: fc.boolean(),
    poor: fc.nat(9).map((n) => n === 0),
  });
  const pages = fc.sample(fc.array(fate, { minLength: 1, maxLength: 30 }), { numRuns: 60, seed: 5 });
  const expected = new Map<string, { claimed: number; stored: number; missing: number; late: number; poor: number }>();
  const sends: { body: Beacon; late: boolean; order: number }[] = [];
  let draws = 1;
  const draw = () => {
    draws = (draws * 48_271) % 2_147_483_647;
    return draws;
  };
  for (const [n, fates] of pages.entries()) {
    const ids = [`R${n}a`, `R${n}b`];
    const account = (id: string) => {
      const known = expected.get(id) ?? { claimed: 0, stored: 0, missing: 0, late: 0, poor: 0 };
      expected.set(id, known);
      return known;
    };
    let unseen = 0;
    for (const [index, { arrives, session: s, late, poor }] of (fates as Fate[]).entries()) {
      if (arrives === 0) {
        unseen += 1;
        continue;
      }
      const to = account(ids[s] ?? "");
      to.claimed += 1 + unseen;
      to.missing += unseen;
      unseen = 0;
      if (poor) to.poor += 1;
      else to.stored += 1;
      if (!poor && late) to.late += 1;
      const event = { ...errorEvent({ seq: index + 1, s }), ...(poor ? { error_message: 1 } : {}) } as WireEvent;
      for (let i = 0; i < arrives; i += 1) {
        const sessions = ids.map((session_id) => session({ session_id }));
        const page = { page_id: `P-R${n}`, page_started_at: at(0) as EpochMs };
        sends.push({ body: numbers("", [], { page, sessions, events: [event] }), late, order: draw() });
      }
    }
  }
  sends.sort((a, b) => a.order - b.order);
  for (const { body, late } of sends) await collector.send(body, late ? LATE : {});
  await collector.readSettled("/v1/sessions");
  const found = new Map(
    (await collector.read("/v1/delivery?application_id=shop&limit=1000")).body.items
      .filter(({ session_id }) => /^R\d/.test(String(session_id)))
      .map(({ session_id, claimed, stored, missing, late, rejected }) => [
        session_id,
        { claimed, stored, missing, late, poor: Object.values(rejected as object).reduce((sum, one) => sum + one, 0) },
      ]),
  );
  expect(expected.size).toBeGreaterThan(60);
  expect(Object.fromEntries(found)).toEqual(Object.fromEntries(expected));
});

test("the account of a page that has been open for months stays as long as its events do", async () => {
  const { path: data, remove } = await temporaryDirectory();
  const first = await testCollector({ data });
  await first.send(numbers("screen", [2], { page: { page_id: "P-screen", page_started_at: at(-200 * DAY) } }));
  await first.readSettled("/v1/sessions");
  await first.stop();

  const store = await openTestStore(data);
  await store.command("OPTIMIZE TABLE ledger FINAL");
  await store.close();

  const second = await testCollector({ data });
  const { items } = (await second.read("/v1/delivery?session_id=screen")).body;
  expect(items).toEqual([item("screen", { claimed: 2, stored: 1, missing: 1 })]);
  await second.stop();
  await remove();
});
