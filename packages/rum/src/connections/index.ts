import { type FieldsOf, guard, type RelativeMs, toNs } from "@sojourn/core";
import { patchMethod } from "../patch.js";
import { requests } from "../requests/index.js";
import type { Feature, Sdk } from "../sdk.js";
import { patchConstructor } from "./constructor.js";
import { sizeOf } from "./size.js";

/** Connections that are followed at a time, and addresses; the oldest is written down, or forgotten, when there is one more. */
const MOST = 100;

/** What is known of a connection. */
interface Connection {
  type: "websocket" | "eventsource";
  url: string;
  at: RelativeMs;
  openedAt?: RelativeMs;
  received: number;
  receivedBytes: number;
  sent: number;
  sentBytes: number;
  /** Kinds of events whose messages are counted. */
  counted: Set<string>;
  /** Ends the listening. */
  listening: AbortController;
}

/**
 * WebSocket and EventSource connections, each one resource: when it closes, or when the page is left or hidden for the first
 * time, with what is known then; nothing is known of it afterwards. `resource_ttfb` is the time until it was open, and
 * `duration` that until it was written down. Of messages only the size is looked at. Those of an EventSource are counted
 * if their kind is `message` or one that the page listens to.
 */
export const connections = (): Feature => ({ start: startConnections });

function startConnections({ scope, record, share, clean }: Sdk) {
  const { clock, report } = scope;
  const open = new Map<object, Connection>();
  const { streams } = share(requests);

  function end(made: object, more: Partial<FieldsOf<"resource">> = {}): void {
    const one = open.get(made);
    if (!one) return;
    open.delete(made);
    one.listening.abort();
    const { type, url, at, openedAt, received, receivedBytes, sent, sentBytes } = one;
    const fields: FieldsOf<"resource"> = {
      resource_url: clean.url(url),
      resource_type: type,
      duration: toNs(clock.now() - at),
      resource_ttfb: openedAt && toNs(openedAt - at),
      connection_messages_received: received,
      connection_bytes_received: receivedBytes,
      ...(type === "websocket" && { connection_messages_sent: sent, connection_bytes_sent: sentBytes }),
      ...more,
    };
    record({ type: "resource", at, fields, source: made });
  }

  function begin(type: Connection["type"], made: WebSocket | EventSource, at: number): void {
    const one: Connection = {
      type,
      url: made.url,
      at: at as RelativeMs,
      received: 0,
      receivedBytes: 0,
      sent: 0,
      sentBytes: 0,
      counted: new Set(),
      listening: new AbortController(),
    };
    open.set(made, one);
    const [oldest] = open.keys();
    if (open.size > MOST && oldest) end(oldest);
    listen(made, "open", () => {
      one.openedAt ??= clock.now();
    });
    count(made, "message");
  }

  /** Not as the scope's own: it would hold what closed long ago. */
  function listen<E extends Event>(made: object, kind: string, handle: (event: E) => void): void {
    const signal = open.get(made)?.listening.signal;
    if (signal) (made as EventTarget).addEventListener(kind, guard(report, handle) as EventListener, { signal });
  }

  function count(made: object, kind: string): void {
    const one = open.get(made);
    if (!one || one.counted.has(kind)) return;
    one.counted.add(kind);
    listen<MessageEvent>(made, kind, ({ data }) => {
      if (data === undefined) return;
      one.received++;
      one.receivedBytes += sizeOf(data);
    });
  }

  scope.add(() => {
    for (const { listening } of open.values()) listening.abort();
    open.clear();
  });
  scope.add(
    patchConstructor("WebSocket", report, clock.now, (made, at) => {
      const socket = made as WebSocket;
      begin("websocket", socket, at);
      listen<CloseEvent>(socket, "close", ({ code, wasClean }) =>
        end(socket, { connection_close_code: code, resource_error: wasClean ? undefined : "network" }),
      );
      // WebKit does not close what it never tried to open, as to a port that it blocks.
      listen(socket, "error", () => {
        scope.timer(() => end(socket, { resource_error: "network" }), 0);
      });
    }),
  );
  scope.add(
    patchMethod(WebSocket.prototype, "send", report, (self, [message]) => {
      const one = open.get(self as object);
      if (one) {
        one.sent++;
        one.sentBytes += sizeOf(message);
      }
      return undefined;
    }),
  );
  // Somewhere there is no EventSource.
  if (typeof EventSource === "function") {
    const { prototype } = EventSource;
    scope.add(
      patchConstructor("EventSource", report, clock.now, (made, at) => {
        const source = made as EventSource;
        begin("eventsource", source, at);
        streams.add(source.url);
        const [first] = streams;
        if (streams.size > MOST && first) streams.delete(first);
        // Otherwise it tries again.
        listen(source, "error", () => {
          if (source.readyState === source.CLOSED) end(source, { resource_error: "network" });
        });
      }),
    );
    scope.add(
      patchMethod(prototype, "addEventListener", report, (self, [kind]) => {
        if (!/^(?:open|error)$/.test(String(kind))) count(self as object, String(kind));
        return undefined;
      }),
    );
    scope.add(
      patchMethod(prototype, "close", report, (self) => {
        end(self as object);
        return undefined;
      }),
    );
  }

  return {
    drain(exit: boolean) {
      if (exit) for (const made of [...open.keys()]) end(made);
    },
  };
}
