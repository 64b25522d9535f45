import { createHash } from "node:crypto";
import { createReadStream, type Stats } from "node:fs";
import { copyFile, lstat, mkdir, readdir, readFile, readlink, symlink, writeFile } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import type { Config } from "../config/schema.js";
import { type Command, usageError } from "./command.js";
import { lockData } from "./offline.js";

/** What a backup has beside the files, written last: without it the backup is not whole. */
const MANIFEST = "sojourn-backup.json";
/** Of a process that runs. */
const PASSING = new Set(["lock", "engine/engine.sock"]);

interface Manifest {
  format: 1;
  made_at: string;
  /** Path → the file's SHA-256, or the target of a link. */
  files: Record<string, { sha256: string; bytes: number } | { link: string }>;
}

export const BACKUP: Command = {
  summary: "copies the data directory of a stopped collector",
  details: `The copy has a manifest with a checksum for each file; restore checks it. With a store by URL the copy has only what waits for the
store: back up the server itself with its own means.`,
  positional: "DIR",
  options: {},
  async run(config, values, { out, now }) {
    const target = directoryOf(values.positionals[0], config);
    await mustBeEmpty(target);
    const unlock = await lockData(config.data);
    try {
      const files = await copyTree(config.data, target);
      const manifest: Manifest = { format: 1, made_at: new Date(now()).toISOString(), files };
      await writeFile(join(target, MANIFEST), JSON.stringify(manifest, null, 1), { mode: 0o600 });
      out(`${Object.keys(files).length} files copied to ${target}\n`);
    } finally {
      await unlock();
    }
    return 0;
  },
};

export const RESTORE: Command = {
  summary: "makes a data directory out of a backup",
  details: "The data directory must not be there, or be empty. Every file is checked before and after it is copied.",
  positional: "DIR",
  options: {},
  async run(config, values, { out }) {
    const source = directoryOf(values.positionals[0], config);
    const text = await readFile(join(source, MANIFEST), "utf8").catch(() => {
      throw new Error(`${source} is no whole backup: it has no ${MANIFEST}`);
    });
    const { format, files } = JSON.parse(text) as Manifest;
    if (format !== 1) throw new Error(`${source} was made by another version: its format is ${format}`);
    await check(source, files);
    for await (const [path] of walk(source)) {
      if (path !== MANIFEST && !Object.hasOwn(files, path))
        throw new Error(`${join(source, path)} is not in ${MANIFEST}`);
    }
    await mustBeEmpty(config.data);
    await copyTree(source, config.data, new Set([MANIFEST]));
    await check(config.data, files);
    out(`${Object.keys(files).length} files restored to ${config.data}\n`);
    return 0;
  },
};

function directoryOf(given: string | undefined, config: Config): string {
  if (given === undefined) throw usageError("DIR", "name the directory of the backup");
  const path = resolve(given);
  const inside = relative(resolve(config.data), path);
  if (!inside.startsWith("..") && inside !== path) throw new Error(`${given} must not be in the data directory`);
  return path;
}

async function mustBeEmpty(directory: string): Promise<void> {
  const there = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  if (there.length > 0) throw new Error(`${directory} is not empty; nothing is written over`);
  await mkdir(directory, { recursive: true, mode: 0o700 });
}

/** Copies files and links as they are. */
async function copyTree(from: string, to: string, without: ReadonlySet<string> = PASSING): Promise<Manifest["files"]> {
  const files: Manifest["files"] = {};
  for await (const [path, stats] of walk(from)) {
    if (without.has(path) || stats.isSocket()) continue;
    const target = join(to, path);
    await mkdir(dirname(target), { recursive: true, mode: 0o700 });
    if (stats.isSymbolicLink()) {
      const link = await readlink(join(from, path));
      await symlink(link, target);
      files[path] = { link };
    } else {
      await copyFile(join(from, path), target);
      files[path] = { sha256: await sha256(target), bytes: stats.size };
    }
  }
  return files;
}

async function check(directory: string, files: Manifest["files"]): Promise<void> {
  for (const [path, wanted] of Object.entries(files)) {
    const file = join(directory, path);
    const isSame = await ("link" in wanted
      ? readlink(file).then((link) => link === wanted.link)
      : sha256(file).then((sum) => sum === wanted.sha256)
    ).catch(() => false);
    if (!isSame) throw new Error(`${file} is missing or not what was backed up`);
  }
}

async function* walk(root: string, below = ""): AsyncGenerator<[path: string, stats: Stats]> {
  for (const name of (await readdir(join(root, below))).sort()) {
    const path = below === "" ? name : `${below}/${name}`;
    const stats = await lstat(join(root, path));
    if (stats.isDirectory()) yield* walk(root, path);
    else yield [path, stats];
  }
}

async function sha256(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest("hex");
}
