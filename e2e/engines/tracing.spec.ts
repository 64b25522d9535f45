import type { Detail } from "../fixtures/collector.js";
import { expect, soon, test } from "../fixtures/engine-test.js";

const PARENT = /^00-([\da-f]{32})-([\da-f]{16})-01$/;
const THEIRS = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00";

const resourcesOf = ({ events }: Detail, part: string) =>
  events.filter(({ type, resource_url }) => type === "resource" && String(resource_url).includes(part));

test("a request by fetch, by Request and by XMLHttpRequest arrives with one trace, which its resource has as well", async ({
  visit,
  api,
}) => {
  const { tab, told } = await visit("/", { traceOrigins: [api.origin] });
  await tab.evaluate(async (origin) => {
    await fetch(`${origin}/traced/fetch`);
    const request = new Request(`${origin}/traced/request`, {
      method: "POST",
      body: JSON.stringify({ tea: 1 }),
      headers: { "X-One": "1" },
      referrerPolicy: "no-referrer",
    });
    await fetch(request);
    if (!request.bodyUsed) throw new Error("the body was not used");
    // A Request given as options: everything it has is of its prototype.
    const options = new Request(`${origin}/other`, { method: "PUT", headers: { "X-One": "2" } });
    await fetch(`${origin}/traced/options`, options as unknown as RequestInit);
    await new Promise((resolve) => {
      const xhr = new XMLHttpRequest();
      xhr.open("GET", `${origin}/traced/xhr`);
      xhr.setRequestHeader("X-One", "3");
      xhr.onloadend = resolve;
      xhr.send();
    });
  }, api.origin);

  const arrived = api.arrived.filter(({ path, method }) => path.startsWith("/traced/") && method !== "OPTIONS");
  expect(arrived.map(({ path, method, body }) => [path, method, body])).toEqual([
    ["/traced/fetch", "GET", ""],
    ["/traced/request", "POST", '{"tea":1}'],
    ["/traced/options", "PUT", ""],
    ["/traced/xhr", "GET", ""],
  ]);
  expect(arrived.map(({ headers }) => headers["x-one"])).toEqual([undefined, "1", "2", "3"]);
  expect(arrived[1]?.headers.referer).toBeUndefined();
  const ids = arrived.map(({ headers, names, path }) => {
    expect(names.filter((name) => name === "traceparent")).toHaveLength(1);
    const [, trace_id, span_id] = PARENT.exec(String(headers.traceparent)) ?? [];
    return [path, trace_id, span_id];
  });
  const recorded = async () =>
    resourcesOf(await told(), "/traced/").map((event) => [
      String(event.resource_url).slice(api.origin.length),
      event.trace_id,
      event.span_id,
    ]);
  await expect.poll(recorded, soon).toEqual(ids);
});

test("only listed origins are asked beforehand, and a listed one's name elsewhere in an address is not it", async ({
  open,
  api,
}) => {
  const tab = await open("/", { traceOrigins: [api.origin] });
  const before = api.arrived.length;
  await tab.evaluate(
    async ({ origin, otherOrigin }) => {
      await fetch(`${otherOrigin}/plain?to=${origin}`);
      await fetch(`${origin}/opaque`, { mode: "no-cors" });
      await fetch("/api/own");
    },
    { origin: api.origin, otherOrigin: api.otherOrigin },
  );
  const arrived = api.arrived.slice(before);
  expect(arrived.map(({ method, names }) => [method, names.includes("traceparent")])).toEqual([
    ["GET", false],
    ["GET", false],
  ]);
});

test("a trace that the page gave itself, or a second SDK did, stays the only one", async ({ visit, api }) => {
  const { tab, told } = await visit("/", { traceOrigins: [api.origin] });
  const before = api.arrived.length;
  await tab.evaluate(
    async ({ origin, theirs }) => {
      const load = async (prepare: (xhr: XMLHttpRequest) => void = () => {}) => {
        const xhr = new XMLHttpRequest();
        xhr.open("GET", `${origin}/once/xhr`);
        prepare(xhr);
        await new Promise((resolve) => {
          xhr.onloadend = resolve;
          xhr.send();
        });
      };
      await fetch(`${origin}/once/own`, { headers: { Traceparent: theirs } });
      await load((xhr) => xhr.setRequestHeader("TraceParent", theirs));
      const { createRum } = await import("/modules/packages/rum/dist/index.js" as string);
      const account = { applicationId: "b", clientToken: "b", endpoint: "/api/other-intake", cookieName: "b" };
      createRum().init({ ...account, traceOrigins: [origin] });
      await fetch(`${origin}/once/two`);
      await load();
    },
    { origin: api.origin, theirs: THEIRS },
  );
  const arrived = api.arrived.slice(before).filter(({ method }) => method !== "OPTIONS");
  const parents = arrived.map(({ headers }) => String(headers.traceparent));
  expect(parents).toEqual([THEIRS, THEIRS, expect.stringMatching(PARENT), expect.stringMatching(PARENT)]);
  const recorded = async () => resourcesOf(await told(), "/once/").map(({ span_id }) => span_id);
  await expect.poll(recorded, soon).toEqual(parents.map((parent) => parent.slice(36, 52)));
});

test("what is wrong with headers, the page's or ours, is the page's as it would have been", async ({ open, api }) => {
  const tab = await open("/?bare");
  const look = async ({ origin, endpoint }: { origin: string; endpoint: string }) => {
    const { createRum } = await import("/modules/packages/rum/dist/index.js" as string);
    const outcomes = async () => {
      const tries = [{ headers: null }, { headers: { "a b": "1" } }, { headers: [["a"]] }, { mode: "navigate" }];
      const said: unknown[] = [];
      for (const init of tries) {
        said.push(await fetch(`${origin}/bad`, init as RequestInit).then(({ status }) => status, String));
      }
      return said;
    };
    const bare = await outcomes();
    const rum = createRum();
    rum.init({ applicationId: "b", clientToken: "b", endpoint, traceOrigins: [origin] });
    const measured = await outcomes();
    rum.stop();
    const broken = [() => ({ traceparent: "line\nbreak" }), () => ({ "no name": "1" }), () => null];
    const answers: unknown[] = [];
    for (const propagator of broken) {
      rum.init({
        applicationId: "b",
        clientToken: "b",
        endpoint,
        traceOrigins: [origin],
        tracePropagators: [propagator],
      });
      answers.push((await fetch(`${origin}/good`)).status);
      rum.stop();
    }
    return { bare, measured, answers };
  };
  const { bare, measured, answers } = await tab.evaluate(look, { origin: api.origin, endpoint: "/api/other-intake" });
  expect(measured).toEqual(bare);
  expect(bare.filter((outcome) => /^TypeError/.test(String(outcome)))).toHaveLength(4);
  expect(answers).toEqual([200, 200, 200]);
});

test("bodies that are streams and requests that are aborted stay what they were", async ({ open, site, api }) => {
  const act = async (origin: string) => {
    const controller = new AbortController();
    const request = new Request(`${origin}/hang`, { signal: controller.signal });
    const hanging = fetch(request).catch(String);
    setTimeout(() => controller.abort("enough"), 100);
    const form = new FormData();
    form.set("a", new Blob(["text"]), "a.txt");
    const copy = new Request(`${origin}/form`, { method: "POST", body: form }).clone();
    await fetch(copy, { keepalive: true });
    return [await hanging, request.bodyUsed, copy.bodyUsed];
  };
  const bare = await (await open("/?bare")).evaluate(act, api.origin);
  // Not every engine gives the reason on.
  expect(bare).toEqual([expect.stringMatching(/^enough$|^AbortError/), false, true]);
  const tab = await open("/", { traceOrigins: [api.origin, site.origin] });
  expect(await tab.evaluate(act, api.origin)).toEqual(bare);
  const form = api.arrived.findLast(({ path, method }) => path === "/form" && method === "POST");
  expect(form?.headers["content-type"]).toMatch(/^multipart\/form-data; boundary=/);
  expect(form?.body).toContain('filename="a.txt"');
});

test("the document's trace is the one that the server made it in", async ({ visit }) => {
  const head = `<meta name="traceparent" content="${THEIRS}">`;
  const { told } = await visit(`/?${new URLSearchParams({ head })}`);
  const ids = async () => {
    const [document] = resourcesOf(await told(), "/");
    return [document?.resource_type, document?.trace_id, document?.span_id];
  };
  await expect.poll(ids, soon).toEqual(["document", THEIRS.slice(3, 35), THEIRS.slice(36, 52)]);
});

test("B3 and baggage are imports of their own", async ({ open, api }) => {
  const tab = await open("/?bare");
  await tab.evaluate(
    async ({ origin, endpoint }) => {
      const load = (name: string) => import(`/modules/packages/rum/dist/${name}.js`);
      const [{ createRum, w3c }, { b3 }, { baggage }] = await Promise.all([
        load("index"),
        load("propagators/b3"),
        load("propagators/baggage"),
      ]);
      const rum = createRum();
      const tracePropagators = [w3c, b3(), baggage(["user.id"])];
      rum.init({ applicationId: "b", clientToken: "b", endpoint, traceOrigins: [origin], tracePropagators });
      rum.setUser({ id: "ü,1" });
      await fetch(`${origin}/propagated`, { headers: { baggage: "own=1" } });
    },
    { origin: api.origin, endpoint: "/api/other-intake" },
  );
  const { headers } = api.arrived.find(({ path, method }) => path === "/propagated" && method === "GET") ?? {};
  const [, trace, span] = PARENT.exec(String(headers?.traceparent)) ?? [];
  expect(headers).toMatchObject({ b3: `${trace}-${span}-1`, baggage: "own=1,user.id=%C3%BC%2C1" });
});
