import { type Stop, toNs } from "@sojourn/core";
import { ACTIVITY, activity } from "../activity/index.js";
import type { Feature } from "../sdk.js";
import type { View } from "./view.js";

/** A page that is busy for longer has no loading time: absent rather than wrong. */
const LONGEST_MS = 30_000;

/**
 * How long views took to load: from the start until the page came to rest, and for the first one until the load event
 * at least. Absent where the page was hidden or the view ended before, and where nothing loads: after a restore from the
 * back/forward cache and after a renewal of the session.
 */
export const loadingTime = (): Feature<object, typeof ACTIVITY> => ({
  options: ACTIVITY,
  start({ scope, since, views, lifecycle, share }, { settleMs }) {
    const { watch } = share(activity);
    /** Waits for the load event. */
    let loading: View | undefined;
    let stop: Stop | undefined;

    function giveUp(): void {
      loading = undefined;
      stop?.();
    }

    const loadedAt = () => {
      const [navigation] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
      return navigation?.loadEventEnd ?? 0;
    };

    function wait(): void {
      const view = loading;
      loading = undefined;
      if (!view) return;
      const { startedAt, loadingType } = view;
      stop = watch(startedAt, LONGEST_MS, (last, rested) => {
        const until = loadingType === "initial_load" ? Math.max(last ?? startedAt, loadedAt()) : last;
        if (!rested || until === undefined) return;
        view.measures.loading_time = toNs(until - startedAt);
        views.changed(view);
      });
    }

    function begin(view: View): void {
      giveUp();
      if (document.visibilityState === "hidden") return;
      loading = view;
      if (view.loadingType === "route_change") wait();
      else if (view.loadingType !== "initial_load" || since) giveUp();
      else if (document.readyState === "complete") {
        // Whoever begins later than this after the load event has not seen whether the page rested before.
        const loaded = loadedAt();
        if (!loaded || loaded < view.startedAt || scope.clock.now() - loaded <= settleMs) wait();
      }
    }

    scope.listen(window, ["load"], wait);
    views.began.on(begin);
    views.ended.on(giveUp);
    lifecycle.exit.on(giveUp);
    const view = views.current();
    if (view) begin(view);
    return undefined;
  },
});
