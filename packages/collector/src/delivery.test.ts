import type { Beacon } from "@sojourn/core/model";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { at, beacon, errorEvent, session, view } from "./testing/beacons.js";
import { type TestCollector, testCollector } from "./testing/collector.js";

// Real processes on whatever machine this is.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const limits = { perAddress: { rate: 1000, burst: 10_000 } };
let collector: TestCollector;
beforeAll(async () => {
  collector = await testCollector({ limits });
});
afterAll(() => collector.stop());

/** A beacon of page `P-id` with errors of these numbers in session `id`. */
const numbers = (id: string, seqs: number[], more: Partial<Beacon> = {}): Beacon =>
  beacon({
    page: { page_id: `P-${id}`, page_started_at: at(-60_000) },
    sessions: [session({ session_id: id })],
    views: [view({ view_id: `V-${id}` })],
    events: seqs.map((seq) => errorEvent({ seq })),
    ...more,
  });
const today = new Date(at(0)).toISOString().slice(0, 10);
const nothing = { pages: 1, claimed: 0, stored: 0, missing: 0, late: 0, rejected: {}, dropped: {} };
const ledger = async (id: string) => (await collector.readSettled(`/v1/delivery?session_id=${id}`)).items;
const item = (id: string, more: object) => ({
  application_id: "shop",
  session_id: id,
  session_type: "user",
  day: today,
  ...nothing,
  ...more,
});

test("a number between those that arrived is missing", async () => {
  await collector.send(numbers("gap", [1, 2, 5]));
  expect(await ledger("gap")).toEqual([item("gap", { claimed: 5, stored: 3, missing: 2 })]);
});
