import {
  findPostgres,
  findRedis,
  type PostgresServer,
  type RedisServer,
  startPostgres,
  startRedis,
} from "@sojourn/test-servers";
import { createClient } from "redis";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { openRedisCache } from "./cache/redis.js";
import { DAY } from "./clock.js";
import type { RegistryOptions } from "./settings/options.js";
import { openPostgresStore } from "./stores/postgres/index.js";
import type { RegistryStore } from "./stores/store.js";
import { client } from "./testing/clients.js";
import { createManualClock } from "./testing/clock.js";
import { testRegistry } from "./testing/registry.js";

/** Several servers, each with connections of its own, that all do the same thing at once. */
describe.skipIf(findPostgres() === undefined)("servers at once on PostgreSQL", () => {
  let server: PostgresServer;
  let schemas = 0;
  beforeAll(async () => {
    server = await startPostgres();
  }, 60_000);
  afterAll(() => server.stop());

  async function servers(options: Partial<RegistryOptions> = {}, count = 3) {
    schemas += 1;
    const connection = await server.connection(`races${schemas}`);
    const clock = createManualClock();
    const writes = { replace: 0 };
    const made = await Promise.all(
      Array.from({ length: count }, async () => {
        const store = await openPostgresStore({ connection: { ...connection, max: 8 }, now: clock.now });
        onTestFinished(() => store.close());
        const counted: RegistryStore = {
          ...store,
          async replace(...values) {
            const done = await store.replace(...values);
            if (done) writes.replace += 1;
            return done;
          },
        };
        return testRegistry({ ...options, store: counted }, clock);
      }),
    );
    const at = (index: number) => {
      const one = made[index % count];
      if (!one) throw new Error("no such server");
      return one;
    };
    return { at, clock, writes };
  }
  const each = <Result>(count: number, run: (index: number) => Promise<Result>) =>
    Promise.all(Array.from({ length: count }, (_, index) => run(index)));

  test("50 sign-ins of one user keep the limit", async () => {
    const { at } = await servers({ limit: { max: 10 } });
    const done = await each(50, (index) => at(index).signIn());
    const live = (await at(0).registry.list("ann")).filter(({ ended }) => !ended);
    expect(live).toHaveLength(10);
    expect(done.flatMap(({ evicted }) => evicted)).toHaveLength(40);
    expect(new Set(done.map(({ session }) => session.uid)).size).toBe(50);
    const answers = await each(50, (index) =>
      at(index).registry.authenticate({ token: done[index]?.token, client: client() }),
    );
    expect(answers.filter(({ status }) => status === "active")).toHaveLength(10);
  });

  test("50 sign-ins where more are denied", async () => {
    const { at } = await servers({ limit: { max: 10, onExceed: "deny" } });
    const done = await each(50, (index) =>
      at(index).registry.create({ userId: "ann", client: client(), auth: { method: "password" } }),
    );
    expect(done.filter(({ status }) => status === "created")).toHaveLength(10);
    expect(done.filter(({ status }) => status === "denied")).toHaveLength(40);
  });

  test("1,000 first requests with one old token give one session and one new token", async () => {
    const verify = (token: string) => (token === "old" ? { userId: "ann", issuedAt: new Date(0) } : null);
    const { at } = await servers({ legacy: { verify } });
    const answers = await each(1000, (index) => at(index).registry.authenticate({ token: "old", client: client() }));
    expect(new Set(answers.map((one) => one.status === "active" && one.setToken?.token)).size).toBe(1);
    expect(answers.every(({ status }) => status === "active")).toBe(true);
    expect(await at(0).registry.list("ann")).toHaveLength(1);
    expect(await at(0).registry.audit({ limit: 10 })).toHaveLength(1);
  });

  test("200 requests on the first of the day write once and give one cookie", async () => {
    const { at, clock, writes } = await servers();
    const { token } = await at(0).signIn();
    clock.jump(DAY);
    const answers = await each(200, (index) => at(index).request(token));
    expect(writes.replace).toBe(1);
    expect(answers.filter(({ setToken }) => setToken)).toHaveLength(1);
  });

  test("200 requests when the secret is exchanged give one new secret, and end nothing", async () => {
    const { at, clock } = await servers({ rotateHours: 1 });
    const { token } = await at(0).signIn();
    clock.jump(DAY);
    const answers = await each(200, (index) => at(index).request(token));
    const given = answers.flatMap(({ setToken }) => setToken?.token ?? []);
    expect(given).toHaveLength(1);
    expect((await at(1).request(given[0] ?? "")).status).toBe("active");
  });

  test("a session that is revoked among requests lets nobody in afterwards, and stays revoked", async () => {
    const { at, clock } = await servers();
    const { token, session } = await at(0).signIn();
    // Each of these wants to write: it is the first of its day.
    clock.jump(DAY);
    const asks = each(100, (index) => at(index).registry.authenticate({ token, client: client() }));
    const revoked = await at(1).registry.revoke({ userId: "ann", uid: session.uid, by: { admin: "support" } });
    expect(revoked).toEqual({ status: "ended", count: 1 });
    const after = await each(30, (index) => at(index).registry.authenticate({ token, client: client() }));
    expect(after.every(({ status }) => status === "none")).toBe(true);
    await asks;
    expect((await at(2).registry.list("ann"))[0]?.ended?.reason).toBe("revoked");
  });

  test("20 servers that end all others leave one session or none, never a wrong one", async () => {
    const { at } = await servers();
    const all = await each(20, () => at(0).signIn());
    await each(20, (index) =>
      at(index).registry.revokeOthers({ userId: "ann", by: { session: all[index]?.session.uid ?? "" } }),
    );
    expect((await at(0).registry.list("ann")).filter(({ ended }) => !ended).length).toBeLessThanOrEqual(1);
  });

  test("one notice is sent once by many servers", async () => {
    const sent: string[] = [];
    const channel = {
      name: "mail",
      destinationsOf: () => [{ to: "ann@example.com" }],
      send: async (_to: string, _message: unknown, key: string) => void sent.push(key),
    };
    const { at } = await servers({ notifier: { channels: [channel] } });
    await at(0).signIn();
    await each(30, (index) => at(index).registry.deliver());
    expect(sent).toHaveLength(1);
  });

  describe.skipIf(findRedis() === undefined)("with Redis", () => {
    let redis: RedisServer;
    beforeAll(async () => {
      redis = await startRedis();
    });
    afterAll(() => redis.stop());

    test("a revocation is heard on every server within a second, though each has the session in its cache", async () => {
      schemas += 1;
      const connection = await server.connection(`races${schemas}`);
      const instances = await Promise.all(
        Array.from({ length: 4 }, async () => {
          const store = await openPostgresStore({ connection });
          const cache = await openRedisCache({ url: redis.socket, prefix: `races${schemas}:`, ttlMs: 600_000 });
          onTestFinished(async () => {
            await cache.close();
            await store.close();
          });
          return testRegistry({ store, cache });
        }),
      );
      const [first, ...others] = instances;
      const { token, guid, session } = (await first?.signIn()) ?? {};
      if (!first || guid === undefined || session === undefined) throw new Error("nobody signed in");
      // As ten seconds later, when the mark of the sign-in is gone.
      const watcher = createClient({ socket: { path: redis.socket, tls: false } });
      await watcher.connect();
      onTestFinished(() => watcher.close());
      await watcher.flushAll();
      for (const { request } of instances) await request(token ?? "");
      expect(await watcher.get(`races${schemas}:s:${guid}`)).toContain("ann");
      const heard = others.map(({ registry }) => new Promise((resolve) => registry.onEnded((guids) => resolve(guids))));
      const began = performance.now();
      await first.registry.revoke({ userId: "ann", uid: session.uid, by: { admin: "support" } });
      for (const { registry } of instances)
        expect((await registry.authenticate({ token, client: client() })).status).toBe("none");
      expect(await Promise.all(heard)).toEqual(others.map(() => [guid]));
      expect(performance.now() - began).toBeLessThan(1000);
    });
  });
});
