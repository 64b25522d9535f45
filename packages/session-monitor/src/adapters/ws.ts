import type { EventEmitter } from "node:events";
import { type Clock, type Stop, systemClock } from "../clock.js";
import type { ConnectionHandle, SessionMonitor } from "../monitor.js";
import type { RequestLike } from "../request.js";

/** What is used of a server of `ws`. */
export interface WebSocketServerLike {
  on(event: "connection", listener: (socket: WebSocketLike, request: RequestLike) => void): unknown;
  off(event: "connection", listener: (socket: WebSocketLike, request: RequestLike) => void): unknown;
}

/** What is used of a socket of `ws`. */
export interface WebSocketLike extends Pick<EventEmitter, "on"> {
  ping(): void;
  close(code: number, reason: string): void;
  terminate(): void;
}

export interface WebSocketsOptions {
  /** Between two pings, ms. @default 30000 */
  readonly pingMs?: number;
  readonly clock?: Clock;
}

export interface WebSockets {
  /** The connection that a socket is; sign in and out by it. */
  connectionOf(socket: object): ConnectionHandle | undefined;
  /** Records no more. Sockets stay open. */
  stop: Stop;
}

/** Pings that may go without an answer. */
const MISSED = 2;
/** Policy violation. */
const REVOKED = 1008;

/**
 * Records every socket of a server, from its upgrade request to its end. A socket whose other side does not answer two
 * pings is ended as `timeout`: a network that went away says nothing.
 */
export function monitorWebSockets(
  monitor: SessionMonitor,
  server: WebSocketServerLike,
  { pingMs = 30_000, clock = systemClock }: WebSocketsOptions = {},
): WebSockets {
  const open = new Map<WebSocketLike, { handle: ConnectionHandle; missed: number }>();
  let stopped = false;

  function connected(socket: WebSocketLike, request: RequestLike): void {
    const handle = monitor.open({ transport: "websocket", request, end: () => socket.close(REVOKED, "revoked") });
    const state = { handle, missed: 0 };
    open.set(socket, state);
    const alive = () => {
      state.missed = 0;
      handle.activity();
    };
    socket.on("message", alive);
    socket.on("pong", alive);
    socket.on("close", () => {
      if (open.delete(socket)) void handle.close("client");
    });
  }

  function ping(): void {
    for (const [socket, state] of open) {
      if (state.missed >= MISSED) {
        open.delete(socket);
        void state.handle.close("timeout");
        socket.terminate();
        continue;
      }
      state.missed += 1;
      try {
        socket.ping();
      } catch {
        // It is not open yet or any more; the next rounds end it.
      }
    }
  }

  let cancel: Stop = () => {};
  const again = () => {
    cancel = clock.after(pingMs, () => {
      ping();
      if (!stopped) again();
    });
  };
  again();
  server.on("connection", connected);

  return {
    connectionOf: (socket) => open.get(socket as WebSocketLike)?.handle,
    stop() {
      stopped = true;
      cancel();
      server.off("connection", connected);
    },
  };
}
