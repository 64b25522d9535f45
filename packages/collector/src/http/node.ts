import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type Log, silentLog } from "../lib/logger.js";
import { notFound, refuse } from "./answers.js";
import type { RequestContext } from "./context.js";

export type Handler = (request: Request, context: RequestContext) => Promise<Response>;

export interface NodeListenerOptions {
  /**
   * The path the handler is mounted under, such as `/rum`, where the server around it leaves it in the address; Express takes
   * it off itself. What is not under it is answered 404. Default: none.
   */
  prefix?: string | undefined;
  /** Hears of requests that failed. Default: nobody. */
  log?: Log | undefined;
  /** True from when the server takes no more connections: each answer then ends its own. Default: never. */
  isClosing?: (() => boolean) | undefined;
}

/** Most bytes of a refused body that are read and thrown away, so that the sender sees the answer rather than a reset. */
const DRAIN_BYTES = 8 * 1024 * 1024;
const DRAIN_MS = 5_000;
const FAILED = {
  status: 500,
  code: "internal",
  message: "The request could not be served; the collector's log says why.",
};
const ALREADY_READ = {
  status: 500,
  code: "body_already_read",
  message: "The server around the collector has read this body already: mount the collector before its body parsers.",
};
const UNREADABLE = {
  status: 400,
  code: "bad_request",
  message: "The request line or its Host header cannot be read.",
};

/**
 * A listener for Node's http, and for what hands its requests on, such as Express and Fastify. Bodies are read only as far and
 * as fast as the handler asks; a sender that goes away aborts `request.signal`. The listener answers whatever happens.
 *
 * @param handle such as a collector's; its context has the socket's peer.
 */
export function nodeListener(handle: Handler, options: NodeListenerOptions = {}) {
  return (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    const exchange: Exchange = { incoming, outgoing, options };
    void answer(handle, exchange).catch((error: unknown) => {
      (options.log ?? silentLog).error("request failed", { path: pathOnly(incoming.url), error });
      if (outgoing.headersSent || outgoing.destroyed) outgoing.destroy();
      else void send(refuse(FAILED), exchange).catch(() => outgoing.destroy());
    });
  };
}

/** One request and its answer. */
interface Exchange {
  incoming: IncomingMessage;
  outgoing: ServerResponse;
  options: NodeListenerOptions;
}

async function answer(handle: Handler, exchange: Exchange): Promise<void> {
  const request = toRequest(exchange);
  const peer = exchange.incoming.socket.remoteAddress;
  await send(request instanceof Response ? request : await handle(request, { peer }), exchange);
}

async function send(response: Response, { incoming, outgoing, options }: Exchange): Promise<void> {
  // A connection that is closed while the other side still sends is reset, and the answer lost with it.
  const whole = incoming.complete || (await drain(incoming));
  const headers = headersOf(response);
  if (!whole || options.isClosing?.()) headers.connection = "close";
  outgoing.writeHead(response.status, headers);
  if (response.body === null || incoming.method === "HEAD") outgoing.end();
  else await pipeline(Readable.fromWeb(response.body as import("node:stream/web").ReadableStream), outgoing);
}

/** The request, or the answer to one that is none for the handler. */
function toRequest({ incoming, outgoing, options }: Exchange): Request | Response {
  const method = incoming.method ?? "GET";
  const hasBody = method !== "GET" && method !== "HEAD";
  // A body that is gone would be waited for in vain.
  if (hasBody && incoming.readableDidRead) return refuse(ALREADY_READ);
  const headers = new Headers();
  for (let i = 0; i + 1 < incoming.rawHeaders.length; i += 2) {
    headers.append(incoming.rawHeaders[i] ?? "", incoming.rawHeaders[i + 1] ?? "");
  }
  const controller = new AbortController();
  outgoing.once("close", () => {
    if (!outgoing.writableFinished) controller.abort();
  });
  try {
    const scheme = "encrypted" in incoming.socket ? "https" : "http";
    const target = incoming.url ?? "/";
    // Put together rather than resolved: "//other/path" is a path of ours and not another host.
    const url = new URL(target.startsWith("/") ? `${scheme}://${headers.get("host") ?? "localhost"}${target}` : target);
    const pathname = withoutPrefix(url.pathname, options.prefix);
    if (pathname === undefined) return notFound("There is nothing at this address.");
    url.pathname = pathname;
    const init: RequestInit & { duplex?: "half" } = { method, headers, signal: controller.signal };
    if (hasBody) {
      init.body = bodyOf(incoming);
      init.duplex = "half";
    }
    return new Request(url, init);
  } catch {
    return refuse(UNREADABLE);
  }
}

/** The path under a prefix; undefined when it is elsewhere. */
function withoutPrefix(pathname: string, prefix = ""): string | undefined {
  const bare = prefix.replace(/\/+$/, "");
  if (pathname === bare) return "/";
  return pathname.startsWith(`${bare}/`) ? pathname.slice(bare.length) : undefined;
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
