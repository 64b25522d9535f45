import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";

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
