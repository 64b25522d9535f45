import { expect, test } from "vitest";
import { createEpoch } from "./clock.js";
import type { EpochMs, RelativeMs } from "./model/units.js";

/** A wall clock of whole milliseconds, as browsers have, beside a finer monotonic one. */
function clocks(start = 1_800_000_000_000) {
  const state = { mono: 0, shift: 0.7 };
  return {
    state,
    now: () => state.mono as RelativeMs,
    wall: () => Math.floor(start + state.mono + state.shift) as EpochMs,
  };
}

test("moments keep their order, however the two clocks round", () => {
  const clock = clocks();
  const toEpoch = createEpoch(clock);
  let last = 0;
  for (let i = 0; i < 10_000; i++) {
    clock.state.mono += 0.1;
    const at = toEpoch((clock.state.mono - 0.05) as RelativeMs);
    expect(at).toBeGreaterThanOrEqual(last);
    last = at;
  }
});

test("after a sleep in which the monotonic clock stood still, times are those of the wall again", () => {
  const clock = clocks();
  const toEpoch = createEpoch(clock);
  toEpoch(clock.now());
  clock.state.shift += 167 * 3_600_000;
  expect(Math.abs(toEpoch(clock.now()) - clock.wall())).toBeLessThanOrEqual(1);
});
