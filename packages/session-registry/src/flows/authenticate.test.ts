import { describe, expect, test } from "vitest";
import { DAY, HOUR, MINUTE } from "../clock.js";
import { createMemoryStore } from "../stores/memory.js";
import type { RegistryStore } from "../stores/store.js";
import { client } from "../testing/clients.js";
import { testRegistry } from "../testing/registry.js";

/** Counts what is written of requests. */
function counting(store: RegistryStore) {
  const writes = { replace: 0, change: 0 };
  const counted: RegistryStore = {
    ...store,
    async replace(...values) {
      const done = await store.replace(...values);
      if (done) writes.replace += 1;
      return done;
    },
    change(userId, decide) {
      writes.change += 1;
      return store.change(userId, decide);
    },
  };
  return { counted, writes };
}

describe("a session's life", () => {
  test("is refreshed by the first request of a UTC day and by no other", async () => {
    const { counted, writes } = counting(createMemoryStore());
    const { signIn, request, clock } = testRegistry({ store: counted });
    const { token } = await signIn();
    expect((await request(token)).setToken).toBeUndefined();
    clock.jump(11 * HOUR + 59 * MINUTE);
    expect((await request(token)).setToken).toBeUndefined();
    expect(writes.replace).toBe(0);
    clock.jump(MINUTE);
    const { setToken, session } = await request(token);
    expect(setToken).toEqual({ token, maxAge: 120 * 86_400 });
    expect(session.expiresAt).toBe(clock.now() + 120 * DAY);
    expect((await request(token)).setToken).toBeUndefined();
    expect(writes.replace).toBe(1);
  });

  test("of many requests at once on the first of the day one writes, and one gives a cookie", async () => {
    const { counted, writes } = counting(createMemoryStore());
    const { signIn, request, clock } = testRegistry({ store: counted });
    const { token } = await signIn();
    clock.jump(DAY);
    const answers = await Promise.all(Array.from({ length: 100 }, () => request(token)));
    expect(answers.filter(({ setToken }) => setToken)).toHaveLength(1);
    expect(writes.replace).toBe(1);
  });

  test("ends 120 days after the last day it was used", async () => {
    const { signIn, request, registry, clock, reason } = testRegistry({ lifetime: { absoluteDays: 3650 } });
    const { token, session } = await signIn();
    for (let days = 0; days < 240; days += 119) {
      clock.jump(119 * DAY);
      await request(token);
    }
    clock.jump(120 * DAY - 1);
    expect((await registry.list("ann")).map(({ uid }) => uid)).toEqual([session.uid]);
    clock.jump(1);
    expect(await registry.authenticate({ token, client: client() })).toEqual({ status: "none" });
    expect(reason()).toBe("expired");
  });

  test("ends 365 days after its sign-in, however it is used", async () => {
    const { signIn, request, registry, clock } = testRegistry();
    const { token, maxAge } = await signIn();
    expect(maxAge).toBe(120 * 86_400);
    for (let day = 1; day < 365; day += 1) {
      clock.jump(DAY);
      await request(token);
    }
    const { session } = await request(token);
    expect(session.expiresAt - clock.now()).toBe(DAY);
    clock.jump(DAY);
    expect((await registry.authenticate({ token, client: client() })).status).toBe("none");
  });

  test("is fresh for 15 minutes after its user proved who it is, whatever else is done with it", async () => {
    const { signIn, request, registry, clock } = testRegistry();
    const { token } = await signIn();
    clock.jump(15 * MINUTE);
    expect((await request(token)).fresh).toBe(true);
    clock.jump(1);
    expect((await request(token)).fresh).toBe(false);
    clock.jump(DAY);
    const next = await request(token);
    expect([next.fresh, next.setToken !== undefined]).toEqual([false, true]);
    const again = await registry.reauthenticate({ token, client: client(), auth: { method: "password" } });
    expect((await request(again?.token ?? "")).fresh).toBe(true);
  });

  test("goes by the server's clock: one that goes back makes nothing fresh and nothing longer", async () => {
    const { signIn, request, clock } = testRegistry();
    const { token } = await signIn();
    clock.jump(-HOUR);
    const { fresh, session } = await request(token);
    expect(fresh).toBe(false);
    clock.jump(HOUR);
    expect((await request(token)).session.expiresAt).toBe(session.expiresAt);
  });

  test("with a short life is refreshed after a quarter of its idle time", async () => {
    const { counted, writes } = counting(createMemoryStore());
    const { signIn, request, registry, clock } = testRegistry({ store: counted, lifetime: "nist-aal2" });
    const { token, maxAge } = await signIn();
    expect(maxAge).toBe(3600);
    for (let minutes = 0; minutes < 24 * 60 - 14; minutes += 14) {
      clock.jump(14 * MINUTE);
      await request(token);
    }
    expect(writes.replace).toBeLessThan((24 * 60) / 14);
    clock.jump(14 * MINUTE);
    expect((await registry.authenticate({ token, client: client() })).status).toBe("none");
  });
});

describe("a client that changed", () => {
  test("is written at most once an hour, and the last networks are kept", async () => {
    const { counted, writes } = counting(createMemoryStore());
    const { signIn, request, clock, store } = testRegistry({ store: counted });
    const { token, guid } = await signIn();
    for (let minute = 0; minute < 60; minute += 1) {
      clock.jump(MINUTE);
      await request(token, client("chromeLinux", minute % 2 === 0 ? "phone" : "homeMoved"));
    }
    expect(writes.replace).toBe(1);
    for (let hour = 0; hour < 30; hour += 1) {
      clock.jump(HOUR);
      await request(token, { ...client("chromeLinux"), address: `10.${hour}.0.1` });
    }
    const session = await store.find(guid);
    expect(session?.networks).toEqual(Array.from({ length: 10 }, (_, index) => `10.${29 - index}.0.0`));
  });

  test("is not taken over where the policy only watches: what it would have done is written down", async () => {
    const { signIn, request, registry, store } = testRegistry();
    const { token, guid } = await signIn();
    const thief = client("firefoxWindows", "abroad");
    for (let times = 0; times < 3; times += 1) await request(token, thief);
    expect((await store.find(guid))?.client.info.browser?.name).toBe("Chrome");
    const noted = (await registry.audit({ userId: "ann", limit: 10 })).filter(({ type }) => type === "challenged");
    expect(noted).toMatchObject([
      { reason: "would_revoke", flags: ["new_country", "another_program", "another_system"] },
    ]);
  });

  test("that is challenged keeps nobody else out, and its user signs in again on the same session", async () => {
    const { signIn, request, registry } = testRegistry({ policy: { mode: "enforce" } });
    const { token, session } = await signIn();
    const other = client("firefoxLinux");
    expect((await registry.authenticate({ token, client: other })).status).toBe("challenge");
    expect((await request(token)).status).toBe("active");
    const again = await signIn("ann", { client: other, presented: { token } });
    expect([again.status, again.session.uid]).toEqual(["reused", session.uid]);
    expect((await request(again.token, other)).status).toBe("active");
    expect((await registry.authenticate({ token, client: client() })).status).toBe("none");
  });

  test("in a new country costs the session its freshness, once", async () => {
    const { signIn, request, clock } = testRegistry({ policy: { mode: "enforce" } });
    const { token } = await signIn();
    const abroad = client("chromeLinux", "abroad");
    const first = await request(token, abroad);
    expect([first.fresh, first.flags]).toEqual([false, ["new_country"]]);
    expect((await request(token, abroad)).flags).toEqual([]);
    clock.jump(2 * HOUR);
    await request(token);
    expect((await request(token, abroad)).flags).toEqual([]);
  });

  test("is asked of a policy of one's own; what it throws lets in and is reported", async () => {
    const asked: string[] = [];
    const own = testRegistry({
      policy({ change }) {
        asked.push(change.address);
        if (change.address === "other") throw new Error("no");
        return { outcome: "revoke", flags: ["mine"] };
      },
    });
    const { token } = await own.signIn();
    expect((await own.request(token, client("chromeLinux", "abroad"))).flags).toEqual(["policy_failed"]);
    expect(own.errors).toHaveLength(1);
    expect((await own.registry.authenticate({ token, client: client("chromeLinux", "phone") })).status).toBe("none");
    expect(asked).toEqual(["other", "country"]);
  });

  test("is nobody's matter where the policy is off", async () => {
    const { signIn, request } = testRegistry({ policy: { mode: "off" } });
    const { token } = await signIn();
    expect((await request(token, client("app", "abroad"))).flags).toEqual([]);
  });
});

describe("a secret that is exchanged", () => {
  const options = { rotateHours: 1, policy: { mode: "off" } } as const;

  test("is new each hour; requests on their way have a minute more", async () => {
    const { signIn, request, clock } = testRegistry(options);
    const { token } = await signIn();
    clock.jump(HOUR);
    const { setToken } = await request(token);
    expect(setToken?.token).not.toBe(token);
    clock.jump(MINUTE);
    expect((await request(token)).status).toBe("active");
    expect((await request(setToken?.token ?? "")).status).toBe("active");
  });

  test("ends the session when the old one comes back: two hold it", async () => {
    const { signIn, request, registry, clock, store, reason } = testRegistry(options);
    const { token, guid } = await signIn();
    clock.jump(HOUR);
    const { setToken } = await request(token);
    clock.jump(MINUTE + 1);
    expect(await registry.authenticate({ token, client: client() })).toEqual({ status: "none" });
    expect(reason()).toBe("reuse");
    expect((await store.find(guid))?.ended?.reason).toBe("reuse");
    expect((await registry.authenticate({ token: setToken?.token, client: client() })).status).toBe("none");
  });

  test("is exchanged by one of many requests at once", async () => {
    const { signIn, request, clock } = testRegistry(options);
    const { token } = await signIn();
    clock.jump(HOUR);
    const answers = await Promise.all(Array.from({ length: 50 }, () => request(token)));
    const given = answers.flatMap(({ setToken }) => setToken?.token ?? []);
    expect(given).toHaveLength(1);
    expect((await request(given[0] ?? "")).status).toBe("active");
  });
});
