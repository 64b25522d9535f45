/**
 * Its compression is off unless asked for. It sees a click only on an element that the page has named for it.
 *
 * @returns {import("./peer.mjs").Peer}
 */
export const faro = ({ compressed = false } = {}) => ({
  name: compressed ? "Faro, requestCompression" : "Faro",
  entry: `import { getWebInstrumentations, initializeFaro } from "@grafana/faro-web-sdk";
import { TracingInstrumentation } from "@grafana/faro-web-tracing";
Object.assign(globalThis, { getWebInstrumentations, initializeFaro, TracingInstrumentation });`,
  init: (intake) => `initializeFaro({
    url: location.origin + "${intake}", app: { name: "shop", version: "1.0.0", environment: "bench" },
    instrumentations: [...getWebInstrumentations({ captureConsole: true }), new TracingInstrumentation()],
    trackResources: true, webVitalsInstrumentation: { trackAttributionSources: true }, requestCompression: ${compressed} });
  addEventListener("DOMContentLoaded", () => {
    for (const button of document.querySelectorAll("button")) button.dataset.faroUserActionName = button.textContent;
  })`,
  facts(text) {
    /** @type {Body} */
    const { exceptions = [], logs = [], measurements = [], events = [], traces } = JSON.parse(text);
    const spans = traces?.resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans)) ?? [];
    return [
      ...exceptions.map(() => /** @type {const} */ ({ kind: "error" })),
      ...measurements.map(() => /** @type {const} */ ({ kind: "vital" })),
      ...events.map(({ name }) => ({ kind: EVENTS[name] ?? "other" })),
      ...[...logs, ...spans].map(() => /** @type {const} */ ({ kind: "other" })),
    ];
  },
});

/**
 * @typedef {object} Body
 * @property {unknown[]} [exceptions]
 * @property {unknown[]} [logs]
 * @property {unknown[]} [measurements]
 * @property {{ name: string }[]} [events]
 * @property {{ resourceSpans: { scopeSpans: { spans: unknown[] }[] }[] }} [traces]
 */

/**
 * Of a request it tells three times: the browser's timing, a span, and an event about the span. The first is the one that
 * everybody tells.
 *
 * @type {Readonly<Record<string, import("./peer.mjs").Kind>>}
 */
const EVENTS = {
  "faro.performance.resource": "resource",
  "faro.performance.navigation": "resource",
  "faro.user.action": "action",
  view_changed: "view",
};
