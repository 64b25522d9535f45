import { expect, finalId, test } from "../fixtures/engine-test.js";

const patient = { timeout: 8000, intervals: [100] };

test("images and requests, failed and aborted ones too, are one resource each", async ({ open, collector, api }) => {
  const tab = await open("/");
  const id = await finalId(tab);
  await tab.evaluate(`(async (origin) => {
    const xhr = (path, prepare) => new Promise((resolve) => {
      const one = new XMLHttpRequest();
      one.open("POST", origin + path);
      one.onloadend = resolve;
      prepare(one);
    });
    const image = Object.assign(new Image(), { src: origin + "/image.png" });
    await new Promise((resolve) => { image.onload = image.onerror = resolve; });
    await (await fetch(origin + "/fetch", { method: "PUT" })).text();
    await xhr("/xhr", (one) => one.send("x"));
    await fetch(origin + "/denied?fetch").catch(() => {});
    await xhr("/denied?xhr", (one) => one.send());
    const controller = new AbortController();
    const hanging = fetch(origin + "/hang?fetch", { signal: controller.signal }).catch(() => {});
    setTimeout(() => controller.abort("left"), 100);
    await hanging;
    await xhr("/hang?abort", (one) => { one.send(); setTimeout(() => one.abort(), 100); });
    await xhr("/hang?timeout", (one) => { one.timeout = 100; one.send(); });
    await fetch("http://localhost:9/refused").catch(() => {});
    await (await fetch(origin + "/slow")).text();
    // Failed ones have waited long enough for an entry.
    await new Promise((resolve) => setTimeout(resolve, 1300));
    await sojourn.flush();
    return true;
  })(${JSON.stringify(api.origin)})`);
  const told = async () =>
    (await collector.session(id))?.events
      .filter(({ type, resource_url }) => {
        const url = String(resource_url);
        return type === "resource" && (url.startsWith(api.origin) || url.includes(":9/"));
      })
      .map((event) =>
        [
          String(event.resource_url).replace(/^.*\//, ""),
          event.resource_type,
          event.resource_method ?? "",
          event.resource_error ?? event.resource_status ?? "",
        ].join(" "),
      )
      .sort();
  await expect
    .poll(told, patient)
    .toEqual([
      "denied?fetch fetch GET network",
      "denied?xhr xhr POST network",
      "fetch fetch PUT 200",
      "hang?abort xhr POST aborted",
      "hang?fetch fetch GET aborted",
      "hang?timeout xhr POST timeout",
      expect.stringMatching(/^image\.png image {2}/),
      "refused fetch GET network",
      "slow fetch GET 200",
      "xhr xhr POST 200",
    ]);
  const slow = (await collector.session(id))?.events.find(({ resource_url }) => resource_url === `${api.origin}/slow`);
  // Some engines tell the time of the whole answer, all that of its first part.
  expect(Number(slow?.duration)).toBeGreaterThan(0);
});

test("a trace arrives once, by whatever means it was asked for, and is its resource's", async ({
  open,
  collector,
  api,
}) => {
  const tab = await open("/", { traceOrigins: [api.origin] });
  const id = await finalId(tab);
  const before = api.arrived.length;
  await tab.evaluate(`(async (origin) => {
    await fetch(origin + "/fetch", { headers: { "X-One": "1" } });
    const request = new Request(origin + "/request", { method: "POST", body: "tea", referrerPolicy: "no-referrer" });
    await fetch(request);
    await new Promise((resolve) => {
      const xhr = new XMLHttpRequest();
      xhr.open("GET", origin + "/xhr");
      xhr.onloadend = resolve;
      xhr.send();
    });
    await sojourn.flush();
    return true;
  })(${JSON.stringify(api.origin)})`);
  const arrived = api.arrived.slice(before).filter(({ method }) => method !== "OPTIONS");
  expect(arrived.map(({ method, path, body }) => [method, path, body])).toEqual([
    ["GET", "/fetch", ""],
    ["POST", "/request", "tea"],
    ["GET", "/xhr", ""],
  ]);
  expect(arrived[0]?.headers["x-one"]).toBe("1");
  expect(arrived[1]?.headers.referer).toBeUndefined();
  for (const { names } of arrived) expect(names.filter((name) => name === "traceparent")).toHaveLength(1);
  const parents = arrived.map(({ headers }) => String(headers.traceparent));
  for (const parent of parents) expect(parent).toMatch(/^00-[\da-f]{32}-[\da-f]{16}-01$/);
  const recorded = async () =>
    (await collector.session(id))?.events
      .filter(({ resource_url }) => String(resource_url).startsWith(api.origin))
      .map(({ trace_id, span_id }) => `00-${trace_id}-${span_id}-01`);
  await expect.poll(recorded, patient).toEqual(parents);
});
