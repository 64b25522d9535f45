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
