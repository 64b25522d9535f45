import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";

const PACKAGE = fileURLToPath(new URL("..", import.meta.url));

function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once("error", reject).listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}

test("the program in the README runs as it stands there", async () => {
  const [, program = ""] = /```js\n([\s\S]*?)```/.exec(await readFile(join(PACKAGE, "README.md"), "utf8")) ?? [];
  // Below the package, so that its imports are found.
  const folder = await mkdtemp(join(PACKAGE, "dist", "readme-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const port = await freePort();
  await writeFile(
    join(folder, "server.mjs"),
    program.replace(/app\.listen\((.*)\);/, 'app.listen($1, () => console.log("ready"));'),
  );
  const origin = `http://localhost:${port}`;
  const child = spawn(process.execPath, ["server.mjs"], {
    cwd: folder,
    env: { ...process.env, PORT: String(port), ORIGIN: origin, SESSION_KEY: "k".repeat(32) },
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  await new Promise((resolve) => child.stdout.once("data", resolve));

  const headers = { origin, "content-type": "application/json" };
  const signIn = (password: string) =>
    fetch(`${origin}/sign-in`, { method: "POST", headers, body: JSON.stringify({ user: "ann", password }) });
  expect((await signIn("wrong")).status).toBe(401);
  const signedIn = await signIn("only in a README");
  expect(await signedIn.json()).toEqual({ status: "created" });
  const cookie = signedIn.headers
    .getSetCookie()
    .map((line) => line.split(";")[0])
    .join("; ");
  expect(await (await fetch(origin, { headers: { cookie } })).json()).toEqual({ user: "ann", fresh: true });
  const list = await (await fetch(`${origin}/sessions`, { headers: { cookie } })).json();
  expect(list.items).toHaveLength(1);
});
