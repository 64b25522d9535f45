import { nodeListener } from "@sojourn/collector/node";
import fastify from "fastify";

/**
 * Fastify, with the collector under /rum: in a scope of its own, in which no body is parsed.
 *
 * @param {import("@sojourn/collector").Collector} collector
 */
export async function createApp(collector) {
  const rum = nodeListener(collector.handle, { prefix: "/rum" });
  const app = fastify();
  app.get("/", async () => "the application");
  app.register(
    async (scope) => {
      scope.removeAllContentTypeParsers();
      scope.addContentTypeParser("*", (_request, _body, done) => done(null));
      scope.all("/*", (request, reply) => {
        reply.hijack();
        rum(request.raw, reply.raw);
      });
    },
    { prefix: "/rum" },
  );
  await app.ready();
  return app.server;
}
