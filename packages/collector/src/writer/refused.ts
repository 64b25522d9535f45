import { mkdir, readdir, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** What is kept at most; what is refused beyond it is only counted and logged. */
const MOST = { files: 1_000, bytes: 64 * 1024 * 1024 };

export interface RefusedRecords {
  /**
   * Sets a record aside with the reason, for somebody to look at. It never fails: what cannot be set aside must not hold up the
   * others.
   *
   * @returns false when there was no room for it.
   */
  keep(token: string, record: unknown, reason: string): Promise<boolean>;
}

/** Records the store will never take, one file each in `refused/`. */
export async function openRefusedRecords(directory: string, most = MOST): Promise<RefusedRecords> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  let files = 0;
  let bytes = 0;
  for (const name of await readdir(directory)) {
    files += 1;
    bytes += (await stat(join(directory, name))).size;
  }
  return {
    async keep(token, record, reason) {
      const text = JSON.stringify({ reason, record });
      const size = Buffer.byteLength(text);
      if (files >= most.files || bytes + size > most.bytes) return false;
      const path = join(directory, `${token}.json`);
      try {
        await writeFile(path, text, { mode: 0o600 });
      } catch {
        await rm(path, { force: true }).catch(() => {});
        return false;
      }
      files += 1;
      bytes += size;
      return true;
    },
  };
}
