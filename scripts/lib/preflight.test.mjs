import { stat } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { freePort } from "./port.mjs";
import { checkFolder, checkPort } from "./preflight.mjs";
import { takenPort, temporaryFolder } from "./temporary.mjs";

test("a free port passes, and is free again afterwards", async () => {
  const port = await freePort();
  await checkPort(port);
  await checkPort(port);
});

test("a taken port is refused with the port and a way out", async () => {
  const port = await takenPort();
  await expect(checkPort(port)).rejects.toThrow(`port ${port} is taken on 127.0.0.1`);
});

test("a folder that is missing is made, its parents too", async () => {
  const root = await temporaryFolder();
  await checkFolder(join(root, "a", "b"));
  expect((await stat(join(root, "a", "b"))).isDirectory()).toBe(true);
});

test("a folder that cannot be made is refused with its path and the system's reason", async () => {
  const root = await temporaryFolder({ file: "" });
  await expect(checkFolder(join(root, "file", "x"))).rejects.toThrow(
    `cannot write to the data folder ${join(root, "file", "x")} (ENOTDIR)`,
  );
  await expect(checkFolder(join(root, "file"))).rejects.toThrow("(EEXIST)");
});
