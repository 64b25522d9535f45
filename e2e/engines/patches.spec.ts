import { expect, load, soon, type Tab, test } from "../fixtures/engine-test.js";

const ZONE = "/modules/node_modules/zone.js/bundles/zone.umd.js";

/** What a page can see of each function that may be patched. */
const look = (tab: Tab) =>
  tab.evaluate(() => {
    const { prototype } = XMLHttpRequest;
    const of = (target: object, key: string) => {
      const { value, ...rest } = Object.getOwnPropertyDescriptor(target, key) ?? {};
      let made = "made";
      try {
        Reflect.construct(value, []);
      } catch (error) {
        made = (error as Error).name;
      }
      const text = String(value).includes("[native code]");
      return [
        key,
        value?.name,
        value?.length,
        made,
        text,
        Reflect.ownKeys(value ?? {}),
        Object.getPrototypeOf(value) === Function.prototype,
        rest,
      ];
    };
    const throws = (call: () => unknown) => {
      try {
        return call();
      } catch (error) {
        return String(error);
      }
    };
    return [
      of(window, "fetch"),
      of(prototype, "open"),
      of(prototype, "send"),
      of(prototype, "setRequestHeader"),
      of(History.prototype, "pushState"),
      of(History.prototype, "replaceState"),
      of(console, "error"),
      throws(() => prototype.open.call({} as XMLHttpRequest, "GET", "/", true)),
      throws(() => new XMLHttpRequest().send()),
      throws(() => new XMLHttpRequest().open("bad method", "/")),
      throws(() => new XMLHttpRequest().setRequestHeader("a", "b")),
      throws(() => (prototype.open as () => void)()),
    ];
  });

test("what is patched for traces looks to the page as it did, and fails as it did", async ({ open, api }) => {
  const bare = await look(await open("/?bare"));
  expect(await look(await open("/", { traceOrigins: [api.origin] }))).toEqual(bare);
});

test("what is not needed is not patched, and a stop gives back the very same", async ({ open }) => {
  const tab = await open("/?bare");
  const same = await tab.evaluate(async (endpoint) => {
    const { prototype } = XMLHttpRequest;
    const all = () => [
      fetch,
      prototype.open,
      prototype.send,
      prototype.setRequestHeader,
      console.error,
      WebSocket,
      EventSource,
    ];
    const before = all();
    const unchanged = () => all().map((one, i) => one === before[i]);
    const { createRum } = await import("/modules/packages/rum/dist/index.js" as string);
    const rum = createRum();
    const init = { applicationId: "b", clientToken: "b", endpoint };
    rum.init(init);
    const plain = unchanged();
    rum.stop();
    const stopped = unchanged();
    rum.init({ ...init, traceOrigins: [location.origin], trackConsoleErrors: false });
    const traced = unchanged();
    rum.stop();
    return { plain, stopped, traced, again: unchanged() };
  }, "/api/other-intake");
  const all = Array(7).fill(true);
  expect(same).toEqual({
    plain: [false, false, false, true, false, true, true],
    stopped: all,
    traced: [false, false, false, false, true, true, true],
    again: all,
  });
});

for (const [when, head, late] of [
  ["before", `<script src="${ZONE}"></script>`, ""],
  ["after", "", ZONE],
] as const) {
  test(`with zone.js loaded ${when} the SDK each request is one resource with one trace, and the page goes on`, async ({
    visit,
    api,
  }) => {
    const { tab, told } = await visit(`/?${new URLSearchParams({ head })}`, { traceOrigins: [api.origin] });
    if (late) await load(tab, late);
    const path = `/zone/${when}`;
    // By `then`: zones do not pass through `await`.
    const outcome = await tab.evaluate((url) => {
      type Zone = { name: string; fork(spec: object): { run<T>(task: () => T): T } };
      const { Zone } = window as unknown as { Zone: { current: Zone } };
      const load = () =>
        new Promise((resolve) => {
          const xhr = new XMLHttpRequest();
          xhr.open("GET", `${url}/xhr`);
          xhr.onload = () => resolve(`${xhr.status} ${Zone.current.name}`);
          xhr.send();
        });
      return Zone.current.fork({ name: "app" }).run(() =>
        fetch(`${url}/fetch`)
          .then(({ status }) => `${status} ${Zone.current.name}`)
          .then((first) => load().then((second) => [first, second]))
          .then((all) =>
            fetch("http://localhost:9/refused").catch((error: Error) => [...all, error.name, Zone.current.name]),
          ),
      );
    }, api.origin + path);
    expect(outcome).toEqual(["200 app", "200 app", "TypeError", "app"]);
    const arrived = api.arrived.filter((one) => one.path.startsWith(path) && one.method !== "OPTIONS");
    const spans = arrived.map(({ names, headers }) => {
      expect(names.filter((name) => name === "traceparent")).toHaveLength(1);
      return String(headers.traceparent).slice(36, 52);
    });
    expect(spans).toHaveLength(2);
    const recorded = async () =>
      (await told()).events
        .filter(({ resource_url }) => String(resource_url).includes(path))
        .map(({ span_id }) => span_id);
    await expect.poll(recorded, soon).toEqual(spans);
  });
}
