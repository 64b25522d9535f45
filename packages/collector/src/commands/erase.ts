import { readdir, readFile, unlink } from "node:fs/promises";
import { join } from "node:path";
import { EVENT_TYPES } from "@sojourn/core/model";
import { type Condition, conditions, equals } from "../query/filters.js";
import { TABLES } from "../rows/events.js";
import type { Store } from "../store/index.js";
import { type Command, usageError } from "./command.js";
import { openOffline } from "./offline.js";

/** What servers say of a user. */
const OF_SERVERS = ["connections", "sign_ins", "session_users"];
const EVENTS = EVENT_TYPES.map((type) => TABLES[type]);
/** Sessions in one statement. */
const PART = 500;
/** What the collector takes as an id; nothing else is written into a statement. */
const ID = /^[\w-]{1,128}$/;

export const ERASE: Command = {
  summary: "removes all of a user, or one session",
  details: `All sessions that the user was known in go whole, also what was done in them before signing in: events, views, the
session's totals and its numbers in the ledger, connections and sign-ins that servers told of, what still waits in this data directory's log, and refused records. It can be repeated. Copies in backups and
exports are not reached, nor what other collectors on the same store have in their logs: wait until their logs are empty, or run
it again. Of the embedded store nothing is left in the files; a server removes them from its disks within minutes.`,
  options: {
    user: { type: "string", value: "ID", help: "the user_id" },
    session: { type: "string", value: "ID", help: "the session_id" },
    application: { type: "string", value: "ID", help: "of this application only" },
    "dry-run": { type: "boolean", help: "counts, and removes nothing" },
  },
  async run(config, values, { out }) {
    const [user, session] = [values.text("user"), values.text("session")];
    if ((user === undefined) === (session === undefined)) throw usageError("user", "give either --user or --session");
    if (user === "" || session === "") throw usageError(user === "" ? "user" : "session", "must not be empty");
    const dry = values.flag("dry-run");
    const application = values.text("application");
    const { store, drain, close } = await openOffline(config, { withLog: true });
    try {
      await drain();
      const ids = session === undefined ? await sessionsOf(store, user ?? "", application) : [session];
      const eraseAll = async (only: boolean) => ({
        ...(await erase(store, ids, application, only)),
        ...(user === undefined ? {} : await eraseOfServers(store, user, application, only)),
      });
      const found = await eraseAll(dry);
      const isTheirs = ({ application_id, sessions = [], users = [] }: RefusedRecord) =>
        (application === undefined || application_id === application) &&
        (sessions.some(({ session_id }) => ids.includes(String(session_id))) ||
          (user !== undefined && users.some(({ user_id }) => user_id === user)));
      const refused = await eraseRefused(join(config.data, "refused"), isTheirs, dry);
      const what = Object.entries({ ...found, "refused records": refused }).map(([name, n]) => `  ${name}: ${n}\n`);
      out(`${dry ? "There are" : "Removed"} ${ids.length} sessions:\n${what.join("")}`);
      if (dry) return 0;
      if (!config.store) await dropReplacedParts(store, Object.keys(found));
      const left = Object.values(await eraseAll(true)).reduce((sum, rows) => sum + rows, 0);
      if (left > 0) throw new Error(`${left} rows are there again: something still writes them; run it once more`);
      return 0;
    } finally {
      await close();
    }
  },
};

/** Every session in which anything says that it was this user's. */
async function sessionsOf(store: Store, user: string, application: string | undefined): Promise<string[]> {
  const own = conditions([equals("user_id", user), equals("application_id", application)]);
  const parts = EVENTS.map((table) => `SELECT session_id FROM ${table} WHERE ${own.sql}`);
  const totals = own.sql.replace("user_id =", "tupleElement(user, 'id') =");
  const rows = await store.query<{ session_id: string }>(
    `SELECT DISTINCT session_id FROM (${[...parts, `SELECT session_id FROM session_pages WHERE ${totals}`].join(" UNION ALL ")})`,
    own.parameters,
  );
  return rows.map(({ session_id }) => session_id);
}

/** A statement that removes rows stays in the store's files for a while: who it is about stands there as a hash. */
async function eraseOfServers(store: Store, user: string, application: string | undefined, dry: boolean) {
  const [row] = await store.query<{ hash: string }>("SELECT toString(sipHash64({user:String})) AS hash", { user });
  const among: Condition = [`sipHash64(user_id) = ${BigInt(row?.hash ?? 0)}`, {}];
  const where = conditions([among, equals("application_id", application)]);
  const removed: Record<string, number> = {};
  for (const table of OF_SERVERS) removed[table] = await remove(store, table, where, dry);
  return removed;
}

/** Answers how many rows there were. */
async function remove(store: Store, table: string, where: ReturnType<typeof conditions>, dry: boolean) {
  const [counted] = await store.query<{ rows: number }>(
    `SELECT count() AS rows FROM ${table} WHERE ${where.sql}`,
    where.parameters,
  );
  const rows = counted?.rows ?? 0;
  // Waits until it is done on every replica.
  if (!dry && rows > 0)
    await store.alter(table, `DELETE WHERE ${where.sql} SETTINGS mutations_sync = 2`, where.parameters);
  return rows;
}

async function erase(store: Store, ids: readonly string[], application: string | undefined, dry: boolean) {
  for (const id of ids) if (!ID.test(id)) throw usageError("session", `${JSON.stringify(id)} is no session's id`);
  const removed: Record<string, number> = {};
  for (const table of [...EVENTS, "session_pages", "ledger"]) {
    removed[table] = 0;
    for (let at = 0; at < ids.length; at += PART) {
      const list = ids.slice(at, at + PART).map((id) => `'${id}'`);
      const among: Condition = [`session_id IN (${list.join()})`, {}];
      const where = conditions([among, equals("application_id", application)]);
      removed[table] += await remove(store, table, where, dry);
    }
  }
  return removed;
}

/**
 * Rows that were removed stay on disk in the parts that others have replaced, for 8 minutes of the engine's life, and a command's
 * engine does not live that long. Dropping a partition, here one that is not there, looks for such parts; the setting lets it
 * take them at once. Seen with the embedded engine; a server does it in its own time.
 */
async function dropReplacedParts(store: Store, tables: readonly string[]): Promise<void> {
  for (const table of tables) {
    await store.alter(table, "MODIFY SETTING old_parts_lifetime = 0");
    await store.alter(table, "DROP PARTITION ID '190001'");
    await store.alter(table, "RESET SETTING old_parts_lifetime");
  }
}

interface RefusedRecord {
  application_id?: unknown;
  sessions?: { session_id?: unknown }[];
  users?: { user_id?: unknown }[];
}

async function eraseRefused(directory: string, isTheirs: (record: RefusedRecord) => boolean, dry: boolean) {
  let removed = 0;
  for (const name of await readdir(directory).catch(() => [])) {
    const path = join(directory, name);
    if (!isTheirs(await readRefused(path))) continue;
    removed += 1;
    if (!dry) await unlink(path);
  }
  return removed;
}

/** A file that was cut short is not readable, and nobody can tell whose it is. */
async function readRefused(path: string): Promise<RefusedRecord> {
  const text = await readFile(path, "utf8");
  try {
    return (JSON.parse(text) as { record?: RefusedRecord }).record ?? {};
  } catch {
    throw new Error(`${path} cannot be read, so it may hold what is to be removed: delete it and run this again`);
  }
}
