import { describe, expect, test } from "vitest";
import { DAY } from "../clock.js";
import type { LegacyOptions } from "../settings/options.js";
import { client } from "../testing/clients.js";
import { testRegistry } from "../testing/registry.js";

const issuedAt = new Date(Date.UTC(2025, 11, 1));

function migrating(more: Partial<LegacyOptions> = {}, options: Parameters<typeof testRegistry>[0] = {}) {
  const ended: string[] = [];
  const legacy: LegacyOptions = {
    verify: (token) => (token.startsWith("boobs-") ? { userId: token.slice(6), issuedAt } : null),
    end: (token) => void ended.push(token),
    ...more,
  };
  return { ...testRegistry({ legacy, notifier: { channels: [] }, ...options }), ended };
}

describe("tokens of the system before", () => {
  test("let in and are exchanged, without a mail and with the time they are from", async () => {
    const { registry, request, store, events } = migrating();
    const first = await registry.authenticate({ token: "boobs-ann", client: client() });
    if (first.status !== "active") throw new Error(first.status);
    expect(first.session).toMatchObject({ migrated: true, createdAt: issuedAt.getTime(), authMethod: "legacy" });
    expect([first.fresh, first.dropLegacy]).toEqual([false, false]);
    const next = await request(first.setToken?.token ?? "");
    expect(next.session.uid).toBe(first.session.uid);
    expect((await store.change("ann", ({ notices }) => ({ result: notices }))).length).toBe(0);
    expect(events.filter((one) => one.event === "audit").map((one) => one.event === "audit" && one.type)).toEqual([
      "migrated",
    ]);
  });

  test("1,000 first requests at once give one session, and all the same token", async () => {
    const { registry, request } = migrating();
    const answers = await Promise.all(
      Array.from({ length: 1000 }, () => registry.authenticate({ token: "boobs-ann", client: client() })),
    );
    const tokens = new Set(answers.map((one) => one.status === "active" && one.setToken?.token));
    expect(tokens.size).toBe(1);
    expect(await registry.list("ann")).toHaveLength(1);
    expect((await request([...tokens].join())).status).toBe("active");
  });

  test("that were copied to two devices give two sessions", async () => {
    const { registry } = migrating();
    await registry.authenticate({ token: "boobs-ann", client: client() });
    await registry.authenticate({ token: "boobs-ann", client: client("firefoxWindows", "phone") });
    expect(await registry.list("ann")).toHaveLength(2);
  });

  test("end with their session, wherever they were copied to", async () => {
    const { registry, request, ended } = migrating();
    const first = await registry.authenticate({ token: "boobs-ann", client: client() });
    const other = await registry.authenticate({ token: "boobs-ann", client: client("safariMac") });
    if (first.status !== "active" || other.status !== "active") throw new Error("not let in");
    await registry.signOut({ token: first.setToken?.token });
    for (const seen of [client(), client("safariMac"), client("firefoxWindows", "phone")])
      expect((await registry.authenticate({ token: "boobs-ann", client: seen })).status).toBe("none");
    // Whoever has a session of the new kind keeps it.
    expect((await request(other.setToken?.token ?? "", client("safariMac"))).status).toBe("active");
    expect(ended).toEqual([]);
  });

  test("that are signed out of end in both systems, also before they were exchanged", async () => {
    const { registry, ended } = migrating();
    expect(await registry.signOut({ token: undefined, legacyToken: "boobs-ann" })).toBe(true);
    expect(ended).toEqual(["boobs-ann"]);
    expect((await registry.authenticate({ token: "boobs-ann", client: client() })).status).toBe("none");
    expect(await registry.signOut({ token: undefined, legacyToken: "rubbish" })).toBe(false);
  });

  test("do not undo a later sign-in: its secret is another", async () => {
    const { registry, signIn } = migrating();
    const first = await registry.authenticate({ token: "boobs-ann", client: client() });
    if (first.status !== "active") throw new Error(first.status);
    const again = await signIn("ann", { presented: { token: first.setToken?.token } });
    expect(again.session.uid).toBe(first.session.uid);
    expect((await registry.authenticate({ token: first.setToken?.token, client: client() })).status).toBe("none");
  });

  test("go through the phases without anybody being signed out", async () => {
    const clock = migrating().clock;
    const dual = migrating({}, {});
    const answer = await dual.registry.authenticate({ token: "boobs-ann", client: client() });
    const token = answer.status === "active" ? (answer.setToken?.token ?? "") : "";
    const prefer = migrating({ phase: "prefer-new" }, { store: dual.store });
    const next = await prefer.registry.authenticate({ token: "boobs-ann", client: client() });
    expect(next).toMatchObject({ status: "active", dropLegacy: true });
    const deny = migrating({ phase: "deny-legacy" }, { store: dual.store });
    expect((await deny.registry.authenticate({ token: "boobs-ann", client: client() })).status).toBe("none");
    expect(deny.reason()).toBe("legacy_denied");
    expect((await deny.request(token)).userId).toBe("ann");
    const cut = migrating({ until: new Date(clock.now() + DAY) });
    expect((await cut.registry.authenticate({ token: "boobs-ann", client: client() })).status).toBe("active");
    cut.clock.jump(DAY);
    expect((await cut.registry.authenticate({ token: "boobs-ann", client: client() })).status).toBe("none");
  });

  test("are looked at with bounds, and what looks at them may fail", async () => {
    let asked = 0;
    const broken = migrating({
      verify() {
        asked += 1;
        throw new Error("the old database is away");
      },
    });
    expect((await broken.registry.authenticate({ token: "x".repeat(5000), client: client() })).status).toBe("none");
    expect(asked).toBe(0);
    expect((await broken.registry.authenticate({ token: "boobs-ann", client: client() })).status).toBe("none");
    expect(broken.errors).toHaveLength(1);
    const wrong = migrating({ verify: () => ({ userId: "", issuedAt: new Date(Number.NaN) }) });
    expect((await wrong.registry.authenticate({ token: "boobs-ann", client: client() })).status).toBe("none");
    expect(String(wrong.errors[0])).toContain("legacy.verify must give { userId, issuedAt }");
  });
});
