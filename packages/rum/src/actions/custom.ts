import { type FieldsOf, type RelativeMs, toNs, uuid } from "@sojourn/core";
import { createOpen } from "../open.js";
import type { Sdk } from "../sdk.js";
import type { Run } from "./runs.js";

export interface ActionOptions {
  /** Goes into the event; what is given at the end is added to what was given at the beginning. */
  context?: Record<string, unknown>;
  /** Tells actions of one name apart that run at the same time. */
  key?: string;
}

interface Begun extends Run {
  context: Record<string, unknown>;
  /** Where it was counted as left out. */
  missing?: Record<string, number>;
}

/** What the application calls an action. */
export function customActions({ record, copy, drop, views }: Sdk, begin: (at: RelativeMs) => Run) {
  const open = createOpen<Begun>(() => drop("action"));

  function keep(
    at: RelativeMs,
    name: unknown,
    fields: Pick<FieldsOf<"action">, "action_id" | "duration">,
    context: object | undefined,
  ): void {
    record({
      type: "action",
      at,
      fields: { ...fields, action_type: "custom", action_name: String(name).slice(0, 512) },
      context: { ...context },
    });
  }

  return {
    /** The page may be gone: what still runs is counted as left out. */
    leave() {
      const drops = views.current()?.drops;
      for (const run of open.all()) {
        if (!drops || run.missing) continue;
        run.missing = drops;
        drops.action = (drops.action ?? 0) + 1;
      }
    },
    calls: {
      addAction: (at: RelativeMs, name: unknown, context?: object) =>
        keep(at, name, { action_id: uuid() }, copy(context)),
      startAction(at: RelativeMs, name: unknown, { context, key }: ActionOptions = {}) {
        const before = open.take(name, key);
        if (before) before.endedAt = at;
        open.begin(name, key, Object.assign(begin(at), { context: copy(context) }));
      },
      stopAction(at: RelativeMs, name: unknown, { context, key }: ActionOptions = {}) {
        const run = open.take(name, key);
        if (!run) return;
        run.endedAt = at;
        // It came to its end after all.
        if (run.missing?.action) run.missing.action--;
        const { action_id, counts } = run;
        keep(run.at, name, { action_id, duration: toNs(at - run.at), ...counts }, copy({ ...run.context, ...context }));
      },
    },
  };
}
