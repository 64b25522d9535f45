import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import { createSessionRegistry } from "@sojourn/session-registry";
import { authOf, expressSessions } from "@sojourn/session-registry/express";
import { mailChannel } from "@sojourn/session-registry/nodemailer";
import { openSqliteStore } from "@sojourn/session-registry/sqlite";
import express from "express";
import { createAccounts } from "./accounts.mjs";

const NAME = /^[\p{L}\p{N}._-]{1,32}$/u;
const MAILS = 20;

/**
 * An application with sign-in and a page of the devices where a user is signed in. Mails are not sent: the page shows them.
 *
 * @param {{ port: number, database: string, key?: string }} options a port of 0 takes a free one; without a key links in
 *   mails are good until the process ends
 * @returns {Promise<{ url: string, stop: () => Promise<void> }>}
 */
export async function startDevices({ port, database, key = randomBytes(32).toString("hex") }) {
  const app = express();
  const server = createServer(app);
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const origin = `http://localhost:${typeof address === "object" && address ? address.port : port}`;

  /** @type {Map<string, { subject: string, text: string }[]>} */
  const mailboxes = new Map();
  const deliver = (/** @type {string} */ user, /** @type {{ subject: string, text: string }} */ mail) => {
    mailboxes.set(user, [mail, ...(mailboxes.get(user) ?? [])].slice(0, MAILS));
  };
  const accounts = createAccounts();
  const store = openSqliteStore({ path: database });
  const mail = mailChannel({
    product: "Devices",
    from: "Devices <no-reply@devices.example>",
    // `nodemailer.createTransport(…)` in an application that sends them.
    transport: {
      async sendMail({ to, subject, text }) {
        deliver(to.address.split("@")[0] ?? "", { subject, text });
      },
    },
    addressesOf: (user) => [{ to: `${user}@devices.example` }],
  });
  const registry = createSessionRegistry({
    store,
    keys: { guid: key },
    policy: { mode: "enforce" },
    notifier: { channels: [mail], reportUrl: `${origin}/not-me`, everyMs: 1000 },
  });
  const sessions = expressSessions(registry, { origins: [origin] });

  app.disable("x-powered-by");
  app.use((_request, response, next) => {
    response.setHeader("content-security-policy", "default-src 'self'; frame-ancestors 'none'; base-uri 'none'");
    response.setHeader("referrer-policy", "no-referrer");
    next();
  });
  app.use(sessions.routes);
  app.use(express.json({ limit: "4kb" }));
  app.post("/sign-in", async (request, response) => {
    const { name, password } = request.body ?? {};
    if (typeof name !== "string" || !NAME.test(name) || typeof password !== "string" || password.length > 200) {
      response.status(400).json({ error: { code: "bad_request", message: "A name and a password are needed." } });
      return;
    }
    const user = name.toLowerCase();
    const origin = await accounts.prove(user, password);
    const done =
      origin && (await sessions.signIn(request, response, { userId: user, auth: { method: "password" }, origin }));
    const isIn = done && done.status !== "denied" && done.status !== "limited";
    response.status(isIn ? 200 : 401).json(isIn ? { status: done.status } : refused("Name or password is wrong."));
  });
  app.use(sessions.read);
  app.get("/me", (_request, response) => {
    const auth = authOf(response);
    response.json(auth ? { user: auth.userId, fresh: auth.fresh, steppedUp: auth.steppedUp } : { user: null });
  });
  app.post("/prove", async (request, response) => {
    const user = authOf(response)?.userId;
    const { password, code } = request.body ?? {};
    const isRight =
      user !== undefined &&
      (typeof code === "string"
        ? accounts.isCode(user, code)
        : (await accounts.prove(user, String(password))) === "login");
    const prove = typeof code === "string" ? sessions.stepUp : sessions.reauthenticate;
    const method = typeof code === "string" ? "code" : "password";
    const done = isRight && (await prove(request, response, { method }));
    response.status(done ? 200 : 401).json(done ? {} : refused("That was not right."));
  });
  app.post("/code", (_request, response) => {
    const user = authOf(response)?.userId;
    if (user) deliver(user, { subject: "Devices: your code", text: `Your code is ${accounts.newCode(user)}.` });
    response.status(user ? 200 : 401).json(user ? {} : refused("Sign in to go on."));
  });
  app.get("/mails", (_request, response) => {
    const user = authOf(response)?.userId;
    response.json(user ? (mailboxes.get(user) ?? []) : []);
  });
  app.get("/not-me", (_request, response) => response.sendFile(publicFile("not-me.html")));
  app.use(express.static(fileURLToPath(new URL("public", import.meta.url))));
  return {
    url: `${origin}/`,
    async stop() {
      server.close();
      server.closeAllConnections();
      await registry.stop();
      await store.close();
    },
  };
}

const publicFile = (/** @type {string} */ name) => fileURLToPath(new URL(`public/${name}`, import.meta.url));
const refused = (/** @type {string} */ message) => ({ error: { code: "refused", message } });
