import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { temporaryFolder } from "../../scripts/lib/temporary.mjs";
import { startDevices } from "./server.mjs";

async function open() {
  const devices = await startDevices({ port: 0, database: join(await temporaryFolder(), "devices.db") });
  onTestFinished(() => devices.stop());
  const jar = new Map();
  const ask = async (method, path, body, headers = {}) => {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
    const response = await fetch(new URL(path, devices.url), {
      method,
      headers: { origin: new URL(devices.url).origin, cookie, "content-type": "application/json", ...headers },
      ...(body && { body: JSON.stringify(body) }),
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
      jar.set(name, value);
    }
    const text = await response.text();
    return { status: response.status, text, headers: response.headers };
  };
  return { ask };
}

test("a wrong password is told no better than a wrong name, and a right one signs in", async () => {
  const { ask } = await open();
  expect((await ask("POST", "/sign-in", { name: "Ann", password: "secret" })).status).toBe(200);
  const wrong = await ask("POST", "/sign-in", { name: "Ann", password: "guess" });
  expect([wrong.status, wrong.text]).toEqual([401, expect.stringContaining("Name or password is wrong.")]);
  for (const name of ["", "a b", "<img>", "x".repeat(33), 5])
    expect((await ask("POST", "/sign-in", { name, password: "x" })).status).toBe(400);
  expect(JSON.parse((await ask("GET", "/me")).text)).toMatchObject({ user: "ann", fresh: true });
});

test("pages of other sites sign nobody in", async () => {
  const { ask } = await open();
  const foreign = { origin: "https://evil.example" };
  expect((await ask("POST", "/sign-in", { name: "ann", password: "secret" }, foreign)).status).toBe(401);
  expect(JSON.parse((await ask("GET", "/me")).text)).toEqual({ user: null });
});

test("serves its page with a policy that lets nothing else in, and none of its own files", async () => {
  const { ask } = await open();
  const page = await ask("GET", "/");
  expect(page.text).toContain("Where you are signed in");
  expect(page.headers.get("content-security-policy")).toContain("default-src 'self'");
  expect((await ask("GET", "/server.mjs")).status).toBe(404);
  expect((await ask("GET", "/../accounts.mjs")).status).toBe(404);
});
