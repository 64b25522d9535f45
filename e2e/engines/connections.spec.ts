import type { Detail } from "../fixtures/collector.js";
import { expect, finalId, soon, type Tab, test } from "../fixtures/engine-test.js";

/** The page measures connections by the built modules, as `sojourn`. */
async function measure(tab: Tab, intake: string): Promise<string> {
  await tab.evaluate(async (endpoint) => {
    const load = (name: string) => import(`/modules/packages/rum/dist/${name}.js`);
    const [{ createRum }, { connections }] = await Promise.all([load("index"), load("connections/index")]);
    window.sojourn = createRum(connections());
    window.sojourn.init({ applicationId: "shop", clientToken: "pub-e2e-token", endpoint });
  }, intake);
  return finalId(tab);
}

const connectionsOf = ({ events }: Detail, origin: string) =>
  events
    .filter(({ resource_url }) => String(resource_url).replace(/^ws/, "http").startsWith(origin))
    .map((event) => ({ ...event, path: String(event.resource_url).slice(-7) }));

test("a WebSocket is one resource when it closes: time to open, messages and bytes, and why it closed", async ({
  open,
  site,
  api,
  told,
}) => {
  const tab = await open("/?bare");
  const id = await measure(tab, site.intake);
  const seen = await tab.evaluate(
    async (url) => {
      const answers: string[] = [];
      const socket = new WebSocket(`${url}/socket?token=canary`);
      socket.onmessage = async ({ data }) => {
        answers.push(typeof data === "string" ? data : await (data as Blob).text());
        if (answers.length === 1) socket.send("ä");
        if (answers.length === 2) socket.send(new Uint8Array([65, 66, 67]));
        if (answers.length === 3) socket.send("close");
      };
      const code = await new Promise((resolve) => {
        socket.onclose = (event) => resolve(event.code);
      });
      return { answers, code };
    },
    api.origin.replace("http", "ws"),
  );
  expect(seen).toEqual({ answers: ["grüß", "ä", "ABC"], code: 4001 });
  await expect
    .poll(async () => connectionsOf(await told(tab, id), api.origin), soon)
    .toMatchObject([
      {
        resource_type: "websocket",
        resource_url: expect.stringMatching(/\/socket\?token=REDACTED$/),
        duration: expect.any(Number),
        resource_ttfb: expect.any(Number),
        connection_messages_received: 3,
        connection_messages_sent: 3,
        connection_bytes_received: 6 + 2 + 3,
        connection_bytes_sent: 2 + 3 + 5,
        connection_close_code: 4001,
      },
    ]);
});

test("an EventSource is one resource when the page closes it, with the kinds of messages that it listened to", async ({
  open,
  site,
  api,
  told,
}) => {
  const tab = await open("/?bare");
  const id = await measure(tab, site.intake);
  await tab.evaluate(async (url) => {
    const source = new EventSource(url);
    source.addEventListener("price", () => {});
    let heard = 0;
    await new Promise<void>((resolve) => {
      source.onmessage = () => {
        if (++heard === 2) setTimeout(resolve, 50);
      };
    });
    source.close();
    source.close();
  }, `${api.origin}/events`);
  await expect
    .poll(async () => connectionsOf(await told(tab, id), api.origin), soon)
    .toMatchObject([
      {
        resource_type: "eventsource",
        connection_messages_received: 3,
        connection_bytes_received: 3 + 8 + 1,
      },
    ]);
});

test("connections that fail, and one that is open when the page goes, are one resource each", async ({
  open,
  site,
  api,
  collector,
}) => {
  const tab = await open("/?bare");
  const id = await measure(tab, site.intake);
  await tab.evaluate(
    async ({ http, ws }) => {
      const over = (made: EventTarget, type: string) =>
        new Promise((resolve) => made.addEventListener(type, resolve, { once: true }));
      await over(new WebSocket("ws://localhost:9/refused"), "error");
      await over(new EventSource(`${http}/denied`), "error");
      const socket = new WebSocket(`${ws}/staying`);
      Object.assign(window, { socket });
      await over(socket, "message");
    },
    { http: api.origin, ws: api.origin.replace("http", "ws") },
  );
  await tab.close();
  const told = async () =>
    (await collector.session(id))?.events
      .filter(({ resource_type }) => ["websocket", "eventsource"].includes(String(resource_type)))
      .map((event) => [
        String(event.resource_url).replace(/^.*\//, ""),
        event.resource_type,
        event.resource_error ?? "",
        event.connection_messages_received,
      ]);
  await expect.poll(told, soon).toEqual([
    ["refused", "websocket", "network", 0],
    ["denied", "eventsource", "network", 0],
    ["staying", "websocket", "", 1],
  ]);
});

test("the page sees constructors as they were, and gets them back", async ({ open, site, api }) => {
  const tab = await open("/?bare");
  await tab.evaluate(() => {
    const look = (ws: string, http: string) => {
      const wrong = (make: () => object) => {
        try {
          return make().constructor.name;
        } catch (error) {
          return String(error);
        }
      };
      return [WebSocket, EventSource].map((Connection) => {
        const url = Connection === WebSocket ? ws : http;
        let target: unknown;
        class Mine extends Connection {
          constructor() {
            target = new.target;
            super(`${url}/events`);
          }
          own() {
            return "own";
          }
        }
        const [plain, mine] = [new Connection(`${url}/events`), new Mine()];
        const seen = {
          shape: [Connection.name, Connection.length, typeof Connection, String(Connection).includes("[native code]")],
          statics: [Connection.OPEN, Object.keys(Connection), Object.getOwnPropertyNames(Connection).sort()],
          property: { ...Object.getOwnPropertyDescriptor(window, Connection.name), value: 0 },
          link: { ...Object.getOwnPropertyDescriptor(Connection.prototype, "constructor"), value: 0 },
          made: [
            plain instanceof Connection,
            plain.constructor === Connection,
            Object.getPrototypeOf(plain) === Connection.prototype,
          ],
          mine: [
            mine instanceof Mine,
            mine instanceof Connection,
            mine.own(),
            target === Mine,
            mine.constructor === Mine,
          ],
          wrong: [
            wrong(() => new Connection("not a scheme:// x")),
            wrong(() => (Connection as unknown as (url: string) => object)(url)),
            wrong(() => new (Connection as unknown as new () => object)()),
          ],
        };
        for (const one of [plain, mine] as WebSocket[]) one.close();
        return seen;
      });
    };
    const before = [WebSocket, EventSource, WebSocket.prototype.send, EventSource.prototype.close];
    const same = () =>
      [WebSocket, EventSource, WebSocket.prototype.send, EventSource.prototype.close].map(
        (one, i) => one === before[i],
      );
    Object.assign(window, { look, same });
  });
  type Looking = Window & { look(ws: string, http: string): unknown; same(): boolean[] };
  const look = () =>
    tab.evaluate(
      ([ws = "", http = ""]) => (window as unknown as Looking).look(ws, http),
      [api.origin.replace("http", "ws"), api.origin],
    );
  const same = () => tab.evaluate(() => (window as unknown as Looking).same());
  const bare = await look();
  await measure(tab, site.intake);
  expect(await same()).toEqual([false, false, false, false]);
  expect(await look()).toEqual(bare);
  await tab.evaluate(() => window.sojourn.stop());
  expect(await same()).toEqual([true, true, true, true]);
  expect(await tab.evaluate(() => [WebSocket, EventSource].map((one) => one.prototype.constructor === one))).toEqual([
    true,
    true,
  ]);
  expect(await tab.evaluate(() => Object.hasOwn(EventSource.prototype, "addEventListener"))).toBe(false);
});

test("wrappers below and above, put on and taken off in any order, go on working", async ({ open, api }) => {
  const tab = await open("/?bare");
  const seen = await tab.evaluate(
    async ({ endpoint, url }) => {
      const load = (name: string) => import(`/modules/packages/rum/dist/${name}.js`);
      const [{ createRum }, { connections }] = await Promise.all([load("modular"), load("connections/index")]);
      const native = WebSocket;
      const made: string[] = [];
      const wrap = (name: string) => {
        const before = window.WebSocket;
        window.WebSocket = class extends before {
          constructor(address: string | URL) {
            made.push(name);
            super(address);
          }
        };
        return () => {
          window.WebSocket = before;
        };
      };
      const init = { applicationId: "b", clientToken: "b", endpoint };
      const open = () => {
        const socket = new WebSocket(url);
        const right = socket instanceof native && socket instanceof WebSocket;
        socket.close();
        return right ? made.splice(0).join(" ") : "wrong";
      };
      const outcomes: unknown[] = [];
      for (const order of ["above first", "ours first"]) {
        const below = wrap("below");
        const rum = createRum(connections());
        rum.init(init);
        const above = wrap("above");
        outcomes.push(open());
        if (order === "above first") {
          above();
          outcomes.push(open());
          rum.stop();
        } else {
          rum.stop();
          outcomes.push(open());
          above();
        }
        outcomes.push(open());
        below();
        outcomes.push(WebSocket === native);
      }
      const [one, two] = [createRum(connections()), createRum(connections())];
      one.init(init);
      two.init({ ...init, cookieName: "b" });
      outcomes.push(open());
      two.stop();
      one.stop();
      outcomes.push(WebSocket === native);
      return outcomes;
    },
    { endpoint: "/api/other-intake", url: api.origin.replace("http", "ws") },
  );
  expect(seen).toEqual([
    ...["above below", "below", "below", true],
    ...["above below", "above below", "below", true],
    ...["", true],
  ]);
});
