import type { EventEmitter } from "node:events";
import type { IncomingMessage, Server } from "node:http";
import type { Stop } from "../clock.js";
import type { ConnectionHandle, Identity, SessionMonitor } from "../monitor.js";
import type { RequestLike } from "../request.js";

export interface RequestsOptions<Request extends RequestLike = IncomingMessage> {
  /**
   * Which requests are one client's: the guid of a sign-in, an anonymous cookie, a session of the browser. `undefined`
   * records nothing. @default the id of the browser SDK's session, from its cookie `_sojourn_s`
   */
  readonly key?: (request: Request) => string | undefined;
  /** Who it is, as the server knows; `null` when nobody is signed in, `undefined` when this request does not tell. */
  readonly identify?: (request: Request) => Identify | Promise<Identify>;
}

export type Identify = Identity | null | undefined;

/**
 * Records clients by their requests. What goes wrong in `key` or `identify` is no matter of the request's.
 *
 * @returns what records one request, and gives the client's presence where there is one
 */
export function createRecorder<Request extends RequestLike = IncomingMessage>(
  monitor: SessionMonitor,
  { key = sessionOfBrowser, identify }: RequestsOptions<Request> = {},
): (request: Request) => ConnectionHandle | undefined {
  return (request) => {
    try {
      const name = key(request);
      if (name === undefined || name === "") return undefined;
      const handle = monitor.presence(name, { request });
      // A user's name may have to be looked up; the request does not wait for that.
      const identity = handle && identify?.(request);
      if (identity instanceof Promise) void identity.then((known) => tell(handle, known)).catch(() => {});
      else tell(handle, identity);
      return handle;
    } catch {
      return undefined;
    }
  };
}

function tell(handle: ConnectionHandle | undefined, identity: Identify): void {
  if (identity) void handle?.login(identity);
  else if (identity === null) void handle?.logout();
}

/** Records every request of a server. Answers what stops that. */
export function monitorServer(monitor: SessionMonitor, server: Server, options?: RequestsOptions): Stop {
  const record = createRecorder(monitor, options);
  server.on("request", record);
  return () => void server.off("request", record);
}

/** Records an answer that goes on for as long as the client listens, such as server-sent events. */
export function monitorStream(
  monitor: SessionMonitor,
  request: IncomingMessage,
  response: EventEmitter,
): ConnectionHandle {
  const handle = monitor.open({ transport: "sse", request, end: () => void request.destroy() });
  response.once("close", () => void handle.close("client"));
  return handle;
}

/** The id in the cookie that `@sojourn/session` keeps its session in. */
export function sessionOfBrowser({ headers }: RequestLike): string | undefined {
  return /(?:^|;\s*)_sojourn_s=(?:[^;]*(?:&|%26))?id(?:=|%3D)([0-9a-f-]{8,64})/i.exec(headers.cookie ?? "")?.[1];
}
