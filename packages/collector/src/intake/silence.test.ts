import type { EpochMs } from "@sojourn/core/model";
import { expect, test } from "vitest";
import { beacon, errorEvent, NOON, session } from "../testing/beacons.js";
import { checkBeacon } from "./check.js";
import { silence } from "./silence.js";

/** Of these ids 19 % and 86 % of all are lower. */
const [LOW, HIGH] = ["half-in", "L1"];

function silenced(percent: number, rate?: number) {
  const checked = checkBeacon(
    beacon({
      sessions: [HIGH, LOW].map((session_id) => session({ session_id, session_sample_rate: rate })),
      events: [errorEvent({ seq: 1, s: 0 }), errorEvent({ seq: 2, s: 1 })],
    }),
    NOON as EpochMs,
  );
  if (!checked.ok) throw new Error(checked.flaw.reason);
  const { beacon: left } = silence(checked, percent);
  return {
    sessions: left.sessions.map(({ session_id, session_sample_rate }) => [session_id, session_sample_rate]),
    events: left.events.map(({ seq, s }) => [seq, s]),
    refused: left.refused.map(({ seq, session_id, reason }) => [seq, session_id, reason]),
  };
}

test("a session that stays is weighed by the rate under which it does", () => {
  expect(silenced(50)).toEqual({ sessions: [[LOW, 50]], events: [[2, 0]], refused: [[1, HIGH, "silenced"]] });
  expect(silenced(50, 20).sessions).toEqual([[LOW, 20]]);
  expect(silenced(90, 100).sessions).toEqual([
    [HIGH, 90],
    [LOW, 90],
  ]);
  expect(silenced(0)).toMatchObject({ sessions: [], events: [] });
});
