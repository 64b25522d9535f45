import { type FieldsOf, type RelativeMs, uuid } from "@sojourn/core";
import { type Begun, createOpen, type Ref } from "../open.js";
import type { Sdk } from "../sdk.js";
import type { Run } from "./runs.js";

export type { Ref as ActionOptions } from "../open.js";

/** What the application calls an action. */
export function customActions(sdk: Sdk, begin: (at: RelativeMs) => Run) {
  const { record, copy } = sdk;
  const open = createOpen<Run & Begun>(sdk, "action");

  function keep(
    at: RelativeMs,
    name: unknown,
    fields: Pick<FieldsOf<"action">, "action_id" | "duration">,
    context: Record<string, unknown> | undefined,
  ): void {
    record({
      type: "action",
      at,
      fields: { ...fields, action_type: "custom", action_name: String(name).slice(0, 512) },
      context,
    });
  }

  return {
    addAction: (at: RelativeMs, name: unknown, context?: object) =>
      keep(at, name, { action_id: uuid() }, copy(context)),
    startAction(at: RelativeMs, name: unknown, ref?: Ref) {
      const before = open.begin(name, ref, begin(at));
      if (before) before.endedAt = at;
    },
    stopAction(at: RelativeMs, name: unknown, ref?: Ref) {
      const run = open.end(name, ref, at);
      if (!run) return;
      run.endedAt = at;
      const { action_id, duration, counts, context } = run;
      keep(run.at, name, { action_id, duration, ...counts }, context);
    },
  };
}
