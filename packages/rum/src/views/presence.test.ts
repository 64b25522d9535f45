// @vitest-environment happy-dom
import type { RelativeMs } from "@sojourn/core";
import { LIMITS } from "@sojourn/session";
import fc from "fast-check";
import { afterEach, expect, test, vi } from "vitest";
import { createTestSdk } from "../test/sdk.js";
import { busy, type Presence, pass, presence } from "./presence.js";

afterEach(() => vi.restoreAllMocks());

const BEGUN: Presence = { at: 0, visible: true, busyUntil: 0, foreground: 0, active: 0 };
type Step = [event: "visible" | "hidden" | "interaction" | undefined, now: number];
const next = (state: Presence, [event, now]: Step) =>
  pass(state, now, event === "interaction" ? busy(now) : event && { visible: event === "visible" });
const after = (...steps: Step[]) => steps.reduce(next, BEGUN);

test("the time that a page is hidden counts as neither", () => {
  expect(after(["hidden", 1000], ["visible", 9000], ["hidden", 9500])).toMatchObject({ foreground: 1500, active: 0 });
});

test("a person is busy for 5 seconds after each interaction, and those that overlap count once", () => {
  expect(after(["interaction", 1000], [undefined, 3000])).toMatchObject({ foreground: 3000, active: 2000 });
  expect(after(["interaction", 1000], [undefined, 60_000])).toMatchObject({ foreground: 60_000, active: 5000 });
  expect(after(["interaction", 1000], ["interaction", 4000], [undefined, 60_000])).toMatchObject({ active: 8000 });
});

test("somebody who leaves right after a click is not busy with the page meanwhile", () => {
  const gone = after(["interaction", 1000], ["hidden", 2000], ["visible", 4000], [undefined, 20_000]);
  expect(gone).toMatchObject({ active: 1000 + 2000, foreground: 2000 + 16_000 });
});

test("looking in between changes nothing, and no order of moments makes time run backwards", () => {
  const event = fc.constantFrom<Step[0]>("visible", "hidden", "interaction", undefined);
  const step = fc.tuple(event, fc.integer({ min: 0, max: 60_000 }));
  fc.assert(
    fc.property(fc.array(step), fc.integer({ min: 0, max: 60_000 }), (steps, look) => {
      const inOrder = [...steps].sort(([, a], [, b]) => a - b);
      const place = inOrder.filter(([, now]) => now <= look).length;
      const looked = after(...inOrder.slice(0, place), [undefined, look], ...inOrder.slice(place), [undefined, 60_000]);
      expect(looked).toEqual(after(...inOrder, [undefined, 60_000]));
      expect(looked.active).toBeLessThanOrEqual(looked.foreground);
      let before = BEGUN;
      for (const step of steps) {
        const then = next(before, step);
        expect(then.foreground).toBeGreaterThanOrEqual(before.foreground);
        expect(then.active).toBeGreaterThanOrEqual(before.active);
        before = then;
      }
    }),
  );
});

function setUp() {
  const sdk = createTestSdk({ options: { allowUntrustedEvents: true } });
  sdk.start(presence());
  let shown: DocumentVisibilityState = "visible";
  vi.spyOn(document, "visibilityState", "get").mockImplementation(() => shown);
  return {
    ...sdk,
    show(state: DocumentVisibilityState) {
      shown = state;
      document.dispatchEvent(new Event("visibilitychange"));
    },
    click() {
      const event = new MouseEvent("click");
      Object.defineProperty(event, "timeStamp", { value: sdk.clock.now() });
      window.dispatchEvent(event);
      sdk.sessions.activity();
    },
    times: (exit = false) =>
      sdk
        .collect(exit)
        .map(({ foreground_time, active_time, time_spent }) => [
          Number(foreground_time) / 1e9,
          Number(active_time) / 1e9,
          time_spent / 1e9,
        ]),
  };
}

test("a view's time in front and its active time are its own: those of the next view begin at 0", () => {
  const { clock, click, show, calls, times } = setUp();
  clock.advance(2000);
  click();
  clock.advance(1000);
  show("hidden");
  clock.advance(7000);
  show("visible");
  clock.advance(1000);
  calls.startView(clock.now(), "next");
  clock.advance(3000);
  expect(times()).toEqual([
    [4, 1, 11],
    [3, 0, 3],
  ]);
});

test("a late version of a view that ended says what was so at its end", () => {
  const { clock, views, calls, times } = setUp();
  const first = views.current();
  clock.advance(1000);
  calls.startView(clock.now(), "next");
  times();
  clock.advance(1000);
  if (first) views.changed(first);
  expect(times()).toEqual([[1, 0, 1]]);
});

test("a view is in front of somebody no longer than its session was lived in", () => {
  const { clock, click, times } = setUp();
  clock.advance(1000);
  click();
  clock.advance(LIMITS.idle / 2);
  times(true);
  clock.advance(LIMITS.idle);
  expect(times()).toEqual([[1, 1, 1]]);
});

test("a page that is hidden from its beginning is in front of nobody", () => {
  vi.spyOn(document, "visibilityState", "get").mockReturnValue("hidden");
  const { clock, start, collect } = createTestSdk();
  start(presence());
  clock.advance(4000 as RelativeMs);
  expect(collect()).toMatchObject([{ foreground_time: 0, active_time: 0, time_spent: 4e9 }]);
});
