import type { IncomingMessage } from "node:http";
import { gunzipSync } from "node:zlib";
import { faultsOf } from "../../packages/core/src/test/check-event.js";
import { APPLICATION } from "../fixtures/collector.js";
import { sessionId } from "../fixtures/page.js";
import type { Site } from "../fixtures/site.js";
import { expect, type Page, test } from "../fixtures/test.js";

/** Every secret of these pages has this word in it, and nothing else has. */
const CANARY = "canary";
/** What must be found, so that the search is known to find. */
const PLAIN = "plainsight";

/** What was sent to the intake: address, headers and body of each request. */
function listen(site: Site): string[] {
  const sent: string[] = [];
  site.own.set("/intake", async (url, request, response) => {
    const body = await read(request);
    sent.push(`${url.href}\n${JSON.stringify(request.headers)}\n${body}`);
    response.writeHead(204).end();
  });
  return sent;
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  return (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes).toString();
}

/** A text as it is, and as it is meant: its escapes, percent signs and base64 read. */
function meanings(text: string): string {
  const found = [text];
  for (let i = 0, last = text; i < 4; i++) {
    last = last
      .replace(/\\u([\da-f]{4})/gi, (_, code) => String.fromCharCode(Number.parseInt(code, 16)))
      .replace(/(?:%[\da-f]{2})+/gi, (run) => Buffer.from(run.replace(/%/g, ""), "hex").toString());
    found.push(last);
  }
  for (const [run] of text.matchAll(/[\w+/-]{8,}={0,2}/g)) {
    for (const start of [0, 1, 2, 3]) found.push(Buffer.from(run.slice(start), "base64").toString("latin1"));
  }
  return found.join("\n").toLowerCase();
}

/** The places where the word stands, with what is around it. */
function places(text: string, word: string): string[] {
  const all = meanings(text);
  return [...new Set([...all.matchAll(new RegExp(`.{0,60}${word}.{0,20}`, "g"))].map(([place]) => place))];
}

function serve(site: Site, path: string, body: string): void {
  const options = {
    applicationId: APPLICATION.id,
    clientToken: APPLICATION.clientToken,
    endpoint: `${site.origin}/intake`,
    trackConsoleErrors: true,
  };
  site.own.set(path, {
    headers: { "content-type": "text/html", "referrer-policy": "unsafe-url" },
    body: `<!doctype html><html lang="en"><head><title>Shop of ${CANARY}</title><link rel="icon" href="data:,">
<script src="/sojourn.js"></script><script>sojourn.init(${JSON.stringify(options)})</script></head><body>${body}</body></html>`,
  });
}

/** All that was sent, what leaves with the page included. */
async function sentOf(tab: Page, sent: string[]): Promise<string> {
  await tab.evaluate(() => window.sojourn.flush());
  await tab.evaluate(() => window.sojourn.stop());
  await expect.poll(() => sent.some((one) => one.includes('"type":"view"'))).toBe(true);
  await tab.goto("about:blank");
  // A search through what the collector would refuse would show nothing.
  const events = sent.flatMap((one) => JSON.parse(one.split("\n")[2] ?? "").events as object[]);
  expect(events.flatMap(faultsOf)).toEqual([]);
  return sent.join("\n");
}

/** A JSON Web Token about somebody. */
const MAKE_TOKEN =
  'const jwt = (sub) => [{ alg: "HS256", typ: "JWT" }, { sub }].map((part) => btoa(JSON.stringify(part)).replace(/=/g, "")).join(".") + "." + sub;';

test.afterEach(({ site }) => site.own.clear());

test("the search finds a word in each of the forms that it could be sent in", () => {
  const forms = [
    "Canary",
    "c%61nary",
    "c%2561nary",
    "\\u0063anary",
    ...["", "x", "xy"].map((before) => Buffer.from(`${before}canary, and more`).toString("base64")),
  ];
  for (const form of forms) expect(places(`a ${form} b`, CANARY), form).not.toEqual([]);
  expect(places("can ary", CANARY)).toEqual([]);
});

test("secrets in addresses are in no byte that is sent: of the page, the one before, links, files and requests", async ({
  tab,
  site,
}) => {
  const sent = listen(site);
  const thrown: string[] = [];
  tab.on("pageerror", (error) => thrown.push(error.message));
  serve(site, "/from", '<a id="go" href="/to?token=canary1&q=plainsight#canary2">Go</a>');
  serve(
    site,
    "/to",
    `<img src="/tea.png?signature=canary3" alt=""><img src="/api/none.png?jwt=canary4" alt="">
<a id="mail" href="mailto:canary5@mail.example">Write</a>
<script>
  document.cookie = "auth=canary6; path=/";
  localStorage.setItem("token", "canary7");
  ${MAKE_TOKEN}
  const headers = { Authorization: "Bearer canary8", "X-Api-Key": "canary9" };
  fetch("/api/orders?api_key=canary10&mail=canary11%40mail.example#canary12", { method: "POST", headers, body: "canary13" });
  fetch("/api/users/canary14@mail.example/edit");
  fetch("/api/confirm/" + jwt("canary30") + "/now");
  fetch("/api/fail?next=" + encodeURIComponent("https://a:canary15@b.example/?sid=canary16#canary17"));
  fetch("http://localhost:9/down?password=canary18").catch(() => {});
  const xhr = new XMLHttpRequest();
  xhr.open("GET", "/api/xhr;jsessionid=canary19?access_token=canary20");
  xhr.setRequestHeader("Authorization", "canary21");
  xhr.send();
  try { new WebSocket("ws://localhost:9/?ticket=canary22").onopen = ({ target }) => target.send("canary23"); } catch {}
  history.pushState(null, "", "/to/canary24@mail.example?reset_token=canary25#canary26");
  history.pushState(null, "", "/to#/cart?session=canary27");
</script>`,
  );
  await tab.goto(`${site.origin}/from?otp=canary28#access_token=canary29`);
  await sessionId(tab);
  await tab.click("#go");
  await sessionId(tab);
  await tab.click("#mail");
  await tab.waitForFunction(() => performance.getEntriesByType("resource").length > 6);
  const all = await sentOf(tab, sent);
  expect(places(all, CANARY)).toEqual([]);
  expect(places(all, PLAIN)).not.toEqual([]);
  expect(thrown).toEqual([]);
});

test("what a person writes, and what is masked, is in no byte that is sent", async ({ tab, site }) => {
  const sent = listen(site);
  serve(
    site,
    "/form",
    `<form id="form" method="post" action="/api/sent" target="frame">
<label>Name <input id="name" name="name"></label><input id="password" type="password" name="password">
<textarea id="text" aria-label="plainsight"></textarea><div id="rich" contenteditable>canary0</div>
<select id="choice"><option>One</option><option value="canary1">canary2</option></select>
<button id="send" type="submit">Send</button></form><iframe name="frame" title="frame"></iframe>
<button id="user-canary3@mail.example" class="sign-out" data-token="canary4">Sign out canary5@mail.example</button>
<div data-sojourn-privacy="mask"><button class="masked" title="canary6" id="canary-7">Canary8</button></div>
<input type="button" class="value" value="Show" data-secret="canary9">`,
  );
  await tab.goto(`${site.origin}/form`);
  await sessionId(tab);
  for (const field of ["#name", "#password", "#text", "#rich"]) {
    await tab.click(field);
    await tab.keyboard.type("canary10");
    await tab.click(field);
  }
  await tab.selectOption("#choice", { index: 1 });
  for (const button of ["#choice", "#send", ".sign-out", ".masked", ".value"]) await tab.click(button);
  const all = await sentOf(tab, sent);
  expect(places(all, CANARY)).toEqual([]);
  expect(places(all, PLAIN)).not.toEqual([]);
});

test("secrets in errors are in no byte that is sent: messages, stacks, causes, the console, failed files", async ({
  tab,
  site,
}) => {
  const sent = listen(site);
  serve(
    site,
    "/errors",
    `<script src="/api/none.js?token=canary0"></script>
<script>
  console.error("login failed: password=canary1 for canary2@mail.example");
  console.error("cannot load", new URL("https://a:canary3@b.example/?sid=canary4#canary5").href);
  console.error(new Error("at https://b.example/?jwt=canary6"));
  console.error("%s", { token: "canary7", password: "canary8" }, ["canary9"]);
  setTimeout(() => { throw new TypeError("plainsight https://b.example/x?access_token=canary10#canary11"); });
  Promise.reject(new Error("outer", { cause: new Error("inner?api_key=canary12", { cause: "https://a:canary13@b.example" }) }));
  Promise.reject({ token: "canary14" });
  (0, eval)('setTimeout(() => { throw new RangeError("named") })\\n//# sourceURL=https://b.example/x.js?token=canary15');
  sojourn.addError(new AggregateError([new Error("mail canary16@mail.example")], "several"));
  Object.assign(new Image(), { src: "/api/none.png?signature=canary17" });
  ${MAKE_TOKEN}
  const token = jwt("canary18");
  console.error("refused", "Bearer canary19", "of", token);
  console.error('answer: {"user": 1, "password": "canary20 \\\\"canary21", "page": 2}');
  setTimeout(() => { throw new Error("Authorization: Bearer " + token); });
  sojourn.addError(new Error("apiKey: canary22, 'session_id' : 'canary23 canary24'", { cause: JSON.stringify({ secret: "canary25" }) }));
  sojourn.addError(new Error(JSON.stringify(JSON.stringify({ secret: "canary26", name: token }))));
</script>`,
  );
  await tab.goto(`${site.origin}/errors`);
  await sessionId(tab);
  await tab.waitForLoadState("networkidle");
  const all = await sentOf(tab, sent);
  expect(places(all, CANARY)).toEqual([]);
  expect(places(all, PLAIN)).not.toEqual([]);
});

test("redactUrl sees every address, and what it takes out is in no byte that is sent", async ({ tab, site }) => {
  const sent = listen(site);
  site.own.set("/own", {
    body: `<!doctype html><title>Shop</title><link rel="icon" href="data:,"><script src="/sojourn.js"></script><script>
sojourn.init({ applicationId: "shop", clientToken: "pub", endpoint: "/intake",
  redactUrl: (url) => url.replace(/canary\\d*/g, "plainsight") });
fetch("/api/canary1");
setTimeout(() => { throw new Error("at " + location.origin + "/canary2"); });
history.pushState(null, "", "/own/canary3");
</script>`,
  });
  await tab.goto(`${site.origin}/own?customer=canary4`);
  await sessionId(tab);
  await tab.waitForLoadState("networkidle");
  const all = await sentOf(tab, sent);
  expect(places(all, CANARY)).toEqual([]);
  expect(places(all, PLAIN).length).toBeGreaterThan(3);
});
