import { expect } from "vitest";
import { closed, type Facts, identified, opened } from "../model/facts.js";
import type { SessionStore } from "../stores/store.js";

/** Enough connections that a database would rather use an index than read them all; most are over. */
export async function fill(store: SessionStore, count: number): Promise<void> {
  let batch: Facts[] = [];
  for (let index = 0; index < count; index += 1) {
    const [instanceId, sessionId] = [`i${index % 7}`, `s${index}`];
    const at = 1_000_000 + index * 1000;
    batch.push(opened(instanceId, sessionId, { at, transport: "websocket", client: {} }));
    if (index % 3 === 0) batch.push(identified(instanceId, sessionId, { at: at + 1, userId: `u${index % 1000}` }));
    if (index % 50 !== 0) batch.push(closed(instanceId, sessionId, at + 60_000, "client"));
    if (batch.length >= 1000) {
      await store.merge(batch);
      batch = [];
    }
  }
  await store.merge(batch);
}

/** What `EXPLAIN` says when a whole large table is read. */
export function expectIndexed(name: string, plan: string): void {
  expect(plan, `${name} reads a whole table`).not.toMatch(
    /Seq Scan on (?:\w+\.)?monitor_(?:connections|rollup)|SCAN (?:c|u|r|d|monitor_(?:connections|rollups|rollup_users|rollup_divided|earlier_users))(?! USING)/,
  );
}
