import { findPostgres, type PostgresServer, startPostgres } from "@sojourn/test-servers";
import { afterAll, beforeAll, describe } from "vitest";
import { describeStore } from "../../testing/conformance.js";
import { openPostgresStore } from "./index.js";

describe.skipIf(findPostgres() === undefined)("PostgreSQL", () => {
  let server: PostgresServer;
  let schemas = 0;
  beforeAll(async () => {
    server = await startPostgres();
  }, 60_000);
  afterAll(() => server.stop());

  describeStore("postgres", async (clock) => {
    schemas += 1;
    return openPostgresStore({ connection: await server.connection(`t${schemas}`), now: () => clock.now });
  });
});
