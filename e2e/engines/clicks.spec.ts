import { expect, finalId, test } from "../fixtures/engine-test.js";

const soon = { timeout: 5000, intervals: [50] };

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
  await expect.poll(names, soon).toEqual(["Accept", "box"]);
});

test("a click is named, has its place, and is dead, answered or rage", async ({ open }) => {
  const tab = await open("/?bare");
  await tab.evaluate(`(document.body.innerHTML = \`<button id="dead">Nothing</button>
<button id="menu" onclick="this.nextElementSibling.textContent = 'open'">Menu</button><p></p>
<button id="find" onclick="document.querySelector('#field').focus()">Find</button>
<button id="more" onclick="this.title += '.'">More</button><input id="field">\`, true)`);
  await tab.evaluate(`new Promise((resolve, reject) => {
    const script = Object.assign(document.createElement("script"), { src: "/sojourn.js", onload: () => resolve(true), onerror: reject });
    document.head.append(script);
  })`);
  await tab.evaluate(`(window.seen = [], sojourn.init({ applicationId: "shop", clientToken: "pub-e2e-token", endpoint: "/api/intake",
    beforeSend(event) { if (event.type === "action") seen.push(event); } }), true)`);
  const seen = () => tab.evaluate<{ action_name: string; action_position?: object }[]>("seen");
  const names = async () => (await seen()).map(({ action_name }) => action_name);
  const click = async (css: string) => {
    const count = (await seen()).length + 1;
    await tab.click(css);
    await expect.poll(async () => (await seen()).length, soon).toBe(count);
  };
  const types = async () =>
    tab.evaluate<string[]>("seen.map(({ action_frustration_types: types }) => String(types || ''))");
  // A page that is held up by a busy machine is not judged; a click that comes much later is no rage.
  const deadClick = async () => {
    await click("#dead");
    return (await types()).at(-1);
  };
  await expect.poll(deadClick, { timeout: 20_000, intervals: [1500] }).toBe("dead_click");
  await tab.evaluate("(seen.splice(0, seen.length - 1), true)");
  for (const css of ["#menu", "#find"]) await click(css);
  // As fast as a person: a driver may take longer for three.
  for (let i = 0; i < 8; i++) await tab.click("#more");
  await expect.poll(async () => (await names()).length, soon).toBe(11);
  expect(await types()).toEqual(["dead_click", "", "", "rage_click", ...Array(7).fill("")]);
  expect(await names()).toEqual(["Nothing", "Menu", "Find", ...Array(8).fill("More")]);
  expect((await seen()).every(({ action_position }) => action_position)).toBe(true);
});
