import { expect, finalId, test } from "../fixtures/engine-test.js";

test("a click on a label is one action, and so is one on its control", async ({ open, collector }) => {
  const tab = await open("/");
  const id = await finalId(tab);
  await tab.evaluate(`(document.body.innerHTML = '<label id="label" for="box">Accept</label><input id="box" type="checkbox">',
    window.clicks = [], addEventListener("click", ({ isTrusted, target }) => clicks.push(isTrusted + " " + target.id)), true)`);
  await tab.click("#label");
  // The browser does pass the click on.
  await expect.poll(() => tab.evaluate("clicks")).toEqual(["true label", "true box"]);
  await tab.click("#box");
  await expect.poll(() => tab.evaluate("clicks.length")).toBe(3);
  await tab.evaluate("sojourn.flush().then(() => true)");
  const names = async () =>
    (await collector.session(id))?.events.filter(({ type }) => type === "action").map((event) => event.action_name);
  await expect.poll(names, { timeout: 5000, intervals: [50] }).toEqual(["Accept", "box"]);
});
