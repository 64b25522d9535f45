import type { EventEmitter } from "node:events";
import type { Stop } from "../clock.js";
import type { CloseReason } from "../model/facts.js";
import type { ConnectionHandle, SessionMonitor } from "../monitor.js";
import type { RequestLike } from "../request.js";

/** What is used of a server of `socket.io`, or of one of its namespaces. */
export interface SocketIoServerLike {
  on(event: "connection", listener: (socket: SocketIoLike) => void): unknown;
  off(event: "connection", listener: (socket: SocketIoLike) => void): unknown;
}

/** What is used of a socket of `socket.io`. */
export interface SocketIoLike {
  readonly id: string;
  readonly request: RequestLike;
  readonly conn: Pick<EventEmitter, "on" | "off"> & { readonly transport: { readonly name: string } };
  on(event: "disconnect", listener: (reason: string) => void): unknown;
  disconnect(close?: boolean): unknown;
}

/** Its words for an end; any other is the client's. */
const REASONS: Readonly<Record<string, CloseReason>> = {
  "ping timeout": "timeout",
  "server namespace disconnect": "server",
  "forced server close": "server",
  "server shutting down": "shutdown",
};

export interface SocketIoConnections {
  /** The connection that a socket is; sign in and out by it. */
  connectionOf(socket: object): ConnectionHandle | undefined;
  /** Records no more. Sockets stay open. */
  stop: Stop;
}

/** Records every socket. Pings are Socket.IO's own: their answers are signs of life, and one that is missing is its `ping timeout`. */
export function monitorSocketIo(monitor: SessionMonitor, server: SocketIoServerLike): SocketIoConnections {
  const open = new WeakMap<object, ConnectionHandle>();

  function connected(socket: SocketIoLike): void {
    const { request, conn } = socket;
    const transport = conn.transport.name === "polling" ? "polling" : "websocket";
    const handle = monitor.open({ transport, request, end: () => void socket.disconnect(true) });
    open.set(socket, handle);
    const alive = () => handle.activity();
    conn.on("packet", alive);
    socket.on("disconnect", (reason) => {
      conn.off("packet", alive);
      void handle.close(REASONS[reason] ?? "client");
    });
  }

  server.on("connection", connected);
  return {
    connectionOf: (socket) => open.get(socket),
    stop: () => void server.off("connection", connected),
  };
}
