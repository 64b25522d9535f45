import { expect, test } from "vitest";
import { createMemoryStore } from "./stores/memory.js";
import { createManualClock, settled } from "./testing/clock.js";
import { createUnreliableStore, setUp } from "./testing/monitor.js";

const MINUTE = 60_000;

test("a connection is recorded before anybody signs in, and every step after", async () => {
  const { monitor, clock } = setUp();
  const start = clock.now();
  const connection = monitor.open({
    seen: { ip: "203.0.113.0", host: "chat.example", client: { os: { name: "iOS" } } },
  });
  await clock.advance(1000);
  const found = () => monitor.get(connection.sessionId);
  expect(await found()).toMatchObject({
    createdAt: new Date(start),
    ip: "203.0.113.0",
    os: { name: "iOS" },
    instanceId: monitor.instanceId,
  });
  expect(await connection.login({ userId: "ann", guid: "g1" })).toBe(true);
  expect(await found()).toMatchObject({ userId: "ann", guid: "g1", loginAt: new Date(start + 1000) });
  await clock.advance(1000);
  expect(await connection.logout()).toBe(true);
  expect(await found()).toMatchObject({ userId: "ann", logoutAt: new Date(start + 2000) });
  await clock.advance(1000);
  expect(await connection.close()).toBe(true);
  expect(await found()).toMatchObject({
    closedAt: new Date(start + 3000),
    closeReason: "client",
    lastActivityAt: new Date(start + 3000),
  });
  expect(monitor.counters().open).toBe(0);
  await monitor.stop();
});

test("signing in as another user on the same connection is a switch, and the same again is nothing", async () => {
  const { monitor } = setUp();
  const connection = monitor.open();
  await connection.login({ userId: "ann" });
  await connection.login({ userId: "ann" });
  await connection.login({ userId: "bob" });
  const { logins } = (await monitor.get(connection.sessionId)) ?? { logins: [] };
  expect(logins.map(({ userId, endReason }) => [userId, endReason])).toEqual([
    ["ann", "switch"],
    ["bob", undefined],
  ]);
  await monitor.stop();
});

test("what comes after the end, or a second time, changes nothing", async () => {
  const { monitor, clock } = setUp();
  const connection = monitor.open();
  await connection.close("server");
  const before = await monitor.get(connection.sessionId);
  await clock.advance(5000);
  await connection.close("client");
  connection.activity();
  await clock.advance(2 * MINUTE);
  expect(await monitor.get(connection.sessionId)).toEqual(before);
  await monitor.stop();
});

test("events from elsewhere may come before the connection, with their own time", async () => {
  const { monitor, clock } = setUp();
  const at = clock.now();
  await monitor.close("s1", "client", { at: at + 90 });
  await monitor.login("s1", { userId: "ann" }, { at: at + 10 });
  monitor.open({ sessionId: "s1" });
  await monitor.flush();
  const login = { userId: "ann", loginAt: at + 10, endedAt: at + 90, endReason: "closed" };
  expect(await monitor.get("s1")).toMatchObject({
    createdAt: new Date(at),
    closedAt: new Date(at + 90),
    logins: [login],
  });
  await monitor.stop();
});

test("a user is refused that has no name", () => {
  const { monitor } = setUp();
  expect(() => monitor.login("s1", { userId: "" })).toThrow("userId must be a text of 1 to 512 characters");
});

test("no text and no moment can make a document that a database refuses", async () => {
  const { monitor } = setUp();
  const seen = { host: "a\u0000b".repeat(1000), client: {} };
  const connection = monitor.open({ sessionId: "s\u00001", transport: "web\u0000socket", seen });
  await connection.login({ userId: "an\u0000n", guid: "g\u0000" });
  expect(connection.sessionId).toBe("s1");
  const found = await monitor.get("s1");
  expect(found).toMatchObject({ transport: "websocket", userId: "ann", guid: "g" });
  expect(found?.host?.length).toBeLessThan(513);
  for (const at of [0, -1, Number.NaN, 1e300])
    expect(() => monitor.close("s2", "client", { at })).toThrow("at must be epoch milliseconds");
  await monitor.stop();
});

test.each([
  [{ instance: { heartbeatMs: 0 } }, "instance.heartbeatMs must be a whole number from 10 to 3600000: 0 was given"],
  [{ instance: { batchSize: 501 } }, "instance.batchSize must be a whole number from 1 to 500: 501 was given"],
  [{ instance: { heartbeatMs: 1000, leaseMs: 1500 } }, "instance.leaseMs must be a whole number from 2000"],
  [{ queueLimit: -1 }, "queueLimit"],
  [{ retention: { days: 0.5 } }, "retention.days"],
])("the wrong option %j is named", (options, message) => {
  expect(() => setUp(options)).toThrow(message);
});

test("a beat writes only what showed life, at most 500 in one write", async () => {
  const clock = createManualClock();
  const batches: number[] = [];
  const memory = createMemoryStore({ now: clock.now });
  const store = {
    ...memory,
    beat(id: string, ids: readonly string[], at: number) {
      batches.push(ids.length);
      return memory.beat(id, ids, at);
    },
  };
  const { monitor } = setUp({ clock, store });
  const connections = Array.from({ length: 1300 }, () => monitor.open());
  await clock.advance(MINUTE);
  expect(batches).toEqual([]);
  for (const connection of connections.slice(0, 1201)) connection.activity();
  const quiet = connections.at(-1)?.sessionId ?? "";
  const before = await monitor.get(quiet);
  await clock.advance(MINUTE);
  expect(batches).toEqual([500, 500, 201]);
  expect((await monitor.get(quiet))?.lastActivityAt).toEqual(before?.lastActivityAt);
  expect((await monitor.get(connections[0]?.sessionId ?? ""))?.lastActivityAt).toEqual(new Date(clock.now()));
  await monitor.stop();
});

test("a heartbeat of many lets everything else have its turn between its batches", async () => {
  const { monitor } = setUp({ instance: { batchSize: 10 } });
  for (let index = 0; index < 100; index += 1) monitor.open().activity();
  await monitor.flush();
  let turns = 0;
  let counting = true;
  const count = () => {
    turns += 1;
    if (counting) setImmediate(count);
  };
  setImmediate(count);
  await monitor.beat();
  counting = false;
  expect(turns).toBeGreaterThanOrEqual(10);
  await monitor.stop();
});

test("a batch that fails stops no other, and is in the next beat", async () => {
  const clock = createManualClock();
  const store = createUnreliableStore(createMemoryStore({ now: clock.now }));
  const { monitor } = setUp({ clock, store, instance: { batchSize: 2 } });
  const connections = Array.from({ length: 5 }, () => monitor.open());
  await monitor.flush();
  for (const connection of connections) connection.activity();
  store.fail("beat", 1);
  await clock.advance(1000);
  await monitor.beat();
  const written = async () => {
    const all = await monitor.list({ limit: 10 });
    return all.filter(({ lastActivityAt }) => +lastActivityAt === clock.now()).length;
  };
  expect(await written()).toBe(3);
  expect(monitor.counters().failedBeats).toBe(1);
  await clock.advance(1000);
  await monitor.beat();
  expect(await written()).toBe(2);
  await monitor.stop();
});

test("a beat that comes while one runs is left out and counted", async () => {
  const clock = createManualClock();
  const store = createUnreliableStore(createMemoryStore({ now: clock.now }));
  const { monitor } = setUp({ clock, store });
  monitor.open().activity();
  await monitor.flush();
  const release = store.hold("beat");
  const first = monitor.beat();
  await monitor.beat();
  expect(monitor.counters().skippedBeats).toBe(1);
  release();
  await first;
  await monitor.stop();
});

test("beats are a minute apart, give or take a tenth", async () => {
  for (const [chance, ms] of [
    [0, 54_000],
    [0.999999, 66_000],
  ] as const) {
    const clock = createManualClock();
    const store = createUnreliableStore(createMemoryStore({ now: clock.now }));
    const { monitor } = setUp({ clock, store, random: () => chance, jobs: false });
    await clock.advance(ms - 1);
    expect(store.calls).not.toContain("renewLease");
    await clock.advance(1);
    expect(store.calls).toContain("renewLease");
    await monitor.stop();
  }
});

test("a process that was taken for dead goes on under another id, and what was closed stays closed", async () => {
  const clock = createManualClock();
  const store = createMemoryStore({ now: clock.now });
  const { monitor } = setUp({ clock, store });
  const other = setUp({ clock, store, newId: () => "other" }).monitor;
  await other.beat();
  const connection = monitor.open({ transport: "websocket" });
  await connection.login({ userId: "ann" });
  const before = monitor.instanceId;
  const lastSign = clock.now();
  clock.jump(5 * MINUTE);
  await other.beat();
  expect(await other.sweep()).toBe(1);
  expect(await other.sweep()).toBe(0);
  await monitor.beat();
  expect(monitor.instanceId).not.toBe(before);
  const old = await monitor.get(connection.sessionId, before);
  expect(old).toMatchObject({ closedAt: new Date(lastSign), closeReason: "lost" });
  const now = await monitor.get(connection.sessionId);
  expect(now).toMatchObject({
    previousId: before,
    createdAt: new Date(clock.now()),
    userId: "ann",
    transport: "websocket",
  });
  expect(now).not.toHaveProperty("closedAt");
  await connection.close();
  expect(await monitor.get(connection.sessionId)).toMatchObject({ closeReason: "client" });
  expect(await monitor.get(connection.sessionId, before)).toEqual(old);
  expect(monitor.counters().revived).toBe(1);
  await monitor.stop();
  await other.stop();
});

test("after a pause nothing is written before the lease is sure", async () => {
  const clock = createManualClock();
  const store = createMemoryStore({ now: clock.now });
  const { monitor } = setUp({ clock, store });
  monitor.open();
  await monitor.flush();
  const before = monitor.instanceId;
  clock.jump(5 * MINUTE);
  await store.sweep(3 * MINUTE);
  const late = monitor.open();
  await late.login({ userId: "ann" });
  expect(monitor.instanceId).not.toBe(before);
  expect(await monitor.get(late.sessionId)).toMatchObject({ userId: "ann", previousId: before });
  expect(await monitor.concurrent()).toBe(2);
  await monitor.stop();
});

test("a store that is away delays and fails nothing, and gets everything once it is back", async () => {
  const clock = createManualClock();
  const store = createUnreliableStore(createMemoryStore({ now: clock.now }));
  const errors: unknown[] = [];
  const { monitor } = setUp({ clock, store, onError: (error) => errors.push(error) });
  store.fail("merge");
  const connection = monitor.open();
  expect(await connection.login({ userId: "ann" })).toBe(false);
  expect(await connection.logout()).toBe(false);
  expect(await connection.close("server")).toBe(false);
  expect(String(errors[0])).toContain("the store is away");
  store.fail("merge", 0);
  await clock.advance(MINUTE);
  expect(await monitor.get(connection.sessionId)).toMatchObject({ userId: "ann", closeReason: "server" });
  expect(monitor.counters()).toMatchObject({ waiting: 0, dropped: 0 });
  await monitor.stop();
});

test("a store that does not answer keeps nobody waiting longer than a second", async () => {
  const clock = createManualClock();
  const store = createUnreliableStore(createMemoryStore({ now: clock.now }));
  const { monitor } = setUp({ clock, store });
  const release = store.hold("merge");
  const answer = monitor.open().login({ userId: "ann" });
  await clock.advance(1000);
  expect(await answer).toBe(false);
  release();
  await monitor.flush();
  expect(await monitor.list({ userId: "ann" })).toHaveLength(1);
  await monitor.stop();
});

test("what happens while the store writes is written too", async () => {
  const clock = createManualClock();
  const store = createUnreliableStore(createMemoryStore({ now: clock.now }));
  const { monitor } = setUp({ clock, store });
  const release = store.hold("merge");
  const connection = monitor.open();
  const writing = monitor.flush();
  await settled();
  const signedIn = connection.login({ userId: "ann" });
  release();
  await writing;
  expect(await signedIn).toBe(true);
  expect(await monitor.get(connection.sessionId)).toMatchObject({ userId: "ann" });
  await monitor.stop();
});

test("a long outage costs bounded memory; what was given up is counted and put right", async () => {
  const clock = createManualClock();
  const store = createUnreliableStore(createMemoryStore({ now: clock.now }));
  const { monitor } = setUp({ clock, store, queueLimit: 10 });
  const stays = monitor.open();
  const stored = monitor.open();
  await monitor.flush();
  store.fail("merge");
  const live = monitor.open();
  await stored.close();
  for (let index = 0; index < 20; index += 1) await monitor.open().close();
  expect(monitor.counters().waiting).toBeLessThanOrEqual(10);
  expect(monitor.counters().dropped).toBe(12);
  store.fail("merge", 0);
  await clock.advance(3 * MINUTE);
  const isOpen = async (id: string) => (await monitor.get(id))?.closedAt === undefined;
  expect(await monitor.get(live.sessionId)).toBeDefined();
  expect([await isOpen(stays.sessionId), await isOpen(live.sessionId), await isOpen(stored.sessionId)]).toEqual([
    true,
    true,
    false,
  ]);
  expect(await monitor.get(stored.sessionId)).toMatchObject({ closeReason: "lost" });
  await monitor.stop();
});

test("stopping closes everything in one step, within its time, and records nothing afterwards", async () => {
  const clock = createManualClock();
  const store = createUnreliableStore(createMemoryStore({ now: clock.now }));
  const { monitor } = setUp({ clock, store });
  const connections = Array.from({ length: 3 }, () => monitor.open());
  await monitor.stop();
  expect(store.calls.filter((name) => name === "endInstance")).toHaveLength(1);
  for (const { sessionId } of connections)
    expect(await monitor.get(sessionId)).toMatchObject({ closeReason: "shutdown", closedAt: new Date(clock.now()) });
  const count = store.calls.length;
  const late = monitor.open();
  expect(await late.login({ userId: "ann" })).toBe(false);
  await clock.advance(10 * MINUTE);
  expect(store.calls.length).toBe(count);
});

test("stopping does not wait longer than 5 seconds for a store that is away", async () => {
  const clock = createManualClock();
  const store = createUnreliableStore(createMemoryStore({ now: clock.now }));
  const { monitor } = setUp({ clock, store });
  monitor.open();
  store.hold("merge");
  let stopped = false;
  void monitor.stop().then(() => {
    stopped = true;
  });
  await clock.advance(4999);
  expect(stopped).toBe(false);
  await clock.advance(1);
  expect(stopped).toBe(true);
});

test("revoking closes the sockets of one sign-in, and only those", async () => {
  const { monitor } = setUp();
  const ended: string[] = [];
  const open = async (name: string, userId: string, guid: string) => {
    const connection = monitor.open({ sessionId: name, end: (reason) => ended.push(`${name} ${reason}`) });
    await connection.login({ userId, guid });
  };
  await open("laptop", "ann", "g1");
  await open("laptop2", "ann", "g1");
  await open("phone", "ann", "g2");
  await open("bob", "bob", "g3");
  expect(await monitor.revoke({ userId: "ann", guid: "g1" })).toBe(2);
  expect(ended).toEqual(["laptop revoked", "laptop2 revoked"]);
  expect((await monitor.get("laptop"))?.closeReason).toBe("revoked");
  expect((await monitor.get("phone"))?.closeReason).toBeUndefined();
  expect(await monitor.revoke({})).toBe(0);
  await monitor.stop();
});

test("requests of one client are one presence, until none came for 15 minutes", async () => {
  const { monitor, clock } = setUp();
  const first = monitor.presence("cookie1", {}, { userId: "ann", guid: "g1" });
  for (let load = 0; load < 20; load += 1) {
    await clock.advance(5 * MINUTE);
    expect(monitor.presence("cookie1", {}, { userId: "ann", guid: "g1" })?.sessionId).toBe(first?.sessionId);
  }
  expect(await monitor.list({ userId: "ann" })).toHaveLength(1);
  const last = clock.now();
  await clock.advance(17 * MINUTE);
  expect(await monitor.get(first?.sessionId ?? "")).toMatchObject({
    closeReason: "timeout",
    closedAt: new Date(last),
    transport: "http",
  });
  expect(monitor.presence("cookie1", {})?.sessionId).not.toBe(first?.sessionId);
  await monitor.stop();
});

test("invented cookies make no more presences than a bound", async () => {
  const { monitor, clock } = setUp({ presenceLimit: 3 });
  for (let index = 0; index < 10; index += 1) monitor.presence(`forged${index}`, {});
  await clock.advance(1000);
  expect(await monitor.list()).toHaveLength(3);
  await monitor.stop();
});

test("switched off it can be called all the same, and touches no store", async () => {
  const store = createUnreliableStore(createMemoryStore());
  const { monitor, clock } = setUp({ store, enabled: false });
  const connection = monitor.open();
  connection.activity();
  expect(await connection.login({ userId: "ann" })).toBe(false);
  await clock.advance(60 * MINUTE);
  await monitor.stop();
  expect(store.calls).toEqual([]);
});

test("a wall clock that is set back moves nothing back", async () => {
  const { monitor, clock } = setUp();
  const connection = monitor.open();
  await connection.login({ userId: "ann" });
  clock.jump(-3_600_000);
  await connection.logout();
  await connection.login({ userId: "bob" });
  await connection.close();
  const found = await monitor.get(connection.sessionId);
  expect(found?.logins.map(({ userId }) => userId)).toEqual(["ann", "bob"]);
  expect(+(found?.closedAt ?? 0)).toBeGreaterThanOrEqual(+(found?.loginAt ?? 0));
  await monitor.stop();
});

test("a user who is taken out is in no document and no export", async () => {
  const { monitor } = setUp();
  const connection = monitor.open({ seen: { ip: "203.0.113.0", client: {} } });
  await connection.login({ userId: "ann", guid: "g1" });
  expect(await monitor.export("ann")).toHaveLength(1);
  expect(await monitor.erase("ann")).toBe(1);
  expect(await monitor.export("ann")).toEqual([]);
  expect(JSON.stringify(await monitor.get(connection.sessionId))).not.toMatch(/ann|g1|203\.0/);
  await settled();
  await monitor.stop();
});

test("documents are purged in chunks, minute by minute, never all at one hour", async () => {
  const clock = createManualClock();
  const store = createUnreliableStore(createMemoryStore({ now: clock.now }));
  const { monitor } = setUp({ clock, store, retention: { days: 1 } });
  for (let index = 0; index < 2500; index += 1) void monitor.open().close();
  await monitor.flush();
  clock.jump(2 * 86_400_000);
  const left = async () => {
    let count = 0;
    for await (const page of store.overlapping(0, clock.now())) count += page.length;
    return count;
  };
  await clock.advance(0);
  expect(await left()).toBe(1500);
  await clock.advance(MINUTE);
  expect(await left()).toBe(500);
  await clock.advance(MINUTE);
  expect(await left()).toBe(0);
  await monitor.stop();
});
