/**
 * Version 3 of its intake has short names, and gzip is on by itself. It leaves out what exceeds 80 events in a minute; the
 * limit is lifted, so that it tells of all the work. A click that changes the route is a view to it, and no action.
 *
 * @type {import("./peer.mjs").Peer}
 */
export const elastic = {
  name: "Elastic",
  entry: `import { init } from "@elastic/apm-rum";
Object.assign(globalThis, { elasticApm: { init } });`,
  init: (intake) => `elasticApm.init({
    serviceName: "shop", serviceVersion: "1.0.0", environment: "bench", serverUrl: location.origin + "${intake}",
    apiVersion: 3, breakdownMetrics: true, session: true, eventsLimit: 10000 })`,
  /** A line of metadata, then an error or a transaction with its spans a line. */
  facts: (text) =>
    text
      .trimEnd()
      .split("\n")
      .flatMap((line) => {
        /** @type {{ e?: object, x?: { t: string, y?: { t: string }[] } }} */
        const { e, x } = JSON.parse(line);
        if (e) return [{ kind: /** @type {const} */ ("error") }];
        return x ? [x, ...(x.y ?? [])].map(({ t }) => ({ kind: TYPES[t] ?? /** @type {const} */ ("other") })) : [];
      }),
};

/** @type {Readonly<Record<string, import("./peer.mjs").Kind>>} */
const TYPES = {
  "page-load": "view",
  "route-change": "view",
  "user-interaction": "action",
  "http-request": "other",
  external: "resource",
  resource: "resource",
};
