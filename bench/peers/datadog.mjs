import { kindOf } from "./peer.mjs";

/**
 * Its compression runs in a worker and is off unless asked for. Its telemetry about itself is drawn by lot, which would
 * make every run another one.
 *
 * @returns {import("./peer.mjs").Peer}
 */
export const datadog = ({ compressed = false } = {}) => ({
  name: compressed ? "Datadog, compressIntakeRequests" : "Datadog",
  entry: `import { datadogRum } from "@datadog/browser-rum";
Object.assign(globalThis, { datadogRum });`,
  init: (intake) => `datadogRum.init({
    applicationId: "bench", clientToken: "pub-bench-token", proxy: location.origin + "${intake}",
    service: "shop", env: "bench", version: "1.0.0", sessionSampleRate: 100, sessionReplaySampleRate: 0, telemetrySampleRate: 0,
    trackResources: true, trackLongTasks: true, trackUserInteractions: true, allowedTracingUrls: [location.origin],
    compressIntakeRequests: ${compressed} })`,
  /** An event a line. Compressed it also sends a body of nothing at times. */
  facts: (text) =>
    text
      .split("\n")
      .filter(Boolean)
      .map((line) => {
        /** @type {{ type: string, view?: { id: string } }} */
        const { type, view } = JSON.parse(line);
        return { kind: kindOf(type), id: type === "view" ? view?.id : undefined };
      }),
});
