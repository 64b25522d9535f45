// @vitest-environment happy-dom
import { expect, onTestFinished, test, vi } from "vitest";
import { createSdk, type StandIn } from "../api.js";
import { allFeatures } from "../features.js";
import type { Sojourn } from "../index.js";
import { bodyOf } from "../test/body.js";
import { STAND_IN, snippet } from "./index.js";

const init = { applicationId: "shop", clientToken: "pub-1f3a9c", endpoint: "https://rum.example/v1/rum" };

/** The stand-in as an inline script makes it. */
function standIn(): Sojourn & Required<StandIn> {
  const made = new Function(`${STAND_IN}return sojourn`)();
  onTestFinished(() => {
    removeEventListener("error", made.l, true);
    removeEventListener("unhandledrejection", made.l, true);
  });
  return made;
}

test("a call of any name is remembered with its time", () => {
  const sojourn = standIn();
  vi.spyOn(performance, "now").mockReturnValue(120);
  sojourn.addAction("early", { a: 1 });
  sojourn.setUser({ id: "u" });
  expect(sojourn.q).toEqual([
    ["addAction", ["early", { a: 1 }], 120],
    ["setUser", [{ id: "u" }], 120],
  ]);
  expect(sojourn.getSession()).toBeUndefined();
});

test("it stands for no promise: waiting for it ends", async () => {
  const sojourn = standIn();
  expect(await Promise.resolve(sojourn)).toBe(sojourn);
  expect(await sojourn.flush()).toBeUndefined();
});

test("errors that nobody caught are remembered with their time, those of elements too", () => {
  const sojourn = standIn();
  vi.spyOn(performance, "now").mockReturnValue(80);
  const uncaught = new ErrorEvent("error", { error: new Error("early") });
  dispatchEvent(uncaught);
  const image = document.createElement("img");
  document.body.append(image);
  image.dispatchEvent(new Event("error"));
  expect(sojourn.e.map(([event, at]) => [event.target === image, at])).toEqual([
    [false, 80],
    [true, 80],
  ]);
});

test("a loop of calls, or of errors, fills no memory", () => {
  const sojourn = standIn();
  for (let i = 0; i < 1000; i++) {
    sojourn.addAction(`a${i}`);
    dispatchEvent(new Event("error"));
  }
  expect([sojourn.q.length, sojourn.e.length]).toEqual([200, 50]);
  expect(sojourn.q[0]?.[1][0]).toBe("a0");
});

test("what the page says cannot end the script it stands in, nor an attribute", () => {
  const html = snippet({ src: 'https://x.example/"a&b', init: { ...init, service: "</script><img>" }, nonce: 'n"' });
  expect(html.match(/<\/script>/g)).toHaveLength(2);
  expect(html).toContain('src="https://x.example/&quot;a&amp;b"');
  expect(html).toContain('nonce="n&quot;"');
  const { service } = JSON.parse(/init\((.*)\)/.exec(html)?.[1] ?? "");
  expect(service).toBe("</script><img>");
});

/** The SDK in the stand-in's place, and what it sends. */
function load(made: StandIn) {
  const sent: Record<string, unknown>[] = [];
  vi.stubGlobal("fetch", async (_url: string, { body }: RequestInit) => {
    const { events, views } = bodyOf(body);
    for (const { w = 0, ...event } of events) sent.push({ ...event, view: views[w]?.view_name });
    return new Response(null, { status: 204 });
  });
  vi.spyOn(navigator, "sendBeacon").mockReturnValue(true);
  const { rum, replay } = createSdk(allFeatures());
  onTestFinished(() => {
    rum.setTrackingConsent("denied");
    rum.stop();
    vi.unstubAllGlobals();
  });
  replay(made);
  return async (type: string) => {
    await rum.flush();
    return sent.filter((event) => event.type === type);
  };
}

test("an early error belongs to the view that was begun, and has the context that was set, before it", async () => {
  const sojourn = standIn();
  const now = vi.spyOn(performance, "now");
  const at = (ms: number) => now.mockReturnValue(ms);
  at(10);
  sojourn.init(init);
  at(20);
  dispatchEvent(new ErrorEvent("error", { error: new Error("before") }));
  at(30);
  sojourn.setGlobalContext({ shop: 1 });
  sojourn.startView("checkout");
  at(40);
  dispatchEvent(new ErrorEvent("error", { error: new Error("after") }));
  at(50);
  const errors = await load(sojourn)("error");
  expect(errors.map(({ error_message, view, context }) => [error_message, view, context])).toEqual([
    ["before", undefined, undefined],
    ["after", "checkout", { shop: 1 }],
  ]);
});

test("who kept the stand-in still calls the SDK when that is there", async () => {
  const kept = standIn();
  kept.init(init);
  const told = load(kept);
  kept.addAction("later");
  const seen: unknown[] = [];
  const stop = kept.onSessionChange((session) => seen.push(session));
  kept.startSession();
  const { length } = seen;
  stop();
  kept.startSession();
  expect([length > 0, seen.length]).toEqual([true, length]);
  expect((await told("action")).map(({ action_name }) => action_name)).toEqual(["later"]);
});

test("a page that froze its arrays is replayed all the same", async () => {
  const kept = standIn();
  kept.init(init);
  for (const list of [kept.q, kept.e]) Object.freeze(list);
  const told = load(kept);
  kept.addAction("later");
  expect(await told("action")).toHaveLength(1);
});

test("an error between the file and a later init is not lost", async () => {
  const kept = standIn();
  const told = load(kept);
  dispatchEvent(new ErrorEvent("error", { error: new Error("between") }));
  kept.init(init);
  dispatchEvent(new ErrorEvent("error", { error: new Error("once") }));
  expect((await told("error")).map(({ error_message }) => error_message)).toEqual(["between", "once"]);
});

test("where consent is denied the stand-in listens no longer", () => {
  const kept = standIn();
  kept.init({ ...init, trackingConsent: "denied" });
  const { l } = kept;
  const removed = vi.spyOn(globalThis, "removeEventListener");
  load(kept);
  expect(removed.mock.calls.map(([type, listener]) => [type, listener === l])).toEqual([
    ["error", true],
    ["unhandledrejection", true],
  ]);
});
