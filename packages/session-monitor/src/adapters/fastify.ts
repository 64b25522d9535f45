import type { IncomingMessage } from "node:http";
import type { ConnectionHandle, SessionMonitor } from "../monitor.js";
import { createRecorder, type RequestsOptions } from "./node-http.js";

/** What is used of a Fastify server. */
export interface FastifyLike {
  decorateRequest(name: string, value: null): unknown;
  addHook(name: "onRequest", hook: (request: FastifyRequestLike, reply: unknown, done: () => void) => void): unknown;
}

export interface FastifyRequestLike {
  readonly raw: IncomingMessage;
}

/**
 * Plugin for Fastify 4 and 5: records the client of every request, and leaves its presence in `request.monitored`,
 * which is `null` where there is none. `app.register(fastifyMonitor(monitor))`.
 */
export function fastifyMonitor(
  monitor: SessionMonitor,
  options?: RequestsOptions,
): (app: FastifyLike, options: unknown, done: () => void) => void {
  const record = createRecorder(monitor, options);
  const plugin = (app: FastifyLike, _options: unknown, done: () => void) => {
    app.decorateRequest("monitored", null);
    app.addHook("onRequest", (request, _reply, next) => {
      const connection = record(request.raw);
      if (connection) (request as { monitored?: ConnectionHandle }).monitored = connection;
      next();
    });
    done();
  };
  // It is for the whole server, not for the plugin's own routes.
  return Object.assign(plugin, { [Symbol.for("skip-override")]: true });
}
