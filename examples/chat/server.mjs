import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { createSessionMonitor } from "@sojourn/session-monitor";
import { openSqliteStore } from "@sojourn/session-monitor/sqlite";
import { monitorWebSockets } from "@sojourn/session-monitor/ws";
import { WebSocketServer } from "ws";

/** @type {Readonly<Record<string, { file: string, type: string }>>} */
const FILES = {
  "/": { file: "index.html", type: "text/html; charset=utf-8" },
  "/chat.js": { file: "chat.js", type: "text/javascript; charset=utf-8" },
  "/chat.css": { file: "chat.css", type: "text/css; charset=utf-8" },
};
const MAX_MESSAGE_BYTES = 2048;
const NAME = /^[\p{L}\p{N} ._-]{1,32}$/u;
const DAY = 86_400_000;

/**
 * A chat room whose connections are monitored. Any number of these on one file see each other's connections, though not
 * each other's messages.
 *
 * @param {{ port: number, database: string }} options a port of 0 takes a free one
 * @returns {Promise<{ url: string, stop: () => Promise<void> }>}
 */
export async function startChat({ port, database }) {
  const store = openSqliteStore({ path: database });
  const monitor = createSessionMonitor({ store });
  const server = createServer((request, response) => {
    answer(monitor, request).then(
      ({ status = 200, type, body }) => {
        response.writeHead(status, { "content-type": type, "cache-control": "no-store" }).end(body);
      },
      () => response.writeHead(500).end(),
    );
  });
  const sockets = new WebSocketServer({
    server,
    maxPayload: MAX_MESSAGE_BYTES,
    // Other sites' pages may open sockets to here; they would speak for whoever looks at them.
    verifyClient: ({ origin, req }) => !origin || (URL.canParse(origin) && new URL(origin).host === req.headers.host),
  });
  const connections = monitorWebSockets(monitor, sockets);

  sockets.on("connection", (socket) => {
    const connection = connections.connectionOf(socket);
    let name = "";
    socket.on("error", () => {});
    socket.on("message", async (data) => {
      const message = parse(String(data));
      if (message?.type === "signIn" && NAME.test(message.name)) {
        name = message.name;
        await connection?.login({ userId: name });
        socket.send(JSON.stringify({ type: "signedIn", name }));
      } else if (message?.type === "signOut") {
        name = "";
        // Stored before the page hears of it.
        await connection?.logout();
        socket.send(JSON.stringify({ type: "signedOut" }));
      } else if (message?.type === "say" && name && typeof message.text === "string") {
        const said = JSON.stringify({ type: "said", name, text: message.text.slice(0, 500) });
        for (const other of sockets.clients) other.send(said);
      }
    });
  });

  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const own = typeof address === "object" && address ? address.port : port;
  return {
    url: `http://localhost:${own}/`,
    async stop() {
      server.close();
      connections.stop();
      await monitor.stop();
      for (const socket of sockets.clients) socket.close(1001, "the server stops");
      server.closeAllConnections();
      sockets.close();
      await store.close();
    },
  };
}

/**
 * @param {import("@sojourn/session-monitor").SessionMonitor} monitor
 * @param {import("node:http").IncomingMessage} request
 */
async function answer(monitor, { url = "/", method }) {
  const { pathname } = new URL(url, "http://localhost");
  const found = method === "GET" ? FILES[pathname] : undefined;
  if (found) return { type: found.type, body: await readFile(new URL(`public/${found.file}`, import.meta.url)) };
  if (method === "GET" && pathname === "/connections") return json(await monitor.list({ limit: 20 }));
  if (method === "GET" && pathname === "/usage") return json(await usage(monitor));
  return { status: 404, type: "text/plain", body: "Nothing is here." };
}

/** @param {import("@sojourn/session-monitor").SessionMonitor} monitor */
async function usage(monitor) {
  const to = Date.now();
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  const { total } = await monitor.aggregate({ from: to - DAY, to: to + 1, timeZone });
  return { ...total.groups[0], now: await monitor.concurrent() };
}

/** @param {unknown} value */
const json = (value) => ({ type: "application/json", body: JSON.stringify(value) });

/** @param {string} text */
function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
