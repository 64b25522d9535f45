import { stat } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { checkFolder, checkPort } from "./preflight.mjs";
import { temporaryFolder } from "./temporary.mjs";

/** @returns {Promise<number>} a port somebody listens on until the test ends */
async function takenPort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return server.address().port;
}

test("a free port passes, and is free again afterwards", async () => {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
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
