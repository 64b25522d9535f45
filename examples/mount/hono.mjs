import { createAdaptorServer } from "@hono/node-server";
import { Hono } from "hono";

/**
 * Hono speaks standard requests, as the collector does: it only has to be told the sender's address.
 *
 * @param {import("@sojourn/collector").Collector} collector
 */
export function createApp(collector) {
  const app = new Hono();
  app.get("/", (context) => context.text("the application"));
  app.mount("/rum", (request, { incoming }) => collector.handle(request, { peer: incoming.socket.remoteAddress }));
  return createAdaptorServer({ fetch: app.fetch });
}
