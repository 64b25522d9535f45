import { createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import nodemailer from "nodemailer";
import { describe, expect, onTestFinished, test } from "vitest";
import { client } from "../../testing/clients.js";
import type { NoticeMessage } from "../delivery.js";
import { compose } from "./compose.js";
import { mailChannel } from "./nodemailer.js";
import { webhookChannel } from "./webhook.js";

const AT = Date.UTC(2026, 0, 5, 12);
const { host: _, ...seen } = client("firefoxWindows", "abroad");
const message: NoticeMessage = {
  kind: "new_sign_in",
  risk: false,
  userId: "ann",
  entries: [{ at: AT, uid: "AAAAAAAA", client: seen }],
  count: 1,
  reportUrl: "https://app.example/not-me?token=n1.a.b",
};

describe("a notice's text", () => {
  test("says what happened, when, from where, and what to do", () => {
    const { subject, text } = compose(message, { product: "Shop" });
    expect(subject).toBe("Shop: New sign-in");
    expect(text).toContain("January 5, 2026 at 12:00 PM (UTC): Firefox on Windows, from BR, 100.64.3.4");
    expect(text).toContain("open this page within 7 days:\nhttps://app.example/not-me?token=n1.a.b");
  });

  test("of a digest names how many more there were, and has no link", () => {
    const { reportUrl: _, ...digest } = { ...message, kind: "digest" as const, count: 27 };
    const { text } = compose(digest, { product: "Shop" });
    expect(text).toContain("- and 26 more");
    expect(text).not.toContain("http");
  });

  test("takes no line break out of what a client says of itself", () => {
    const info = { browser: { name: "X\r\nBcc: all@example.com" }, os: { name: "Y\n\nhttps://evil.example" } };
    const { subject, text } = compose(
      { ...message, entries: [{ at: AT, uid: "A", client: { info } }] },
      { product: "S\r\nX: y" },
    );
    expect(subject).not.toMatch(/[\r\n]/);
    expect(text).not.toMatch(/^(Bcc|https:\/\/evil)/m);
  });
});

describe("by mail", () => {
  const transport = nodemailer.createTransport({ streamTransport: true, buffer: true });
  const options = { transport, from: "Shop <no-reply@app.example>", product: "Shop", addressesOf: () => [] };

  test("is one message that nodemailer writes, the same id for each try", async () => {
    const mails: string[] = [];
    const recording = {
      async sendMail(mail: Parameters<typeof transport.sendMail>[0]) {
        const { message } = await transport.sendMail(mail);
        mails.push(String(message));
      },
    };
    const channel = mailChannel({ ...options, transport: recording });
    for (let tries = 0; tries < 2; tries += 1) await channel.send("ann@example.com", message, "key");
    await channel.send("ann@example.com", message, "other");
    const [first = "", second, third] = mails;
    expect(first).toMatch(/^From: Shop <no-reply@app\.example>$/m);
    expect(first).toMatch(/^To: (<)?ann@example\.com(>)?\r?$/m);
    expect(first).toMatch(/^Auto-Submitted: auto-generated/m);
    const idOf = (mail?: string) => /^Message-ID: (<\w{32}@app\.example>)/m.exec(mail ?? "")?.[1];
    expect(idOf(first)).toBeDefined();
    expect([idOf(second) === idOf(first), idOf(third) === idOf(first)]).toEqual([true, false]);
  });

  test("takes an address as one, whatever stands in it", async () => {
    const given: unknown[] = [];
    const channel = mailChannel({ ...options, transport: { sendMail: async (mail) => void given.push(mail.to) } });
    await channel.send("ann@example.com, eve@example.com", message, "key");
    expect(given).toEqual([{ name: "", address: "ann@example.com, eve@example.com" }]);
    expect(() => mailChannel({ ...options, from: "Shop" })).toThrow("from must end with a mail address");
  });
});

describe("by webhook", () => {
  const secret = "a-secret-of-24-characters";

  async function receiver(status: number) {
    const got: { headers: Record<string, unknown>; body: string }[] = [];
    const server = createServer(async (request, response) => {
      let body = "";
      for await (const chunk of request) body += chunk;
      got.push({ headers: request.headers, body });
      response.writeHead(status, status === 302 ? { location: "/elsewhere" } : {}).end();
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    onTestFinished(() => void server.close());
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, got };
  }

  test("is signed, and named the same for each try", async () => {
    const { url, got } = await receiver(204);
    const channel = webhookChannel({ url, secret, now: () => AT });
    expect(await channel.destinationsOf("ann")).toEqual([{ to: "ann" }]);
    await channel.send("ann", message, "notice:webhook:ann");
    const [{ headers, body } = { headers: {}, body: "" }] = got;
    expect(JSON.parse(body)).toMatchObject({ type: "session.notice", to: "ann", kind: "new_sign_in", userId: "ann" });
    const signed = `notice:webhook:ann.${AT / 1000}.${body}`;
    expect(headers).toMatchObject({
      "webhook-id": "notice:webhook:ann",
      "webhook-signature": `v1,${createHmac("sha256", secret).update(signed).digest("base64")}`,
    });
  });

  test("was not taken when the answer is no success, is elsewhere, or does not come", async () => {
    for (const status of [500, 404, 302]) {
      const { url } = await receiver(status);
      await expect(webhookChannel({ url, secret }).send("ann", message, "key")).rejects.toThrow();
    }
    const silent = createServer(() => {}).listen(0, "127.0.0.1");
    await once(silent, "listening");
    onTestFinished(() => {
      silent.closeAllConnections();
      silent.close();
    });
    const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/`;
    await expect(webhookChannel({ url, secret, timeoutMs: 50 }).send("ann", message, "key")).rejects.toThrow();
  });

  test("needs an address and a secret", () => {
    expect(() => webhookChannel({ url: "file:///etc/passwd", secret })).toThrow("url must be http or https");
    expect(() => webhookChannel({ url: "https://hooks.example", secret: "short" })).toThrow(
      "secret must have at least 24",
    );
  });
});
