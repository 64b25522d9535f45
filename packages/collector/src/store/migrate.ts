import { readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { blockOf } from "../rows/block.js";
import type { Store } from "./index.js";

interface Migration {
  version: number;
  name: string;
  statements: string[];
}

const FOLDER = fileURLToPath(new URL("../../migrations/", import.meta.url));
const FILE = /^(\d{3})_([a-z0-9_]+)\.sql$/;

/** Names of migrations that a store does not have yet; all of them where it was never used. */
export async function pendingMigrations(store: Store): Promise<string[]> {
  const [found] = await store.query<{ there: number }>(
    "SELECT count() AS there FROM system.tables WHERE database = currentDatabase() AND name = 'migrations'",
  );
  const rows = found?.there ? await store.query<{ version: number }>("SELECT version FROM migrations") : [];
  const done = new Set(rows.map(({ version }) => version));
  return (await readMigrations()).filter(({ version }) => !done.has(version)).map(({ name }) => name);
}

/**
 * Brings the store's tables to what this version needs. Applied migrations are recorded; every statement can be repeated,
 * so that a migration which was interrupted, or is applied by two collectors at once, ends well.
 *
 * @returns names of the migrations that were applied.
 * @throws Error when the store was migrated by a newer version.
 */
export async function migrate(store: Store): Promise<string[]> {
  await store.command(
    "CREATE TABLE IF NOT EXISTS migrations (version UInt32, name String, applied_at DateTime DEFAULT now()) " +
      "ENGINE = ReplacingMergeTree ORDER BY version",
  );
  const done = new Set(
    (await store.query<{ version: number }>("SELECT version FROM migrations")).map(({ version }) => version),
  );
  const migrations = await readMigrations();
  const known = new Set(migrations.map(({ version }) => version));
  for (const version of done) {
    if (!known.has(version)) {
      throw new Error(`The store has migration ${version}, which this version does not know: start a newer version.`);
    }
  }
  const applied: string[] = [];
  for (const { version, name, statements } of migrations) {
    if (done.has(version)) continue;
    for (const statement of statements) await store.command(statement);
    await store.insert("migrations", blockOf([{ version, name }]), `migration-${version}`);
    applied.push(name);
  }
  return applied;
}

async function readMigrations(): Promise<Migration[]> {
  const migrations: Migration[] = [];
  for (const file of (await readdir(FOLDER)).sort()) {
    const [, version, name] = FILE.exec(file) ?? [];
    if (version === undefined || name === undefined) continue;
    migrations.push({ version: Number(version), name, statements: split(await readFile(`${FOLDER}${file}`, "utf8")) });
  }
  return migrations;
}

/** Statements end with `;` at a line's end; comments are whole lines. */
function split(sql: string): string[] {
  return sql
    .replace(/^\s*--.*$/gm, "")
    .split(/;\s*$/m)
    .map((statement) => statement.trim())
    .filter((statement) => statement !== "");
}
