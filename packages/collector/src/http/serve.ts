import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Log } from "../lib/logger.js";
import { refuse } from "./answers.js";
import type { RequestContext } from "./context.js";

export type Handler = (request: Request, context: RequestContext) => Promise<Response>;

export interface HttpServer {
  /** `http://host:port` as it can be opened. */
  url: string;
  /** Takes no new connection, lets running requests end (at most 5 s), then closes. */
  stop(): Promise<void>;
}

/** Most bytes of a refused body that are read and thrown away, so that the sender sees the answer rather than a reset. */
const DRAIN_BYTES = 8 * 1024 * 1024;
const DRAIN_MS = 5_000;
const STOP_MS = 5_000;
const FAILED = {
  status: 500,
  code: "internal",
  message: "The request could not be served; the collector's log says why.",
};

/**
 * Serves a `Request → Response` handler over Node's http.
 *
 * @throws Error with `code` `EADDRINUSE`, `EACCES` or `EADDRNOTAVAIL` when the address cannot be had.
 */
export async function serve(handle: Handler, options: { host: string; port: number; log: Log }): Promise<HttpServer> {
  const server = createServer({ maxHeaderSize: 16_384, headersTimeout: 10_000, requestTimeout: 30_000 });
  server.keepAliveTimeout = 65_000;
  server.maxConnections = 20_000;
  server.on("request", (incoming, outgoing) => {
    const exchange: Exchange = { incoming, outgoing, server };
    void answer(handle, exchange).catch((error: unknown) => {
      options.log.error("request failed", { path: pathOnly(incoming.url), error });
      if (outgoing.headersSent || outgoing.destroyed) outgoing.destroy();
      else void send(refuse(FAILED), exchange).catch(() => outgoing.destroy());
    });
  });
  await listen(server, options.host, options.port);
  const { port } = server.address() as AddressInfo;
  return { url: `http://${authority(options.host, port)}`, stop: () => stop(server) };
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host, port }, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), STOP_MS);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
    server.closeIdleConnections();
  });
}

/** One request and its answer. */
interface Exchange {
  incoming: IncomingMessage;
  outgoing: ServerResponse;
  server: Server;
}

async function answer(handle: Handler, exchange: Exchange): Promise<void> {
  const { incoming, outgoing } = exchange;
  const request = toRequest(incoming, outgoing);
  const response = request
    ? await handle(request, { peer: incoming.socket.remoteAddress })
    : refuse({ status: 400, code: "bad_request", message: "The request line or its Host header cannot be read." });
  await send(response, exchange);
}

async function send(response: Response, { incoming, outgoing, server }: Exchange): Promise<void> {
  // A connection that is closed while the other side still sends is reset, and the answer lost with it.
  const whole = incoming.complete || (await drain(incoming));
  if (!whole || !server.listening) response.headers.set("Connection", "close");
  outgoing.writeHead(response.status, headersOf(response));
  if (response.body === null || incoming.method === "HEAD") outgoing.end();
  else await pipeline(Readable.fromWeb(response.body as import("node:stream/web").ReadableStream), outgoing);
}

function toRequest(incoming: IncomingMessage, outgoing: ServerResponse): Request | undefined {
  const method = incoming.method ?? "GET";
  const headers = new Headers();
  for (let i = 0; i + 1 < incoming.rawHeaders.length; i += 2) {
    headers.append(incoming.rawHeaders[i] ?? "", incoming.rawHeaders[i + 1] ?? "");
  }
  const controller = new AbortController();
  outgoing.once("close", () => {
    if (!outgoing.writableFinished) controller.abort();
  });
  try {
    const target = incoming.url ?? "/";
    // Put together rather than resolved: "//other/path" is a path of ours and not another host.
    const url = new URL(target.startsWith("/") ? `http://${headers.get("host") ?? "localhost"}${target}` : target);
    const init: RequestInit & { duplex?: "half" } = { method, headers, signal: controller.signal };
    if (method !== "GET" && method !== "HEAD") {
      init.body = bodyOf(incoming);
      init.duplex = "half";
    }
    return new Request(url, init);
  } catch {
    return undefined;
  }
}

/** The body, read only as far as somebody asks. Unlike `Readable.toWeb`, giving up leaves the socket able to carry the answer. */
function bodyOf(incoming: IncomingMessage): ReadableStream<Uint8Array> {
  const chunks = incoming.iterator({ destroyOnReturn: false });
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await chunks.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      async cancel() {
        await chunks.return?.();
      },
    },
    { highWaterMark: 0 },
  );
}

function headersOf(response: Response): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = Object.fromEntries(response.headers);
  const cookies = response.headers.getSetCookie();
  if (cookies.length > 0) headers["set-cookie"] = cookies;
  return headers;
}

/** Reads and throws away the rest of a body, within bounds. True when it came to its end. */
function drain(incoming: IncomingMessage): Promise<boolean> {
  return new Promise((resolve) => {
    let bytes = 0;
    const finish = () => {
      clearTimeout(timer);
      incoming.off("data", count);
      incoming.pause();
      resolve(incoming.complete);
    };
    const count = (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > DRAIN_BYTES) finish();
    };
    const timer = setTimeout(finish, DRAIN_MS);
    incoming.on("data", count);
    for (const end of ["end", "close", "error"]) incoming.once(end, finish);
    incoming.resume();
  });
}

/** The path of a request target; the query may hold a token and is never logged. */
function pathOnly(target: string | undefined): string {
  return (target ?? "").split("?", 1)[0] ?? "";
}

function authority(host: string, port: number): string {
  const name = host === "0.0.0.0" || host === "::" ? "localhost" : host;
  return name.includes(":") ? `[${name}]:${port}` : `${name}:${port}`;
}
