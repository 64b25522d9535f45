import { kindOf } from "./peer.mjs";

/**
 * The page loads the CDN file, so there is no entry.
 *
 * @type {import("./peer.mjs").Peer}
 */
export const sojourn = {
  name: "Sojourn",
  init: (intake) =>
    `sojourn.init({ applicationId: "bench", clientToken: "pub-bench-token", endpoint: location.origin + "${intake}/v1/rum" })`,
  facts(text) {
    /** @type {{ events: { type: string, w?: number }[], views: { view_id: string }[] }} */
    const { events, views } = JSON.parse(text);
    return events.map(({ type, w = 0 }) => ({
      kind: kindOf(type),
      id: type === "view" ? views[w]?.view_id : undefined,
    }));
  },
};
