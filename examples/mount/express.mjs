import { createServer } from "node:http";
import { nodeListener } from "@sojourn/collector/node";
import express from "express";

/**
 * Express, with the collector under /rum: before the body parsers, which would leave it nothing to read.
 *
 * @param {import("@sojourn/collector").Collector} collector
 */
export function createApp(collector) {
  const app = express();
  app.use("/rum", nodeListener(collector.handle));
  app.use(express.json());
  app.get("/", (_, response) => {
    response.send("the application");
  });
  return createServer(app);
}
