import { APPLICATION, type Collector } from "../fixtures/collector.js";
import { sessionId } from "../fixtures/page.js";
import { expect, type Page, soon, test } from "../fixtures/test.js";

interface Seen {
  action_type: string;
  action_name: string;
  action_target?: string;
  action_id: string;
  duration?: number;
  action_frustration_types?: string[];
  action_click_count?: number;
  action_position?: { x: number; y: number };
  action_error_count?: number;
  action_resource_count?: number;
}

/** Opens a page with this body; every action that the SDK records is seen in the page at once. */
async function open(tab: Page, site: { origin: string; intake: string }, body: string): Promise<() => Promise<Seen[]>> {
  await tab.goto(`${site.origin}/?bare`);
  await tab.evaluate((html) => {
    document.body.innerHTML = html;
  }, body);
  await tab.addScriptTag({ url: "/sojourn.js" });
  await tab.evaluate(
    ({ id, clientToken, endpoint }) => {
      const seen: unknown[] = [];
      const told: string[] = [];
      Object.assign(window, { seen, told });
      window.sojourn.init({
        applicationId: id,
        clientToken,
        endpoint,
        beforeSend(event) {
          if (event.type === "action") seen.push(event);
        },
        onFrustration: ({ types, name, target }) => told.push(`${name}: ${types} ${target.id}`),
      });
    },
    { ...APPLICATION, endpoint: site.intake },
  );
  return () => tab.evaluate(() => structuredClone((window as unknown as { seen: Seen[] }).seen));
}

const count = (actions: () => Promise<Seen[]>) => expect.poll(async () => (await actions()).length, soon);
const types = (actions: Seen[]) => actions.map(({ action_frustration_types = [] }) => action_frustration_types.join());
const stored = async (collector: Collector, id: string) =>
  (await collector.session(id))?.events.filter(({ type }) => type === "action") ?? [];

test("dead, rage and error clicks are told from those that are answered, however", async ({ tab, site, collector }) => {
  const actions = await open(
    tab,
    site,
    `<button id="dead">Dead</button>
<button id="load" onclick="fetch('/api/slow?ms=300')">Load</button>
<button id="change" onclick="setTimeout(() => this.textContent = 'Changed', 30)">Change</button>
<button id="top" onclick="scrollTo(0, 40)">Top</button>
<button id="find" onclick="document.querySelector('#field').focus()">Find</button>
<button id="other" onclick="history.replaceState({}, '', '?sort=price')">Other</button>
<button id="fail" onclick="setTimeout(() => { this.title = 'x'; throw new Error('no') }, 20)">Fail</button>
<button id="more" onclick="this.title += '.'">More</button>
<input id="field"><p style="height: 3000px">Text</p>`,
  );
  const id = await sessionId(tab);
  await tab.click("#dead");
  // What the next click brings about would answer this one as well.
  await count(actions).toBe(1);
  for (const css of ["#load", "#change", "#top", "#find", "#other", "#fail", "#field"]) await tab.click(css);
  for (let i = 0; i < 4; i++) await tab.click("#more");
  await count(actions).toBe(12);
  const annoying = (await actions()).filter(({ action_frustration_types }) => action_frustration_types);
  expect(annoying.map(({ action_name }) => action_name)).toEqual(["Dead", "Fail", "More"]);
  expect(await tab.evaluate(() => (window as unknown as { told: string[] }).told)).toEqual([
    "Dead: dead_click dead",
    "Fail: error_click fail",
    "More: rage_click more",
  ]);
  await tab.close();
  await expect.poll(async () => (await stored(collector, id)).length, soon).toBe(12);
  const detail = await collector.session(id);
  const named = (name: string) => detail?.events.find((event) => event.action_name === name);
  expect(named("Load")?.duration).toBeGreaterThanOrEqual(300e6);
  expect(named("Load")?.duration).toBeLessThan(1500e6);
  expect(named("More")).toMatchObject({ action_click_count: 4, action_frustration_types: ["rage_click"] });
  expect(named("Fail")).toMatchObject({ action_error_count: 1 });
  expect(detail?.events.find(({ type }) => type === "error")?.action_id).toBe(named("Fail")?.action_id);
  const slow = detail?.events.find(({ resource_url }) => String(resource_url).includes("/api/slow"));
  expect(slow?.action_id).toBe(named("Load")?.action_id);
  expect(detail?.views[0]?.frustration_count).toBe(3);
  expect(detail?.session.session_action_count).toBe(12);
});

test("a double click that selects a word is neither rage nor dead, and nor is a dragged selection", async ({
  tab,
  site,
}) => {
  const actions = await open(tab, site, `<p id="text" style="font-size: 30px; width: 300px">Some words to read</p>`);
  await tab.click("#text", { clickCount: 3, delay: 20 });
  const box = await tab.locator("#text").boundingBox();
  if (!box) throw new Error("there is no text");
  // Elsewhere, so that it is none of the same clicks.
  await tab.mouse.click(box.x + 5, box.y + 5);
  await count(actions).toBe(4);
  await tab.mouse.move(box.x + 5, box.y + 20);
  await tab.mouse.down();
  await tab.mouse.move(box.x + 150, box.y + 20, { steps: 5 });
  await tab.mouse.up();
  await count(actions).toBe(5);
  expect(types(await actions())).toEqual(["", "", "", "", ""]);
});

test("a tap is a tap, where it was", async ({ tab, site }) => {
  const actions = await open(tab, site, `<button id="buy" style="position: fixed; left: 40px; top: 60px">Buy</button>`);
  const cdp = await tab.context().newCDPSession(tab);
  await cdp.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: [{ x: 50, y: 70 }] });
  await cdp.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
  await count(actions).toBe(1);
  expect(await actions()).toMatchObject([
    { action_type: "tap", action_name: "Buy", action_target: "#buy", action_position: { x: 50, y: 70 } },
  ]);
});

test("the keyboard acts too: a button that is pressed is a click, a form without one is a submit", async ({
  tab,
  site,
}) => {
  const actions = await open(
    tab,
    site,
    `<form id="search" aria-label="Search" onsubmit="return false"><input id="words"></form>
<form id="order" onsubmit="return false"><input id="amount"><button id="send">Send</button></form>`,
  );
  for (const css of ["#words", "#amount", "#send"]) {
    await tab.focus(css);
    await tab.keyboard.press("Enter");
  }
  await count(actions).toBe(3);
  const found = await actions();
  expect(found.map(({ action_type, action_target }) => [action_type, action_target])).toEqual([
    ["submit", "#search"],
    ["click", "#send"],
    ["click", "#send"],
  ]);
  expect(found.map((action) => action.action_position)).toEqual([undefined, undefined, undefined]);
});

test("a click inside a shadow tree whose answer is in there is not dead", async ({ tab, site }) => {
  const actions = await open(
    tab,
    site,
    `<style>x-menu, x-shut { display: block }</style><x-menu id="menu"></x-menu><x-shut id="shut"></x-shut>`,
  );
  await tab.evaluate(() => {
    for (const [id, mode] of [
      ["menu", "open"],
      ["shut", "closed"],
    ] as const) {
      const root = document.querySelector(`#${id}`)?.attachShadow({ mode });
      if (!root) throw new Error("there is no host");
      root.innerHTML = `<button class="${id}">Menu</button><ul></ul><button id="dead">Nothing</button>`;
      root.querySelector("button")?.addEventListener("click", () => {
        root.querySelector("ul")?.replaceChildren("one");
      });
    }
  });
  await tab.click("#menu .menu");
  await tab.click("#shut", { position: { x: 10, y: 10 } });
  await tab.click("#menu #dead");
  await count(actions).toBe(3);
  const found = await actions();
  expect(found.map(({ action_name }) => action_name)).toEqual(["Menu", "shut", "Nothing"]);
  expect(types(found)).toEqual(["", "", "dead_click"]);
});

test("a link that leaves, and a script that leaves slowly, are not dead, and arrive", async ({
  tab,
  site,
  collector,
}) => {
  const actions = await open(
    tab,
    site,
    `<button id="go" onclick="location.href = '/api/slow?ms=700'">Go</button><a id="away" href="/next">Away</a>`,
  );
  const id = await sessionId(tab);
  expect(await actions()).toEqual([]);
  await tab.click("#go", { noWaitAfter: true });
  await expect.poll(async () => (await stored(collector, id)).length, soon).toBe(1);
  expect(types((await stored(collector, id)) as unknown as Seen[])).toEqual([""]);
});

test("an action that the application starts and stops takes as long, and has what began meanwhile", async ({
  tab,
  site,
  collector,
}) => {
  const actions = await open(tab, site, "<h1>Shop</h1>");
  const id = await sessionId(tab);
  await tab.evaluate(async () => {
    window.sojourn.startAction("checkout", { context: { cart: 3 } });
    window.sojourn.startAction("upload", { key: "a" });
    await fetch("/api/slow?ms=200");
    window.sojourn.stopAction("upload", { key: "b" });
    window.sojourn.stopAction("checkout", { context: { paid: true } });
    window.sojourn.addAction("thanks");
  });
  expect((await actions()).map(({ action_name }) => action_name)).toEqual(["checkout", "thanks"]);
  await tab.close();
  await expect.poll(async () => (await stored(collector, id)).length, soon).toBe(2);
  const detail = await collector.session(id);
  const checkout = detail?.events.find(({ action_name }) => action_name === "checkout");
  expect(checkout).toMatchObject({ action_type: "custom", context: { cart: 3, paid: true } });
  expect(checkout?.duration).toBeGreaterThanOrEqual(200e6);
});

test("a masked element tells nothing of itself, in name or selector", async ({ tab, site, collector }) => {
  await open(
    tab,
    site,
    `<main id="main"><div data-sojourn-privacy="mask"><button id="canary-ann" class="canary" data-testid="canary">CANARY</button>
<p data-sojourn-privacy="allow"><button id="buy">Buy</button></p></div></main>`,
  );
  const id = await sessionId(tab);
  await tab.click("#canary-ann");
  await tab.click("#buy");
  await tab.close();
  await expect.poll(async () => (await stored(collector, id)).length, soon).toBe(2);
  const detail = await collector.session(id);
  const found = (await stored(collector, id)).map(({ action_name, action_target }) => [action_name, action_target]);
  expect(found.sort()).toEqual([
    ["Buy", "#buy"],
    ["masked", "#main>div>button"],
  ]);
  expect(JSON.stringify(detail).toLowerCase()).not.toContain("canary");
});
