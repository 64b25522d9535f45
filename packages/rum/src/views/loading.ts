import { isVisible, type Stop, toNs } from "@sojourn/core";
import { ACTIVITY, activity } from "../activity/index.js";
import { navigationEntry } from "../observer.js";
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

    const loadedAt = () => navigationEntry()?.loadEventEnd ?? 0;

    function wait(view = loading): void {
      loading = undefined;
      if (!view) return;
      const { startedAt, loadingType, measures } = view;
      stop = watch(startedAt, LONGEST_MS, (last, rested) => {
        const until = loadingType === "initial_load" ? Math.max(last ?? startedAt, loadedAt()) : last;
        if (!rested || until === undefined) return;
        measures.loading_time = toNs(until - startedAt);
        views.changed(view);
      });
    }

    function begin(view: View): void {
      const { startedAt, loadingType } = view;
      if (!isVisible()) return;
      if (loadingType === "route_change") wait(view);
      if (loadingType !== "initial_load" || since) return;
      if (document.readyState !== "complete") {
        loading = view;
        return;
      }
      // Whoever begins later than this after the load event has not seen whether the page rested before.
      const loaded = loadedAt();
      if (!loaded || loaded < startedAt || scope.clock.now() - loaded <= settleMs) wait(view);
    }

    scope.listen(window, ["load"], () => wait());
    views.began.on(begin);
    views.ended.on(giveUp);
    lifecycle.exit.on(giveUp);
    const view = views.current();
    if (view) begin(view);
    return undefined;
  },
});
