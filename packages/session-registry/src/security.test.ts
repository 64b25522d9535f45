import { describe, expect, test } from "vitest";
import { HOUR, MINUTE } from "./clock.js";
import { guidOf, isSecret, newUid, parseToken, systemRandom } from "./model/token.js";
import { client } from "./testing/clients.js";
import { testRegistry } from "./testing/registry.js";

describe("names and secrets", () => {
  test("a uid is 8 characters of Crockford's alphabet, and those of one user differ", async () => {
    const uids = new Set(Array.from({ length: 20_000 }, () => newUid(systemRandom)));
    for (const uid of uids) expect(uid).toMatch(/^[0-9A-HJKMNP-TV-Z]{8}$/);
    expect(uids.size).toBeGreaterThan(19_990);
    // A source that repeats itself: what was taken is not taken again.
    const used = new Set<string>();
    let asked = 0;
    const random = (bytes: number) => {
      if (bytes !== 5) return systemRandom(bytes);
      asked += 1;
      return new Uint8Array(5).fill(Math.floor(asked / 3));
    };
    const { signIn } = testRegistry({ random });
    for (let times = 0; times < 5; times += 1) used.add((await signIn("ann")).session.uid);
    expect(used.size).toBe(5);
  });

  test("a guid tells neither user nor uid, and two pairs never meet in one text", () => {
    const key = Buffer.from("k".repeat(32));
    expect(guidOf(key, "1", "23456789")).not.toBe(guidOf(key, "12", "3456789"));
    expect(guidOf(key, "1", "23456789")).not.toBe(guidOf(undefined, "1", "23456789"));
    expect(guidOf(key, "1", "23456789")).toBe(guidOf(key, "1", "23456789"));
    expect(guidOf(undefined, "1", "23456789")).toMatch(/^[\w-]{22}$/);
  });

  test("a secret is compared in one way, whether or not there is a session", () => {
    const hash = "a".repeat(43);
    expect(isSecret("x", undefined)).toBe(false);
    expect(isSecret("x", hash)).toBe(false);
    expect(isSecret("x", "short")).toBe(false);
    // The empty secret is what nobody's hash is of.
    expect(isSecret("", undefined)).toBe(false);
  });

  test("a token has one form", async () => {
    const { signIn } = testRegistry();
    const { token } = await signIn();
    expect(token).toMatch(/^s1\.[\w-]{22}\.[\w-]{43}$/);
    for (const bad of [
      undefined,
      5,
      {},
      "",
      "s1..",
      `${token}x`,
      token.slice(1),
      token.replace("s1", "s2"),
      ` ${token}`,
      "s1.".padEnd(1e6, "a"),
    ])
      expect(parseToken(bad)).toBeUndefined();
  });
});

describe("refusals", () => {
  test("expired, revoked, unknown, malformed, forged and missing tokens are answered alike", async () => {
    const { signIn, registry, clock, events } = testRegistry();
    const old = await signIn("old");
    clock.jump(121 * 24 * HOUR);
    const ended = await signIn("ann");
    const { token } = await signIn("bob");
    await registry.signOut({ token: ended.token });
    const [, guid, secret = ""] = token.split(".");
    const other = secret[0] === "A" ? "B" : "A";
    const tokens = {
      missing: undefined,
      malformed: "rubbish",
      unknown: `s1.${"A".repeat(22)}.${secret}`,
      wrong_secret: `s1.${guid}.${other}${secret.slice(1)}`,
      expired: old.token,
      ended: ended.token,
    };
    for (const [reason, one] of Object.entries(tokens)) {
      expect(await registry.authenticate({ token: one, client: client() })).toEqual({ status: "none" });
      expect(events.at(-1)).toMatchObject({ event: "refused", reason });
    }
    expect((await registry.authenticate({ token, client: client() })).status).toBe("active");
  });

  test("a network that guesses is held back, and no other; sessions are not ended by it", async () => {
    const { signIn, registry, clock } = testRegistry({ rates: { misses: 5 } });
    const { token } = await signIn();
    const guess = (place: "home" | "abroad") =>
      registry.authenticate({ token: `s1.${"A".repeat(22)}.${"A".repeat(43)}`, client: client("chromeLinux", place) });
    for (let times = 0; times < 5; times += 1) expect((await guess("abroad")).status).toBe("none");
    expect(await guess("abroad")).toEqual({ status: "limited", retryAfter: 60 });
    expect((await guess("home")).status).toBe("none");
    expect((await registry.authenticate({ token, client: client("chromeLinux", "home") })).status).toBe("active");
    clock.jump(MINUTE);
    expect((await guess("abroad")).status).toBe("none");
  });
});

describe("fixation", () => {
  test("a token that came before the sign-in is good for nothing after it", async () => {
    const { signIn, registry } = testRegistry();
    const planted = await signIn("mallory");
    const { token, session } = await signIn("ann", { presented: { token: planted.token } });
    expect(session.uid).not.toBe(planted.session.uid);
    expect((await registry.authenticate({ token: planted.token, client: client() })).status).toBe("none");
    expect((await registry.authenticate({ token, client: client() })).status).toBe("active");
    const again = await signIn("ann", { presented: { token } });
    expect([again.status, again.session.uid]).toEqual(["reused", session.uid]);
    expect((await registry.authenticate({ token, client: client() })).status).toBe("none");
  });

  test("each proof gives a new secret: signing in again, a second factor", async () => {
    const { signIn, registry, request } = testRegistry();
    const { token } = await signIn();
    const auth = { method: "totp" };
    const second = await registry.stepUp({ token, client: client(), auth });
    expect((await registry.authenticate({ token, client: client() })).status).toBe("none");
    expect((await request(second?.token ?? "")).steppedUp).toBe(true);
    const third = await registry.reauthenticate({ token: second?.token, client: client(), auth });
    expect((await registry.authenticate({ token: second?.token, client: client() })).status).toBe("none");
    expect(third?.token).toBeDefined();
    expect(await registry.stepUp({ token, client: client(), auth })).toBeUndefined();
    expect(await registry.reauthenticate({ token: "rubbish", client: client(), auth })).toBeUndefined();
  });

  test("after a change of password all other sessions are over", async () => {
    const { signIn, registry, request } = testRegistry();
    const [one, two, mine] = [await signIn(), await signIn(), await signIn()];
    const done = await registry.revokeAll({
      userId: "ann",
      reason: "password_changed",
      except: mine.session.uid,
      by: "account",
    });
    expect(done.count).toBe(2);
    for (const { token } of [one, two])
      expect((await registry.authenticate({ token, client: client() })).status).toBe("none");
    expect((await request(mine.token)).status).toBe("active");
  });

  test("a browser's cookie alone lets nobody in and brings nothing back", async () => {
    const { signIn, registry } = testRegistry();
    const { device, token, session } = await signIn();
    expect((await registry.authenticate({ token: device.token, client: client() })).status).toBe("none");
    await registry.signOut({ token });
    const other = await signIn("bob", { presented: { device: device.token } });
    expect(other.status).toBe("created");
    // Another program with that cookie is not that browser.
    const copied = await signIn("ann", { presented: { device: device.token }, client: client("firefoxLinux") });
    expect([copied.status, copied.session.uid === session.uid]).toEqual(["created", false]);
  });
});

describe("what leaves the server", () => {
  test("no token, secret, hash, key or foreign guid is in a list, an export, an event, a notice or the store", async () => {
    const { signIn, registry, store, events, clock } = testRegistry({
      notifier: { channels: [] },
      policy: { mode: "enforce" },
      legacy: { verify: (token) => (token === "old-token" ? { userId: "ann", issuedAt: new Date(0) } : null) },
    });
    const first = await signIn();
    const second = await signIn("ann", { client: client("firefoxWindows", "abroad"), presented: { token: "rubbish" } });
    const migrated = await registry.authenticate({ token: "old-token", client: client("safariMac") });
    await registry.authenticate({ token: first.token, client: client("curl") });
    await registry.authenticate({ token: `${first.token.slice(0, -1)}_`, client: client() });
    await registry.signOut({ token: second.token });
    clock.jump(HOUR);
    const secrets = [first, second].flatMap(({ token, device }) => [token.split(".")[2] ?? "", device.token]);
    const hashes = (await store.sessionsOf("ann")).map(({ secretHash }) => secretHash);
    const guids = (await store.sessionsOf("ann")).map(({ guid }) => guid);
    const newToken = migrated.status === "active" ? (migrated.setToken?.token.split(".")[2] ?? "") : "";
    expect(newToken).not.toBe("");

    const shown = JSON.stringify([
      await registry.list("ann"),
      await registry.export("ann"),
      events,
      await registry.banners("ann", first.session.uid),
    ]);
    for (const one of [...secrets, newToken, ...hashes, ...guids, "old-token", "a-key-of-tests"])
      expect(shown).not.toContain(one);
    const stored = JSON.stringify([
      await store.sessionsOf("ann"),
      await store.audit({ limit: 100 }),
      await store.change("ann", (state) => ({ result: state })),
    ]);
    for (const one of [...secrets, newToken, "old-token", "a-key-of-tests"]) expect(stored).not.toContain(one);
  });

  test("another user's session is as little there as one that never was", async () => {
    const { signIn, registry } = testRegistry();
    const ann = await signIn("ann");
    const bob = await signIn("bob");
    const by = { session: ann.session.uid };
    const foreign = await registry.revoke({ userId: "ann", uid: bob.session.uid, by });
    const none = await registry.revoke({ userId: "ann", uid: "00000000", by });
    const rubbish = await registry.revoke({ userId: "ann", uid: "' OR 1=1 --", by });
    expect([foreign, none, rubbish]).toEqual(Array(3).fill({ status: "not_found" }));
    expect((await registry.authenticate({ token: bob.token, client: client() })).status).toBe("active");
    expect(await registry.rename("ann", bob.session.uid, "mine")).toBe(false);
  });

  test("bad input names its field", async () => {
    const { registry, signIn } = testRegistry();
    await expect(signIn("")).rejects.toThrow("userId must be a text of 1 to 256 characters");
    await expect(signIn("x".repeat(257))).rejects.toThrow("userId");
    await expect(signIn("ann", { auth: { method: "" } })).rejects.toThrow("auth.method");
    await expect(signIn("ann", { label: "x".repeat(65) })).rejects.toThrow("label");
    await expect(registry.list("")).rejects.toThrow("userId");
    await expect(registry.live(Array(501).fill("x"))).rejects.toThrow("guids must be at most 500");
    expect(() => testRegistry({ keys: { guid: "short" } })).toThrow("keys.guid must have at least 32 bytes");
    expect(() => testRegistry({ limit: { max: 0 } })).toThrow(
      "limit.max must be a whole number from 1 to 1000: 0 was given",
    );
    expect(() => testRegistry({ lifetime: { idleDays: 0.5 } })).toThrow("lifetime.idleDays");
    expect(() => testRegistry({ policy: { mode: "loud" as "off" } })).toThrow(
      "policy.mode must be one of off, monitor, enforce",
    );
    expect(() => testRegistry({ keys: undefined as never, notifier: { channels: [] } })).toThrow(
      "keys.guid is needed by notifier",
    );
  });
});
