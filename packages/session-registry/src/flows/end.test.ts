import { describe, expect, test } from "vitest";
import { DAY, HOUR, MINUTE } from "../clock.js";
import { client } from "../testing/clients.js";
import { testRegistry } from "../testing/registry.js";

const auth = { method: "totp" };

describe("ending sessions", () => {
  test("a user ends one of the others, and only that one is over", async () => {
    const { signIn, registry, request } = testRegistry();
    const phone = await signIn("ann", { client: client("safariIphone") });
    const tablet = await signIn("ann", { client: client("firefoxAndroid") });
    const mine = await signIn();
    const by = { session: phone.session.uid };
    // The phone is as old as the others.
    expect(await registry.revoke({ userId: "ann", uid: tablet.session.uid, by })).toEqual({
      status: "ended",
      count: 1,
    });
    expect((await registry.authenticate({ token: tablet.token, client: client("firefoxAndroid") })).status).toBe(
      "none",
    );
    expect((await request(mine.token)).status).toBe("active");
    expect(await registry.revoke({ userId: "ann", uid: tablet.session.uid, by })).toEqual({ status: "not_found" });
  });

  test("a session that is not fresh ends no other; itself it ends at any time", async () => {
    const { signIn, registry, clock } = testRegistry();
    const other = await signIn();
    const mine = await signIn("ann", { client: client("firefoxLinux") });
    clock.jump(15 * MINUTE + 1);
    const by = { session: mine.session.uid };
    expect(await registry.revoke({ userId: "ann", uid: other.session.uid, by })).toEqual({ status: "reauthenticate" });
    expect(await registry.revokeOthers({ userId: "ann", by })).toEqual({ status: "reauthenticate" });
    expect(await registry.revoke({ userId: "ann", uid: mine.session.uid, by })).toEqual({ status: "ended", count: 1 });
  });

  test("whoever just got in throws nobody else out without a second proof", async () => {
    const { signIn, registry, clock } = testRegistry();
    const owner = await signIn();
    clock.jump(DAY);
    const thief = await signIn("ann", { client: client("firefoxWindows", "abroad") });
    const by = { session: thief.session.uid };
    expect(await registry.revoke({ userId: "ann", uid: owner.session.uid, by })).toEqual({ status: "step_up" });
    expect(await registry.revokeOthers({ userId: "ann", by })).toEqual({ status: "step_up" });
    const proven = await registry.stepUp({ token: thief.token, client: client("firefoxWindows", "abroad"), auth });
    expect(proven).toBeDefined();
    expect(await registry.revokeOthers({ userId: "ann", by })).toEqual({ status: "ended", count: 1 });
  });

  test("the owner throws out whoever came later", async () => {
    const { signIn, registry, clock } = testRegistry();
    const owner = await signIn();
    clock.jump(HOUR);
    await signIn("ann", { client: client("firefoxWindows", "abroad") });
    await registry.reauthenticate({ token: owner.token, client: client(), auth });
    const by = { session: owner.session.uid };
    expect(await registry.revokeOthers({ userId: "ann", by })).toEqual({ status: "ended", count: 1 });
  });

  test("a thief who signs out leaves a trace that nobody can remove", async () => {
    const { signIn, registry, clock } = testRegistry();
    const owner = await signIn();
    const thief = await signIn("ann", { client: client("firefoxWindows", "abroad") });
    await registry.signOut({ token: thief.token });
    const by = { session: owner.session.uid };
    expect(await registry.revoke({ userId: "ann", uid: thief.session.uid, by })).toEqual({ status: "not_found" });
    const [first, second] = await registry.list("ann", { current: owner.session.uid });
    expect([first?.current, first?.uid]).toEqual([true, owner.session.uid]);
    expect(second).toMatchObject({ uid: thief.session.uid, ended: { reason: "logout" }, client: { country: "BR" } });
    // Nor can it be pushed out by ending very many.
    for (let times = 0; times < 60; times += 1) {
      clock.jump(1);
      const { token } = await signIn("ann", { client: client("firefoxLinux") });
      await registry.signOut({ token });
    }
    const types = (await registry.audit({ userId: "ann", limit: 500 })).map(({ type, uid }) => `${type} ${uid}`);
    expect(types).toContain(`created ${thief.session.uid}`);
    expect(types).toContain(`ended ${thief.session.uid}`);
  });

  test("ended sessions are listed for 30 days and at most 50 of them are kept", async () => {
    const { signIn, registry, store, clock } = testRegistry();
    for (let times = 0; times < 60; times += 1) await registry.signOut({ token: (await signIn()).token });
    await signIn();
    expect((await store.sessionsOf("ann")).filter(({ ended }) => ended)).toHaveLength(50);
    clock.jump(31 * DAY);
    await registry.purge();
    expect(await registry.list("ann")).toHaveLength(1);
  });

  test("listeners hear of those that ended and of no others", async () => {
    const { signIn, registry } = testRegistry();
    const one = await signIn();
    const two = await signIn("ann", { client: client("firefoxLinux") });
    const heard: string[] = [];
    registry.onEnded((guids) => void heard.push(...guids));
    registry.onEnded(() => {
      throw new Error("a listener of the application's");
    });
    await registry.revoke({ userId: "ann", uid: two.session.uid, by: { admin: "support" } });
    expect(heard).toEqual([two.guid]);
    expect([...(await registry.live([one.guid, two.guid, "nobody"]))]).toEqual([one.guid]);
  });

  test("is bounded for one user", async () => {
    const { signIn, registry } = testRegistry({ rates: { revocations: 2 } });
    const { session } = await signIn();
    const ask = () => registry.revoke({ userId: "ann", uid: "00000000", by: { session: session.uid } });
    expect([(await ask()).status, (await ask()).status]).toEqual(["not_found", "not_found"]);
    expect(await ask()).toEqual({ status: "limited", retryAfter: 3600 });
    // Those who run the application are not.
    expect((await registry.revokeAll({ userId: "ann", by: "support" })).count).toBe(1);
  });
});

describe("the limit", () => {
  test("the 101st sign-in ends the session that was not used for longest, and no other", async () => {
    const { signIn, registry, request, clock } = testRegistry();
    const all = [];
    for (let times = 0; times < 100; times += 1) {
      all.push(await signIn());
      clock.jump(MINUTE);
    }
    clock.jump(DAY);
    const [first, second] = all;
    await request(first?.token ?? "");
    const next = await signIn();
    expect(next.evicted).toEqual([second?.session.uid]);
    const live = (await registry.list("ann")).filter(({ ended }) => !ended);
    expect(live).toHaveLength(100);
    expect((await registry.authenticate({ token: second?.token, client: client() })).status).toBe("none");
  });

  test("denies where it is told to, and says so in the audit", async () => {
    const { registry, signIn } = testRegistry({ limit: { max: 1, onExceed: "deny" } });
    await signIn();
    const denied = await registry.create({ userId: "ann", client: client(), auth: { method: "password" } });
    expect(denied).toEqual({ status: "denied", reason: "limit" });
    expect((await registry.audit({ userId: "ann", limit: 10 })).at(-1)).toMatchObject({
      type: "refused",
      reason: "limit",
    });
  });

  test("bounds how often one user signs in", async () => {
    const { registry, signIn } = testRegistry({ rates: { signIns: 2 } });
    await signIn();
    await signIn();
    const third = await registry.create({ userId: "ann", client: client(), auth: { method: "password" } });
    expect(third).toEqual({ status: "limited", retryAfter: 3600 });
    await signIn("bob");
  });
});

describe("signing in again on the same browser", () => {
  test("goes on with its session where the cookie was lost but the browser is known", async () => {
    const { signIn, registry } = testRegistry();
    const first = await signIn();
    const again = await signIn("ann", { presented: { device: first.device.token } });
    expect([again.status, again.session.uid]).toEqual(["reused", first.session.uid]);
    expect(await registry.list("ann")).toHaveLength(1);
    expect(again.device.token).toBe(first.device.token);
  });

  test("brings back the session that its user signed out of, for 30 days", async () => {
    const { signIn, registry, clock } = testRegistry();
    const first = await signIn();
    await registry.signOut({ token: first.token });
    clock.jump(30 * DAY);
    const again = await signIn("ann", { presented: { device: first.device.token } });
    expect([again.status, again.session.uid]).toEqual(["revived", first.session.uid]);
    expect(again.token).not.toBe(first.token);
    expect((await registry.authenticate({ token: first.token, client: client() })).status).toBe("none");
    await registry.signOut({ token: again.token });
    clock.jump(30 * DAY + 1);
    expect((await signIn("ann", { presented: { device: first.device.token } })).status).toBe("created");
  });

  test("never brings back what was revoked", async () => {
    const { signIn, registry } = testRegistry();
    const first = await signIn();
    await registry.revoke({ userId: "ann", uid: first.session.uid, by: { admin: "support" } });
    expect((await signIn("ann", { presented: { device: first.device.token } })).status).toBe("created");
  });
});

describe("a user who asks", () => {
  test("gets everything that is known, and is forgotten", async () => {
    const { signIn, registry, store } = testRegistry();
    const { token, session } = await signIn("ann", { label: "Desk" });
    await signIn("bob");
    const exported = await registry.export("ann");
    expect(exported.sessions).toMatchObject([{ uid: session.uid, label: "Desk" }]);
    expect(exported.audit).toMatchObject([{ type: "created", userId: "ann" }]);
    expect(exported.countries).toEqual(["DE"]);
    expect(await registry.erase("ann")).toBe(1);
    expect((await registry.authenticate({ token, client: client() })).status).toBe("none");
    expect(JSON.stringify(await store.audit({ limit: 100 }))).not.toContain("ann");
    expect(await registry.list("bob")).toHaveLength(1);
  });
});
