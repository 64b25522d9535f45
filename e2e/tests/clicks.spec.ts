import { sessionId } from "../fixtures/page.js";
import { expect, soon, test } from "../fixtures/test.js";

test("clicks in a form whose controls hide its properties are named, and the page hears of nothing", async ({
  tab,
  site,
  collector,
}) => {
  const thrown: string[] = [];
  tab.on("pageerror", (error) => thrown.push(String(error)));
  await tab.goto(site.origin);
  const id = await sessionId(tab);
  const names = ["children", "id", "getAttribute", "parentElement", "classList", "localName", "matches", "firstChild"];
  await tab.evaluate((names) => {
    const controls = names.map((name) => `<input type="hidden" name="${name}">`).join("");
    document.body.innerHTML = `<section id="main"><form onsubmit="return false">${controls}<h2 id="headline" style="font-size:90px">Largest</h2>
<button class="search">Search</button></form></section><button id="out">Out</button>`;
    if (typeof document.forms[0]?.children !== "object" || "length" in document.forms[0].children)
      throw new Error("the form is whole");
  }, names);
  // By its place: the driver's own look at such a form fails.
  const place = await tab.evaluate(() => document.querySelector(".search")?.getBoundingClientRect().toJSON());
  await tab.mouse.click(place.x + 5, place.y + 5);
  await tab.click("#out");
  await tab.close();
  await expect.poll(async () => (await collector.session(id))?.session.session_action_count, soon).toBe(2);
  const detail = await collector.session(id);
  const clicks = detail?.events.filter(({ type }) => type === "action");
  expect(clicks?.map(({ action_name, action_target }) => [action_name, action_target]).sort()).toEqual([
    ["Out", "#out"],
    ["Search", "#main>form>button.search"],
  ]);
  expect(thrown).toEqual([]);
  expect(detail?.session.session_error_count).toBe(0);
});

test("nothing of what a person wrote, or of what the page masks, is in any event", async ({ tab, site, collector }) => {
  await tab.goto(site.origin);
  const id = await sessionId(tab);
  await tab.evaluate(() => {
    document.body.innerHTML = `<div id="message" contenteditable style="padding:20px">CANARY one</div>
<div class="card" style="padding:30px"><b data-sojourn-privacy="mask">CANARY two</b></div>
<button id="account">Account <b data-sojourn-privacy="mask">CANARY three</b></button>
<div data-sojourn-privacy="mask"><x-host id="host"></x-host></div>
<section style="padding:20px"><p>CANARY four</p></section>`;
    const root = document.querySelector("#host")?.attachShadow({ mode: "open" });
    if (root) root.innerHTML = `<button id="inside">CANARY five</button>`;
  });
  await tab.click("#message");
  await tab.click(".card", { position: { x: 3, y: 3 } });
  await tab.click("#account");
  await tab.click("#inside");
  await tab.click("section", { position: { x: 3, y: 3 } });
  await tab.close();
  await expect.poll(async () => (await collector.session(id))?.session.session_action_count, soon).toBe(5);
  const detail = await collector.session(id);
  const clicks = detail?.events.filter(({ type }) => type === "action");
  expect(clicks?.map(({ action_name }) => action_name).sort()).toEqual([
    "Account",
    "div",
    "masked",
    "message",
    "section",
  ]);
  expect(JSON.stringify(detail)).not.toContain("CANARY");
});
