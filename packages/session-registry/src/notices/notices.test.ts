import { describe, expect, test } from "vitest";
import { DAY, HOUR, MINUTE } from "../clock.js";
import { client } from "../testing/clients.js";
import { testRegistry } from "../testing/registry.js";
import type { Destination, NoticeChannel, NoticeMessage } from "./delivery.js";

interface Sent {
  readonly channel: string;
  readonly to: string;
  readonly message: NoticeMessage;
  readonly key: string;
}

type Given = Partial<NoticeChannel> & { readonly to?: readonly Destination[] };

function channels(given: readonly Given[]) {
  const sent: Sent[] = [];
  const made = given.map(
    ({ name = "mail", to = [{ to: "ann@example.com" }], ...more }): NoticeChannel => ({
      name,
      destinationsOf: () => to,
      async send(address, message, key) {
        sent.push({ channel: name, to: address, message, key });
      },
      ...more,
    }),
  );
  return { sent, made };
}

function noticing(...given: readonly Given[]) {
  const { sent, made } = channels(given);
  const notifier = { channels: made, reportUrl: "https://app.example/not-me" };
  return { ...testRegistry({ notifier, policy: { mode: "enforce" } }), sent };
}

const elsewhere = (index: number) => ({ ...client("firefoxWindows"), address: `10.${index}.0.1`, asn: 65000 + index });

describe("who hears of a sign-in", () => {
  test("a user whose browser and network are new does; one whose are known does not", async () => {
    const { signIn, registry, sent } = noticing({});
    const first = await signIn();
    expect(first.notice).toBe(true);
    // A private window on the usual machine: no cookie, but nothing new.
    expect((await signIn()).notice).toBe(false);
    expect((await signIn("ann", { client: client("firefoxLinux") })).notice).toBe(true);
    // A browser that is known again, in another network.
    const known = { presented: { device: first.device.token }, client: client("chromeLinux", "phone") };
    expect((await signIn("ann", known)).notice).toBe(false);
    await registry.deliver();
    expect(sent.map(({ message }) => message.kind)).toEqual(["new_sign_in", "new_sign_in"]);
  });

  test("nobody does who signed up just now", async () => {
    const { signIn } = noticing({});
    expect((await signIn("ann", { origin: "signup" })).notice).toBe(false);
  });

  test("what was seen 120 days ago is new again", async () => {
    const { signIn, clock } = noticing({});
    await signIn("ann", { origin: "signup" });
    clock.jump(120 * DAY);
    expect((await signIn()).notice).toBe(false);
    clock.jump(120 * DAY + 1);
    expect((await signIn()).notice).toBe(true);
  });

  test("three times a day at most, the rest comes together at its end", async () => {
    const { signIn, registry, sent, clock } = noticing({});
    for (let index = 0; index < 30; index += 1) await signIn("ann", { client: elsewhere(index) });
    await registry.deliver();
    expect(sent.map(({ message }) => message.kind)).toEqual(Array(3).fill("new_sign_in"));
    clock.jump(12 * HOUR);
    await registry.deliver();
    expect(sent).toHaveLength(4);
    expect(sent[3]?.message).toMatchObject({ kind: "digest", count: 27 });
    expect(sent[3]?.message.entries).toHaveLength(20);
    expect(sent[3]?.message.reportUrl).toBeUndefined();
    expect((await signIn("ann", { client: elsewhere(99) })).notice).toBe(true);
  });

  test("a new country is told whatever the day's number, once an hour", async () => {
    const { signIn, registry, sent, clock } = noticing({});
    for (let index = 0; index < 5; index += 1) await signIn("ann", { client: elsewhere(index) });
    const country = (code: string) => ({ ...elsewhere(7), country: code });
    expect((await signIn("ann", { client: country("BR") })).notice).toBe(true);
    expect((await signIn("ann", { client: country("CL") })).notice).toBe(false);
    clock.jump(HOUR);
    expect((await signIn("ann", { client: country("PE") })).notice).toBe(true);
    await registry.deliver();
    expect(sent.filter(({ message }) => message.risk).map(({ message }) => message.kind)).toEqual([
      "new_country",
      "new_country",
    ]);
  });

  test("a session that ended since its client became another is told, with who came", async () => {
    const { signIn, registry, sent } = noticing({});
    const { token } = await signIn("ann", { origin: "signup" });
    await registry.authenticate({ token, client: client("firefoxWindows", "abroad") });
    await registry.deliver();
    expect(sent).toMatchObject([{ message: { kind: "client_mismatch", risk: true } }]);
    expect(sent[0]?.message.entries[0]?.client.country).toBe("BR");
  });

  test("so is a session that goes on in a new country", async () => {
    const { signIn, registry, request, sent } = noticing({});
    const { token } = await signIn("ann", { origin: "signup" });
    await request(token, client("chromeLinux", "abroad"));
    await request(token, client("chromeLinux", "abroad"));
    await registry.deliver();
    expect(sent.map(({ message }) => message.kind)).toEqual(["new_country"]);
  });
});

describe("how it is sent", () => {
  test("by the first channel that reaches the user; risks by each", async () => {
    const { signIn, registry, sent, request } = noticing(
      { name: "mail" },
      { name: "push" },
      { name: "sms", onlyRisk: true },
    );
    const { token } = await signIn();
    await registry.deliver();
    expect(sent.map(({ channel }) => channel)).toEqual(["mail"]);
    await request(token, client("chromeLinux", "abroad"));
    await registry.deliver();
    expect(sent.slice(1).map(({ channel }) => channel)).toEqual(["mail", "push", "sms"]);
  });

  test("not to the device that just signed in, nor to what is unconfirmed or was changed three days ago", async () => {
    const now = Date.UTC(2026, 0, 5, 12);
    let fresh = "";
    const push = {
      name: "push",
      destinationsOf: () => [
        { to: "own", session: fresh },
        { to: "other", session: "ZZZZZZZZ" },
      ],
    };
    const mail = {
      name: "mail",
      to: [
        { to: "new@example.com", changedAt: new Date(now - 71 * HOUR) },
        { to: "unconfirmed@example.com", verified: false },
      ],
    };
    const { signIn, registry, sent } = noticing(mail, push);
    fresh = (await signIn()).session.uid;
    await registry.deliver();
    expect(sent.map(({ to }) => to)).toEqual(["other"]);
  });

  test("where no channel reaches the user, other sessions show it, and the fresh one does not", async () => {
    const { signIn, registry } = noticing({ to: [] });
    const usual = await signIn("ann", { origin: "signup" });
    const fresh = await signIn("ann", { client: client("firefoxWindows") });
    await registry.deliver();
    expect(await registry.banners("ann", usual.session.uid)).toMatchObject([{ kind: "new_sign_in", state: "banner" }]);
    expect(await registry.banners("ann", fresh.session.uid)).toEqual([]);
    await registry.revoke({ userId: "ann", uid: fresh.session.uid, by: { admin: "x" } });
    expect(await registry.banners("ann", usual.session.uid)).toEqual([]);
  });

  test("again when it fails, with the same key, and by the next channel meanwhile", async () => {
    let broken = true;
    const tries: string[] = [];
    const mail: Partial<NoticeChannel> = {
      name: "mail",
      async send(_to, _message, key) {
        tries.push(key);
        if (broken) throw new Error("the mail server is away");
      },
    };
    const { signIn, registry, clock, store, errors } = noticing(mail);
    await signIn();
    await registry.deliver();
    expect(await registry.deliver()).toBe(0);
    for (const wait of [MINUTE, 5 * MINUTE]) {
      clock.jump(wait);
      await registry.deliver();
    }
    broken = false;
    clock.jump(30 * MINUTE);
    await registry.deliver();
    expect([tries.length, new Set(tries).size, errors.length]).toEqual([4, 1, 3]);
    const [notice] = await store.noticesOf("ann", 0);
    expect(notice).toMatchObject({ state: "sent", sent: { mail: clock.now() } });
    clock.jump(DAY);
    expect(await registry.deliver()).toBe(0);
  });

  test("by one of many instances, and by another when that one died in the middle", async () => {
    const { signIn, registry, sent, clock, store } = noticing({});
    await signIn();
    await store.claim(clock.now(), MINUTE, 10);
    expect(await registry.deliver()).toBe(0);
    clock.jump(MINUTE);
    await Promise.all(Array.from({ length: 10 }, () => registry.deliver()));
    expect(sent).toHaveLength(1);
  });

  test("a sign-in that failed to be stored is not told", async () => {
    const { registry, sent, store } = noticing({});
    const failing = testRegistry({
      store: { ...store, change: () => Promise.reject(new Error("the disk is full")) },
      notifier: { channels: [] },
    });
    await expect(failing.signIn()).rejects.toThrow("the disk is full");
    await registry.deliver();
    expect(sent).toEqual([]);
  });
});

describe("it was not me", () => {
  async function linked() {
    const made = noticing({});
    const usual = await made.signIn("ann", { origin: "signup" });
    const thief = await made.signIn("ann", { client: client("firefoxWindows") });
    await made.registry.deliver();
    const url = new URL(made.sent[0]?.message.reportUrl ?? "");
    return { ...made, usual, thief, token: url.searchParams.get("token") ?? "", url };
  }

  test("looking changes nothing; the button ends that session, once", async () => {
    const { registry, thief, usual, token, url, request } = await linked();
    expect(url.origin + url.pathname).toBe("https://app.example/not-me");
    for (let times = 0; times < 3; times += 1) {
      expect(await registry.report.look(token)).toMatchObject({ status: "valid", session: { uid: thief.session.uid } });
    }
    expect((await request(thief.token, client("firefoxWindows"))).status).toBe("active");
    expect(await registry.report.confirm(token)).toEqual({ status: "ended", userId: "ann", count: 1 });
    expect((await registry.authenticate({ token: thief.token, client: client("firefoxWindows") })).status).toBe("none");
    expect((await request(usual.token)).status).toBe("active");
    expect(await registry.report.confirm(token)).toEqual({ status: "used" });
    expect(await registry.report.look(token)).toEqual({ status: "used" });
    expect((await registry.audit({ userId: "ann", limit: 50 })).at(-1)?.type).toBe("reported");
  });

  test("of two presses at once one counts", async () => {
    const { registry, token } = await linked();
    const answers = await Promise.all([registry.report.confirm(token), registry.report.confirm(token)]);
    expect(answers.map(({ status }) => status).sort()).toEqual(["ended", "used"]);
  });

  test("a link is good for seven days, and a forged one for none", async () => {
    const { registry, token, clock } = await linked();
    const forged = token.replace(/.$/, (last) => (last === "A" ? "B" : "A"));
    for (const bad of [forged, "", "n1..", undefined, 5, "x".repeat(1e6), token.replace("n1", "s1")])
      expect(await registry.report.look(bad)).toEqual({ status: "invalid" });
    clock.jump(7 * DAY);
    expect(await registry.report.confirm(token)).toEqual({ status: "invalid" });
  });
});
