import { toNs } from "@sojourn/core";
import type { Feature } from "../sdk.js";

/**
 * What measuring itself cost a view: main-thread time, bytes sent, facts left out. The work of writing a version is in the
 * next one.
 */
export const overhead = (): Feature => ({
  start({ scope, views, sentBytes }) {
    const { cost = { ms: 0 } } = scope.report;
    let { ms } = cost;
    let bytes = sentBytes();
    views.began.on(() => {
      ({ ms } = cost);
      bytes = sentBytes();
    });
    views.describing.on(({ measures, drops }) => {
      measures.sdk_time = toNs(cost.ms - ms);
      measures.sdk_sent_bytes = sentBytes() - bytes;
      // What nothing was left out of does not say so.
      if (Object.keys(drops).length) measures.sdk_dropped = drops;
    });
    return undefined;
  },
});
