// @vitest-environment happy-dom
import { faultsOf } from "@sojourn/core/test";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createRum, type InitOptions, type Sojourn } from "./index.js";
import { bodyOf } from "./test/body.js";

const OPTIONS: InitOptions = { applicationId: "shop", clientToken: "pub", endpoint: "https://rum.example/v1/rum" };
const running: Sojourn[] = [];
let sent: Record<string, unknown>[] = [];
/** Bytes of the requests' bodies. */
let sizes: number[] = [];

beforeEach(() => {
  sent = [];
  sizes = [];
  vi.stubGlobal("fetch", async (_url: string, init: RequestInit) => {
    sent.push({ ...bodyOf(init.body) });
    sizes.push((init.body as Uint8Array).length);
    return new Response(null, { status: 204 });
  });
  // This DOM's requests know no keepalive, so an exit is a beacon.
  vi.spyOn(navigator, "sendBeacon").mockImplementation((_url, body) => {
    sent.push({ ...bodyOf(body) });
    return true;
  });
});
afterEach(() => {
  for (const rum of running.splice(0)) {
    rum.setTrackingConsent("denied");
    rum.stop();
  }
  vi.unstubAllGlobals();
  // What the collector would refuse.
  expect(sent.flatMap((body) => (body.events as object[]).flatMap(faultsOf))).toEqual([]);
});

function create(): Sojourn {
  const rum = createRum();
  running.push(rum);
  return rum;
}
const events = () => sent.flatMap(({ events }) => events as Record<string, unknown>[]);
const firstViewBegan = () => (sent[0] as { views: { view_started_at: number }[] }).views[0]?.view_started_at ?? 0;
const stored = () => [document.cookie, localStorage.length, sessionStorage.length];

test("S17: consent that was refused before init holds: nothing is stored or sent", async () => {
  const rum = create();
  rum.setTrackingConsent("denied");
  rum.init(OPTIONS);
  rum.addAction("a");
  await rum.flush();
  expect(rum.getSession()).toBeUndefined();
  expect(stored()).toEqual(["", 0, 0]);
  expect(sent).toEqual([]);
});

test("consent that was given before init holds over the option", () => {
  const rum = create();
  rum.setTrackingConsent("granted");
  rum.init({ ...OPTIONS, trackingConsent: "pending" });
  expect(document.cookie).toContain("_sojourn_s=");
});

test("calls before init beyond 200 are left out, and counted", async () => {
  const rum = create();
  for (let i = 0; i < 207; i++) rum.addAction(`a${i}`);
  rum.init(OPTIONS);
  await rum.flush();
  expect(events().filter(({ type }) => type === "action")).toHaveLength(200);
  expect(events().findLast(({ type }) => type === "view")?.sdk_dropped).toEqual({ early: 7 });
});

test("denied removes what an earlier page left, whether this one measures or not", async () => {
  const before = create();
  before.init({ ...OPTIONS, visitorId: true });
  before.addAction("a");
  await before.flush();
  expect(document.cookie).toMatch(/_sojourn_s=.*_sojourn_s_v=/);
  expect(sessionStorage).toHaveLength(1);
  before.stop();

  create().init({ ...OPTIONS, trackingConsent: "denied" });
  expect(stored()).toEqual(["", 0, 0]);
});

test("what was called while consent was denied is not sent when it is given", async () => {
  const rum = create();
  rum.init(OPTIONS);
  rum.setTrackingConsent("denied");
  rum.addAction("private");
  rum.setTrackingConsent("granted");
  rum.addAction("public");
  await rum.flush();
  const names = events().flatMap(({ action_name }) => action_name ?? []);
  expect(names).toEqual(["public"]);
});

test("S17: what was called while consent was pending is sent when it is given", async () => {
  const rum = create();
  rum.init({ ...OPTIONS, trackingConsent: "pending" });
  rum.addAction("early");
  expect(rum.getSession()).toMatchObject({ confirmed: false });
  expect(stored()).toEqual(["", 0, 0]);
  rum.setTrackingConsent("granted");
  await rum.flush();
  expect(events().flatMap(({ action_name }) => action_name ?? [])).toEqual(["early"]);
  expect(document.cookie).toContain("_sojourn_s=");
});

test("a consent that does not exist is refused by name and changes nothing", () => {
  const said = vi.spyOn(console, "error").mockImplementation(() => {});
  const rum = create();
  rum.init(OPTIONS);
  rum.setTrackingConsent("yes" as "granted");
  expect(said.mock.calls[0]?.[0]).toMatch(/setTrackingConsent: yes is none/);
  expect(rum.getSession()).toBeDefined();
});

test.each([
  [{}, undefined],
  [{ trackingConsent: undefined }, undefined],
  [{ trackingConsent: "granted" as const }, expect.any(String)],
])("with honorGlobalPrivacyControl and the browser's no, %j gives session %s", (given, id) => {
  vi.stubGlobal("navigator", Object.create(navigator, { globalPrivacyControl: { value: true } }));
  const rum = create();
  rum.init({ ...OPTIONS, honorGlobalPrivacyControl: true, ...given });
  expect(rum.getSession()?.id).toEqual(id);
});

test("the browser's no is not asked where the application does not say so", () => {
  vi.stubGlobal("navigator", Object.create(navigator, { globalPrivacyControl: { value: true } }));
  const rum = create();
  rum.init(OPTIONS);
  expect(rum.getSession()).toBeDefined();
});

test("stopped and begun again, the page is not measured twice", async () => {
  const rum = create();
  rum.init(OPTIONS);
  rum.stop();
  await Promise.resolve();
  sent = [];
  rum.init(OPTIONS);
  await rum.flush();
  const views = sent.flatMap(({ views }) => views as { view_started_at: number }[]);
  expect(views).toHaveLength(1);
  // It begins with the second init, not with the document.
  expect(Date.now() - (views[0]?.view_started_at ?? 0)).toBeLessThan(1000);
  expect(performance.now()).toBeGreaterThan(0);
});

test("no two events have one number, also where a full batch takes a view along", async () => {
  const rum = create();
  rum.init(OPTIONS);
  for (let i = 0; i < 120; i++) rum.addAction(`a${i}`);
  await rum.flush();
  const numbers = events().map(({ seq }) => seq as number);
  expect(numbers.sort((a, b) => a - b)).toEqual(numbers.map((_, i) => i + 1));
});

test("what happens while consent is denied is not told of when it is given again", async () => {
  const clock = vi.spyOn(performance, "now").mockReturnValue(100);
  const rum = create();
  rum.init({ ...OPTIONS, trackingConsent: "denied" });
  for (const at of [700_000, 1_400_000]) {
    clock.mockReturnValue(at);
    rum.setTrackingConsent("granted");
    await rum.flush();
    expect(Date.now() - firstViewBegan()).toBeLessThan(60_000);
    rum.setTrackingConsent("denied");
    sent = [];
  }
});

test("what happens between stop and the next init, calls included, is not told of", async () => {
  const clock = vi.spyOn(performance, "now").mockReturnValue(100);
  const rum = create();
  rum.init(OPTIONS);
  rum.stop();
  sent = [];
  rum.addAction("while stopped");
  clock.mockReturnValue(700_000);
  rum.init(OPTIONS);
  rum.addAction("again");
  await rum.flush();
  expect(events().flatMap(({ action_name }) => action_name ?? [])).toEqual(["again"]);
  expect(Date.now() - firstViewBegan()).toBeLessThan(60_000);
});

test("a no that was said holds over stop and init; one of the options ends with them", () => {
  const rum = create();
  rum.init({ ...OPTIONS, trackingConsent: "denied" });
  rum.stop();
  rum.init(OPTIONS);
  expect(rum.getSession()).toBeDefined();
  rum.setTrackingConsent("denied");
  rum.stop();
  rum.init(OPTIONS);
  expect(rum.getSession()).toBeUndefined();
  rum.setTrackingConsent("granted");
  expect(rum.getSession()).toBeDefined();
});

test("stop sends also what could not be sent before", async () => {
  vi.stubGlobal("fetch", async () => {
    throw new TypeError("Failed to fetch");
  });
  const rum = create();
  rum.init(OPTIONS);
  rum.addAction("waits");
  void rum.flush();
  for (let i = 0; i < 20; i++) await Promise.resolve();
  expect(sent).toEqual([]);
  rum.stop();
  expect(events().flatMap(({ action_name }) => action_name ?? [])).toEqual(["waits"]);
});

test("the bytes that a view cost are those that went out", async () => {
  const rum = create();
  rum.init(OPTIONS);
  rum.setViewName("价".repeat(100));
  await rum.flush();
  const bytes = sizes[0] ?? Number.NaN;
  expect(bytes).toBeLessThan(JSON.stringify(sent[0]).length);
  rum.addTiming("again");
  await rum.flush();
  expect(events().at(-1)?.sdk_sent_bytes).toBe(bytes);
});

test("contexts are copies, kept within bounds, and what cannot be kept is said once and costs nothing else", async () => {
  const said = vi.spyOn(console, "warn").mockImplementation(() => {});
  const rum = create();
  rum.init(OPTIONS);
  const circle: Record<string, unknown> = {};
  circle.self = circle;
  rum.setGlobalContext(circle);
  rum.addAction("a", { id: 10n });
  rum.addAction("b", { big: "x".repeat(100_000) });
  await rum.flush();
  expect(
    events()
      .filter(({ type }) => type === "action")
      .map(({ context }) => context),
  ).toEqual([{ id: "10" }, undefined]);
  expect(said).toHaveBeenCalledTimes(2);
});

test("a user change begins a new session where that is asked for", () => {
  const rum = create();
  rum.init({ ...OPTIONS, rotateOnUserChange: true });
  const first = rum.getSession()?.id;
  rum.setUser({ id: "alice" });
  expect(rum.getSession()?.id).toBe(first);
  rum.setUser({ id: "bob" });
  expect(rum.getSession()?.id).not.toBe(first);
});

test("changes of the session are called back, and no longer when that was stopped", () => {
  const rum = create();
  const seen: (string | undefined)[] = [];
  const stop = rum.onSessionChange((session) => seen.push(session?.id));
  rum.init(OPTIONS);
  const first = rum.getSession()?.id;
  rum.startSession();
  const second = rum.getSession()?.id;
  rum.stopSession();
  expect(new Set(seen)).toEqual(new Set([first, undefined, second]));
  expect(seen.at(-1)).toBeUndefined();
  stop();
  const { length } = seen;
  rum.startSession();
  expect(seen).toHaveLength(length);
});

test("a page that breaks the start leaves no half of it, and init may be called again", () => {
  vi.spyOn(console, "warn").mockImplementation(() => {});
  const rum = create();
  vi.stubGlobal("fetch", undefined);
  const matches = vi.spyOn(document, "addEventListener").mockImplementation(() => {
    throw new Error("frozen");
  });
  rum.init(OPTIONS);
  expect(rum.getSession()).toBeUndefined();
  matches.mockRestore();
  vi.stubGlobal("fetch", async () => new Response(null, { status: 204 }));
  rum.init(OPTIONS);
  expect(rum.getSession()).toBeDefined();
});

test("flush says no while something waits for consent, and yes when all of it was answered", async () => {
  const rum = create();
  rum.init({ ...OPTIONS, trackingConsent: "pending" });
  rum.addAction("waits");
  expect(await rum.flush()).toBe(false);
  expect(sent).toEqual([]);
  rum.setTrackingConsent("granted");
  expect(await rum.flush()).toBe(true);
  expect(events().flatMap(({ action_name }) => action_name ?? [])).toEqual(["waits"]);
});

test("flush says no while events wait for the error that would have their session measured", async () => {
  const rum = create();
  rum.init({ ...OPTIONS, sessionSampleRate: 0, sessionOnErrorSampleRate: 100 });
  rum.addAction("waits");
  expect(await rum.flush()).toBe(false);
  rum.addError(new Error("broken"));
  expect(await rum.flush()).toBe(true);
  expect(events().flatMap(({ action_name }) => action_name ?? [])).toEqual(["waits"]);
});

test("asks what takes the browser long when it has time, and not as the page leaves", () => {
  let whenIdle: (() => void) | undefined;
  vi.stubGlobal("requestIdleCallback", (task: () => void) => {
    whenIdle = task;
  });
  const asked = vi.spyOn(Intl, "DateTimeFormat");
  const rum = create();
  rum.init(OPTIONS);
  expect(asked).not.toHaveBeenCalled();
  whenIdle?.();
  expect(asked).toHaveBeenCalledTimes(1);
  window.dispatchEvent(new Event("pagehide"));
  expect(sent).not.toEqual([]);
  expect(asked).toHaveBeenCalledTimes(1);
  asked.mockRestore();
});
