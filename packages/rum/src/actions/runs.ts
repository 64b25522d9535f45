import { type RelativeMs, uuid } from "@sojourn/core";
import { remember } from "../remember.js";
import type { Sdk } from "../sdk.js";

type Count = `action_${"error" | "resource" | "long_task"}_count`;

/** An action that runs, or has. */
export interface Run {
  readonly action_id: string;
  readonly at: RelativeMs;
  endedAt?: RelativeMs;
  /** Events that began meanwhile, as the action's fields say it. */
  readonly counts: { [K in Count]?: number };
  /** One of the errors is no mere notice of the browser's. */
  failed?: boolean;
}

/** What is told late, as a resource is, still finds one of these. */
const MOST = 100;

/** Makes runs. An event that begins during some belongs to the one that began last. */
export function createRuns({ assembling, kept }: Sdk): (at: RelativeMs) => Run {
  const runs = new Map<string | undefined, Run>();

  assembling.on(({ event, at, view }) => {
    if (event.type === "view" || event.type === "action") return;
    for (const [id, run] of runs) {
      // One that began in the session before is not of this one.
      if (run.at >= view.session.beganAt && run.at <= at && !(run.endedAt && run.endedAt < at)) event.action_id = id;
    }
  });
  kept.on(({ event }) => {
    const run = "action_id" in event && runs.get(event.action_id);
    if (!run || event.type === "vital") return;
    const { counts } = run;
    const name = `action_${event.type}_count` as Count;
    counts[name] = (counts[name] ?? 0) + 1;
    // An intervention or a deprecation is there for developers: nothing failed.
    if (event.type === "error" && !(event.error_source === "report" && event.error_handling === "handled"))
      run.failed = true;
  });

  return (at) => {
    const run: Run = { action_id: uuid(), at, counts: {} };
    remember(runs, MOST, run.action_id, run);
    return run;
  };
}
