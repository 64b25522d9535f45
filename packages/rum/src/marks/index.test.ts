// @vitest-environment happy-dom
import { expect, test } from "vitest";
import { createTestSdk } from "../test/sdk.js";
import { marks } from "./index.js";

function setUp() {
  const sdk = createTestSdk();
  const { calls } = sdk.start(marks());
  if (!calls) throw new Error("no calls");
  const { clock } = sdk;
  return {
    ...sdk,
    calls,
    begin: (...args: [name: string, ref?: object]) => calls.startDurationVital(clock.now(), ...args),
    end: (...args: [name: string, ref?: object]) => calls.stopDurationVital(clock.now(), ...args),
    vitals: () =>
      sdk.events("vital").map(({ vital_name, duration, date, context }) => ({ vital_name, duration, date, context })),
    epoch: sdk.sdk.toEpoch,
  };
}

test("what was started and stopped is a vital that began with the start, in the view of that moment", () => {
  const { clock, begin, end, vitals, epoch, sent, views } = setUp();
  clock.advance(100);
  const began = clock.now();
  const view = views.current();
  begin("checkout", { context: { step: 1, kept: true } });
  clock.advance(50);
  views.start("next", {}, clock.now());
  clock.advance(200);
  end("checkout", { context: { step: 2 } });
  expect(vitals()).toEqual([
    { vital_name: "checkout", duration: 250e6, date: epoch(began), context: { step: 2, kept: true } },
  ]);
  expect(sent[0]?.view).toBe(view);
});

test("keys tell apart what runs under one name; what was not begun, or was stopped already, is nothing", () => {
  const { clock, begin, end, vitals } = setUp();
  begin("upload", { key: "a" });
  clock.advance(10);
  begin("upload", { key: "b" });
  clock.advance(10);
  end("upload", { key: "b" });
  end("upload", { key: "b" });
  end("upload");
  end("upload", { key: "a" });
  expect(vitals().map(({ duration }) => duration)).toEqual([10e6, 20e6]);
});

test("a duration that the page measured itself is on the page's clock", () => {
  const { calls, clock, vitals, epoch } = setUp();
  clock.advance(5000);
  const startTime = clock.now() - 1500;
  calls.addDurationVital(clock.now(), "decoded", { startTime, duration: 1499.5, context: { kind: "image" } });
  expect(vitals()).toEqual([
    { vital_name: "decoded", duration: 1499.5e6, date: epoch(startTime as never), context: { kind: "image" } },
  ]);
});

test("a value is a number, whatever it counts", () => {
  const { calls, clock, events } = setUp();
  calls.addVital(clock.now(), "frames per second", 59.94, { screen: "game" });
  calls.addVital(clock.now(), "balance", -3);
  expect(events("vital").map(({ vital_value, context }) => [vital_value, context])).toEqual([
    [59.94, { screen: "game" }],
    [-3, undefined],
  ]);
});

test("what is no number is left out, which the view says", () => {
  const { calls, clock, events, views } = setUp();
  for (const value of [Number.NaN, Infinity, 2e15, undefined, null, "much", "5"]) {
    calls.addVital(clock.now(), "v", value as number);
    calls.addDurationVital(clock.now(), "d", { startTime: 0, duration: value as number });
    calls.addDurationVital(clock.now(), "d", { startTime: value as number, duration: 1 });
  }
  expect(events("vital")).toEqual([]);
  expect(views.current()?.drops).toEqual({ vital: 21 });
});

test("a hundred may run at once; the oldest is forgotten, and names are cut to what may be kept", () => {
  const { begin, end, vitals, views } = setUp();
  for (let i = 0; i < 101; i++) begin(`${i}`);
  expect(views.current()?.drops).toEqual({ vital: 1 });
  end("0");
  end("1");
  expect(vitals().map(({ vital_name }) => vital_name)).toEqual(["1"]);
  begin("n".repeat(5000));
  end("n".repeat(5000));
  expect(vitals()[1]?.vital_name).toHaveLength(512);
});

test("a duration that began by another clock than the page's, in the future, is left out", () => {
  const { calls, clock, events, views } = setUp();
  calls.addDurationVital(clock.now(), "d", { startTime: 1.8e12, duration: 5 });
  expect([events("vital"), views.current()?.drops]).toEqual([[], { vital: 1 }]);
});
