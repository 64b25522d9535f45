import { findRedis, type RedisServer, startRedis } from "@sojourn/test-servers";
import { createClient } from "redis";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import type { Session } from "../model/session.js";
import { createMemoryStore } from "../stores/memory.js";
import { client } from "../testing/clients.js";
import { createManualClock } from "../testing/clock.js";
import { session } from "../testing/conformance.js";
import { testRegistry } from "../testing/registry.js";
import { createMemoryCache } from "./cache.js";
import { openRedisCache } from "./redis.js";

describe("a process's own cache", () => {
  const load = (version: number) => async () => session("ann", "A", { version });

  test("answers from memory until its time is over", async () => {
    const clock = createManualClock();
    const cache = createMemoryCache({ clock, ttlMs: 5000 });
    expect((await cache.find("g", load(1)))?.version).toBe(1);
    clock.jump(4999);
    expect((await cache.find("g", load(2)))?.version).toBe(1);
    clock.jump(1);
    expect((await cache.find("g", load(2)))?.version).toBe(2);
  });

  test("does not keep what was read before a change and came after it", async () => {
    const cache = createMemoryCache();
    let give = (_: Session) => {};
    const read = cache.find("g", () => new Promise<Session>((resolve) => (give = resolve)));
    await cache.changed(["g"]);
    give(session("ann", "A", { version: 1 }));
    await read;
    expect((await cache.find("g", load(2)))?.version).toBe(2);
  });

  test("holds no more than it may, and nothing of sessions that are none", async () => {
    const cache = createMemoryCache({ max: 2 });
    for (const guid of ["a", "b", "c"]) await cache.find(guid, load(1));
    expect((await cache.find("a", load(9)))?.version).toBe(9);
    expect((await cache.find("c", load(9)))?.version).toBe(1);
    await cache.find("none", async () => undefined);
    expect((await cache.find("none", load(3)))?.version).toBe(3);
  });
});

describe.skipIf(findRedis() === undefined)("Redis", () => {
  let server: RedisServer;
  let spaces = 0;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.stop());

  async function instances(count: number, ttlMs = 60_000) {
    spaces += 1;
    const store = createMemoryStore();
    let reads = 0;
    const counting = {
      ...store,
      find(guid: string) {
        reads += 1;
        return store.find(guid);
      },
    };
    const made = [];
    for (let index = 0; index < count; index += 1) {
      const cache = await openRedisCache({ url: server.socket, prefix: `t${spaces}:`, ttlMs });
      onTestFinished(() => cache.close());
      made.push(testRegistry({ store: counting, cache }));
    }
    const [one, other] = made;
    if (!one || !other) throw new Error("two instances are needed");
    return { one, other, reads: () => reads };
  }

  test("what one instance ends is ended on all at once, though they have it in their cache", async () => {
    const { one, other, reads } = await instances(2);
    const { token, guid } = await one.signIn();
    // As ten seconds later, when the mark of the sign-in is gone.
    const watcher = createClient({ socket: { path: server.socket, tls: false } });
    await watcher.connect();
    onTestFinished(() => watcher.close());
    await watcher.flushAll();
    const ask = () => other.registry.authenticate({ token, client: client() });
    expect((await ask()).status).toBe("active");
    expect((await ask()).status).toBe("active");
    expect(reads()).toBe(1);
    const heard = new Promise((resolve) => other.registry.onEnded(resolve));
    await one.registry.signOut({ token });
    expect((await ask()).status).toBe("none");
    expect(await heard).toEqual([guid]);
  });

  test("a session is read from the store once for all instances", async () => {
    spaces += 1;
    const caches = await Promise.all([1, 2].map(() => openRedisCache({ url: server.socket, prefix: `t${spaces}:` })));
    for (const cache of caches) onTestFinished(() => cache.close());
    let reads = 0;
    const load = async () => {
      reads += 1;
      return session("ann", "A");
    };
    for (const cache of caches) expect(await cache.find("g", load)).toEqual(session("ann", "A"));
    expect(reads).toBe(1);
  });

  test("a state that was read before a change is not put there after it", async () => {
    spaces += 1;
    const cache = await openRedisCache({ url: server.socket, prefix: `t${spaces}:` });
    onTestFinished(() => cache.close());
    await cache.find("g", async () => {
      await cache.changed(["g"]);
      return session("ann", "A", { version: 1 });
    });
    expect((await cache.find("g", async () => session("ann", "A", { version: 2 })))?.version).toBe(2);
  });

  test("requests go on when Redis dies", async () => {
    const own = await startRedis();
    const errors: unknown[] = [];
    const cache = await openRedisCache({ url: own.socket, onError: (error) => void errors.push(error) });
    onTestFinished(() => cache.close());
    const { signIn, request, registry } = testRegistry({ cache });
    const { token } = await signIn();
    await own.stop();
    expect((await request(token)).userId).toBe("ann");
    await registry.signOut({ token });
    expect((await registry.authenticate({ token, client: client() })).status).toBe("none");
    expect(errors.length).toBeGreaterThan(0);
  });

  test("nothing in Redis lets anybody in", async () => {
    spaces += 1;
    const cache = await openRedisCache({ url: server.socket, prefix: `t${spaces}:` });
    onTestFinished(() => cache.close());
    const { signIn, store } = testRegistry();
    const { token, guid } = await signIn();
    await cache.find(guid, store.find);
    const redis = createClient({ socket: { path: server.socket, tls: false } });
    await redis.connect();
    onTestFinished(() => redis.close());
    const values = await Promise.all((await redis.keys(`t${spaces}:*`)).map((key) => redis.get(key)));
    const secret = token.split(".")[2] ?? "";
    expect(values.join()).toContain(guid);
    expect(values.join()).not.toContain(secret);
  });
});
