import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Log } from "../lib/logger.js";
import { type Handler, nodeListener } from "./node.js";

export interface HttpServer {
  /** `http://host:port` as it can be opened. */
  url: string;
  /** Takes no new connection, lets running requests end (at most 5 s), then closes. */
  stop(): Promise<void>;
}

const STOP_MS = 5_000;

/**
 * Serves a `Request → Response` handler over Node's http.
 *
 * @throws Error with `code` `EADDRINUSE`, `EACCES` or `EADDRNOTAVAIL` when the address cannot be had.
 */
export async function serve(handle: Handler, options: { host: string; port: number; log: Log }): Promise<HttpServer> {
  const server = createServer({ maxHeaderSize: 16_384, headersTimeout: 10_000, requestTimeout: 30_000 });
  server.keepAliveTimeout = 65_000;
  server.maxConnections = 20_000;
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
