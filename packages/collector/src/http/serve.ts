import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Log } from "../lib/logger.js";
import { boundConnections } from "./connections.js";
import { type Handler, nodeListener } from "./node.js";

export interface HttpServer {
  /** `http://host:port` as it can be opened. */
  url: string;
  /** Takes no new connection, lets running requests end (at most 5 s), then closes. */
  stop(): Promise<void>;
}

export interface ServeOptions {
  host: string;
  /** 0 takes a free one. */
  port: number;
  log: Log;
  /** Most connections at a time. Default: 10,000. */
  connections?: number | undefined;
  /** How long a sender may take, in ms, from when its connection or its request begins; looked at each `check` ms. */
  patience?: { headers: number; request: number; check: number } | undefined;
}

const STOP_MS = 5_000;
const PATIENCE = { headers: 10_000, request: 30_000, check: 2_000 };
/** Some load balancers keep theirs for a minute, and would send a request into one that is just being closed. */
const IDLE_MS = 65_000;

/**
 * Serves a `Request → Response` handler over Node's http, with bounds on how many connections there are and how long a request
 * may take to arrive.
 *
 * @throws Error with `code` `EADDRINUSE`, `EACCES` or `EADDRNOTAVAIL` when the address cannot be had.
 */
export async function serve(handle: Handler, options: ServeOptions): Promise<HttpServer> {
  const { connections = 10_000, patience = PATIENCE } = options;
  const server = createServer({
    maxHeaderSize: 16_384,
    headersTimeout: patience.headers,
    requestTimeout: patience.request,
    connectionsCheckingInterval: patience.check,
    keepAliveTimeout: IDLE_MS,
  });
  boundConnections(server, connections);
  server.on("request", nodeListener(handle, { log: options.log, isClosing: () => !server.listening }));
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

function authority(host: string, port: number): string {
  const name = host === "0.0.0.0" || host === "::" ? "localhost" : host;
  return name.includes(":") ? `[${name}]:${port}` : `${name}:${port}`;
}
