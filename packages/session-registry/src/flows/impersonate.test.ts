import { describe, expect, test } from "vitest";
import { HOUR, MINUTE } from "../clock.js";
import { client } from "../testing/clients.js";
import { testRegistry } from "../testing/registry.js";

const options = { impersonation: { may: (actor: string, user: string) => actor === "root" && user !== "boss" } };

async function acting(more: Parameters<typeof testRegistry>[0] = {}) {
  const made = testRegistry({ ...options, ...more });
  const root = await made.signIn("root");
  const start = (userId = "ann", token = root.token, reason = "ticket 4711") =>
    made.registry.impersonate({ actor: { token }, userId, reason, client: client() });
  const act = async (userId?: string) => {
    const done = await start(userId);
    if (done.status !== "active") throw new Error(done.reason);
    return done;
  };
  return { ...made, root, start, act };
}

describe("acting as a user", () => {
  test("is a session of its own, that says who acts and why", async () => {
    const { act, request, registry } = await acting();
    const { token, maxAge } = await act();
    expect(maxAge).toBe(3600);
    const seen = await request(token);
    expect(seen).toMatchObject({
      userId: "ann",
      fresh: false,
      impersonator: { userId: "root", reason: "ticket 4711" },
    });
    expect([seen.may("read"), seen.may("credentials"), seen.may("payments")]).toEqual([true, false, false]);
    expect(await registry.list("ann")).toMatchObject([{ kind: "impersonation", actor: { userId: "root" } }]);
    expect(await registry.audit({ userId: "ann", limit: 10 })).toMatchObject([
      { type: "impersonation_started", actor: "root", reason: "ticket 4711" },
    ]);
  });

  test("ends after its time, however it is used", async () => {
    const { act, request, registry, clock } = await acting();
    const { token } = await act();
    for (let times = 0; times < 59; times += 1) {
      clock.jump(MINUTE);
      expect((await request(token)).setToken).toBeUndefined();
    }
    clock.jump(MINUTE);
    expect((await registry.authenticate({ token, client: client() })).status).toBe("none");
  });

  test("ends with the actor's own session", async () => {
    const { act, registry, root, store } = await acting();
    const { token, guid } = await act();
    await registry.signOut({ token: root.token });
    expect(await registry.live([guid])).toEqual(new Set());
    expect((await registry.authenticate({ token, client: client() })).status).toBe("none");
    expect((await store.find(guid))?.ended?.reason).toBe("actor_ended");
  });

  test("needs an actor, a reason, and to be allowed; none acts as oneself or through another", async () => {
    const { start, act, registry } = await acting();
    expect(await start("boss")).toEqual({ status: "refused", reason: "forbidden" });
    expect(await start("root")).toEqual({ status: "refused", reason: "self" });
    expect(await start("ann", "rubbish")).toEqual({ status: "refused", reason: "not_signed_in" });
    await expect(start("ann", undefined, "  ")).rejects.toThrow("reason must be a text of 3 to 500 characters");
    const { token } = await act();
    expect(await start("bob", token)).toEqual({ status: "refused", reason: "nested" });
    expect((await registry.audit({ userId: "boss", limit: 5 })).at(-1)).toMatchObject({
      type: "refused",
      reason: "impersonation_forbidden",
      actor: "root",
    });
    const nobody = testRegistry();
    const ann = await nobody.signIn("ann");
    const input = { actor: { token: ann.token }, userId: "bob", reason: "because", client: client() };
    expect(await nobody.registry.impersonate(input)).toEqual({ status: "refused", reason: "forbidden" });
  });

  test("neither counts nor evicts, and is not evicted", async () => {
    const { signIn, act, registry } = await acting({ limit: { max: 1 } });
    const { token } = await signIn("ann");
    await act();
    expect((await registry.authenticate({ token, client: client() })).status).toBe("active");
    const next = await signIn("ann");
    expect(next.evicted).toHaveLength(1);
    expect((await registry.list("ann")).filter(({ ended }) => !ended)).toHaveLength(2);
  });

  test("leaves what is known of the user as it is, and tells nobody of a sign-in", async () => {
    const { act, request, store, clock } = await acting({ notifier: { channels: [] }, policy: { mode: "enforce" } });
    const { token } = await act();
    clock.jump(HOUR / 2);
    await request(token, client("chromeLinux", "abroad"));
    const { marks, notices } = await store.change("ann", (state) => ({ result: state }));
    expect([marks, notices]).toEqual([[], []]);
  });

  test("ends no session of the user's", async () => {
    const { act, registry, signIn } = await acting();
    const ann = await signIn("ann");
    const { session } = await act();
    const by = { session: session.uid };
    expect(await registry.revoke({ userId: "ann", uid: ann.session.uid, by })).toEqual({ status: "not_found" });
    expect(await registry.revokeOthers({ userId: "ann", by })).toEqual({ status: "not_found" });
  });

  test("is not shown to users where an application says so", async () => {
    const { act, registry } = await acting({ impersonation: { ...options.impersonation, visible: false } });
    await act();
    expect(await registry.list("ann")).toEqual([]);
    expect((await registry.export("ann")).sessions).toHaveLength(1);
  });
});
