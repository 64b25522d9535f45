import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Files that are kept; what is refused beyond them is only counted and logged. */
const MOST_FILES = 1_000;

export interface RefusedRecords {
  /** Sets a record aside with the reason, for somebody to look at. */
  keep(token: string, record: unknown, reason: string): Promise<void>;
}

/** Records the store will never take, one file each in `refused/`. */
export async function openRefusedRecords(directory: string): Promise<RefusedRecords> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  let files = (await readdir(directory)).length;
  return {
    async keep(token, record, reason) {
      if (files >= MOST_FILES) return;
      files += 1;
      await writeFile(join(directory, `${token}.json`), JSON.stringify({ reason, record }), { mode: 0o600 });
    },
  };
}
