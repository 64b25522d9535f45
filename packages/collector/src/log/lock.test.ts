import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { temporaryDirectory } from "../testing/collector.js";
import { lockDirectory } from "./lock.js";

let directory: string;
let remove: () => Promise<void>;
beforeEach(async () => {
  ({ path: directory, remove } = await temporaryDirectory());
});
afterEach(() => remove());

test("names the process that uses the directory", async () => {
  const other = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
  await once(other, "spawn");
  await writeFile(join(directory, "lock"), String(other.pid));
  await expect(lockDirectory(directory)).rejects.toThrow(`data: ${directory} is in use by process ${other.pid}`);
  const gone = once(other, "exit");
  other.kill("SIGKILL");
  await gone;
  const release = await lockDirectory(directory);
  expect(await readFile(join(directory, "lock"), "utf8")).toBe(String(process.pid));
  await release();
  await expect(readFile(join(directory, "lock"))).rejects.toThrow(/ENOENT/);
});

test("takes over a lock that was never written whole", async () => {
  await writeFile(join(directory, "lock"), "");
  const release = await lockDirectory(directory);
  await release();
});
