import { sessionId } from "../fixtures/page.js";
import { expect, soon, test } from "../fixtures/test.js";

test("an intervention of the browser is recorded, one from before the SDK included", async ({
  tab,
  site,
  collector,
}) => {
  const head = "<script>navigator.vibrate(100)</script>";
  await tab.goto(`${site.origin}/?${new URLSearchParams({ head })}`);
  const id = await sessionId(tab);
  await tab.close();
  const errors = async () =>
    (await collector.session(id))?.events
      .filter(({ type }) => type === "error")
      .map(({ error_type, error_source, error_message }) => [error_type, error_source, error_message]);
  await expect
    .poll(errors, soon)
    .toEqual([["intervention", "report", expect.stringMatching(/^NavigatorVibrate: .*navigator\.vibrate/)]]);
});

test("what is written on the console, or fails, as the page is left arrives", async ({ tab, site, collector }) => {
  await tab.goto(site.origin);
  const id = await sessionId(tab);
  await tab.evaluate(() => {
    addEventListener("pagehide", () => {
      console.error("on pagehide");
      throw new Error("thrown on pagehide");
    });
    console.error("right before", new Error("with its stack"));
    location.href = "/?bare";
  });
  const errors = async () => {
    const detail = await collector.session(id);
    const messages = detail?.events.flatMap(({ error_message }) => error_message ?? []);
    return [detail?.session.session_error_count, messages];
  };
  await expect.poll(errors, soon).toEqual([3, ["right before with its stack", "on pagehide", "thrown on pagehide"]]);
});

test("errors of a loop are one group, and those left out are counted", async ({ tab, site, collector }) => {
  await tab.goto(site.origin);
  const id = await sessionId(tab);
  await tab.evaluate(() => {
    for (let n = 0; n < 60; n++) {
      setTimeout(() => {
        throw new Error(`order ${n} of "${"tea".repeat(n % 3)}" failed`);
      });
    }
    return new Promise((resolve) => setTimeout(resolve));
  });
  await tab.close();
  const read = async () => {
    const detail = await collector.session(id);
    const kept = detail?.events.filter(({ type }) => type === "error") ?? [];
    const dropped = detail?.views[0]?.sdk_dropped as { error_limit?: number } | undefined;
    return {
      all: kept.length + (dropped?.error_limit ?? 0),
      some: (dropped?.error_limit ?? 0) > 0,
      groups: new Set(kept.map(({ error_fingerprint }) => error_fingerprint)).size,
    };
  };
  await expect.poll(read, soon).toEqual({ all: 60, some: true, groups: 1 });
});
