import { expect, test } from "vitest";
import { feedSignIns } from "./collector.js";
import { client } from "./testing/clients.js";
import { testRegistry } from "./testing/registry.js";

const TOKEN = "srv-of-the-shop-1234";

/** What the collector would take; `away` until it is told otherwise. */
function collector() {
  const told: Record<string, unknown>[] = [];
  const state = { away: false };
  const send = async (_url: unknown, init?: RequestInit) => {
    if (state.away) return new Response("", { status: 503 });
    told.push(...JSON.parse(String(init?.body)).documents);
    return new Response(null, { status: 204 });
  };
  return { told, state, send: send as typeof fetch };
}

test("the audit reaches the collector in its order, each event once, and nothing in it lets anybody in", async () => {
  const { registry, store, clock, signIn } = testRegistry();
  const { told, state, send } = collector();
  const feed = feedSignIns({ store, clock, url: "http://c.test", token: TOKEN, fetch: send });
  const { token, guid } = await signIn("ann", { client: client("firefoxWindows", "abroad") });
  await registry.signOut({ token });
  // What is so young may have something missing before it.
  await feed.run();
  expect(told).toEqual([]);
  clock.jump(10_001);
  state.away = true;
  await expect(feed.run()).rejects.toThrow("503");
  state.away = false;
  await feed.run();
  await feed.run();
  expect(told.map(({ type, reason }) => `${type} ${reason ?? ""}`)).toEqual(["created ", "ended logout"]);
  expect(told[0]).toMatchObject({
    kind: "sign_in",
    event_id: "1",
    user_id: "ann",
    sign_in_kind: "login",
    auth_method: "password",
    browser: "Firefox",
    os: "Windows",
    country: "BR",
    ip: "100.64.3.0",
  });
  expect(told[0]?.sign_in).toBe(told[1]?.sign_in);
  for (const secret of [guid, ...token.split(".").slice(1)]) expect(JSON.stringify(told)).not.toContain(secret);
  feed.stop();
});

test("another process goes on where the first one ended, and nothing is told of who was erased", async () => {
  const { registry, store, clock, signIn } = testRegistry();
  const { told, send } = collector();
  const options = { store, clock, url: "http://c.test", token: TOKEN, fetch: send };
  await signIn("ann");
  clock.jump(60_000);
  const first = feedSignIns(options);
  await first.run();
  first.stop();
  await signIn("bob");
  await registry.erase("bob");
  await signIn("cid");
  clock.jump(60_000);
  const second = feedSignIns(options);
  await second.run();
  second.stop();
  expect(told.map(({ user_id }) => user_id)).toEqual(["ann", "cid"]);
});
