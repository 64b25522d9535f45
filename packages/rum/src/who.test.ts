// @vitest-environment happy-dom
import { faultsOf } from "@sojourn/core/test";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createRum, type InitOptions, type Sojourn } from "./index.js";
import { bodyOf } from "./test/body.js";
import { createTestSdk } from "./test/sdk.js";

const OPTIONS: InitOptions = { applicationId: "shop", clientToken: "pub", endpoint: "https://rum.example/v1/rum" };
type Event = Record<string, unknown> & { type: string; user: Record<string, unknown> };
let events: Event[] = [];
let faults: string[] = [];
let rum: Sojourn;

beforeEach(() => {
  events = [];
  faults = [];
  vi.stubGlobal("fetch", async (_url: string, init: RequestInit) => {
    const { users = [{}], events: sent } = bodyOf(init.body);
    // What the collector would refuse.
    faults.push(...sent.flatMap(faultsOf));
    for (const { u = 0, ...event } of sent) events.push({ ...event, user: { ...users[u] } });
    return new Response(null, { status: 204 });
  });
  vi.spyOn(navigator, "sendBeacon").mockReturnValue(true);
  rum = createRum();
});
afterEach(() => {
  rum.setTrackingConsent("denied");
  rum.stop();
  vi.unstubAllGlobals();
  expect(faults).toEqual([]);
});

async function sent(type: string): Promise<Event[]> {
  await rum.flush();
  return events.filter((event) => event.type === type);
}

test("an account is told beside the user, and each can be cleared by itself", async () => {
  rum.init(OPTIONS);
  rum.setUser({ id: "u1", name: "Ada", email: "ada@shop.example" });
  rum.setAccount({ id: "acme", name: "Acme" });
  rum.addAction("both");
  rum.clearUser();
  rum.addAction("account");
  rum.clearAccount();
  rum.addAction("nobody");
  rum.setAccount({ id: 7 as unknown as string, name: "n".repeat(1000) });
  rum.addAction("as texts, cut");
  expect((await sent("action")).map(({ user }) => user)).toEqual([
    { user_id: "u1", user_name: "Ada", user_email: "ada@shop.example", account_id: "acme", account_name: "Acme" },
    { account_id: "acme", account_name: "Acme" },
    {},
    { account_id: "7", account_name: "n".repeat(256) },
  ]);
});

test("what is said of users and accounts before init holds from the first event on", async () => {
  rum.setUser({ id: "u1" });
  rum.setAccount({ id: "acme" });
  rum.setGlobalContextProperty("plan", "pro");
  rum.init(OPTIONS);
  expect((await sent("view"))[0]).toMatchObject({
    user: { user_id: "u1", account_id: "acme" },
    context: { plan: "pro" },
  });
});

test("the browser's id is beside the user where it was asked for, from consent on, and stays the same", async () => {
  rum.init({ ...OPTIONS, visitorId: true, trackingConsent: "pending" });
  rum.setUser({ id: "u1" });
  rum.addAction("before");
  rum.setTrackingConsent("granted");
  rum.addAction("after");
  const [before, after] = (await sent("action")).map(({ user }) => user);
  expect(before).toEqual({ user_id: "u1" });
  expect(after).toEqual({ user_id: "u1", visitor_id: expect.stringMatching(/^[\da-f-]{36}$/) });
  rum.stop();
  rum.init({ ...OPTIONS, visitorId: true });
  rum.addAction("again");
  expect((await sent("action")).at(-1)?.user).toEqual(after);
});

test("the browser's id is gone with the consent, or the option, that it was kept by", async () => {
  rum.init({ ...OPTIONS, visitorId: true });
  rum.addAction("known");
  rum.setTrackingConsent("denied");
  rum.setTrackingConsent("pending");
  rum.addAction("pending");
  rum.setTrackingConsent("granted");
  rum.addAction("new");
  const [pending, fresh] = (await sent("action")).slice(-2).map(({ user }) => user.visitor_id);
  rum.stop();
  rum.init(OPTIONS);
  rum.addAction("off");
  const all = (await sent("action")).map(({ user }) => user.visitor_id);
  expect([pending, all.at(-1)]).toEqual([undefined, undefined]);
  expect(fresh).toEqual(expect.any(String));
});

test("one property of the global context changes and the others stay; undefined removes it", async () => {
  rum.init(OPTIONS);
  const given = { cart: { items: 1 } };
  rum.setGlobalContext(given);
  given.cart.items = 99;
  rum.setGlobalContextProperty("plan", "pro");
  rum.addAction("a", { plan: "its own" });
  rum.setGlobalContextProperty("cart", undefined);
  rum.addAction("b");
  rum.setGlobalContext({});
  rum.addAction("c");
  expect((await sent("action")).map(({ context }) => context)).toEqual([
    { cart: { items: 1 }, plan: "its own" },
    { plan: "pro" },
    undefined,
  ]);
});

test("feature flags are on views and errors from then on, and a renewed session still has them", async () => {
  rum.init(OPTIONS);
  rum.addFeatureFlag("checkout", "new");
  rum.addFeatureFlag("dark", true);
  rum.addFeatureFlag("dark", false);
  rum.addAction("a");
  rum.addError(new Error("before"));
  rum.startSession();
  rum.addError(new Error("after"));
  const flags = { checkout: "new", dark: false };
  const views = await sent("view");
  expect(views.map(({ view_loading_type, feature_flags }) => [view_loading_type, feature_flags])).toEqual([
    ["initial_load", flags],
    ["session_renewal", flags],
  ]);
  expect((await sent("error")).map(({ feature_flags }) => feature_flags)).toEqual([flags, flags]);
  expect((await sent("action"))[0]).not.toHaveProperty("feature_flags");
});

test("a context that is too large is left out, and the view says how many were", async () => {
  vi.spyOn(console, "warn").mockImplementation(() => {});
  rum.init(OPTIONS);
  const large = { text: "ä".repeat(2500) };
  rum.addAction("a", large);
  rum.setGlobalContext(large);
  rum.setViewContext(large);
  rum.addAction("b", { text: "ä".repeat(2490) });
  const [a, b] = await sent("action");
  expect(a).not.toHaveProperty("context");
  expect(b?.context).toEqual({ text: "ä".repeat(2490) });
  expect((await sent("view")).at(-1)?.sdk_dropped).toEqual({ context: 3 });
});

test("what is too much in one property, or one flag more, costs only itself", async () => {
  vi.spyOn(console, "warn").mockImplementation(() => {});
  rum.init(OPTIONS);
  rum.setGlobalContext({ plan: "pro" });
  rum.setGlobalContextProperty("cart", "x".repeat(5000));
  rum.addFeatureFlag("dark", true);
  rum.addFeatureFlag("large", "x".repeat(5000));
  for (let i = 0; i < 1000; i++) rum.addFeatureFlag(`flag-${i}`, i);
  const [view] = await sent("view");
  expect(view?.context).toEqual({ plan: "pro" });
  const flags = JSON.stringify(view?.feature_flags);
  expect(flags).toMatch(/^{"dark":true,"flag-0":0,/);
  expect(flags.length).toBeLessThanOrEqual(5000);
});

test("the contexts of the page, the view and the call together are never too much for an event", () => {
  const { calls, clock, who, sdk, sent } = createTestSdk();
  const full = (key: string) => ({ [key]: "ä".repeat(2490) });
  who.context = sdk.copy(full("global"));
  calls.setViewContext(clock.now(), full("view"));
  const fields = { action_id: "a", action_type: "custom", action_name: "a" };
  sdk.record({ type: "action", at: clock.now(), fields, context: sdk.copy(full("own")) });
  // The model would have refused it.
  expect(Object.keys(sent[0]?.event.context ?? {})).toEqual(["global", "view", "own"]);
});

test("beforeSend sees where an event was and who was there, changes it, and drops it, which the view counts", async () => {
  const seen: unknown[] = [];
  rum.init({
    ...OPTIONS,
    beforeSend(event, about) {
      if (event.type === "view") return false;
      if (event.type !== "action") return undefined;
      seen.push([about.view_name, about.user_id, about.session_id === rum.getSession()?.id]);
      if (event.action_name === "drop") return false;
      event.action_name = "renamed";
      event.context = { added: true };
      return true;
    },
  });
  rum.setUser({ id: "u1" });
  rum.setViewName("cart");
  rum.addAction("keep");
  rum.addAction("drop");
  expect(await sent("action")).toMatchObject([{ action_name: "renamed", context: { added: true } }]);
  expect(seen).toEqual([
    ["cart", "u1", true],
    ["cart", "u1", true],
  ]);
  // A view cannot be dropped.
  expect((await sent("view")).at(-1)).toMatchObject({ view_action_count: 1, sdk_dropped: { before_send: 1 } });
});

test("beforeSend is told what an event was made of", async () => {
  const sources: unknown[] = [];
  rum.init({
    ...OPTIONS,
    beforeSend(event, { source }) {
      if (event.type === "error") sources.push(source);
    },
  });
  const thrown = new TypeError("theirs");
  rum.addError(thrown);
  await rum.flush();
  expect(sources).toEqual([thrown]);
});

test("a beforeSend that throws costs no event, and what it throws is said once", async () => {
  const said = vi.spyOn(console, "warn").mockImplementation(() => {});
  rum.init({
    ...OPTIONS,
    beforeSend() {
      throw new Error("theirs");
    },
  });
  rum.addAction("a");
  rum.addAction("b");
  expect(await sent("action")).toHaveLength(2);
  expect(said).toHaveBeenCalledTimes(1);
});
