import { once } from "node:events";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import WebSocket from "ws";
import { temporaryFolder } from "../../scripts/lib/temporary.mjs";
import { startChat } from "./server.mjs";

async function openChat() {
  const database = join(await temporaryFolder(), "chat.db");
  const chat = await startChat({ port: 0, database });
  onTestFinished(() => chat.stop());
  const get = async (path) => (await fetch(new URL(path, chat.url))).json();
  const connect = async (options) => {
    const socket = new WebSocket(chat.url.replace("http", "ws"), options);
    onTestFinished(() => socket.terminate());
    await once(socket, "open");
    return socket;
  };
  return { chat, get, connect };
}

const say = async (socket, message) => {
  const answered = once(socket, "message");
  socket.send(JSON.stringify(message));
  return JSON.parse(String((await answered)[0]));
};

test("a sign-in and a sign-out are in the document by the time the page hears of them", async () => {
  const { get, connect } = await openChat();
  const socket = await connect();
  expect(await say(socket, { type: "signIn", name: "Ada" })).toEqual({ type: "signedIn", name: "Ada" });
  expect(await get("connections")).toEqual([expect.objectContaining({ userId: "Ada", loginAt: expect.any(String) })]);
  expect(await get("usage")).toMatchObject({ now: 1, sessions: 1, uniqueUsers: 1 });
  await say(socket, { type: "signOut" });
  expect((await get("connections"))[0]).toHaveProperty("logoutAt");
});

test("what is said reaches everybody, from those who are signed in", async () => {
  const { connect } = await openChat();
  const [ada, bob] = [await connect(), await connect()];
  bob.send(JSON.stringify({ type: "say", text: "nobody hears this" }));
  bob.send("no JSON");
  const heard = once(bob, "message");
  await say(ada, { type: "signIn", name: "Ada" });
  ada.send(JSON.stringify({ type: "say", text: "hello" }));
  expect(JSON.parse(String((await heard)[0]))).toEqual({ type: "said", name: "Ada", text: "hello" });
});

test("another site's page cannot connect", async () => {
  const { connect } = await openChat();
  await expect(connect({ origin: "https://evil.example" })).rejects.toThrow("401");
  await expect(connect({ origin: "null" })).rejects.toThrow("401");
});

test("its page and nothing else is served", async () => {
  const { chat } = await openChat();
  expect((await fetch(chat.url)).headers.get("content-type")).toContain("text/html");
  expect((await fetch(new URL("../package.json", chat.url))).status).toBe(404);
  expect((await fetch(new URL("server.mjs", chat.url))).status).toBe(404);
});
