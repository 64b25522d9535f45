import { createServer } from "node:http";
import { nodeListener } from "@sojourn/collector/node";

/**
 * Node's own http, with the collector under /rum.
 *
 * @param {import("@sojourn/collector").Collector} collector
 */
export function createApp(collector) {
  const rum = nodeListener(collector.handle, { prefix: "/rum" });
  return createServer((request, response) => {
    if (request.url?.startsWith("/rum/")) rum(request, response);
    else response.end("the application");
  });
}
