import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { blockOf } from "../rows/block.js";
import { forCluster, onEveryServer, type Place } from "./cluster.js";
import type { Store } from "./index.js";

export interface Migration {
  version: number;
  name: string;
  statements: string[];
  /** Of the statements, whatever stands between them. */
  checksum: string;
}

interface Applied {
  version: number;
  /** Empty where a version that did not write it applied the migration. */
  checksum: string;
}

const FOLDER = fileURLToPath(new URL("../../migrations/", import.meta.url));
const FILE = /^(\d{3})_([a-z0-9_]+)\.sql$/;

/** Names of migrations that a store does not have yet; all of them where it was never used. */
export async function pendingMigrations(store: Store): Promise<string[]> {
  const there = (await engineOf(store)) !== undefined;
  const rows = there ? await store.query<{ version: number }>("SELECT version FROM migrations") : [];
  const done = new Set(rows.map(({ version }) => version));
  return (await readMigrations()).filter(({ version }) => !done.has(version)).map(({ name }) => name);
}

/**
 * Brings the store's tables to what this version needs. Applied migrations are recorded; every statement can be repeated,
 * so that a migration which was interrupted, or is applied by two collectors at once, ends well.
 *
 * @returns names of the migrations that were applied.
 * @throws Error when the store was migrated by a newer version, or by other migrations of the same number, or is a cluster's and
 *   `store.cluster` does not say so, or the other way round.
 */
export async function migrate(store: Store, migrations?: readonly Migration[]): Promise<string[]> {
  const { place } = store;
  refuseOtherKind(await engineOf(store), store);
  for (const statement of recordStatements(place)) await store.command(statement);
  const done = await store.query<Applied>("SELECT version, checksum FROM migrations FINAL");
  const known = migrations ?? (await readMigrations());
  refuseOthers(done, known);
  const applied: string[] = [];
  for (const { version, name, statements, checksum } of known) {
    if (done.some((one) => one.version === version)) continue;
    for (const statement of statements) {
      for (const one of place ? forCluster(statement, place) : [statement]) await store.command(one);
    }
    await store.insert("migrations", blockOf([{ version, name, checksum }]), `migration-${version}`);
    applied.push(name);
  }
  return applied;
}

const COLUMNS = "version UInt32, name String, applied_at DateTime DEFAULT now(), checksum String";

function recordStatements(place: Place | undefined): string[] {
  if (place) return [onEveryServer("migrations", COLUMNS, "ReplacingMergeTree", "version", place)];
  return [
    `CREATE TABLE IF NOT EXISTS migrations (${COLUMNS}) ENGINE = ReplacingMergeTree ORDER BY version`,
    "ALTER TABLE migrations ADD COLUMN IF NOT EXISTS checksum String",
  ];
}

/** The engine of the table of migrations; undefined where the store was never used. */
async function engineOf(store: Store): Promise<string | undefined> {
  const [found] = await store.query<{ engine: string }>(
    "SELECT engine FROM system.tables WHERE database = currentDatabase() AND name = 'migrations'",
  );
  return found?.engine;
}

function refuseOtherKind(engine: string | undefined, { place, database }: Store): void {
  if (engine === undefined) return;
  const isReplicated = engine.startsWith("Replicated");
  if (place && !isReplicated) {
    throw new Error(
      `The tables of the database ${database} are not a cluster's: choose another store.database, or leave store.cluster out.`,
    );
  }
  if (!place && isReplicated) {
    throw new Error(`The tables of the database ${database} are a cluster's: name it with store.cluster.`);
  }
}

function refuseOthers(done: readonly Applied[], known: readonly Migration[]): void {
  for (const { version, checksum } of done) {
    const own = known.find((migration) => migration.version === version);
    if (!own) {
      throw new Error(`The store has migration ${version}, which this version does not know: start a newer version.`);
    }
    if (checksum !== "" && checksum !== own.checksum) {
      throw new Error(
        `The store has another migration ${version} than this version (${own.name}): start the version that made it. ` +
          "A change of the tables needs a migration of its own.",
      );
    }
  }
}

export async function readMigrations(): Promise<Migration[]> {
  const migrations: Migration[] = [];
  for (const file of (await readdir(FOLDER)).sort()) {
    const [, version, name] = FILE.exec(file) ?? [];
    if (version === undefined || name === undefined) continue;
    const statements = split(await readFile(`${FOLDER}${file}`, "utf8"));
    migrations.push({ version: Number(version), name, statements, checksum: checksumOf(statements) });
  }
  return migrations;
}

function checksumOf(statements: readonly string[]): string {
  const text = statements.map((statement) => statement.replace(/\s+/g, " ")).join(";");
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}

/** Statements end with `;` at a line's end; comments are whole lines. */
function split(sql: string): string[] {
  return sql
    .replace(/^\s*--.*$/gm, "")
    .split(/;\s*$/m)
    .map((statement) => statement.trim())
    .filter((statement) => statement !== "");
}
