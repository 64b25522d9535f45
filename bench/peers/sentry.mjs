/**
 * Errors and tracing. Clicks it tells as breadcrumbs of the next error, and it compresses nothing in a browser.
 *
 * @type {import("./peer.mjs").Peer}
 */
export const sentry = {
  name: "Sentry",
  entry: `import { browserTracingIntegration, init } from "@sentry/browser";
Object.assign(globalThis, { Sentry: { browserTracingIntegration, init } });`,
  init: (intake) => `Sentry.init({
    dsn: "http://bench@127.0.0.1/1", tunnel: location.origin + "${intake}", release: "shop@1.0.0", environment: "bench",
    integrations: [Sentry.browserTracingIntegration()], tracesSampleRate: 1 })`,
  /** An envelope: a header, then a header and a payload per item, a line each. */
  facts(text) {
    const lines = text.trimEnd().split("\n");
    /** @type {import("./peer.mjs").Fact[]} */
    const found = [];
    for (let at = 1; at + 1 < lines.length; at += 2) {
      /** @type {{ type: string }} */
      const { type } = JSON.parse(lines[at] ?? "");
      /** @type {{ items?: Span[] }} */
      const { items = [] } = JSON.parse(lines[at + 1] ?? "");
      if (type === "span") found.push(...items.map((span) => ({ kind: kindOfSpan(span) })));
      else found.push({ kind: type === "event" ? "error" : "other" });
    }
    return found;
  },
};

/** @typedef {{ attributes: { "sentry.op"?: { value: string } } }} Span */

/**
 * @param {Span} span
 * @returns {import("./peer.mjs").Kind}
 */
function kindOfSpan({ attributes }) {
  const op = attributes["sentry.op"]?.value ?? "";
  if (op === "http.client" || op.startsWith("resource.")) return "resource";
  if (op === "pageload" || op === "navigation") return "view";
  // INP is a span of the interaction that was slowest.
  return /^ui\.(webvital|interaction)/.test(op) ? "vital" : "other";
}
