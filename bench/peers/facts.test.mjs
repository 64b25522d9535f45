import { deflateSync, gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { inflated } from "../lib/inflated.mjs";
import { datadog } from "./datadog.mjs";
import { elastic } from "./elastic.mjs";
import { faro } from "./faro.mjs";
import { sentry } from "./sentry.mjs";
import { sojourn } from "./sojourn.mjs";

/**
 * Bodies are recorded ones, cut down to what says what they are.
 *
 * @param {import("./peer.mjs").Peer} peer
 * @param {string | Buffer} body
 */
const kinds = (peer, body) => peer.facts(inflated(Buffer.from(body))).map(({ kind }) => kind);

test("a beacon of ours is as many facts as events, and says which view one is a version of", () => {
  const body = `{"v":1,"views":[{"view_id":"5b69"},{"view_id":"77aa"}],"events":[{"type":"resource","seq":1,"duration":14455000},{"type":"long_task","seq":2},{"type":"view","seq":7,"document_version":5},{"type":"view","seq":8,"w":1}]}`;
  expect(kinds(sojourn, gzipSync(body))).toEqual(["resource", "other", "view", "view"]);
  expect(sojourn.facts(body).map(({ id }) => id)).toEqual([undefined, undefined, "5b69", "77aa"]);
});

test("Datadog sends an event a line, as it is or in deflate", () => {
  const body = `{"type":"resource","view":{"id":"a1","url":"http://127.0.0.1/1/"},"resource":{"type":"fetch"}}
{"type":"action","view":{"id":"a1"},"action":{"type":"click"}}
{"type":"long_task","view":{"id":"a1"}}
{"type":"view","view":{"id":"a1"},"_dd":{"document_version":2}}`;
  expect(kinds(datadog(), body)).toEqual(["resource", "action", "other", "view"]);
  expect(kinds(datadog(), deflateSync(body))).toEqual(["resource", "action", "other", "view"]);
  expect(datadog().facts(body).at(-1)).toEqual({ kind: "view", id: "a1" });
  expect(datadog().facts("")).toEqual([]);
});

test("Faro sends lists by signal, and spans inside of their scopes", () => {
  expect(
    kinds(
      faro(),
      `{"meta":{"app":{"name":"shop"}},"exceptions":[{"type":"Error","value":"broken at click 5"}],"measurements":[{"type":"web-vitals","values":{"fcp":978.03}}],"events":[{"name":"faro.performance.resource","domain":"browser"},{"name":"faro.user.action","domain":"browser"},{"name":"session_start","domain":"browser"}]}`,
    ),
  ).toEqual(["error", "vital", "resource", "action", "other"]);
  expect(
    kinds(
      faro(),
      `{"meta":{},"traces":{"resourceSpans":[{"resource":{"attributes":[]},"scopeSpans":[{"scope":{"name":"@opentelemetry/instrumentation-fetch"},"spans":[{"name":"GET","kind":3},{"name":"GET","kind":3}]}]}]}}`,
    ),
  ).toEqual(["other", "other"]);
});

test("Sentry sends envelopes: of sessions, of events, and of many spans in one item", () => {
  const header = `{"sent_at":"2026-11-26T01:11:13.738Z","sdk":{"name":"sentry.javascript.browser","version":"11.12.0"}}`;
  expect(kinds(sentry, `${header}\n{"type":"session"}\n{"sid":"56a5","init":true}`)).toEqual(["other"]);
  expect(kinds(sentry, `${header}\n{"type":"event"}\n{"exception":{"values":[{"type":"Error"}]}}`)).toEqual(["error"]);
  expect(
    kinds(
      sentry,
      `${header}\n{"type":"span","item_count":4,"content_type":"application/vnd.sentry.items.span.v2+json"}\n{"version":2,"items":[{"name":"GET 127.0.0.1","attributes":{"sentry.op":{"value":"http.client","type":"string"}}},{"name":"Pageload","attributes":{"sentry.op":{"value":"pageload","type":"string"}}},{"name":"Click","attributes":{"sentry.op":{"value":"ui.interaction.click","type":"string"}}},{"name":"DNS lookup","attributes":{"sentry.op":{"value":"browser.dns","type":"string"}}}]}`,
    ),
  ).toEqual(["resource", "view", "vital", "other"]);
});

test("Elastic sends metadata, which is no fact, then errors and transactions with their spans", () => {
  const body = `{"m":{"se":{"n":"shop"}}}
{"e":{"id":"dc01","ex":{"mg":"Uncaught Error: broken at click 5"}}}
{"x":{"id":"f16a","n":"Click - span","t":"route-change","me":[{"y":{"t":"app"}}],"y":[{"n":"GET /data/0","t":"external"},{"n":"/image/0","t":"resource"}]}}
{"x":{"id":"0879","n":"Click - span","t":"user-interaction"}}
`;
  expect(kinds(elastic, gzipSync(body))).toEqual(["error", "view", "resource", "resource", "action"]);
});
