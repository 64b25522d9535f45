import { sessionId } from "../fixtures/page.js";
import { expect, soon, test } from "../fixtures/test.js";

test("a view says what measuring it took, the bytes that left and what was left out", async ({
  tab,
  site,
  collector,
}) => {
  let bytes = 0;
  tab.on("request", (request) => {
    if (request.url().startsWith(collector.intake)) bytes += request.postDataBuffer()?.length ?? 0;
  });
  await tab.goto(site.origin);
  const id = await sessionId(tab);
  for (let i = 0; i < 5; i++) await tab.click("#buy");
  await tab.evaluate(() => window.sojourn.setGlobalContext({ text: "x".repeat(10_000) }));
  await tab.evaluate(() => window.sojourn.flush());
  const sent = bytes;
  expect(sent).toBeGreaterThan(1000);
  await tab.evaluate(() => {
    window.sojourn.addTiming("later");
    return window.sojourn.flush();
  });
  const view = async () => (await collector.session(id))?.views[0];
  await expect.poll(async () => (await view())?.custom_timings, soon).toBeTruthy();
  // As plain text: a body may leave smaller than it is.
  expect(Number((await view())?.sdk_sent_bytes)).toBeGreaterThanOrEqual(sent);
  expect((await view())?.sdk_dropped).toEqual({ context: 1 });
  const took = Number((await view())?.sdk_time) / 1e6;
  expect(took).toBeGreaterThan(0.1);
  expect(took).toBeLessThan(Number((await view())?.time_spent) / 1e6 / 2);
});

test("the SDK's own time is all of it: what init, a listener, a timer after a frame, and a call do", async ({
  tab,
  site,
  collector,
}) => {
  // A clock that jumps while something of the SDK's runs. Next to that its own work does not count.
  await tab.addInitScript(() => {
    const { now } = Performance.prototype;
    const state = { ahead: 0 };
    Object.assign(window, { state });
    Performance.prototype.now = function () {
      return now.call(this) + state.ahead;
    };
  });
  await tab.goto(`${site.origin}/?bare`);
  await tab.evaluate(async (endpoint) => {
    const { state } = window as unknown as { state: { ahead: number } };
    const script = Object.assign(document.createElement("script"), { src: "/sojourn.js" });
    await new Promise((resolve) => {
      script.onload = resolve;
      document.head.append(script);
    });
    // A hook of the application's is called in the midst of each of the SDK's ways.
    window.sojourn.init({
      applicationId: "shop",
      clientToken: "pub-e2e-token",
      endpoint,
      pathGroup() {
        state.ahead += 1000;
        return undefined;
      },
      beforeSend(event) {
        if (event.type === "action" || event.type === "error") state.ahead += 1000;
      },
    });
  }, site.intake);
  const id = await sessionId(tab);
  // A click is recorded after a frame, by a timer; an error in a listener; an action by a call.
  await tab.click("#buy");
  await tab.click("#throw");
  await tab.evaluate(() => window.sojourn.addAction("called"));
  const ahead = () => tab.evaluate(() => (window as unknown as { state: { ahead: number } }).state.ahead);
  await expect.poll(ahead).toBe(5000);
  await tab.evaluate(() => window.sojourn.flush());
  await tab.close();
  const view = async () => (await collector.session(id))?.views[0];
  await expect.poll(async () => (await view())?.view_action_count, soon).toBe(3);
  expect(Math.floor(Number((await view())?.sdk_time) / 1e9)).toBe(5);
});
