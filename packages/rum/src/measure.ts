import { type Batch, createChannel } from "@sojourn/core";
import type { Session } from "@sojourn/session";
import { createPipeline, type Pipeline } from "./pipeline.js";
import type { Passing, Sdk } from "./sdk.js";
import { startViews } from "./views/index.js";
import type { View } from "./views/view.js";

/** What a measurement is made of that is not made here. */
export type MeasureDeps = Omit<Sdk, "views" | "record" | "assembling" | "kept" | "drop" | "share"> & {
  batch: Batch<Session<View>, View>;
};

export interface Measure {
  sdk: Sdk;
  pipeline: Pipeline;
}

/** Views, the way of an event into the batch, and what features see of both. */
export function createMeasure({ batch, ...given }: MeasureDeps): Measure {
  const { scope, options } = given;
  const views = startViews({
    ...given,
    pathGroup: options.pathGroup,
    manual: options.trackViewsManually,
    onChanged: () => batch.touch(),
    onEnded: () => batch.flush(false),
  });
  const assembling = createChannel<Passing>(scope.report);
  const kept = createChannel<Passing>(scope.report);
  const services = new Map<unknown, unknown>();
  const drop = (reason: string, count = 1) => {
    const view = views.current();
    if (view && count > 0) view.drops[reason] = (view.drops[reason] ?? 0) + count;
  };
  const pipeline = createPipeline({ ...given, views, batch, assembling, kept, drop });
  const sdk: Sdk = {
    ...given,
    views,
    record: pipeline.record,
    assembling,
    kept,
    drop,
    share<T>(make: (sdk: Sdk) => T): T {
      const made = (services.get(make) as T | undefined) ?? make(sdk);
      services.set(make, made);
      return made;
    },
  };
  return { sdk, pipeline };
}
