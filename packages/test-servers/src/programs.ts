import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** Folders that programs are looked for in. */
export const pathFolders = (): string[] => (process.env.PATH ?? "").split(delimiter).filter(Boolean);

/** The first folder that has all of these. */
export function folderOf(names: readonly string[], folders: readonly string[]): string | undefined {
  return folders.find((folder) => names.every((name) => isExecutable(join(folder, name))));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
