import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import WebSocket from "ws";
import { openSqliteStore } from "./stores/sqlite/index.js";

const PACKAGE = fileURLToPath(new URL("..", import.meta.url));

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

test("the README's server runs as it stands there", async () => {
  const [, program = ""] =
    /```js\n(import { createServer }[\s\S]*?)```/.exec(await readFile(join(PACKAGE, "README.md"), "utf8")) ?? [];
  // Below the package, so that its imports are found.
  const folder = await mkdtemp(join(PACKAGE, "dist", "readme-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await writeFile(join(folder, "server.mjs"), `${program}\nserver.once("listening", () => console.log("ready"));\n`);
  const port = await freePort();
  const child = spawn(process.execPath, ["server.mjs"], {
    cwd: folder,
    env: { ...process.env, PORT: String(port) },
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  await once(child.stdout, "data");

  const socket = new WebSocket(`ws://127.0.0.1:${port}`);
  await once(socket, "open");
  socket.send(JSON.stringify({ signIn: "ann" }));
  const open = async () => (await fetch(`http://127.0.0.1:${port}`)).json() as Promise<{ userId?: string }[]>;
  let found = await open();
  while (found[0]?.userId !== "ann") found = await open();
  expect(found).toEqual([
    expect.objectContaining({ userId: "ann", host: `127.0.0.1:${port}`, transport: "websocket" }),
  ]);

  child.kill("SIGTERM");
  await once(child, "exit");
  const store = openSqliteStore({ path: join(folder, "monitor.db") });
  onTestFinished(() => store.close());
  const [facts] = await store.list({ limit: 1 });
  expect(facts?.closed?.reason).toBe("shutdown");
});
