import { expect, finalId, test } from "../fixtures/engine-test.js";

/** id, created and expire as the cookie has them. */
const COOKIE = /^_sojourn_s=id=([0-9a-f-]{36})&created=(\d+)&expire=(\d+)$/;
const soon = { timeout: 5000, intervals: [50] };

test("UUID, created and expire are in a cookie; fifteen minutes apart", async ({ open }) => {
  const tab = await open("/");
  const id = await finalId(tab);
  const [, kept, created, expire] = COOKIE.exec(await tab.evaluate<string>("document.cookie")) ?? [];
  expect(kept).toBe(id);
  expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(Number(expire) - Number(created)).toBe(15 * 60_000);
});

test("ten tabs that are opened at once are one session", async ({ open, browserOfEngine, site }) => {
  const first = await open("/bare?bare");
  const tabs = [first, ...(await Promise.all(Array.from({ length: 9 }, () => browserOfEngine.newTab())))];
  await Promise.all(tabs.map((tab, i) => tab.goto(`${site.origin}/${i}`)));
  const ids = new Set<string>();
  for (const tab of tabs) ids.add(await finalId(tab));
  expect(ids.size).toBe(1);
  for (const tab of tabs.slice(1)) await tab.close();
});

test("an idle visible tab expires, and a click begins another session", async ({ open }) => {
  const tab = await open("/", { sessionIdleMs: 1000 });
  const first = await finalId(tab);
  await expect.poll(() => tab.evaluate("sojourn.getSession() === undefined"), soon).toBe(true);
  await tab.click("#buy");
  expect(await finalId(tab)).not.toBe(first);
});

test("hidden and shown again extends a session that lives, and renews one that expired", async ({ open }) => {
  const tab = await open("/");
  const first = await finalId(tab);
  const before = await tab.evaluate<number>("sojourn.getSession().expire");
  await tab.hide();
  await expect.poll(() => tab.evaluate("document.visibilityState"), soon).toBe("hidden");
  await tab.show();
  await expect.poll(() => tab.evaluate<number>("sojourn.getSession().expire"), soon).toBeGreaterThan(before);
  expect(await finalId(tab)).toBe(first);

  await tab.evaluate("(sojourn.stopSession(), true)");
  await tab.hide();
  await expect.poll(() => tab.evaluate("document.visibilityState"), soon).toBe("hidden");
  await tab.show();
  expect(await finalId(tab)).not.toBe(first);
});

test("with renewOn interaction, showing an expired tab begins nothing", async ({ open }) => {
  const tab = await open("/", { renewOn: "interaction" });
  await finalId(tab);
  await tab.evaluate("(sojourn.stopSession(), true)");
  await tab.hide();
  await expect.poll(() => tab.evaluate("document.visibilityState"), soon).toBe("hidden");
  await tab.show();
  await expect.poll(() => tab.evaluate("document.visibilityState"), soon).toBe("visible");
  expect(await tab.evaluate("sojourn.getSession() === undefined")).toBe(true);
  await tab.click("#buy");
  await finalId(tab);
});

test("the page stays fit for the back/forward cache, and its session goes on after it", async ({ open, site }) => {
  const tab = await open("/one");
  const id = await finalId(tab);
  await tab.evaluate("(addEventListener('pageshow', ({ persisted }) => fetch('/api/shown?' + persisted)), true)");
  const before = await tab.evaluate<number>("sojourn.getSession().expire");
  await tab.goto(`${site.origin}/two`);
  expect(await finalId(tab)).toBe(id);
  site.calls.length = 0;
  await tab.back();
  await expect.poll(() => site.calls, soon).toEqual(["/api/shown?true"]);
  expect(await finalId(tab)).toBe(id);
  expect(await tab.evaluate<number>("sojourn.getSession().expire")).toBeGreaterThan(before);
});

test("a deleted cookie: the page keeps its id and writes nothing back", async ({ open }) => {
  const tab = await open("/");
  const id = await finalId(tab);
  await tab.evaluate("(document.cookie = '_sojourn_s=; max-age=0; path=/')");
  await tab.click("#buy");
  await tab.hide();
  await expect.poll(() => tab.evaluate("document.visibilityState"), soon).toBe("hidden");
  await tab.show();
  await tab.click("#buy");
  expect(await finalId(tab)).toBe(id);
  expect(await tab.evaluate("document.cookie")).toBe("");
});

test("another tab's new session ends this one's at once, and this tab's own click goes on with it", async ({
  open,
  browserOfEngine,
  site,
}) => {
  const tab = await open("/one");
  const first = await finalId(tab);
  const other = await browserOfEngine.newTab();
  await other.goto(`${site.origin}/two`);
  await finalId(other);
  await other.evaluate("(sojourn.startSession(), true)");
  const second = await finalId(other);
  expect(second).not.toBe(first);
  await expect.poll(() => tab.evaluate("sojourn.getSession() === undefined"), soon).toBe(true);
  await other.close();
  await tab.click("#buy");
  expect(await finalId(tab)).toBe(second);
});

test("where every storage is blocked there is a session all the same, and nothing is thrown", async ({ open }) => {
  const tab = await open("/?bare");
  // A frame without the right to an origin has no cookies, no storage and no locks.
  await tab.evaluate(`(window.told = undefined,
    addEventListener("message", (event) => { window.told = event.data; }),
    document.body.append(Object.assign(document.createElement("iframe"), {
      sandbox: "allow-scripts",
      srcdoc: '<script>onerror = (message) => parent.postMessage("threw " + message, "*")</script>' +
        '<script src="' + location.origin + '/sojourn.js"></script>' +
        '<script>sojourn.init({ applicationId: "shop", clientToken: "pub-e2e-token", endpoint: "' + location.origin +
        '/v1/rum" }); setTimeout(() => parent.postMessage(sojourn.getSession(), "*"), 100)</script>',
    })), true)`);
  await expect.poll(() => tab.evaluate("window.told"), soon).toMatchObject({ confirmed: true, id: expect.any(String) });
});

test("a frame of the same site is in its page's session", async ({ open }) => {
  const tab = await open("/outer");
  const id = await finalId(tab);
  await tab.evaluate(
    "(document.body.append(Object.assign(document.createElement('iframe'), { id: 'inner', src: '/inner' })), true)",
  );
  const inner = "(document.querySelector('#inner').contentWindow.sojourn || { getSession() {} }).getSession()";
  await expect.poll(() => tab.evaluate(inner), soon).toMatchObject({ id, confirmed: true });
});

test("two instances with names of their own live side by side on one page", async ({ open, site }) => {
  const tab = await open("/modules?bare");
  await tab.evaluate(`(import("/modules/packages/rum/dist/index.js").then(({ createRum }) => {
    const options = { applicationId: "shop", clientToken: "pub-e2e-token", endpoint: "${site.intake}" };
    window.one = createRum();
    window.two = createRum();
    one.init(options);
    two.init({ ...options, cookieName: "_second" });
  }), true)`);
  const ids = "window.two && two.getSession() ? [one.getSession().id, two.getSession().id] : null";
  await expect.poll(() => tab.evaluate(ids), soon).not.toBeNull();
  const [one, two] = await tab.evaluate<[string, string]>(ids);
  expect(two).not.toBe(one);
  await tab.evaluate("(one.stop(), true)");
  expect(await tab.evaluate("[one.getSession() === undefined, two.getSession().id]")).toEqual([true, two]);
});

test("one id, whichever of a page's activities come first: a session that was forced is not lost to a reload", async ({
  open,
  site,
}) => {
  const tab = await open("/");
  await finalId(tab);
  await tab.evaluate("(sojourn.startSession(), true)");
  const forced = await finalId(tab);
  await tab.goto(`${site.origin}/again`);
  expect(await finalId(tab)).toBe(forced);
});
