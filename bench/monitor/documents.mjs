/** Documents of thirty days, of 100,000 users and a few kinds of clients, made by the database itself. */
export const START = Date.UTC(2026, 0, 1);
export const DAYS = 30;
const SPAN = DAYS * 86_400_000;
const SYSTEMS = ["Windows", "Mac OS", "iOS", "Android", "Linux"];

/** @param {"sqlite" | "postgres"} dialect */
export function fill(dialect, /** @type {number} */ count) {
  const text = (/** @type {string} */ value) => `CAST(${value} AS text)`;
  const created = `${START} + n * ${SPAN} / ${count}`;
  const closed = `${created} + 60000 + (n * 7919 % 7200) * 1000`;
  const source =
    dialect === "sqlite"
      ? `(WITH RECURSIVE numbers (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n < ${count - 1}) SELECT n FROM numbers)`
      : `(SELECT generate_series(0::bigint, ${count - 1}) AS n)`;
  const clients = SYSTEMS.map((name, index) => `('c${index}', '${JSON.stringify({ os: { name } })}')`).join(", ");
  return [
    `INSERT INTO monitor_clients (hash, client) VALUES ${clients}`,
    `INSERT INTO monitor_connections (instance_id, session_id, created_at, last_activity_at, closed_at, close_reason,
      opened_at, transport, host, country, client, flags, user_id, login_at)
     SELECT 'i' || ${text("n % 8")}, 's' || ${text(`${10 ** 9} + n`)}, ${created}, ${closed}, ${closed}, 'client',
      ${created}, 'websocket', 'chat.example', 'BR', 'c' || ${text(`n % ${SYSTEMS.length}`)}, 0,
      'u' || ${text("n * 31 % 100000")}, ${created} + 10 FROM ${source} AS source`,
  ];
}
