import { afterEach, expect, test } from "vitest";
import { beacon, errorEvent, session } from "../testing/beacons.js";
import { startWriterless } from "../testing/intake.js";

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function open() {
  const intake = await startWriterless({ limitBytes: 1024 ** 3, perSession: { rate: 50, burst: 1000 } });
  closers.push(intake.stop);
  return intake;
}

const events = (count: number, s = 0) => Array.from({ length: count }, (_, i) => errorEvent({ seq: i + 1, s }));

test("a session beyond its rate gets 429 and a Retry-After, whatever addresses it comes from, and holds up no other", async () => {
  const { send } = await open();
  expect((await send(beacon({ events: events(999) }), "198.51.100.1")).status).toBe(204);
  const refused = await send(beacon({ events: events(100) }), "198.51.100.2");
  expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "3"]);
  const other = beacon({ sessions: [session({ session_id: "s2" })], events: events(500) });
  expect((await send(other, "198.51.100.1")).status).toBe(204);
});

test("of a beacon that is not let through nothing is kept, and none of its sessions is charged", async () => {
  const { send, readBack } = await open();
  await send(beacon({ events: events(999) }));
  const sessions = [session(), session({ session_id: "s2" })];
  const mixed = beacon({ sessions, events: [...events(20), ...events(900, 1)] });
  expect((await send(mixed)).status).toBe(429);
  const alone = beacon({ sessions: [session({ session_id: "s2" })], events: events(999) });
  expect((await send(alone)).status).toBe(204);
  expect((await readBack()).records).toBe(2);
});

test("events that are refused count too", async () => {
  const { send } = await open();
  const flawed = events(999).map((event) => ({ ...event, error_source: 1 }));
  expect((await send({ ...beacon(), events: flawed })).status).toBe(202);
  expect((await send(beacon())).status).toBe(429);
});
