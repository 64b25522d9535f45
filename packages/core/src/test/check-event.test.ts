import { expect, test } from "vitest";
import { faultsOf } from "./check-event.js";

const action = { type: "action", seq: 1, date: 1, action_id: "a", action_type: "click", action_name: "Buy" };

test("an event of the model has no faults", () => {
  expect(faultsOf({ ...action, duration: undefined, context: {} })).toEqual([]);
});

test.each([
  [{ colour: "red" }, /colour: no field/],
  [{ action_name: undefined }, /action_name: missing/],
  [{ action_name: "x".repeat(513) }, /action_name: .* no name/],
  [{ action_id: "a b" }, /action_id/],
  [{ duration: 1.5 }, /duration/],
  [{ duration: -1 }, /duration/],
  [{ duration: Number.NaN }, /duration/],
  [{ context: [] }, /context/],
  [{ context: { text: "x".repeat(20_000) } }, /context/],
  [{ type: "click" }, /type: click/],
])("%j is found", (change, fault) => {
  expect(faultsOf({ ...action, ...change })).toEqual([expect.stringMatching(fault)]);
});
