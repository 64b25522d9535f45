import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readlinkSync } from "node:fs";
import { readFile, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { temporaryDirectory } from "../testing/collector.js";
import { lockDirectory, ownerOf } from "./lock.js";

const namespace = existsSync("/proc/self/ns/pid") ? readlinkSync("/proc/self/ns/pid") : "";
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
  expect(Number.parseInt(await readFile(join(directory, "lock"), "utf8"), 10)).toBe(process.pid);
  await release();
  await expect(readFile(join(directory, "lock"))).rejects.toThrow(/ENOENT/);
});

test("takes over a lock that was never written whole", async () => {
  await writeFile(join(directory, "lock"), "");
  const release = await lockDirectory(directory);
  await release();
});

// In two containers both are process 1, and neither sees the other.
test("a process of another container has the directory as long as it touches the lock", async () => {
  const path = join(directory, "lock");
  const times = { beatMs: 5, staleMs: 1_000 };
  await writeFile(path, `${process.pid} pid:[1]`);
  let beats = 0;
  const beating = setInterval(() => {
    beats += 1;
    void utimes(path, new Date(), new Date());
  }, 5);
  await expect(lockDirectory(directory, times)).rejects.toThrow("in use by a process of another container");
  expect(await ownerOf(directory, times)).toEqual({ pid: process.pid, isForeign: true });
  clearInterval(beating);
  expect(beats).toBeGreaterThan(0);

  const release = await lockDirectory(directory, times);
  expect(await readFile(path, "utf8")).toBe(`${process.pid} ${namespace}`);
  expect(await ownerOf(directory, times)).toBeUndefined();
  const { mtimeMs } = await stat(path);
  await vi.waitFor(async () => expect((await stat(path)).mtimeMs).toBeGreaterThan(mtimeMs));
  await release();
  await expect(stat(path)).rejects.toThrow("ENOENT");
});
