import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import { freePort } from "./port.mjs";

/**
 * A folder with these files for one test, gone when the test is over.
 *
 * @param {Readonly<Record<string, string>>} [files] path → text
 * @returns {Promise<string>} its absolute path
 */
export async function temporaryFolder(files = {}) {
  const folder = await mkdtemp(join(tmpdir(), "sojourn-test-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await writeFiles(folder, files);
  return folder;
}

/**
 * @param {string} folder
 * @param {Readonly<Record<string, string>>} files path → text
 */
export async function writeFiles(folder, files) {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}

/**
 * A port of 127.0.0.1 that somebody listens on until the test is over.
 *
 * @returns {Promise<number>}
 */
export async function takenPort() {
  const port = await freePort();
  const server = createServer();
  await new Promise((resolve) => server.listen(port, "127.0.0.1", () => resolve(undefined)));
  onTestFinished(() => void server.close());
  return port;
}
