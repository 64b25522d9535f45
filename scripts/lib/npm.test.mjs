import { expect, test } from "vitest";
import { explainNpm, npm, npmCommand } from "./npm.mjs";
import { temporaryFolder } from "./temporary.mjs";

test("npm is the one that runs us, and the one on the path when something else does", () => {
  expect(npmCommand({ npm_execpath: "/usr/lib/npm/bin/npm-cli.js" })).toEqual([
    process.execPath,
    "/usr/lib/npm/bin/npm-cli.js",
  ]);
  expect(npmCommand({ npm_execpath: "/usr/lib/yarn/yarn.js" })).toEqual(["npm"]);
  expect(npmCommand({})).toEqual(["npm"]);
});

test("a network failure is named as one", () => {
  const output = "npm error code ENOTFOUND\nnpm error syscall getaddrinfo\nnpm error network request failed\n";
  expect(explainNpm("ci", output)).toBe(
    "npm ci could not reach the package registry (ENOTFOUND): check the network or the proxy, then try again",
  );
});

test("any other failure gives npm's first reason in one line", () => {
  const output =
    "npm warn old\nnpm error code EUSAGE\nnpm error\nnpm error `npm ci` needs a lockfile\nnpm error more\n";
  expect(explainNpm("ci", output)).toBe("npm ci failed: `npm ci` needs a lockfile");
  expect(explainNpm("ci", "")).toBe("npm ci failed: it gave no reason; run it by hand to see more");
});

test("a machine without npm is told where it comes from", async () => {
  const empty = await temporaryFolder();
  await expect(npm(["ci"], { cwd: empty, env: { PATH: empty } })).rejects.toThrow(
    "npm was not found on the PATH; it comes with Node.js (https://nodejs.org)",
  );
});
