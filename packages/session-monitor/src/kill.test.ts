import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findPostgres, type PostgresServer, startPostgres } from "@sojourn/test-servers";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { Facts } from "./model/facts.js";
import { openPostgresStore } from "./stores/postgres/index.js";
import { openSqliteStore } from "./stores/sqlite/index.js";
import type { SessionStore } from "./stores/store.js";
import { createSharedTime, type Instance, kill, type SharedTime, startInstance } from "./testing/instances.js";

// Real processes on whatever machine this is.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const CONNECTIONS = 600;
const MINUTE = 60_000;

type Place = { readonly where: object; open(time: SharedTime): Promise<SessionStore> };

function describeDeath(name: string, place: (folder: string) => Promise<Place>): void {
  describe(`three processes on one ${name}`, () => {
    let folder: string;
    let time: SharedTime;
    let store: SessionStore;
    let all: Instance[];
    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), "sojourn-kill-"));
      time = createSharedTime(folder);
      const { where, open } = await place(folder);
      store = await open(time);
      all = await Promise.all([1, 2, 3].map(() => startInstance(time, where)));
      await each("beat");
      await Promise.all(all.map((one) => one.call("open", { count: CONNECTIONS, users: 10 })));
    });
    afterEach(async () => {
      await Promise.all(all.map(kill));
      await store.close();
      await rm(folder, { recursive: true, force: true });
    });

    const each = (call: "beat" | "sweep", among = all) => Promise.all(among.map((one) => one.call(call)));
    async function documents(instanceId: string): Promise<Facts[]> {
      const found: Facts[] = [];
      for await (const page of store.overlapping(0, time.now() + 1)) found.push(...page);
      return found.filter((facts) => facts.instanceId === instanceId);
    }
    const swept = (answers: readonly { result?: unknown }[]) =>
      answers.reduce((sum, { result }) => sum + Number(result), 0);
    const ends = (found: readonly Facts[]) => new Set(found.map(({ closed }) => JSON.stringify(closed)));

    test("one is killed: its documents end at its last beat, the others' go on, a second sweep does nothing", async () => {
      const [victim, ...others] = all as [Instance, Instance, Instance];
      time.advance(MINUTE);
      await each("beat");
      const lastBeat = time.now();
      time.advance(30_000);
      await kill(victim);
      time.advance(30_000);
      await each("beat", others);
      expect(swept(await each("sweep", others))).toBe(0);
      time.advance(2 * MINUTE);
      await each("beat", others);
      // Both at once.
      expect(swept(await each("sweep", others))).toBe(CONNECTIONS);
      expect(ends(await documents(victim.instanceId))).toEqual(
        new Set([JSON.stringify({ at: lastBeat, reason: "lost" })]),
      );
      for (const { instanceId } of others) expect(ends(await documents(instanceId))).toEqual(new Set([undefined]));
      const before = await documents(victim.instanceId);
      expect(swept(await each("sweep", others))).toBe(0);
      expect(await documents(victim.instanceId)).toEqual(before);
    });

    test("one stands still for 5 minutes: it goes on under another id and opens nothing that was closed", async () => {
      const [sleeper, ...others] = all as [Instance, Instance, Instance];
      time.advance(MINUTE);
      await each("beat");
      const lastBeat = time.now();
      sleeper.child.kill("SIGSTOP");
      for (let minute = 0; minute < 5; minute += 1) {
        time.advance(MINUTE);
        await each("beat", others);
        await each("sweep", others);
      }
      const lost = await documents(sleeper.instanceId);
      expect(lost).toHaveLength(CONNECTIONS);
      expect(ends(lost)).toEqual(new Set([JSON.stringify({ at: lastBeat, reason: "lost" })]));
      sleeper.child.kill("SIGCONT");
      const { instanceId, errors } = await sleeper.call("beat");
      expect(errors).toEqual([]);
      expect(instanceId).not.toBe(sleeper.instanceId);
      const again = await documents(instanceId);
      expect(again).toHaveLength(CONNECTIONS);
      expect(ends(again)).toEqual(new Set([undefined]));
      expect(new Set(again.map(({ opening }) => opening?.previousId))).toEqual(new Set([sleeper.instanceId]));
      expect(again.flatMap(({ identity }) => identity.map(({ userId }) => userId)).sort()).toHaveLength(10);
      expect(await documents(sleeper.instanceId)).toEqual(lost);
      expect(swept(await each("sweep"))).toBe(0);
    });

    test("one ends in order: its documents are closed at once, for their real reason", async () => {
      const [leaver, ...others] = all as [Instance, Instance, Instance];
      time.advance(10_000);
      expect((await leaver.call("stop")).errors).toEqual([]);
      const end = JSON.stringify({ at: time.now(), reason: "shutdown" });
      expect(ends(await documents(leaver.instanceId))).toEqual(new Set([end]));
      await kill(leaver);
      expect(swept(await each("sweep", others))).toBe(0);
    });
  });
}

describeDeath("SQLite file", async (folder) => {
  const path = join(folder, "monitor.db");
  return { where: { sqlite: path }, open: async ({ now }) => openSqliteStore({ path, now }) };
});

describe.skipIf(findPostgres() === undefined)("on PostgreSQL", () => {
  let server: PostgresServer;
  let schemas = 0;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.stop());

  describeDeath("PostgreSQL", async () => {
    schemas += 1;
    const connection = await server.connection(`t${schemas}`);
    return { where: { postgres: connection }, open: ({ now }) => openPostgresStore({ connection, now }) };
  });
});
