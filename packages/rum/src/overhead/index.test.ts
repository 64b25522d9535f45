// @vitest-environment happy-dom
import { guard } from "@sojourn/core";
import { expect, test, vi } from "vitest";
import { createTestSdk } from "../test/sdk.js";
import { overhead } from "./index.js";

function setUp() {
  const test = createTestSdk();
  const report = Object.assign((error: unknown) => test.errors.push(error), { cost: { ms: 7, depth: 0 } });
  let bytes = 100;
  overhead().start({ ...test.sdk, scope: { ...test.scope, report }, sentBytes: () => bytes }, {});
  return {
    ...test,
    report,
    send(count: number) {
      bytes += count;
    },
    /** Something of the SDK's that takes this long. */
    work(ms: number) {
      let now = 0;
      vi.spyOn(performance, "now").mockImplementation(() => now);
      guard(report, () => {
        guard(report, () => {
          now += ms;
        })();
      })();
      vi.restoreAllMocks();
    },
    costs: () =>
      test.collect().map(({ sdk_time, sdk_sent_bytes, sdk_dropped }) => ({ sdk_time, sdk_sent_bytes, sdk_dropped })),
  };
}

test("each view says what measuring it cost: since its own beginning, and what runs inside of something else once", () => {
  const { clock, calls, send, work, costs, sdk } = setUp();
  work(2);
  send(5000);
  sdk.drop("context");
  sdk.drop("json", 2);
  calls.startView(clock.now(), "next");
  work(0.5);
  send(300);
  expect(costs()).toEqual([
    { sdk_time: 2e6, sdk_sent_bytes: 5000, sdk_dropped: { context: 1, json: 2 } },
    { sdk_time: 0.5e6, sdk_sent_bytes: 300, sdk_dropped: undefined },
  ]);
});

test("what is left out later is in a later version", () => {
  const { clock, calls, sdk, costs } = setUp();
  sdk.drop("hold");
  const [first] = costs();
  sdk.drop("hold");
  calls.addTiming(clock.now(), "t");
  const [second] = costs();
  expect([first?.sdk_dropped, second?.sdk_dropped]).toEqual([{ hold: 1 }, { hold: 2 }]);
});

test("what throws is timed too", () => {
  const { report, errors, work, costs } = setUp();
  guard(report, () => {
    throw new Error("ours");
  })();
  expect(report.cost.depth).toBe(0);
  work(1);
  expect(costs()[0]?.sdk_time).toBeGreaterThanOrEqual(1e6);
  expect(errors).toHaveLength(1);
});
