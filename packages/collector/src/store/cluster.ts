/** Where tables are made: a cluster, as its servers name it, and a database that all of them have. */
export interface Place {
  cluster: string;
  database: string;
}

/**
 * A migration's statement as a cluster needs it. Migrations are written once, for one server; here each table becomes two:
 * `T_local`, replicated, with a shard's rows on each of its replicas, and `T`, which has none of its own and spreads and gathers
 * them. So who reads and writes rows knows nothing of it, and who changes tables goes by {@link alterationOf}.
 *
 * Which shard a row is on follows from the first two columns that its table is ordered by. They are part of its identity, so all
 * copies of it are on one shard, where they become one.
 *
 * Servers tell by the macros `shard` and `replica` who they are:
 * https://clickhouse.com/docs/engines/table-engines/mergetree-family/replication
 *
 * @throws Error for a statement of a form that is not known here.
 */
export function forCluster(statement: string, place: Place): string[] {
  const text = statement.trim();
  const found = createTable(text, place) ?? alterTable(text, place) ?? ofView(text, place);
  if (found) return found;
  throw new Error(`A migration has a statement of a form that is not known for clusters: ${text.slice(0, 80)}`);
}

/** Changes of a table's rows or settings are done where the rows are. */
export function alterationOf(table: string, change: string, place?: Place): string {
  return `ALTER TABLE ${place ? onCluster(`${table}_local`, place) : table} ${change}`;
}

/** Makes a small table that every server has whole, whatever its shard. */
export function onEveryServer(table: string, columns: string, engine: string, order: string, place: Place): string {
  const path = `'/clickhouse/tables/{database}/${table}', '{shard}-{replica}'`;
  return `CREATE TABLE IF NOT EXISTS ${onCluster(table, place)} (${columns}) ENGINE = Replicated${engine}(${path}) ORDER BY ${order}`;
}

/** With its database: what a server does for another one knows of no other. */
const onCluster = (table: string, { cluster, database }: Place) => `${database}.${table} ON CLUSTER '${cluster}'`;

const CREATE_TABLE = /^CREATE TABLE IF NOT EXISTS (\w+)\s*(\(.*\))\s*ENGINE = (\w*MergeTree)(?:\(([^()]*)\))?\s+(.*)$/s;
const ORDER = /\bORDER BY (?:\(([\w\s,]+)\)|(\w+))/;
/** Blocks whose tokens a server remembers. */
const WINDOW = /\bnon_replicated_deduplication_window = \d+/;
const REPLICATED_WINDOW = "replicated_deduplication_window = 10000";

function createTable(text: string, place: Place): string[] | undefined {
  const [, table, columns, engine, version, rest = ""] = CREATE_TABLE.exec(text) ?? [];
  if (table === undefined) return undefined;
  const [, several, one = ""] = ORDER.exec(rest) ?? [];
  const key = (several ?? one)
    .split(",")
    .slice(0, 2)
    .map((column) => column.trim());
  if (key.join("") === "") throw new Error(`A migration makes the table ${table} without saying how it is ordered.`);
  const path = `'/clickhouse/tables/{shard}/{database}/${table}', '{replica}'${version ? `, ${version}` : ""}`;
  const { cluster, database } = place;
  return [
    `CREATE TABLE IF NOT EXISTS ${onCluster(`${table}_local`, place)}
${columns}
ENGINE = Replicated${engine}(${path})
${rest.replace(WINDOW, REPLICATED_WINDOW)}`,
    `CREATE TABLE IF NOT EXISTS ${onCluster(table, place)} AS ${database}.${table}_local
ENGINE = Distributed('${cluster}', '${database}', '${table}_local', cityHash64(${key.join(", ")}))`,
  ];
}

const ALTER_TABLE = /^ALTER TABLE (\w+)\s+(.*)$/s;
const NEXT = /,\s*(?=(?:ADD|DROP|MODIFY|RENAME|CLEAR|MATERIALIZE|REMOVE|RESET) [A-Z])/;
const OF_COLUMN = /^(?:ADD|DROP|MODIFY|RENAME|CLEAR) COLUMN\b/;
const OF_ROWS = /^(?:MODIFY TTL|REMOVE TTL|MODIFY SETTING|RESET SETTING|(?:ADD|DROP|CLEAR|MATERIALIZE) INDEX)\b/;
const CODEC = /\s+CODEC\([^()]*(?:\([^()]*\)[^()]*)*\)/g;

function alterTable(text: string, place: Place): string[] | undefined {
  const [, table, changes = ""] = ALTER_TABLE.exec(text) ?? [];
  if (table === undefined) return undefined;
  const each = changes.split(NEXT);
  const ofRows = alterationOf(table, changes, place);
  if (each.every((change) => OF_ROWS.test(change))) return [ofRows];
  if (!each.every((change) => OF_COLUMN.test(change))) return undefined;
  // How a column is stored is no matter of the table that has no rows.
  return [ofRows, `ALTER TABLE ${onCluster(table, place)} ${changes.replace(CODEC, "")}`];
}

const VIEW = /^(CREATE VIEW IF NOT EXISTS|CREATE OR REPLACE VIEW|DROP VIEW IF EXISTS) (\w+)(.*)$/s;

function ofView(text: string, place: Place): string[] | undefined {
  const [, what, name, rest = ""] = VIEW.exec(text) ?? [];
  return name === undefined ? undefined : [`${what} ${onCluster(name, place)}${rest}`];
}
